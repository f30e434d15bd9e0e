//! The codec is strict: one value has one encoding, and nothing else decodes, whoever sends it.

use proptest::prelude::*;
use yaosu_ledger::block::{Block, Header};
use yaosu_ledger::codec::{Canonical, CodecError, decode, encode};
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::model::*;
use yaosu_ledger::receipt::Receipt;
use yaosu_ledger::state_tree::StateProof;
use yaosu_ledger::transaction::{Body, Transaction};
use yaosu_ledger::validators::{CommitCertificate, ValidatorSet};

use crate::{dealing_values, values};

/// Bytes of a type, and what its decoder says: the same value's bytes, or none.
struct Sample {
    name: String,
    bytes: Vec<u8>,
    limit: usize,
    decode: fn(&[u8]) -> Option<Vec<u8>>,
}

fn of<T: Canonical>(name: &str, value: &T) -> Sample {
    let again = |bytes: &[u8]| decode::<T>(bytes).ok().map(|value| encode(&value));
    Sample { name: name.to_owned(), bytes: encode(value), limit: T::BYTES_MAX, decode: again }
}

fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = vec![
        of::<Header>("header", &values::header()),
        of::<CommitCertificate>("certificate", &values::certificate()),
        of::<ValidatorSet>("validator set", &values::validator_set()),
        of::<Genesis>("genesis", &values::founding()),
        of::<ListProof>("list proof", &values::list_proof()),
        of::<Participant>("participant", &values::participant()),
        of::<Version>("version", &values::version()),
        of::<Derivation>("derivation", &values::derivation()),
        of::<Trade>("trade", &values::trade()),
        of::<Objection>("objection", &values::objection()),
        of::<Listing>("listing", &values::offer()),
        of::<Order>("order", &values::purchase()),
        of::<Licence>("licence", &values::grant()),
        of::<Proposal>("proposal", &values::decision()),
        of::<Negotiation>("negotiation", &dealing_values::deal()),
        of::<Demand>("demand", &dealing_values::need()),
        of::<RulePack>("rule pack", &values::rule_pack()),
    ];
    samples.extend(values::assets().iter().map(|asset| of::<Asset>("asset", asset)));
    samples.extend(values::state_proofs().iter().map(|proof| of::<StateProof>("state proof", proof)));
    samples.extend(values::receipts().iter().map(|receipt| of::<Receipt>("receipt", receipt)));
    samples.extend(values::events().into_iter().map(|event| of::<EventRecord>("event", &values::event_record(event))));
    for action in values::actions() {
        let transaction = values::transaction(action);
        samples.push(of::<Body>("body", &transaction.body));
        samples.push(of::<Transaction>("transaction", &transaction));
    }
    let decode = |bytes: &[u8]| Block::decode(bytes).ok().map(|block| block.encode());
    let limit = yaosu_ledger::block::BLOCK_BYTES_MAX;
    samples.push(Sample { name: "block".to_owned(), bytes: values::block().encode(), limit, decode });
    samples
}

#[test]
fn what_is_encoded_decodes_to_the_same() {
    for Sample { name, bytes, limit, decode } in samples() {
        assert_eq!(decode(&bytes).as_ref(), Some(&bytes), "{name}");
        assert!(bytes.len() <= limit, "{name}");
    }
}

#[test]
fn nothing_may_be_left_over() {
    for Sample { name, mut bytes, decode, .. } in samples() {
        bytes.push(0);
        assert_eq!(decode(&bytes), None, "{name}");
    }
    let mut bytes = encode(&values::header());
    bytes.extend([1, 2, 3]);
    assert!(matches!(decode::<Header>(&bytes), Err(CodecError::LeftOver(3))));
}

/// Goal: a value that was cut anywhere does not decode.
#[test]
fn nothing_may_be_missing() {
    for Sample { name, bytes, decode, .. } in samples() {
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut]), None, "{name} cut at {cut}");
        }
    }
}

/// Goal: the limit of a type is asked before anything is decoded: at the limit the bytes are looked at, above not.
#[test]
fn longer_than_the_limit_is_refused_unseen() {
    fn check<T: Canonical>(name: &str) {
        let at = vec![0xFF; T::BYTES_MAX];
        assert!(!matches!(decode::<T>(&at), Err(CodecError::TooLong { .. }) | Ok(_)), "{name}");
        let above = vec![0xFF; T::BYTES_MAX + 1];
        let Err(CodecError::TooLong { bytes, limit }) = decode::<T>(&above) else { panic!("{name}") };
        assert_eq!((bytes, limit), (T::BYTES_MAX + 1, T::BYTES_MAX), "{name}");
    }
    check::<Transaction>("transaction");
    check::<Body>("body");
    check::<Header>("header");
    check::<CommitCertificate>("certificate");
    check::<ValidatorSet>("validator set");
    check::<Genesis>("genesis");
    check::<EventRecord>("event");
    check::<Receipt>("receipt");
    check::<ListProof>("list proof");
    check::<StateProof>("state proof");
    assert!(Block::decode(&vec![0; yaosu_ledger::block::BLOCK_BYTES_MAX + 1]).is_err());
}

