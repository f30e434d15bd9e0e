//! Golden bytes of sled: every key and value that a founding and one decided block leave there, in the order of keys.
//!
//! `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-store golden` when the format is meant to change.

use std::collections::BTreeSet;

use super::*;
use crate::disk::RealDisk;
use crate::golden::{Sample, compare};
use crate::samples;

#[test]
fn golden_sled() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let path = folder.path().join("sled");
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let founding: [(Vec<u8>, Bytes); 2] = [(vec![1, 0], Arc::from([17; 3])), (vec![1, 2], Arc::from([18; 3]))];
    Database::create(&path, 1 << 20, Arc::clone(&disk), samples::CHAIN, samples::VALIDATORS, founding.into_iter())
        .expect("an empty folder");
    let database = Database::open(&path, 1 << 20, disk, samples::CHAIN).expect("it was just made");
    database.put_entries(&[Arc::new(samples::entry())]).expect("the disk is sound");
    // Two items that share no value, the second in two parts: places and parts other than 0 are in their keys.
    let long = [19; PART_BYTES];
    database
        .put_list(keys::TRANSACTIONS, samples::HEIGHT.next(), [b"short".as_slice(), &long].into_iter())
        .expect("the disk is sound");
    database.record_height(samples::HEIGHT).expect("the disk is sound");
    let mut golden: Vec<Sample> = Vec::new();
    let mut prefixes = BTreeSet::new();
    for (place, row) in database.sled.iter().enumerate() {
        let (key, value) = row.expect("the disk is sound");
        let prefix = char::from(key[0]);
        prefixes.insert(prefix);
        golden.push((format!("{prefix}-{place}-key"), key.to_vec()));
        golden.push((format!("{prefix}-{place}-value"), value.to_vec()));
    }
    assert_eq!(prefixes, "behimpstvx".chars().collect(), "each prefix has a sample");
    compare("sled.txt", &golden);
}
