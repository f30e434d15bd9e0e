//! The signature rule: batches decide as single checks do, kinds and chains stay apart, forms are the documented ones.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sha2::{Digest as _, Sha512};
use yaosu_ledger::signature::{
    Claim, Context, PublicKey, Signature, SignatureTextError, SigningKey, message, verify, verify_all,
};
use yaosu_ledger::{ChainId, Digest, HexError, codec};

const CHAIN: ChainId = ChainId(Digest([0x11; 32]));

/// A claim that owns its parts.
#[derive(Clone, Debug)]
struct Made {
    key: PublicKey,
    message: Vec<u8>,
    signature: Signature,
}

impl Made {
    fn claim(&self) -> Claim<'_> {
        Claim { key: &self.key, message: &self.message, signature: &self.signature }
    }

    fn verify(&self) -> bool {
        verify(&self.key, &self.message, &self.signature)
    }
}

fn claims(made: &[Made]) -> Vec<Claim<'_>> {
    made.iter().map(Made::claim).collect()
}

fn good(signer: u8, payload: u8) -> Made {
    let signer = SigningKey::from_seed([signer; 32]);
    Made {
        key: signer.public(),
        message: message(Context::Transaction, &CHAIN, &[payload]),
        signature: signer.sign(Context::Transaction, &CHAIN, &[payload]),
    }
}

/// Signs as someone who follows no rule: the key is `secret * B` plus a point of small order, and so is `R`, both hashed
/// as they are.
fn signed_with_torsion(secret: u8, message: &[u8], key_torsion: EdwardsPoint, nonce_torsion: EdwardsPoint) -> Made {
    let secret = Scalar::from(secret);
    let nonce = secret + Scalar::from(0xdead_beef_u64);
    let key = (secret * ED25519_BASEPOINT_POINT + key_torsion).compress().0;
    let point = (nonce * ED25519_BASEPOINT_POINT + nonce_torsion).compress().0;
    let hash = Sha512::new().chain_update(point).chain_update(key).chain_update(message).finalize();
    let scalar = nonce + Scalar::from_bytes_mod_order_wide(&hash.into()) * secret;
    Made { key: PublicKey(key), message: message.to_vec(), signature: joined(point, scalar.to_bytes()) }
}

fn joined(point: [u8; 32], scalar: [u8; 32]) -> Signature {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&point);
    bytes[32..].copy_from_slice(&scalar);
    Signature(bytes)
}

fn with_scalar(made: &Made, change: impl FnOnce(Scalar) -> Scalar) -> Made {
    let (point, scalar) = made.signature.0.split_at(32);
    let scalar = Scalar::from_bytes_mod_order(scalar.try_into().expect("half of 64 bytes"));
    let point = point.try_into().expect("half of 64 bytes");
    Made { signature: joined(point, change(scalar).to_bytes()), ..made.clone() }
}

/// The same scalar, written with the group's order added: the same equation, another text.
fn with_order_added(made: &Made) -> Made {
    // The order is 1 more than the largest scalar.
    let largest = (-Scalar::ONE).to_bytes();
    let mut carry = 1;
    let mut changed = made.clone();
    for (byte, order) in changed.signature.0[32..].iter_mut().zip(largest) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    changed
}

/// Signatures of every sort, few signers and payloads, so that signers and whole claims come again.
fn any_made() -> impl Strategy<Value = Made> {
    let torsion = || (0..8_usize).prop_map(|index| EIGHT_TORSION[index]);
    let good = || (1..6_u8, 0..4_u8).prop_map(|(signer, payload)| good(signer, payload));
    prop_oneof![
        6 => good(),
        2 => (good(), 0..64_usize, 0..8_u8).prop_map(|(mut made, byte, bit)| {
            made.signature.0[byte] ^= 1 << bit;
            made
        }),
        1 => (good(), 0..32_usize, 0..8_u8).prop_map(|(mut made, byte, bit)| {
            made.key.0[byte] ^= 1 << bit;
            made
        }),
        1 => (good(), good()).prop_map(|(made, other)| Made { message: other.message, ..made }),
        1 => good().prop_map(|made| with_order_added(&made)),
        3 => (0..4_u8, 0..4_u8, torsion(), torsion())
            .prop_map(|(secret, payload, key, nonce)| signed_with_torsion(secret, &[payload], key, nonce)),
        1 => (0..4_u8, torsion(), torsion(), 0..64_usize).prop_map(|(secret, key, nonce, byte)| {
            let mut made = signed_with_torsion(secret, b"spoilt", key, nonce);
            made.signature.0[byte] ^= 1;
            made
        }),
    ]
}

