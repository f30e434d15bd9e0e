//! What is registered and sold as one run of bytes: a file as it is, a folder as an archive that is the same everywhere.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{DeliveryError, io_at};

/// One file of bytes. That of a folder goes away with this value.
#[derive(Debug)]
pub enum Packed {
    /// The file itself.
    File(PathBuf),
    /// An archive of a folder.
    Archive(NamedTempFile),
}

impl Packed {
    /// Where the bytes are.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Archive(file) => file.path(),
        }
    }
}

/// Makes one run of bytes of a file or a folder.
///
/// The archive is a tar file with the folder's files and folders in the order of their paths, without times, owners or
/// rights: two folders with the same names and contents give the same bytes. Links and devices are refused.
///
/// # Errors
/// [`DeliveryError::Unpackable`], [`DeliveryError::Io`].
pub fn pack(path: &Path, spool: &Path) -> Result<Packed, DeliveryError> {
    if !fs::metadata(path).map_err(io_at(path))?.is_dir() {
        return Ok(Packed::File(path.to_owned()));
    }
    let file = NamedTempFile::new_in(spool).map_err(io_at(spool))?;
    let output = archive(path, BufWriter::new(file.as_file()))?;
    output.into_inner().map_err(|error| io_at(file.path())(error.into_error()))?.flush().map_err(io_at(file.path()))?;
    Ok(Packed::Archive(file))
}

/// Writes the archive of a folder, whole, and gives the output back.
///
/// # Errors
/// As [`pack`].
pub(super) fn archive<W: Write>(folder: &Path, output: W) -> Result<W, DeliveryError> {
    let mut archive = tar::Builder::new(output);
    for name in names_below(folder)? {
        append(&mut archive, folder, &name)?;
    }
    archive.into_inner().map_err(io_at(folder))
}

/// Everything below a folder, by its path from there, sorted.
pub(super) fn names_below(folder: &Path) -> Result<Vec<String>, DeliveryError> {
    let mut names = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let path = folder.join(&prefix);
        for entry in fs::read_dir(&path).map_err(io_at(&path))? {
            let entry = entry.map_err(io_at(&path))?;
            let unpackable = |reason| DeliveryError::Unpackable { path: entry.path(), reason };
            let name = entry.file_name().into_string().map_err(|_| unpackable("its name is not UTF-8"))?;
            let kind = entry.file_type().map_err(io_at(&entry.path()))?;
            let name = format!("{prefix}{name}");
            if kind.is_dir() {
                folders.push(format!("{name}/"));
                names.push(format!("{name}/"));
            } else if kind.is_file() {
                names.push(name);
            } else {
                return Err(unpackable("it is neither a file nor a folder"));
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn append<W: Write>(archive: &mut tar::Builder<W>, folder: &Path, name: &str) -> Result<(), DeliveryError> {
    let path = folder.join(name);
    let mut header = tar::Header::new_gnu();
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    if name.ends_with('/') {
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        return archive.append_data(&mut header, name, std::io::empty()).map_err(io_at(&path));
    }
    let file = File::open(&path).map_err(io_at(&path))?;
    let size = file.metadata().map_err(io_at(&path))?.len();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_size(size);
    // A file that grows meanwhile is cut; one that shrinks gives another root, which is told.
    archive.append_data(&mut header, name, std::io::Read::take(file, size)).map_err(io_at(&path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn archive_of(folder: &Path) -> Vec<u8> {
        let spool = tempfile::tempdir().expect("a folder for the test");
        let packed = pack(folder, spool.path()).expect("it can be packed");
        fs::read(packed.path()).expect("it is there")
    }

    /// Goal: names and contents alone make the archive: not the order of making, not rights, not times.
    #[test]
    fn the_same_folder_gives_the_same_bytes() {
        let long = "n".repeat(120);
        let make = |order: &[usize], mode: u32| {
            let folder = tempfile::tempdir().expect("a folder for the test");
            let files = [("b.csv", "1,2"), ("a/x.csv", "3"), ("a-b.csv", ""), ("数据.csv", "4"), (long.as_str(), "5")];
            fs::create_dir(folder.path().join("empty")).expect("it is not there");
            for place in order {
                let (name, text) = files[*place];
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().expect("it has one")).expect("the folder is ours");
                fs::write(&path, text).expect("the folder is there");
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
            }
            folder
        };
        let (one, other) = (make(&[0, 1, 2, 3, 4], 0o644), make(&[4, 3, 2, 1, 0], 0o600));
        assert_eq!(archive_of(one.path()), archive_of(other.path()));
        fs::write(other.path().join("b.csv"), "1,3").expect("it is ours");
        assert_ne!(archive_of(one.path()), archive_of(other.path()));

        let bytes = archive_of(one.path());
        let mut archive = tar::Archive::new(bytes.as_slice());
        let names: Vec<String> = archive
            .entries()
            .expect("it is an archive")
            .map(|entry| entry.expect("it is whole").path().expect("it has one").display().to_string())
            .collect();
        assert_eq!(names, ["a-b.csv", "a/", "a/x.csv", "b.csv", "empty/", long.as_str(), "数据.csv"]);
    }

    /// Goal: what would unpack elsewhere as something else is refused with its name.
    #[test]
    fn links_are_refused() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).expect("it is not there");
        let error = pack(folder.path(), folder.path()).expect_err("it is a link");
        assert!(matches!(error, DeliveryError::Unpackable { path, .. } if path.ends_with("link")));
    }
}
