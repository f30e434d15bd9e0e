//! The steps, each run in a process of its own.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use yaosu_ledger::sealed::{Commitment, Secret};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::{
    Arrived, CHUNKS, Depot, Inbox, NODES, Opened, keep_secret, kept_secret, new_secret, pack, seal_file,
};
use yaosu_sdk::key_file::DeliverySecret;

use crate::table::{AGE, BLAKE3, Row};
use crate::usage::{Start, Usage, peak_memory};
use crate::{MEBIBYTE, Outcome, dispute};

/// In the order in which they run: the later ones need what the earlier ones left.
pub const NAMES: [&str; 7] = ["blake3", "b3sum", "age", "age-program", "deliver", "receive", "dispute"];

/// What a step works on.
pub struct Work<'a> {
    /// The registered file.
    pub file: &'a Path,
    /// A folder that all steps share.
    pub folder: &'a Path,
    /// What is registered of the file.
    pub expected: Fingerprint,
}

impl Work<'_> {
    fn depot(&self) -> Outcome<String> {
        Ok(Depot::address_of(&self.folder.join("depot"))?)
    }

    fn secret_path(&self) -> PathBuf {
        self.folder.join("secret")
    }

    /// The secret that the seller has kept.
    pub fn secret(&self) -> Outcome<Secret> {
        Ok(kept_secret(&self.secret_path())?.ok_or("nothing was delivered")?)
    }

    /// What the buyer has of the delivery.
    pub fn inbox(&self) -> Outcome<Inbox> {
        Ok(Inbox::open(&self.inbox_folder(), self.expected.size_bytes)?)
    }

    /// Where it lies.
    pub fn inbox_folder(&self) -> PathBuf {
        self.folder.join("inbox")
    }
}

/// Runs one step and prints its rows.
pub fn run(name: &str, work: &Work<'_>) -> Outcome {
    match name {
        "blake3" => blake3_here(work),
        "b3sum" => {
            let mut command = Command::new("b3sum");
            program("b3sum --num-threads 1", command.args(["--num-threads", "1"]).arg(work.file))
        }
        "age" => age_here(work),
        "age-program" => {
            let to = age::x25519::Identity::generate().to_public().to_string();
            let output = work.folder.join("program.age");
            let mut command = Command::new("age");
            program("age, the program", command.args(["-r", &to, "-o"]).arg(&output).arg(work.file))?;
            fs::remove_file(output).or_else(absent)
        }
        "deliver" => deliver(work),
        "receive" => receive(work),
        "dispute" => dispute::run(work),
        _ => Err(format!("there is no step {name}").into()),
    }
}

/// Measures some work of this process.
pub fn measured<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let start = Start::now()?;
    let result = work()?;
    print_row(name, start.elapsed()?, Some(peak_memory()?));
    Ok(result)
}

fn print_row(name: &str, usage: Usage, peak_kib: Option<u64>) {
    println!("{}", Row { name: name.to_owned(), usage, peak_kib });
}

/// Measures another program; prints nothing if it is not there.
fn program(name: &str, command: &mut Command) -> Outcome {
    let start = Start::now()?;
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => print_row(name, start.elapsed()?, None),
        Ok(status) => return Err(format!("{name}: {status}").into()),
        Err(error) => absent(error)?,
    }
    Ok(())
}

fn absent<T: Default>(error: io::Error) -> Outcome<T> {
    if error.kind() == io::ErrorKind::NotFound { Ok(T::default()) } else { Err(error.into()) }
}

/// Hands a file over piece by piece.
fn each_piece(path: &Path, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> Outcome {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; MEBIBYTE];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => take(&buffer[..count])?,
        }
    }
}

fn blake3_here(work: &Work<'_>) -> Outcome {
    let root = measured(BLAKE3, || {
        let mut hasher = blake3::Hasher::new();
        each_piece(work.file, |bytes| {
            hasher.update(bytes);
            Ok(())
        })?;
        Ok(hasher.finalize())
    })?;
    assert_eq!(root.as_bytes(), work.expected.content_root.as_bytes(), "the file is the same all the time");
    Ok(())
}

fn age_here(work: &Work<'_>) -> Outcome {
    let to = age::x25519::Identity::generate().to_public();
    let output = work.folder.join("here.age");
    measured(AGE, || {
        let encryptor = age::Encryptor::with_recipients(core::iter::once(&to as &dyn age::Recipient))?;
        let mut writer = encryptor.wrap_output(io::BufWriter::new(File::create_new(&output)?))?;
        each_piece(work.file, |bytes| writer.write_all(bytes))?;
        writer.finish()?.flush()?;
        Ok(())
    })?;
    Ok(fs::remove_file(output)?)
}

/// The key of the buyer in this measurement.
fn buyer() -> DeliverySecret {
    DeliverySecret::from_bytes(&[7; 32])
}

/// The client's runtime: one thread.
fn block_on<F: Future>(future: F) -> Outcome<F::Output> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future))
}

/// What the seller's `yaosu order deliver` does beside the ledger.
fn deliver(work: &Work<'_>) -> Outcome {
    let commitment: Commitment = measured("deliver", || {
        let sealed = measured("  seal (read, seal, write)", || {
            let packed = pack(work.file, work.folder)?;
            let secret = new_secret()?;
            keep_secret(&work.secret_path(), &secret)?;
            let to = buyer().public();
            Ok(seal_file(packed.path(), work.expected, &secret, &to, work.folder, &mut |_, _| {})?)
        })?;
        measured("  send to the depot's folder", || {
            let depot = Depot::open(&work.depot()?, None, &[])?;
            block_on(async {
                depot.put(CHUNKS, &sealed.chunks(), &mut |_, _| {}).await?;
                depot.put(NODES, &sealed.nodes(), &mut |_, _| {}).await
            })??;
            Ok(sealed.commitment)
        })
    })?;
    fs::write(work.folder.join("commitment"), yaosu_ledger::codec::encode(&commitment))?;
    Ok(())
}

/// What the buyer's `yaosu order receive` does beside the ledger.
fn receive(work: &Work<'_>) -> Outcome {
    let bytes = fs::read(work.folder.join("commitment"))?;
    let commitment: Commitment = yaosu_ledger::codec::decode(&bytes)?;
    let output = work.folder.join("output");
    measured("receive", || {
        let inbox = work.inbox()?;
        let arrived = measured("  fetch (copy, age, check, write)", || {
            let depot = Depot::at(&work.depot()?, &[])?;
            Ok(block_on(inbox.receive(&depot, &buyer(), &mut |_, _| {}))??)
        })?;
        let Commitment { ciphertext_root, nodes_root, .. } = commitment;
        assert_eq!(arrived, Arrived { ciphertext_root, nodes_root }, "what was delivered arrives");
        measured("  open (read, open, check, write)", || {
            let root = &work.expected.content_root;
            let opened = inbox.open_with(&work.secret()?, root, &output, &mut |_, _| {})?;
            assert_eq!(opened, Opened::Content, "what was sealed opens");
            Ok(())
        })
    })?;
    Ok(fs::remove_file(output)?)
}
