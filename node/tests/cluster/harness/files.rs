//! Damage: bytes of files changed behind a stopped node's back.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder whose names end so, in order.
pub fn files_in(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder is read").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(end));
    files.sort();
    files
}

/// Flips one bit of the byte at a place.
pub fn flip(path: &Path, place: usize) {
    let mut bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    bytes[place] ^= 1;
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Where some bytes stand in a file, each place.
pub fn places_of(path: &Path, wanted: &[u8]) -> Vec<usize> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    bytes.windows(wanted.len()).enumerate().filter(|(_, found)| *found == wanted).map(|(place, _)| place).collect()
}

/// A copy of a folder with all that is in it, but for the socket that a killed node leaves: nobody is behind it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the folder is read");
        let target = to.join(entry.file_name());
        let kind = entry.file_type().expect("an entry has a type");
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_file() {
            // With its mode.
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
