//! Golden bytes of the journal: one record of each kind.
//!
//! `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-store golden` when the format is meant to change.

use yaosu_ledger::codec;

use super::record::{self, Kind, OPENING_BYTES, Opening};
use crate::entry::{DecidedRecord, ProposedRecord};
use crate::golden::{Sample, compare};
use crate::samples;

const SALT: record::Salt = [16; 16];
const SEQUENCE: u64 = 300;

/// A record, which reads as what was written.
fn sample(name: &str, kind: Kind, payload: impl FnOnce(&mut Vec<u8>)) -> (Sample, Vec<u8>) {
    let mut buffer = Vec::new();
    let bytes = record::write(&mut buffer, &SALT, kind, SEQUENCE, payload).expect("a short record").to_vec();
    let place = record::read_numbered(&bytes, &SALT, 0, SEQUENCE).expect("its own record");
    assert_eq!(place.kind, kind, "{name}");
    let payload = bytes[place.payload].to_vec();
    ((name.to_owned(), bytes), payload)
}

#[test]
fn golden_journal() {
    let opening = Opening { chain: samples::CHAIN, number: 2, after: samples::HEIGHT.previous(), salt: SALT };
    let mut buffer = Vec::new();
    let bytes = opening.write(&mut buffer, SEQUENCE).expect("a short record").to_vec();
    assert_eq!(bytes.len(), OPENING_BYTES);
    let (read, sequence) = Opening::read(&bytes).expect("a whole record").expect("a known format");
    assert_eq!(
        (read.chain, read.number, read.after, read.salt, sequence),
        (opening.chain, opening.number, opening.after, opening.salt, SEQUENCE)
    );
    let mut golden: Vec<Sample> = vec![("opening".to_owned(), bytes)];
    let (block, entry) = (samples::block(), samples::entry());
    for (name, offer) in samples::offers() {
        let (sample, payload) = sample(&format!("proposed-{name}"), Kind::Proposed, |payload| {
            ProposedRecord::write(&block, block.id(), &offer, payload);
        });
        let record = ProposedRecord::read(&payload).expect("its own payload");
        assert_eq!((record.height, record.id, record.offer), (samples::HEIGHT, block.id(), offer));
        assert_eq!(record.block, block.encode());
        golden.push(sample);
    }
    for (name, is_proposed) in [("decided-with-its-block", false), ("decided-and-proposed-before", true)] {
        let (sample, payload) =
            sample(name, Kind::Decided, |payload| DecidedRecord::write(&entry, is_proposed, payload));
        let record = DecidedRecord::read(&payload).expect("its own payload");
        assert_eq!(record.block.is_none(), is_proposed, "{name}");
        let decided = record.decode(&block.encode()).expect("its own payload");
        assert_eq!(codec::encode(&decided.certificate), entry.certificate_bytes, "{name}");
        assert_eq!((decided.events, decided.changes), (entry.events.clone(), entry.changes.clone()), "{name}");
        golden.push(sample);
    }
    compare("journal.txt", &golden);
}
