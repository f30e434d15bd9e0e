//! The buyer's side: fetch, check against the commitment, and, with the key, open or prove.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use blake3::Hasher;
use tempfile::NamedTempFile;
use yaosu_ledger::Digest;
use yaosu_ledger::sealed::{Keystream, Proof, Secret, nodes_bytes, prove};

use super::{BUFFER_BYTES, CHUNKS, DeliveryError, Depot, FileAccess, NODES, Progress, envelope, io_at};
use crate::key_file::DeliverySecret;

/// What is acknowledged: the roots of bytes that have the right lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The root of the encrypted chunks.
    pub ciphertext_root: Digest,
    /// The root of the encrypted nodes.
    pub nodes_root: Digest,
}

/// What a key opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The registered bytes; they are in the output file.
    Content,
    /// Something else: this convicts the seller. Nothing was written.
    Misbehaviour(Box<Proof>),
}

/// What a buyer has of one delivery, in a folder of its own that outlives interruptions.
///
/// ```text
/// chunks.age, nodes.age    on their way
/// chunks, nodes            arrived whole, taken out of their age files
/// ```
#[derive(Clone, Debug)]
pub struct Inbox {
    folder: PathBuf,
    size_bytes: u64,
}

impl Inbox {
    /// The inbox in this folder, for a file of the registered size.
    ///
    /// # Errors
    /// [`DeliveryError::Io`].
    pub fn open(folder: &Path, size_bytes: u64) -> Result<Self, DeliveryError> {
        fs::create_dir_all(folder).map_err(io_at(folder))?;
        Ok(Self { folder: folder.to_owned(), size_bytes })
    }

    /// Fetches what is not there yet, and gives the roots of what arrived. After an interruption the same call goes on.
    ///
    /// # Errors
    /// [`DeliveryError::Length`] and [`DeliveryError::Unopened`] say that what lies in the depot is no delivery to this
    /// key; it is fetched anew the next time. Others of [`DeliveryError`].
    pub async fn receive(
        &self,
        depot: &Depot,
        key: &DeliverySecret,
        progress: Progress<'_>,
    ) -> Result<Arrived, DeliveryError> {
        Ok(Arrived {
            ciphertext_root: self.receive_one(depot, CHUNKS, "chunks", self.size_bytes, key, progress).await?,
            nodes_root: self.receive_one(depot, NODES, "nodes", nodes_bytes(self.size_bytes), key, progress).await?,
        })
    }

    async fn receive_one(
        &self,
        depot: &Depot,
        sealed: &str,
        name: &str,
        length: u64,
        key: &DeliverySecret,
        progress: Progress<'_>,
    ) -> Result<Digest, DeliveryError> {
        let (sealed_path, path) = (self.folder.join(sealed), self.folder.join(name));
        if path.exists() {
            return hash(&path, length);
        }
        let what = format!("{}/{sealed}", depot.location());
        depot.get(sealed, &sealed_path, envelope::sealed_bytes_max(length), progress).await?;
        match self.take_out(&sealed_path, &path, length, key, &what) {
            Err(error @ (DeliveryError::Unopened { .. } | DeliveryError::Length { .. })) => {
                fs::remove_file(&sealed_path).map_err(io_at(&sealed_path))?;
                Err(error)
            }
            Ok(root) => {
                fs::remove_file(&sealed_path).map_err(io_at(&sealed_path))?;
                Ok(root)
            }
            other => other,
        }
    }

