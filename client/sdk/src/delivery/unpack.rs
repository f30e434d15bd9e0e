//! An archive becomes a folder again: nothing in it can reach beyond the folder, or replace what is there.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use tar::EntryType;
use tempfile::TempDir;

use super::{DeliveryError, io_at};

/// The most that stands before an entry's content: its header, long names and attributes, and what fills the last block.
const HEADERS_BYTES_MAX: u64 = 64 * 1024;

/// Extracts an archive into a folder that must not be there yet; the folder appears whole or not at all.
///
/// Only files and folders are taken, by relative paths without `..`, each once, without owners, rights and times. What
/// is made is made in a new folder in which there are no links, so that no path leads elsewhere.
///
/// # Errors
/// [`DeliveryError::Exists`], [`DeliveryError::Archive`] with the entry that is refused, [`DeliveryError::Io`].
pub fn unpack(archive: &Path, folder: &Path) -> Result<(), DeliveryError> {
    if folder.symlink_metadata().is_ok() {
        return Err(DeliveryError::Exists { path: folder.to_owned() });
    }
    let parent = folder.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let made = TempDir::new_in(parent).map_err(io_at(parent))?;
    let target = made.path().join("content");
    fs::create_dir(&target).map_err(io_at(&target))?;
    let broken = |error: io::Error| DeliveryError::Archive { entry: archive.to_owned(), reason: error.to_string() };
    let source = BufReader::new(File::open(archive).map_err(io_at(archive))?);
    let allowance = Cell::new(0);
    let mut entries = tar::Archive::new(Metered { source, allowance: &allowance });
    let mut entries = entries.entries().map_err(broken)?;
    loop {
        // Names and attributes are read into memory before anybody sees the entry that they belong to.
        allowance.set(HEADERS_BYTES_MAX);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(broken)?;
        allowance.set(entry.size());
        let name = entry.path().map_err(broken)?.into_owned();
        let refused = |reason: &str| DeliveryError::Archive { entry: name.clone(), reason: reason.to_owned() };
        let path = target.join(inside(&name).ok_or_else(|| refused("its path leads out of the folder"))?);
        match entry.header().entry_type() {
            EntryType::Directory => fs::create_dir_all(&path).map_err(|error| refused(&error.to_string()))?,
            EntryType::Regular => {
                if let Some(above) = path.parent() {
                    fs::create_dir_all(above).map_err(|error| refused(&error.to_string()))?;
                }
                let mut file = File::create_new(&path).map_err(|error| refused(&error.to_string()))?;
                let expected = entry.size();
                let found = io::copy(&mut entry, &mut file).map_err(io_at(&path))?;
                if found != expected {
                    return Err(refused("the archive breaks off in it"));
                }
                file.sync_all().map_err(io_at(&path))?;
            }
            _ => return Err(refused("it is neither a file nor a folder")),
        }
    }
    // Onto an empty folder that came meanwhile it would succeed too, which replaces nothing.
    fs::rename(&target, folder).map_err(io_at(folder))
}

/// Gives no more of an archive than is allowed for.
struct Metered<'a, R> {
    source: R,
    allowance: &'a Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.get();
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(format!("an entry has more than {HEADERS_BYTES_MAX} bytes of names")));
        }
        let count = (&mut self.source).take(left).read(buffer)?;
        self.allowance.set(left - count as u64);
        Ok(count)
    }
}

