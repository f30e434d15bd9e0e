//! Delivery of bytes beside the ledger: a folder that a seller hands out from, and the way to what a buyer was told.
//!
//! Nothing is believed on the way: bytes count only when they have the registered size and root.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use reqwest::Url;
use tempfile::NamedTempFile;
use yaosu_ledger::Digest;

use crate::client::{causes, http_client};
use crate::content::{self, ContentError, Fingerprint};

/// How much is copied at once, in bytes.
const BUFFER_BYTES: usize = 256 * 1024;

/// Why bytes were not handed over.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Not the registered content, or not readable.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The place is no address that bytes can be fetched from.
    #[error("{location:?} is not an address to fetch from: file://, http:// and https:// are")]
    Location {
        /// What the seller says.
        location: String,
    },
    /// More bytes come than are registered; the rest was not fetched.
    #[error("{location} gives more than the registered {size_bytes} bytes")]
    TooLong {
        /// Where from.
        location: String,
        /// How many there should be.
        size_bytes: u64,
    },
    /// The place can't be reached, or breaks off.
    #[error("{location}: {reason}")]
    Unreachable {
        /// Where from.
        location: String,
        /// What the network or the system says.
        reason: String,
    },
    /// A file is in the way; nothing is overwritten.
    #[error("{} is already there", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Copies a file into a depot under its root, whole or not at all, and gives where it lies.
///
/// What is checked are the bytes that arrive in the depot: the file may change at any time.
///
/// # Errors
/// [`ContentError::Differs`] if the file is not the expected content, and others of [`DeliveryError`].
pub fn place_in_depot(
    file: &Path,
    depot: &Path,
    expected: Fingerprint,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<PathBuf, DeliveryError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| DeliveryError::Io { path, source }
    };
    fs::create_dir_all(depot).map_err(io(depot))?;
    let depot = fs::canonicalize(depot).map_err(io(depot))?;
    let target = depot.join(expected.content_root.to_string());
    if target.exists() {
        // From an earlier delivery; if it was damaged since, it is written anew.
        if content::verify(&target, expected.content_root, expected.size_bytes, progress).is_ok() {
            content::verify(file, expected.content_root, expected.size_bytes, &mut |_, _| {})?;
            return Ok(target);
        }
    }
    let mut source = open(file)?;
    let mut arrival = Arrival::new(&depot, expected)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = source.read(&mut buffer).map_err(io(file))?;
        if count == 0 || !arrival.take(&buffer[..count], progress)? {
            break;
        }
    }
    if arrival.overflows() || arrival.fingerprint() != expected {
        // Read once more for both fingerprints; that it succeeds now only says that the file changes.
        content::verify(file, expected.content_root, expected.size_bytes, &mut |_, _| {})?;
        return Err(ContentError::ChangedWhileReading { path: file.to_owned() }.into());
    }
    arrival.keep(&target, true)?;
    Ok(target)
}

/// The address of a file of this machine.
///
/// # Errors
/// [`DeliveryError::Location`] if the path is not absolute.
pub fn file_location(path: &Path) -> Result<String, DeliveryError> {
    let location = || DeliveryError::Location { location: path.display().to_string() };
    Url::from_file_path(path).map(String::from).map_err(|()| location())
}

/// Fetches bytes to a new file. Only the expected content appears there; of anything else nothing is left behind.
///
/// # Errors
/// [`DeliveryError`]; [`ContentError::Differs`] with both fingerprints if other bytes come.
pub async fn fetch(
    location: &str,
    output: &Path,
    expected: Fingerprint,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), DeliveryError> {
    if output.symlink_metadata().is_ok() {
        return Err(DeliveryError::Exists { path: output.to_owned() });
    }
    let no_address = || DeliveryError::Location { location: location.to_owned() };
    let url = Url::parse(location).map_err(|_| no_address())?;
    let folder = output.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut arrival = Arrival::new(folder, expected)?;
    match url.scheme() {
        "file" => {
            let path = url.to_file_path().map_err(|()| no_address())?;
            let unreachable = |error: io::Error| DeliveryError::Unreachable {
                location: location.to_owned(),
                reason: error.to_string(),
            };
            if !fs::metadata(&path).map_err(unreachable)?.is_file() {
                return Err(ContentError::NotAFile { path }.into());
            }
            let mut source = File::open(&path).map_err(unreachable)?;
            let mut buffer = vec![0; BUFFER_BYTES];
            loop {
                let count = source.read(&mut buffer).map_err(unreachable)?;
                if count == 0 || !arrival.take(&buffer[..count], progress)? {
                    break;
                }
            }
        }
        "http" | "https" => download(url, location, &mut arrival, progress).await?,
        _ => return Err(no_address()),
    }
    if arrival.overflows() {
        return Err(DeliveryError::TooLong { location: location.to_owned(), size_bytes: expected.size_bytes });
    }
    let found = arrival.fingerprint();
    if found != expected {
        return Err(ContentError::Differs { path: output.to_owned(), expected, found }.into());
    }
    arrival.keep(output, false)
}

