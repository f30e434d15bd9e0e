//! A seller's files: which of them is the registered content that was ordered.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use blake3::Hasher;
use yaosu_ledger::{AssetId, Digest};

use super::pack::{archive, names_below};
use super::{DeliveryError, io_at};
use crate::content::Fingerprint;

/// Files that were named for an asset, and folders in which anything may lie: it is known by its hash.
///
/// What was hashed once is hashed again only after it has changed in size, in time or, for a folder, in its names.
#[derive(Debug, Default)]
pub struct Shelf {
    named: BTreeMap<(AssetId, Option<u32>), PathBuf>,
    folders: Vec<PathBuf>,
    known: BTreeMap<PathBuf, (Stamp, Fingerprint)>,
}

/// What a file, or all that is below a folder, looked like when it was hashed.
type Stamp = Vec<(String, u64, Option<SystemTime>)>;

impl Shelf {
    /// Names the file or folder that holds a version of an asset, or whichever version is asked for. The last word
    /// counts.
    pub fn name(&mut self, asset: AssetId, version: Option<u32>, path: PathBuf) {
        self.named.insert((asset, version), path);
    }

    /// Adds a folder: each file right in it, and each folder right in it as one archive, may be content.
    pub fn add_folder(&mut self, folder: PathBuf) {
        self.folders.push(folder);
    }

    /// The file or folder with this content: what was named for the version without a look into it; what was named for the
    /// asset if its size can be right, for it may hold another version; or else what has its size and hash. `None` if there is
    /// none and nothing was named.
    ///
    /// # Errors
    /// [`DeliveryError::Io`] for a folder that can't be read. What lies in it and can't be read is passed over.
    pub fn find(
        &mut self,
        asset: AssetId,
        version: u32,
        wanted: Fingerprint,
    ) -> Result<Option<PathBuf>, DeliveryError> {
        if let Some(path) = self.named.get(&(asset, Some(version))) {
            return Ok(Some(path.clone()));
        }
        let named = self.named.get(&(asset, None)).cloned();
        if let Some(path) = &named
            && stamp_below(path).is_ok_and(|(is_folder, stamp)| can_have(is_folder, &stamp, wanted.size_bytes))
        {
            return Ok(named);
        }
        for folder in self.folders.clone() {
            let mut entries = Vec::new();
            for entry in fs::read_dir(&folder).map_err(io_at(&folder))? {
                entries.push(entry.map_err(io_at(&folder))?.path());
            }
            entries.sort();
            for path in entries {
                if self.fingerprint(&path, wanted.size_bytes).is_ok_and(|found| found == Some(wanted)) {
                    return Ok(Some(path));
                }
            }
        }
        // Whoever seals it says what is wrong with it.
        Ok(named)
    }

    /// What an entry of a folder is, if it can have this size at all.
    fn fingerprint(&mut self, path: &Path, size_bytes: u64) -> Result<Option<Fingerprint>, DeliveryError> {
        let (is_folder, stamp) = stamp_below(path)?;
        // A pipe or a device would be waited for.
        if !can_have(is_folder, &stamp, size_bytes) || !(is_folder || path.is_file()) {
            return Ok(None);
        }
        if let Some((known, found)) = self.known.get(path)
            && *known == stamp
        {
            return Ok(Some(*found));
        }
        let found = if is_folder { of_archive(path)? } else { of_file(path)? };
        self.known.insert(path.to_owned(), (stamp, found));
        Ok(Some(found))
    }
}

/// Whether something is a folder, and what it looks like.
fn stamp_below(path: &Path) -> Result<(bool, Stamp), DeliveryError> {
    let metadata = fs::metadata(path).map_err(io_at(path))?;
    let stamp = if metadata.is_dir() {
        names_below(path)?.into_iter().map(|name| stamp_at(path, name)).collect::<Result<Stamp, _>>()?
    } else {
        vec![stamp_of(String::new(), &metadata)]
    };
    Ok((metadata.is_dir(), stamp))
}

/// Whether something that looks so can have this size at all; a folder is longer as an archive.
fn can_have(is_folder: bool, stamp: &Stamp, size_bytes: u64) -> bool {
    let bytes = stamp.iter().fold(0_u64, |sum, (_, bytes, _)| sum.saturating_add(*bytes));
    if is_folder { bytes <= size_bytes } else { bytes == size_bytes }
}

fn stamp_at(folder: &Path, name: String) -> Result<(String, u64, Option<SystemTime>), DeliveryError> {
    let path = folder.join(&name);
    let metadata = fs::metadata(&path).map_err(io_at(&path))?;
    Ok(stamp_of(name, &metadata))
}

