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

    /// The file or folder with this content: what was named for the asset without a look into it, or else what has its
    /// size and hash. `None` if there is none.
    ///
    /// # Errors
    /// [`DeliveryError::Io`] for a folder that can't be read. What lies in it and can't be read is passed over.
    pub fn find(
        &mut self,
        asset: AssetId,
        version: u32,
        wanted: Fingerprint,
    ) -> Result<Option<PathBuf>, DeliveryError> {
        if let Some(path) = self.named.get(&(asset, Some(version))).or_else(|| self.named.get(&(asset, None))) {
            return Ok(Some(path.clone()));
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
        Ok(None)
    }

    /// What an entry of a folder is, if it can have this size at all.
    fn fingerprint(&mut self, path: &Path, size_bytes: u64) -> Result<Option<Fingerprint>, DeliveryError> {
        let metadata = fs::metadata(path).map_err(io_at(path))?;
        let stamp = if metadata.is_dir() {
            names_below(path)?.into_iter().map(|name| stamp_at(path, name)).collect::<Result<Stamp, _>>()?
        } else {
            vec![stamp_of(String::new(), &metadata)]
        };
        let bytes = stamp.iter().fold(0_u64, |sum, (_, bytes, _)| sum.saturating_add(*bytes));
        // A pipe or a device would be waited for.
        let is_file = metadata.is_file() && bytes == size_bytes;
        let can_have = is_file || (metadata.is_dir() && bytes <= size_bytes);
        if !can_have {
            return Ok(None);
        }
        if let Some((known, found)) = self.known.get(path)
            && *known == stamp
        {
            return Ok(Some(*found));
        }
        let found = if metadata.is_dir() { of_archive(path)? } else { of_file(path)? };
        self.known.insert(path.to_owned(), (stamp, found));
        Ok(Some(found))
    }
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

    /// Goal: what a person has named goes before what lies in folders, and a version before all versions.
    #[test]
    fn names_go_first() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::write(folder.path().join("a"), "1").expect("the folder is there");
        let wanted = fingerprint(&folder.path().join("a"));
        let mut shelf = Shelf::default();
        shelf.add_folder(folder.path().to_owned());
        shelf.name(asset(1), None, "/all".into());
        shelf.name(asset(1), Some(2), "/second".into());
        let rows = [(1, 1, "/all"), (1, 2, "/second"), (2, 1, "a")];
        for (id, version, name) in rows {
            let found = shelf.find(asset(id), version, wanted).expect("it can be read");
            assert_eq!(found, Some(folder.path().join(name)));
        }
    }
}