/// A path that goes down only.
fn inside(name: &Path) -> Option<PathBuf> {
    let parts: Option<PathBuf> = name
        .components()
        .map(|part| match part {
            Component::Normal(part) => Some(part),
            _ => None,
        })
        .collect();
    parts.filter(|path| !path.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::pack;
    use super::*;

    /// Name, kind, and where it leads.
    type Hostile<'a> = (&'a str, EntryType, Option<&'a str>);

    fn entry(archive: &mut tar::Builder<Vec<u8>>, name: &str, kind: EntryType, link: Option<&str>) {
        let mut header = tar::Header::new_gnu();
        // As a hostile seller would write it: the library refuses to.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o4777);
        if let Some(link) = link {
            header.set_link_name(link).expect("it is short");
        }
        let data: &[u8] = if kind == EntryType::Regular { b"evil" } else { b"" };
        header.set_size(data.len() as u64);
        header.set_cksum();
        archive.append(&header, data).expect("it is in memory");
    }

    /// Goal: what was packed comes out again, name by name and byte by byte, and packs to the same bytes.
    #[test]
    fn what_was_packed_comes_out() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (source, target) = (folder.path().join("source"), folder.path().join("target"));
        let long = "n".repeat(120);
        fs::create_dir_all(source.join("a/empty")).expect("it is not there");
        for (name, text) in [("a/x.csv", "1"), ("数据.csv", "2"), (long.as_str(), "")] {
            fs::write(source.join(name), text).expect("the folder is there");
        }
        let packed = pack(&source, folder.path()).expect("it can be packed");
        unpack(packed.path(), &target).expect("it is sound");
        assert_eq!(fs::read(target.join("数据.csv")).expect("it is there"), b"2");
        assert!(target.join("a/empty").is_dir());
        let again = pack(&target, folder.path()).expect("it can be packed");
        assert_eq!(fs::read(again.path()).expect("ours"), fs::read(packed.path()).expect("ours"));
        assert!(matches!(unpack(packed.path(), &target), Err(DeliveryError::Exists { .. })));
    }

    /// Goal: no archive writes outside its folder, replaces anything, or leaves half of itself behind.
    #[test]
    fn hostile_archives_are_refused() {
        use EntryType::{Block, Directory, Fifo, GNUSparse, Link, Regular, Symlink};
        #[rustfmt::skip]
        let rows: [(&str, &[Hostile]); 12] = [
            ("up",                &[("../evil", Regular, None)]),
            ("up in the middle",  &[("a/../../evil", Regular, None)]),
            ("absolute",          &[("/tmp/yaosu-evil", Regular, None)]),
            ("folder above",      &[("..", Directory, None)]),
            ("itself",            &[(".", Regular, None)]),
            ("link",              &[("link", Symlink, Some("/etc")), ("link/evil", Regular, None)]),
            ("hard link",         &[("link", Link, Some("/etc/passwd"))]),
            ("pipe",              &[("pipe", Fifo, None)]),
            ("device",            &[("device", Block, None)]),
            ("sparse",            &[("sparse", GNUSparse, None)]),
            ("twice",             &[("x", Regular, None), ("x", Regular, None)]),
            ("below a file",      &[("x", Regular, None), ("x/y", Regular, None)]),
        ];
        for (case, entries) in rows {
            let folder = tempfile::tempdir().expect("a folder for the test");
            let mut archive = tar::Builder::new(Vec::new());
            entry(&mut archive, "good", Regular, None);
            for (name, kind, link) in entries {
                entry(&mut archive, name, *kind, *link);
            }
            let path = folder.path().join("archive");
            fs::write(&path, archive.into_inner().expect("it is in memory")).expect("the folder is there");
            let error = unpack(&path, &folder.path().join("target")).expect_err(case);
            assert!(matches!(error, DeliveryError::Archive { .. }), "{case}: {error}");
            let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").flatten().collect();
            assert_eq!(left.len(), 1, "{case}: {left:?}");
        }
        assert!(!Path::new("/tmp/yaosu-evil").exists());
    }

    /// Goal: no name takes more memory than a name needs, however the entry that it belongs to is hidden.
    /// Method: long names and attributes of each kind, of as much as is allowed and of more; one is behind content whose
    /// size an attribute gives, so that who reads headers alone takes the content for them.
    #[test]
    fn endless_names_are_refused() {
        let extension = |kind: u8, data: &[u8]| {
            let mut header = tar::Header::new_ustar();
            header.set_path("x").expect("it is short");
            header.set_entry_type(EntryType::new(kind));
            header.set_size(data.len() as u64);
            header.set_cksum();
            let padding = vec![0; data.len().next_multiple_of(512) - data.len()];
            [header.as_bytes().as_slice(), data, &padding].concat()
        };
        let pax = |key: &str, value: &str| {
            let length = format!("    {key}={value}\n").len() + 2;
            format!("{length:05} {key}={value}\n").into_bytes()
        };
        let file = |size: u64, data: &[u8]| {
            let mut header = tar::Header::new_ustar();
            header.set_path("file").expect("it is short");
            header.set_size(size);
            header.set_cksum();
            let padding = vec![0; data.len().next_multiple_of(512) - data.len()];
            [header.as_bytes().as_slice(), data, &padding].concat()
        };
        let end = vec![0; 1024];
        let (short, long) = ("n".repeat(200), "n".repeat(70_000));
        let sized = pax("size", "1024");
        let fake = file(8 * 1024 * 1024, b"");
        let hidden = [fake.as_slice(), &fake].concat();
        #[rustfmt::skip]
        let rows = [
            ("a long name", [extension(b'L', short.as_bytes()), file(1, b"1")].concat(), true),
            ("attributes", [extension(b'x', &pax("path", &short)), file(1, b"1")].concat(), true),
            ("attributes of all, which are not taken", [extension(b'g', &pax("comment", &short)), file(1, b"1")].concat(), false),
            ("a size of its own", [extension(b'x', &sized), file(0, &hidden)].concat(), true),
            ("an endless name", [extension(b'L', long.as_bytes()), file(1, b"1")].concat(), false),
            ("an endless link", [extension(b'K', long.as_bytes()), file(1, b"1")].concat(), false),
            ("endless attributes", [extension(b'x', &pax("path", &long)), file(1, b"1")].concat(), false),
            ("endless attributes of all", [extension(b'g', &pax("comment", &long)), file(1, b"1")].concat(), false),
            ("many names", [extension(b'x', &pax("a", &long[..40_000])), extension(b'L', &long.as_bytes()[..40_000]), file(1, b"1")].concat(), false),
            ("hidden by a size", [extension(b'x', &sized), file(0, &hidden), extension(b'L', long.as_bytes()), file(1, b"1")].concat(), false),
        ];
        for (case, bytes, is_sound) in rows {
            let folder = tempfile::tempdir().expect("a folder for the test");
            let path = folder.path().join("archive");
            fs::write(&path, [bytes, end.clone()].concat()).expect("the folder is there");
            let result = unpack(&path, &folder.path().join("target"));
            assert_eq!(result.is_ok(), is_sound, "{case}: {result:?}");
            assert_eq!(folder.path().join("target").exists(), is_sound, "{case}");
        }
    }

    /// Goal: a file that is no archive, or a part of one, is told.
    #[test]
    fn rubbish_is_no_archive() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("archive");
        let mut archive = tar::Builder::new(Vec::new());
        entry(&mut archive, "good", EntryType::Regular, None);
        let whole = archive.into_inner().expect("it is in memory");
        for bytes in [vec![b'x'; 2048], whole[..514].to_vec()] {
            fs::write(&path, bytes).expect("the folder is there");
            assert!(unpack(&path, &folder.path().join("target")).is_err());
            assert!(!folder.path().join("target").exists());
        }
    }
}