/// The size of a folder itself is the file system's affair.
fn stamp_of(name: String, metadata: &Metadata) -> (String, u64, Option<SystemTime>) {
    let bytes = if metadata.is_dir() { 0 } else { metadata.len() };
    (name, bytes, metadata.modified().ok())
}

fn of_file(path: &Path) -> Result<Fingerprint, DeliveryError> {
    let mut hasher = Hasher::new();
    let file = fs::File::open(path).map_err(io_at(path))?;
    hasher.update_reader(file).map_err(io_at(path))?;
    Ok(Fingerprint { content_root: Digest(*hasher.finalize().as_bytes()), size_bytes: hasher.count() })
}

fn of_archive(folder: &Path) -> Result<Fingerprint, DeliveryError> {
    let Hashing(hasher) = archive(folder, Hashing(Hasher::new()))?;
    Ok(Fingerprint { content_root: Digest(*hasher.finalize().as_bytes()), size_bytes: hasher.count() })
}

/// Takes bytes for their hash alone.
struct Hashing(Hasher);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::pack;
    use super::*;

    fn asset(byte: u8) -> AssetId {
        AssetId(Digest([byte; 32]))
    }

    fn fingerprint(path: &Path) -> Fingerprint {
        let spool = tempfile::tempdir().expect("a folder for the test");
        of_file(pack(path, spool.path()).expect("it can be packed").path()).expect("it is there")
    }

    /// Goal: content is found by what it is, whatever it is called, as a file and as a folder; nothing else is taken.
    #[test]
    fn content_is_known_by_its_hash() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("set")).expect("it is not there");
        for (name, text) in [("a.csv", "1,2"), ("b.csv", "3,4"), ("set/x.csv", "5"), ("set/y.csv", "6")] {
            fs::write(at(name), text).expect("the folder is there");
        }
        let mut shelf = Shelf::default();
        shelf.add_folder(folder.path().to_owned());
        for name in ["a.csv", "b.csv", "set"] {
            let wanted = fingerprint(&at(name));
            assert_eq!(shelf.find(asset(1), 1, wanted).expect("it can be read"), Some(at(name)));
        }

        let wanted = fingerprint(&at("b.csv"));
        fs::write(at("b.csv"), "9,9").expect("it is ours");
        let time = SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options().write(true).open(at("b.csv")).expect("ours").set_modified(time).expect("it can be set");
        assert_eq!(shelf.find(asset(1), 1, wanted).expect("it can be read"), None, "it is another file now");
        let wanted = fingerprint(&at("set"));
        fs::write(at("set/z.csv"), "").expect("it is ours");
        assert_eq!(shelf.find(asset(1), 1, wanted).expect("it can be read"), None, "it is another folder now");
    }

    /// Goal: what a person has named goes before what lies in folders, and a version before all versions; but what was named
    /// for all versions stands in nobody's way for one that it can't be.
    /// Method: a named file of the right size, of another size, and one that is not there; a named folder too small and too
    /// large.
    #[test]
    fn names_go_first() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (lying, named) = (folder.path().join("lying"), folder.path().join("named"));
        for path in [&lying, &named, &named.join("small"), &named.join("large")] {
            fs::create_dir(path).expect("it is not there");
        }
        let long = "1".repeat(9_000);
        for (path, text) in [
            (lying.join("a"), "1"),
            (named.join("same"), "2"),
            (named.join("other"), "34"),
            (named.join("small/x"), ""),
            (named.join("large/x"), long.as_str()),
        ] {
            fs::write(path, text).expect("the folder is there");
        }
        let wanted = fingerprint(&lying.join("a"));
        let nothing = Fingerprint { content_root: Digest([0; 32]), size_bytes: 1 };
        let missing = named.join("missing");
        let rows = [
            (named.join("same"), named.join("same"), named.join("same")),
            (named.join("other"), lying.join("a"), named.join("other")),
            (named.join("small"), named.join("small"), named.join("small")),
            (named.join("large"), lying.join("a"), named.join("large")),
            (missing.clone(), lying.join("a"), missing.clone()),
        ];
        for (all, expected, without) in rows {
            let mut shelf = Shelf::default();
            shelf.add_folder(lying.clone());
            shelf.name(asset(1), None, all.clone());
            shelf.name(asset(1), Some(2), missing.clone());
            let mut find = |id, version, wanted| shelf.find(asset(id), version, wanted).expect("it can be read");
            assert_eq!(find(1, 1, wanted), Some(expected), "{}", all.display());
            assert_eq!(find(1, 2, wanted), Some(missing.clone()), "a version's own name is not looked into");
            assert_eq!(find(2, 1, wanted), Some(lying.join("a")));
            assert_eq!(find(1, 1, nothing), Some(without), "named, and told what is wrong with it");
            assert_eq!(find(2, 1, nothing), None);
        }
    }
}
