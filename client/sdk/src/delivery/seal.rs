//! The seller's side: a file is sealed while it is read, at constant memory, into a spool of two age files.

use std::fs::File;
use std::io::{BufWriter, Read, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use age::stream::StreamWriter;
use blake3::Hasher;
use tempfile::TempDir;
use yaosu_ledger::Digest;
use yaosu_ledger::model::DeliveryKey;
use yaosu_ledger::sealed::{Commitment, SealError, Sealed, Sealer, Secret, Sink, nodes_bytes};

use super::{BUFFER_BYTES, CHUNKS, DeliveryError, NODES, Progress, envelope, io_at};
use crate::content::{self, ContentError, Fingerprint};

/// A secret for one delivery, from the system's random numbers.
///
/// # Errors
/// [`DeliveryError::Random`].
pub fn new_secret() -> Result<Secret, DeliveryError> {
    let mut bytes = zeroize::Zeroizing::new([0; Secret::BYTES]);
    getrandom::fill(bytes.as_mut_slice()).map_err(DeliveryError::Random)?;
    Ok(Secret::from_bytes(&bytes))
}

/// A sealed delivery on its way to a depot. The files go away with this value.
#[derive(Debug)]
pub struct SealedDelivery {
    folder: TempDir,
    /// What the ledger is told.
    pub commitment: Commitment,
}

impl SealedDelivery {
    /// The age file of the encrypted chunks.
    #[must_use]
    pub fn chunks(&self) -> PathBuf {
        self.folder.path().join(CHUNKS)
    }

    /// The age file of the encrypted nodes.
    #[must_use]
    pub fn nodes(&self) -> PathBuf {
        self.folder.path().join(NODES)
    }
}

/// Seals a file that must be the registered one.
///
/// # Errors
/// [`ContentError::Differs`] if it is not: to deliver it would lose the bond. Others of [`DeliveryError`].
pub fn seal_file(
    file: &Path,
    expected: Fingerprint,
    secret: &Secret,
    to: &DeliveryKey,
    spool: &Path,
    progress: Progress<'_>,
) -> Result<SealedDelivery, DeliveryError> {
    let size_bytes = std::fs::metadata(file).map_err(io_at(file))?.len();
    if size_bytes != expected.size_bytes {
        content::verify(file, expected.content_root, expected.size_bytes, progress)?;
        return Err(ContentError::ChangedWhileReading { path: file.to_owned() }.into());
    }
    let mut source = File::open(file).map_err(io_at(file))?;
    let mut spool = Spool::new(spool, to)?;
    let sealed = seal(&mut source, file, size_bytes, secret, &mut spool, progress)?;
    if sealed.content_root != expected.content_root {
        let found = Fingerprint { content_root: sealed.content_root, size_bytes };
        return Err(ContentError::Differs { path: file.to_owned(), expected, found }.into());
    }
    spool.finish(sealed.ciphertext_root, size_bytes, secret)
}

/// Seals bytes whatever they are; the caller compares what comes of it.
///
/// # Errors
/// [`ContentError::ChangedWhileReading`] if there are more or fewer than was said, and those of the sink.
pub fn seal<S: Sink<Error = DeliveryError>>(
    source: &mut impl Read,
    path: &Path,
    size_bytes: u64,
    secret: &Secret,
    sink: &mut S,
    progress: Progress<'_>,
) -> Result<Sealed, DeliveryError> {
    let fault = |error: SealError<DeliveryError>| match error {
        SealError::Size { .. } => ContentError::ChangedWhileReading { path: path.to_owned() }.into(),
        SealError::Sink(error) => error,
    };
    let mut sealer = Sealer::new(secret, size_bytes);
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut done = 0;
    loop {
        let count = source.read(&mut buffer).map_err(io_at(path))?;
        if count == 0 {
            break;
        }
        sealer.push(&buffer[..count], sink).map_err(fault)?;
        done += count as u64;
        progress(done, size_bytes);
    }
    sealer.finish(sink).map_err(fault)
}

/// A folder that sealed bytes are written to.
pub struct Spool {
    folder: TempDir,
    chunks: StreamWriter<BufWriter<File>>,
    /// Nodes come in no order; they go into their age file when all are there.
    nodes: File,
    to: DeliveryKey,
}

impl Spool {
    /// A folder of its own in `folder`, for a delivery to the owner of this key.
    ///
    /// # Errors
    /// [`DeliveryError::Recipient`], [`DeliveryError::Io`].
    pub fn new(folder: &Path, to: &DeliveryKey) -> Result<Self, DeliveryError> {
        let folder = TempDir::new_in(folder).map_err(io_at(folder))?;
        let chunks = folder.path().join(CHUNKS);
        let chunks = envelope::writer(File::create_new(&chunks).map_err(io_at(&chunks))?, to)?;
        let nodes = folder.path().join("nodes");
        let mut options = File::options();
        let nodes = options.read(true).write(true).create_new(true).open(&nodes).map_err(io_at(&nodes))?;
        Ok(Self { folder, chunks, nodes, to: *to })
    }

    /// Ends the writing: hashes the nodes, which all are there now, and seals them.
    ///
    /// # Errors
    /// [`DeliveryError::Io`].
    pub fn finish(
        self,
        ciphertext_root: Digest,
        size_bytes: u64,
        secret: &Secret,
    ) -> Result<SealedDelivery, DeliveryError> {
        let io = io_at(self.folder.path());
        self.chunks.finish().and_then(|mut output| output.flush()).map_err(&io)?;
        let path = self.folder.path().join(NODES);
        let mut output = envelope::writer(File::create_new(&path).map_err(&io)?, &self.to)?;
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        let (mut done, end) = (0, nodes_bytes(size_bytes));
        while done < end {
            let count = usize::try_from(end - done).map_or(BUFFER_BYTES, |left| left.min(BUFFER_BYTES));
            self.nodes.read_exact_at(&mut buffer[..count], done).map_err(&io)?;
            hasher.update(&buffer[..count]);
            output.write_all(&buffer[..count]).map_err(&io)?;
            done += count as u64;
        }
        output.finish().and_then(|mut output| output.flush()).map_err(&io)?;
        let nodes_root = Digest(*hasher.finalize().as_bytes());
        let commitment = Commitment { ciphertext_root, nodes_root, key_commitment: secret.commitment() };
        Ok(SealedDelivery { folder: self.folder, commitment })
    }
}

impl Sink for Spool {
    type Error = DeliveryError;

    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), DeliveryError> {
        self.chunks.write_all(bytes).map_err(io_at(self.folder.path()))
    }

    fn nodes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), DeliveryError> {
        self.nodes.write_all_at(bytes, offset).map_err(io_at(self.folder.path()))
    }
}