fn fixed_cases() -> ProptestConfig {
    ProptestConfig { cases: 96, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed_cases())]

    /// For any mix: the batch says of each claim what a check of that claim alone says.
    #[test]
    fn a_batch_decides_as_single_checks_do(made in vec(any_made(), 0..48)) {
        let single: Vec<bool> = made.iter().map(Made::verify).collect();
        prop_assert_eq!(verify_all(&claims(&made)), single);
    }

    /// Whatever points of small order are mixed in, a signature that fits its equation is valid, and in batches too.
    #[test]
    fn torsion_changes_no_verdict(
        parts in vec((1..200_u8, 0..8_usize, 0..8_usize), 4..24),
    ) {
        let made: Vec<Made> = parts.iter().map(|&(secret, key, nonce)| {
            signed_with_torsion(secret, b"crafted", EIGHT_TORSION[key], EIGHT_TORSION[nonce])
        }).collect();
        prop_assert!(made.iter().all(Made::verify));
        prop_assert_eq!(verify_all(&claims(&made)), vec![true; made.len()]);
    }
}

#[test]
fn no_claims_no_verdicts() {
    assert_eq!(verify_all(&[]), Vec::<bool>::new());
}

/// Goal: one bad claim is found wherever it stands, and spoils no other.
/// Method: each place of 64, and of 256 the ones where halves meet.
#[test]
fn a_planted_bad_one_is_found() {
    for (count, places) in [(64, (0..64).collect()), (256, vec![0, 1, 63, 127, 128, 200, 254, 255])] {
        let made: Vec<Made> = (0..count)
            .map(|number: u16| {
                let [payload, _] = number.to_le_bytes();
                good(payload % 7, payload)
            })
            .collect();
        for place in places {
            let mut spoilt = made.clone();
            spoilt[place].signature.0[40] ^= 1;
            let mut expected = vec![true; made.len()];
            expected[place] = false;
            assert_eq!(verify_all(&claims(&spoilt)), expected, "in place {place} of {count}");
        }
    }
}

/// Goal: when more is bad than bisection will look for, the verdicts stay exact.
#[test]
fn many_bad_ones_are_all_found() {
    for every in [1, 2, 3, 5] {
        let made: Vec<Made> = (0..200_u8)
            .map(|number| {
                let made = good(number % 7, number);
                if number % every == 0 { with_scalar(&made, |scalar| scalar + Scalar::ONE) } else { made }
            })
            .collect();
        let expected: Vec<bool> = (0..200).map(|number| number % every != 0).collect();
        assert_eq!(verify_all(&claims(&made)), expected, "one in {every} is bad");
    }
}

/// Goal: errors that cancel in a plain sum do not cancel in a batch.
/// Method: what one signature has too much another has too little; under one key and under two. With coefficients that
/// are all the same these batches would pass.
#[test]
fn errors_that_cancel_are_found() {
    for other_signer in [1, 2] {
        let mut made: Vec<Made> = (0..8).map(|payload| good(1 + payload % 3, payload)).collect();
        made.push(with_scalar(&good(1, 100), |scalar| scalar + Scalar::from(5_u8)));
        made.push(with_scalar(&good(other_signer, 101), |scalar| scalar - Scalar::from(5_u8)));
        let mut expected = vec![true; 8];
        expected.extend([false, false]);
        assert_eq!(verify_all(&claims(&made)), expected);
    }
}

/// Goal: nothing signed as one kind of message, or for one chain, is valid as another.
#[test]
fn kinds_and_chains_stay_apart() {
    let signer = SigningKey::from_seed([7; 32]);
    let other_chain = ChainId(Digest([0x12; 32]));
    for &signed_as in Context::ALL {
        let signature = signer.sign(signed_as, &CHAIN, b"payload");
        for &taken_as in Context::ALL {
            for chain in [&CHAIN, &other_chain] {
                let valid = verify(&signer.public(), &message(taken_as, chain, b"payload"), &signature);
                assert_eq!(valid, signed_as == taken_as && *chain == CHAIN, "{signed_as:?} as {taken_as:?}, {chain}");
            }
        }
        assert!(!verify(&signer.public(), b"payload", &signature), "{signed_as:?} as the bare payload");
    }
}