    /// Takes bytes out of their age file; they appear whole or not at all.
    fn take_out(
        &self,
        sealed: &Path,
        path: &Path,
        length: u64,
        key: &DeliverySecret,
        what: &str,
    ) -> Result<Digest, DeliveryError> {
        let mut input = envelope::reader(File::open(sealed).map_err(io_at(sealed))?, key, what)?;
        let mut output = NamedTempFile::new_in(&self.folder).map_err(io_at(&self.folder))?;
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut found = 0;
        loop {
            let count = input
                .read(&mut buffer)
                .map_err(|error| DeliveryError::Unopened { what: what.to_owned(), reason: error.to_string() })?;
            found += count as u64;
            if found > length || (count == 0 && found < length) {
                return Err(DeliveryError::Length { what: what.to_owned(), expected: length, found });
            }
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            output.write_all(&buffer[..count]).map_err(io_at(path))?;
        }
        output.as_file().sync_all().map_err(io_at(path))?;
        output.persist(path).map_err(|error| io_at(path)(error.error))?;
        Ok(Digest(*hasher.finalize().as_bytes()))
    }

    /// Opens what arrived with the revealed secret, whose commitment the caller has compared.
    ///
    /// The registered bytes appear in `output`, which must not be there yet. If it is anything else, the first
    /// contradiction is looked for; it exists if what arrived is what was acknowledged.
    ///
    /// # Errors
    /// [`DeliveryError::Exists`], [`DeliveryError::Changed`], [`DeliveryError::Io`].
    pub fn open_with(
        &self,
        secret: &Secret,
        content_root: &Digest,
        output: &Path,
        progress: Progress<'_>,
    ) -> Result<Opened, DeliveryError> {
        if output.symlink_metadata().is_ok() {
            return Err(DeliveryError::Exists { path: output.to_owned() });
        }
        let path = self.folder.join("chunks");
        let folder = output.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let mut source = File::open(&path).map_err(io_at(&path))?;
        let mut target = NamedTempFile::new_in(folder).map_err(io_at(folder))?;
        let keystream = Keystream::new(&secret.key);
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut done = 0;
        while done < self.size_bytes {
            // Whole groups, so that each begins with a chunk.
            let count = usize::try_from(self.size_bytes - done).map_or(BUFFER_BYTES, |left| left.min(BUFFER_BYTES));
            let bytes = &mut buffer[..count];
            source.read_exact(bytes).map_err(io_at(&path))?;
            keystream.chunks(done / yaosu_ledger::sealed::CHUNK_BYTES, bytes);
            hasher.update(bytes);
            target.write_all(bytes).map_err(io_at(output))?;
            done += count as u64;
            progress(done, self.size_bytes);
        }
        if hasher.finalize().as_bytes() == content_root.as_bytes() {
            target.as_file().sync_all().map_err(io_at(output))?;
            target.persist_noclobber(output).map_err(|error| match error.error.kind() {
                std::io::ErrorKind::AlreadyExists => DeliveryError::Exists { path: output.to_owned() },
                _ => io_at(output)(error.error),
            })?;
            return Ok(Opened::Content);
        }
        drop(target);
        let mut chunks = FileAccess::open(&path)?;
        let mut nodes = FileAccess::open(&self.folder.join("nodes"))?;
        let proof = prove(content_root, self.size_bytes, secret, &mut chunks, &mut nodes)?;
        // Bytes with another root have no sound tree under this one: they were changed while they were read.
        let proof = proof.ok_or_else(|| DeliveryError::Changed { path: self.folder.clone() })?;
        Ok(Opened::Misbehaviour(Box::new(proof)))
    }

    /// Removes what is not needed any more once the order has ended.
    ///
    /// # Errors
    /// [`DeliveryError::Io`].
    pub fn discard(self) -> Result<(), DeliveryError> {
        fs::remove_dir_all(&self.folder).map_err(io_at(&self.folder))
    }
}

/// The root of a file that has arrived before.
fn hash(path: &Path, length: u64) -> Result<Digest, DeliveryError> {
    let found = fs::metadata(path).map_err(io_at(path))?.len();
    if found != length {
        return Err(DeliveryError::Length { what: path.display().to_string(), expected: length, found });
    }
    let mut hasher = Hasher::new();
    hasher.update_reader(File::open(path).map_err(io_at(path))?).map_err(io_at(path))?;
    Ok(Digest(*hasher.finalize().as_bytes()))
}