/// Goal: an integer has one encoding: the shortest.
/// Method: the memo of a payment is empty, and its length is written in each longer way; so is a whole `u64`.
#[test]
fn integers_are_written_in_the_shortest_way() {
    #[rustfmt::skip]
    let rows: &[(u64, &[u8], bool)] = &[
        (0,                 &[0],                                                        true),
        (250,               &[250],                                                      true),
        (251,               &[251, 251, 0],                                              true),
        (65_535,            &[251, 255, 255],                                            true),
        (65_536,            &[252, 0, 0, 1, 0],                                          true),
        (4_294_967_295,     &[252, 255, 255, 255, 255],                                  true),
        (4_294_967_296,     &[253, 0, 0, 0, 0, 1, 0, 0, 0],                              true),
        (u64::MAX,          &[253, 255, 255, 255, 255, 255, 255, 255, 255],              true),
        (7,                 &[251, 7, 0],                                                false),
        (250,               &[251, 250, 0],                                              false),
        (7,                 &[252, 7, 0, 0, 0],                                          false),
        (65_535,            &[252, 255, 255, 0, 0],                                      false),
        (7,                 &[253, 7, 0, 0, 0, 0, 0, 0, 0],                              false),
        (4_294_967_295,     &[253, 255, 255, 255, 255, 0, 0, 0, 0],                      false),
        (0,                 &[254, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],      false),
        (0,                 &[255],                                                      false),
    ];
    for (value, bytes, good) in rows {
        let account = |value: &[u8]| [value, &[0]].concat();
        let decoded = decode::<Account>(&account(bytes));
        if *good {
            assert_eq!(decoded.expect("the shortest way").available.0, *value, "{bytes:?}");
            assert_eq!(encode(value), *bytes);
        } else {
            assert!(decoded.is_err(), "{value} as {bytes:?}");
        }
    }
    assert!(matches!(decode::<Account>(&[251, 7, 0, 0]), Err(CodecError::NotCanonical)));
}

/// Goal: each kind of small value has one form.
#[test]
fn small_values_have_one_form() {
    let trade = |option: u8| {
        let mut bytes = encode(&Trade { exclusive: None, ..values::trade() });
        *bytes.last_mut().expect("the option is last") = option;
        bytes
    };
    assert!(decode::<Trade>(&trade(0)).is_ok());
    for option in 1..=255 {
        assert!(decode::<Trade>(&trade(option)).is_err(), "option {option}");
    }
    let mut field = encode(&values::version());
    let place = field.windows(4).position(|bytes| bytes == b"date").expect("a field's name");
    assert_eq!(field[place + 4..place + 6], [FieldKind::Date as u8, 0], "kind and whether it may be missing");
    for boolean in 2..=255 {
        field[place + 5] = boolean;
        assert!(decode::<Version>(&field).is_err(), "boolean {boolean}");
    }
    field[place + 5] = 1;
    field[place + 4] = 7;
    assert!(decode::<Version>(&field).is_err(), "a variant that is not there");
}

/// Goal: a length that claims more than there is costs nothing.
#[test]
fn lengths_are_bounded_before_they_are_believed() {
    for length in [u64::MAX, 1 << 40, 1 << 32, 1 << 24] {
        let mut bytes = encode(&length);
        bytes.extend([0; 16]);
        assert!(decode::<ValidatorSet>(&bytes).is_err(), "{length} validators");
        let mut bytes = encode(&values::header());
        bytes.extend(encode(&length));
        assert!(Block::decode(&bytes).is_err(), "{length} transactions");
        let mut bytes = vec![0, 1];
        bytes.extend(encode(&length));
        assert!(decode::<ListProof>(&bytes).is_err(), "{length} siblings");
        assert!(decode::<StateProof>(&encode(&length)).is_err(), "{length} siblings");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Goal: whatever is done to bytes, the decoder answers without a panic, and what it takes is canonical.
    #[test]
    fn changed_bytes_never_panic(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let samples = samples();
        let Sample { name, bytes, decode, .. } = which.get(&samples);
        let mut bytes = bytes.clone();
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Some(again) = decode(&bytes) {
            prop_assert_eq!(again, bytes, "{}", name);
        }
    }

    /// Goal: bytes from nowhere never panic either, nor do records of a damaged store.
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for sample in samples().iter().step_by(7) {
            if let Some(again) = (sample.decode)(&bytes) {
                prop_assert_eq!(&again, &bytes, "{}", sample.name);
            }
        }
        for row in values::rows() {
            let _either = (row.decodes)(&bytes);
        }
    }
}
