//! The signature rule against frozen tables: each verdict alone, among others in a batch, and in a batch of the table.
//!
//! Not checked here: that a verdict is wise. The tables pin what it is.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;
use yaosu_ledger::signature::{Claim, Context, PublicKey, Signature, SigningKey, message, verify, verify_all};
use yaosu_ledger::{ChainId, Digest};

const RFC_8032: &str = include_str!("vectors/rfc8032.txt");
const WYCHEPROOF: &str = include_str!("vectors/wycheproof.txt");
const TAMING_EDDSAS: &str = include_str!("vectors/taming_eddsas.txt");
const SMALL_ORDER_POINTS: &str = include_str!("vectors/small_order_points.txt");
const ENROLMENT_KEYS: &str = include_str!("vectors/enrolment_keys.txt");

struct Case {
    name: String,
    valid: bool,
    key: PublicKey,
    signature: Signature,
    message: Vec<u8>,
}

impl Case {
    fn claim(&self) -> Claim<'_> {
        Claim { key: &self.key, message: &self.message, signature: &self.signature }
    }
}

/// The rows of a table, cut into words.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

fn bytes_of_hex(digits: &str) -> Vec<u8> {
    if digits == "-" {
        return Vec::new();
    }
    assert!(digits.len().is_multiple_of(2), "odd number of digits: {digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("tables hold hex digits"))
        .collect()
}

/// The cases of a table whose signatures have 64 bytes. Others can't even be written down as a [`Signature`]: that
/// their text is refused, and that they are expected to be invalid, is checked on the way.
fn cases(table: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for row in rows(table) {
        let valid = match row[1] {
            "valid" => true,
            "invalid" => false,
            other => panic!("{other} is no verdict"),
        };
        match row[3].parse() {
            Ok(signature) => cases.push(Case {
                name: row[0].to_owned(),
                valid,
                key: row[2].parse().expect("tables hold keys of 32 bytes"),
                signature,
                message: bytes_of_hex(row[4]),
            }),
            Err(_) => assert!(!valid, "{}: a valid signature was refused as text", row[0]),
        }
    }
    cases
}

/// Seven claims that hold, to stand around another one.
fn good_company() -> Vec<Case> {
    (1..8)
        .map(|number| {
            let signer = SigningKey::from_seed([number; 32]);
            let chain = ChainId(Digest([number; 32]));
            Case {
                name: format!("company {number}"),
                valid: true,
                key: signer.public(),
                signature: signer.sign(Context::Transaction, &chain, b"good"),
                message: message(Context::Transaction, &chain, b"good"),
            }
        })
        .collect()
}

/// Asks for each verdict in every way there is.
fn check(table: &[Case]) {
    let company = good_company();
    for (number, case) in table.iter().enumerate() {
        assert_eq!(verify(&case.key, &case.message, &case.signature), case.valid, "{} alone", case.name);
        let mut claims: Vec<_> = company.iter().map(Case::claim).collect();
        let place = number % 8;
        claims.insert(place, case.claim());
        let mut expected = vec![true; 8];
        expected[place] = case.valid;
        assert_eq!(verify_all(&claims), expected, "{} in place {place} of a batch of good ones", case.name);
        assert_eq!(verify_all(&[case.claim(); 5]), [case.valid; 5], "{} five times", case.name);
    }
    let claims: Vec<_> = table.iter().map(Case::claim).collect();
    let expected: Vec<_> = table.iter().map(|case| case.valid).collect();
    assert_eq!(verify_all(&claims), expected, "the whole table as one batch");
    let good: Vec<_> = table.iter().filter(|case| case.valid).map(Case::claim).collect();
    assert_eq!(verify_all(&good), vec![true; good.len()], "all good ones as one batch");
}

#[test]
fn rfc_8032() {
    let table = cases(RFC_8032);
    assert_eq!(table.len(), 5);
    check(&table);
}

/// Goal: keys made from seeds are those of RFC 8032. (That we sign by it too: `signature_rule.rs` pins signatures.)
#[test]
fn rfc_8032_seeds_give_its_keys() {
    for row in rows(RFC_8032) {
        let seed = bytes_of_hex(row[5]).try_into().expect("a seed has 32 bytes");
        assert_eq!(SigningKey::from_seed(seed).public().to_string(), row[2], "{}", row[0]);
    }
}

#[test]
fn wycheproof() {
    assert_eq!(rows(WYCHEPROOF).count(), 151);
    let table = cases(WYCHEPROOF);
    assert_eq!(table.len(), 139, "twelve have signatures that are too long or too short");
    check(&table);
}

#[test]
fn taming_the_many_eddsas() {
    let table = cases(TAMING_EDDSAS);
    assert_eq!(table.len(), 12);
    check(&table);
}

/// Goal: under ZIP-215 `s = 0` with any encodings of small order for key and `R` holds, for any message.
#[test]
fn the_grid_of_small_order_points() {
    let points: Vec<&str> = rows(SMALL_ORDER_POINTS).map(|row| row[2]).collect();
    let mut table = Vec::new();
    for key in &points {
        for point in &points {
            let signature = format!("{point}{}", "0".repeat(64));
            table.push(Case {
                name: format!("key {key}, R {point}"),
                valid: true,
                key: key.parse().expect("tables hold keys of 32 bytes"),
                signature: signature.parse().expect("64 digits and 64 zeros"),
                message: b"yaosu".to_vec(),
            });
        }
    }
    assert_eq!(table.len(), 196);
    check(&table);
}

/// Goal: the grid misses no encoding.
/// Method: from the points themselves. An encoding is the 255 bits of `y` and the sign of `x`; the second encodings
/// have `y + p` where it fits in 255 bits (`y` under 19), or a sign where `x` is zero.
#[test]
fn the_table_holds_every_encoding_of_small_order() {
    let mut made = Vec::new();
    for point in EIGHT_TORSION {
        let canonical = point.compress().0;
        let mut encodings = vec![canonical];
        if canonical[0] < 19 && canonical[1..31].iter().all(|&byte| byte == 0) && canonical[31] | 0x80 == 0x80 {
            let mut shifted = [0xff; 32];
            shifted[0] = 0xed + canonical[0];
            shifted[31] = 0x7f | canonical[31];
            encodings.push(shifted);
        }
        for encoding in encodings {
            let mut other_sign = encoding;
            other_sign[31] ^= 0x80;
            made.push(encoding);
            if CompressedEdwardsY(other_sign).decompress() == Some(point) {
                made.push(other_sign);
            }
        }
    }
    let mut made: Vec<String> = made.into_iter().map(|encoding| PublicKey(encoding).to_string()).collect();
    let mut frozen: Vec<String> = rows(SMALL_ORDER_POINTS).map(|row| row[2].to_owned()).collect();
    made.sort();
    frozen.sort();
    assert_eq!(made, frozen);
}

#[test]
fn what_enrolment_says_to_a_key() {
    let mut refused = 0;
    for row in rows(ENROLMENT_KEYS) {
        let key: PublicKey = row[2].parse().expect("tables hold keys of 32 bytes");
        let answer = match key.check() {
            Ok(()) => "accepted".to_owned(),
            Err(error) => {
                refused += 1;
                format!("{error:?}")
            }
        };
        assert_eq!(answer, row[1], "{}", row[0]);
    }
    assert_eq!(refused, 60);
}
