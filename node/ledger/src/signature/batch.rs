//! Many signatures at once: half the cost of one after the other, and the same verdicts.
//!
//! A batch asks whether a random linear combination of all its equations holds. Where do the random coefficients come
//! from in a crate that draws no random numbers? They are BLAKE3 output, seeded with everything that is claimed: every
//! key, signature and message. That is as good as drawing them (the argument of Fiat and Shamir):
//!
//! * Under ZIP-215 each equation, multiplied by the cofactor, is a point of the prime-order group, and zero if and only
//!   if the claim is good. A batch with a bad claim passes only if coefficients of 128 bits weigh the points to a sum of
//!   zero: for points fixed beforehand at most one choice in 2^128 of any one coefficient does.
//! * The points are fixed beforehand: the seed hangs on all of them, so whoever changes a claim to fit the coefficients
//!   gets other coefficients. What is left is to try about 2^128 sets of claims, the same work as forging a signature.
//! * A good claim never spoils a batch, whatever the coefficients are.
//!
//! So a node's verdict hangs on nothing but the claims, although the batch verifier hands its coefficients out in the
//! order of a hash map: another order is another choice of coefficients, under the same bound.

use core::convert::Infallible;

use ed25519_zebra::VerificationKeyBytes;
use ed25519_zebra::batch::{Item, Verifier};
use rand_core::{TryCryptoRng, TryRng};

use super::{PublicKey, Signature};

/// Fewer claims than this are checked one by one: a batch saves nothing.
const BATCH_MIN: usize = 3;

/// How much work failed batches may cost before the rest is checked one by one, in claims for each claim asked about.
///
/// One bad claim among `n` is found after failed batches of at most `2 n` claims. Someone who sends bad claims only
/// makes them cost about three times what single checks would.
const FAILED_PER_CLAIM_MAX: usize = 3;

/// That a key signed a message.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who is said to have signed.
    pub key: &'a PublicKey,
    /// All the bytes that were signed, as [`message()`](super::message()) makes them.
    pub message: &'a [u8],
    /// The proof.
    pub signature: &'a Signature,
}

/// Whether each claim holds: for each the verdict of [`verify`](super::verify()), in the order of the claims.
///
/// About half the cost of single checks for distinct keys, a quarter where one key signed all. Bad claims make the
/// call slower, at worst to about three times the cost of single checks.
#[must_use]
pub fn verify_all(claims: &[Claim<'_>]) -> Vec<bool> {
    let items: Vec<Item> = claims.iter().map(item).collect();
    let mut verdicts = vec![false; items.len()];
    let mut judge = Judge {
        coefficients: Coefficients::of(claims),
        failed_left: claims.len().saturating_mul(FAILED_PER_CLAIM_MAX),
    };
    judge.decide(&items, &mut verdicts, false);
    verdicts
}

fn item(claim: &Claim<'_>) -> Item {
    let key = VerificationKeyBytes::from(claim.key.0);
    Item::from((key, ed25519_zebra::Signature::from_bytes(&claim.signature.0), claim.message))
}

struct Judge {
    coefficients: Coefficients,
    /// How many more claims may be part of a failed batch.
    failed_left: usize,
}

impl Judge {
    /// Fills in the verdicts and tells whether all are good. `some_bad`: it is known already that not all are.
    fn decide(&mut self, items: &[Item], verdicts: &mut [bool], some_bad: bool) -> bool {
        if items.len() < BATCH_MIN || items.len() > self.failed_left {
            for (verdict, item) in verdicts.iter_mut().zip(items) {
                *verdict = item.clone().verify_single().is_ok();
            }
            return verdicts.iter().all(|&good| good);
        }
        if !some_bad {
            if self.batch_is_good(items) {
                verdicts.fill(true);
                return true;
            }
            self.failed_left = self.failed_left.saturating_sub(items.len());
        }
        let middle = items.len() / 2;
        let (first_items, second_items) = items.split_at(middle);
        let (first_verdicts, second_verdicts) = verdicts.split_at_mut(middle);
        let first_is_good = self.decide(first_items, first_verdicts, false);
        // What is wrong with the whole and not with its first half is wrong with its second.
        self.decide(second_items, second_verdicts, first_is_good);
        false
    }

    fn batch_is_good(&mut self, items: &[Item]) -> bool {
        let mut batch = Verifier::new();
        for item in items {
            batch.queue(item.clone());
        }
        batch.verify(&mut self.coefficients).is_ok()
    }
}

/// The stream of coefficients that a set of claims gives. Nobody sees it twice: each batch takes the next piece.
struct Coefficients(blake3::OutputReader);

impl Coefficients {
    fn of(claims: &[Claim<'_>]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("yaosu 2026-11-24 signature batch");
        for claim in claims {
            hasher.update(&claim.key.0);
            hasher.update(&claim.signature.0);
            // The length first: the same bytes cut elsewhere are other claims.
            hasher.update(&(claim.message.len() as u64).to_le_bytes());
            hasher.update(claim.message);
        }
        Self(hasher.finalize_xof())
    }
}

impl TryRng for Coefficients {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(destination);
        Ok(())
    }
}

/// Nobody who made the claims can steer the stream: see the head of this file.
impl TryCryptoRng for Coefficients {}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_coefficient(key: u8, message: &[u8], signature: u8) -> [u8; 16] {
        let claim = Claim { key: &PublicKey([key; 32]), message, signature: &Signature([signature; 64]) };
        let mut bytes = [0; 16];
        Coefficients::of(&[claim, claim]).0.fill(&mut bytes);
        bytes
    }

    /// Goal: nobody can change a claim and keep the coefficients, which would make batches forgeable.
    #[test]
    fn coefficients_hang_on_every_part_of_a_claim() {
        let coefficient = first_coefficient(1, b"message", 2);
        assert_eq!(coefficient, first_coefficient(1, b"message", 2));
        assert_ne!(coefficient, first_coefficient(3, b"message", 2), "the key");
        assert_ne!(coefficient, first_coefficient(1, b"massage", 2), "the message");
        assert_ne!(coefficient, first_coefficient(1, b"message", 3), "the signature");
    }

    /// Goal: two sets of claims that are the same bytes in a row, cut elsewhere, have different coefficients.
    #[test]
    fn coefficients_hang_on_where_a_message_ends() {
        let (key, signature) = (PublicKey([1; 32]), Signature([2; 64]));
        let claim = |message| Claim { key: &key, message, signature: &signature };
        let second = [key.0.as_slice(), &signature.0, b"tail"].concat();
        let joined = [b"head".as_slice(), &second].concat();
        let stream = |claims: &[Claim<'_>]| {
            let mut bytes = [0; 16];
            Coefficients::of(claims).0.fill(&mut bytes);
            bytes
        };
        assert_ne!(stream(&[claim(b"head"), claim(b"tail")]), stream(&[claim(&joined)]));
    }

    #[test]
    fn each_batch_takes_the_next_piece_of_the_stream() {
        let mut coefficients = Coefficients::of(&[]);
        let mut draw = || {
            let mut bytes = [0; 16];
            coefficients.try_fill_bytes(&mut bytes).map(|()| bytes)
        };
        assert_ne!(draw(), draw());
    }
}