/// Goal: what is signed, byte for byte, and our signatures of it, never change.
#[test]
fn messages_and_signatures_are_frozen() {
    #[rustfmt::skip]
    let rows = [
        (Context::Transaction, "yaosu/1 transaction",
            "c8eac80e0ddb4dd1576fb267610efc7ea7d6f876f0d76559d1b34c10aa3c28ba0dbc59de96528063a8832b08beabc5227c94e3a3588e01b3a5e65d6391fcc90b"),
        (Context::Vote, "yaosu/1 vote",
            "f23f1cf920009f1fb9f64a22a6d15f903f85be0ae8bbdfda79150ed537378d8220b545c21e98da60e27a6a7c69b9eae2651d52fbaa531680231668f64882ec01"),
        (Context::Proposal, "yaosu/1 proposal",
            "ca0b778322bcc5daa7d2605dd7e2cd69854852a975b9ab7675ec3e19465da501b81f0f6e2e83adc6de06dca4e6eed7cc5e0351553fb74f5601726be61f0eae00"),
        (Context::ProposalPart, "yaosu/1 proposal part",
            "2f0925a2af4c798bb66f48c0795c7b657c5c583a911058dcc820f7fae3987552209fbb8554d057f1c984a0e47cc22956a5844dbc59e214b4ee26125ef3680709"),
        (Context::ValidatorProof, "yaosu/1 validator proof",
            "10825095762b5fc1c51f2726fb02aced9f26143df694332d5556624a248209bc4ee0c45e2bbedb826c48639ce68e9e426eac6f17fa212c4685fa3f7e7528490e"),
    ];
    assert_eq!(rows.map(|(context, _, _)| context), Context::ALL);
    let signer = SigningKey::from_seed([7; 32]);
    assert_eq!(signer.public().to_string(), "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c");
    for (context, tag, signature) in rows {
        let bytes = message(context, &CHAIN, b"payload");
        let (start, rest) = bytes.split_at(24);
        assert_eq!(start.split_at(tag.len()), (tag.as_bytes(), vec![0; 24 - tag.len()].as_slice()), "{context:?}");
        assert_eq!(rest.split_at(32), ([0x11; 32].as_slice(), b"payload".as_slice()), "{context:?}");
        assert_eq!(signer.sign(context, &CHAIN, b"payload").to_string(), signature, "{context:?}");
    }
}

#[test]
fn a_signing_key_never_prints_its_secret() {
    let seed = [0xab; 32];
    let signer = SigningKey::from_seed(seed);
    let shown = format!("{signer:?} {signer:#?}");
    assert!(shown.contains(&signer.public().to_string()));
    assert!(!shown.contains("abab") && !shown.contains("171, 171"), "{shown}");
}

#[test]
fn keys_of_seeds_are_enrolled() {
    for seed in 0..=255 {
        assert_eq!(SigningKey::from_seed([seed; 32]).public().check(), Ok(()), "seed {seed}");
    }
}

#[test]
fn one_text_and_one_encoding() {
    let Made { key, signature, .. } = good(1, 1);
    assert_eq!(codec::encode(&key), key.0);
    assert_eq!(codec::encode(&signature), signature.0);

    let (key_text, signature_text) = (key.to_string(), signature.to_string());
    assert_eq!((key_text.len(), signature_text.len()), (64, 128));
    assert_eq!(key_text.parse(), Ok(key));
    assert_eq!(signature_text.parse(), Ok(signature));
    assert_eq!(serde_json::to_string(&key).expect("a text"), format!("\"{key_text}\""));
    assert_eq!(serde_json::to_string(&signature).expect("a text"), format!("\"{signature_text}\""));
    assert_eq!(serde_json::from_str::<PublicKey>(&format!("\"{key_text}\"")).ok(), Some(key));
    assert_eq!(serde_json::from_str::<Signature>(&format!("\"{signature_text}\"")).ok(), Some(signature));

    for broken in broken_texts(&key_text) {
        assert_eq!(broken.parse::<PublicKey>(), Err(HexError), "{broken}");
        assert!(serde_json::from_str::<PublicKey>(&format!("\"{broken}\"")).is_err(), "{broken}");
    }
    for broken in broken_texts(&signature_text) {
        assert_eq!(broken.parse::<Signature>(), Err(SignatureTextError), "{broken}");
        assert!(serde_json::from_str::<Signature>(&format!("\"{broken}\"")).is_err(), "{broken}");
    }
}

fn broken_texts(text: &str) -> Vec<String> {
    let (first, rest) = text.split_at(1);
    vec![
        String::new(),
        rest.to_owned(),
        format!("{text}0"),
        format!("g{rest}"),
        format!("A{rest}"),
        format!("{rest}A"),
        format!("0x{text}"),
        format!(" {rest}"),
        format!("é{}", &rest[1..]),
        // A letter of two bytes across the middle: cutting there must not panic.
        format!("{}é{}", &text[..text.len() / 2 - 1], &text[text.len() / 2 + 1..]),
        format!("{first}+{}", &rest[1..]),
    ]
}