async fn download(
    url: Url,
    location: &str,
    arrival: &mut Arrival,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), DeliveryError> {
    let unreachable = |reason: String| DeliveryError::Unreachable { location: location.to_owned(), reason };
    // A redirection may lead to https.
    let client = http_client(url.scheme() == "https").map_err(unreachable)?;
    let mut response = client.get(url).send().await.map_err(|error| unreachable(causes(&error)))?;
    if !response.status().is_success() {
        return Err(unreachable(format!("HTTP status {}", response.status())));
    }
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(causes(&error)))? {
        if !arrival.take(&chunk, progress)? {
            break;
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<File, DeliveryError> {
    let fault = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => ContentError::NotFound { path: path.to_owned() },
        _ => ContentError::Io { path: path.to_owned(), source },
    };
    if !fs::metadata(path).map_err(fault)?.is_file() {
        return Err(ContentError::NotAFile { path: path.to_owned() }.into());
    }
    Ok(File::open(path).map_err(fault)?)
}

/// Bytes on their way into a file that nobody sees before they are known to be the right ones.
struct Arrival {
    folder: PathBuf,
    file: NamedTempFile,
    hasher: blake3::Hasher,
    size_bytes: u64,
    expected: Fingerprint,
}

impl Arrival {
    fn new(folder: &Path, expected: Fingerprint) -> Result<Self, DeliveryError> {
        let file =
            NamedTempFile::new_in(folder).map_err(|source| DeliveryError::Io { path: folder.to_owned(), source })?;
        Ok(Self { folder: folder.to_owned(), file, hasher: blake3::Hasher::new(), size_bytes: 0, expected })
    }

    /// Takes some bytes; false if they are more than there should be.
    fn take(&mut self, bytes: &[u8], progress: &mut dyn FnMut(u64, u64)) -> Result<bool, DeliveryError> {
        self.size_bytes = self.size_bytes.saturating_add(bytes.len() as u64);
        if self.overflows() {
            return Ok(false);
        }
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(|source| DeliveryError::Io { path: self.folder.clone(), source })?;
        progress(self.size_bytes, self.expected.size_bytes);
        Ok(true)
    }

    const fn overflows(&self) -> bool {
        self.size_bytes > self.expected.size_bytes
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint { content_root: Digest(*self.hasher.finalize().as_bytes()), size_bytes: self.size_bytes }
    }

    fn keep(self, target: &Path, replace: bool) -> Result<(), DeliveryError> {
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => DeliveryError::Exists { path: target.to_owned() },
            _ => DeliveryError::Io { path: target.to_owned(), source },
        };
        self.file.as_file().sync_all().map_err(io)?;
        if replace {
            self.file.persist(target).map_err(|error| io(error.error))?;
        } else {
            self.file.persist_noclobber(target).map_err(|error| io(error.error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(bytes: &[u8]) -> Fingerprint {
        Fingerprint { content_root: Digest(*blake3::hash(bytes).as_bytes()), size_bytes: bytes.len() as u64 }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
    }

    /// Goal: only the registered bytes get into a depot, under their root, and again if they were damaged there.
    #[test]
    fn a_depot_takes_the_registered_bytes_alone() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (file, depot) = (folder.path().join("data.csv"), folder.path().join("depot"));
        let good = fingerprint(b"a,b\n1,2\n");
        for (bytes, taken) in
            [(&b"a,b\n1,3\n"[..], false), (b"a,b\n1,2\n3,4\n", false), (b"a", false), (b"a,b\n1,2\n", true)]
        {
            fs::write(&file, bytes).expect("the folder is there");
            let result = place_in_depot(&file, &depot, good, &mut |_, _| {});
            assert_eq!(result.is_ok(), taken, "{bytes:?}");
            let expected: Vec<String> = taken.then(|| good.content_root.to_string()).into_iter().collect();
            assert_eq!(names(&depot), expected);
        }
        let path = place_in_depot(&file, &depot, good, &mut |_, _| {}).expect("it is there already");
        fs::write(&path, b"damaged").expect("it is ours");
        place_in_depot(&file, &depot, good, &mut |_, _| {}).expect("it is written anew");
        assert_eq!(fs::read(&path).expect("it is there"), b"a,b\n1,2\n");
    }

    /// Goal: a source without end fills no disk: what is too much is told at once, and not written.
    #[test]
    fn too_much_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut arrival = Arrival::new(folder.path(), fingerprint(b"four")).expect("the folder is there");
        assert!(arrival.take(b"four", &mut |_, _| {}).expect("it fits"));
        assert!(!arrival.take(b"!", &mut |_, _| {}).expect("nothing is written"));
        assert_eq!(arrival.file.as_file().metadata().expect("it is there").len(), 4);
    }

    /// Goal: a fetch gives the registered bytes or nothing.
    #[test]
    fn nothing_is_left_of_wrong_bytes() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (source, output) = (folder.path().join("source"), folder.path().join("output"));
        let location = file_location(&source).expect("the path is absolute");
        let good = fingerprint(b"good bytes");
        let fetch_it = || block_on(fetch(&location, &output, good, &mut |_, _| {}));

        assert!(matches!(fetch_it(), Err(DeliveryError::Unreachable { .. })));
        fs::write(&source, b"bad bytes!").expect("the folder is there");
        assert!(matches!(fetch_it(), Err(DeliveryError::Content(ContentError::Differs { .. }))));
        fs::write(&source, b"good bytes and more").expect("the folder is there");
        assert!(matches!(fetch_it(), Err(DeliveryError::TooLong { .. })));
        assert_eq!(names(folder.path()), ["source"]);
        fs::write(&source, b"good bytes").expect("the folder is there");
        fetch_it().expect("they are the right ones");
        assert_eq!(fs::read(&output).expect("it is there"), b"good bytes");
        assert!(matches!(fetch_it(), Err(DeliveryError::Exists { .. })));

        for bad in ["", "somewhere", "ftp://a/b", "mailto:a@b"] {
            let result = block_on(fetch(bad, &folder.path().join("other"), good, &mut |_, _| {}));
            assert!(matches!(result, Err(DeliveryError::Location { .. })), "{bad:?}");
        }
    }
}
