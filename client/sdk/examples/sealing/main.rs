//! What a sealed delivery costs, beside plain BLAKE3 and plain age on the same file in the same run.
//!
//! ```text
//! cargo run --release -p yaosu-sdk --example sealing -- [--mebibytes N | --file FILE] [--folder FOLDER]
//!
//! --mebibytes N    make a file of that size from a fixed stream of random bytes (1024)
//! --file FILE      take this file instead; it is only read
//! --folder FOLDER  where everything else is written, about six times the file's size (the system's temporary folder)
//! ```
//!
//! Each step runs in a process of its own, so that its processor time and its peak of memory are its own. `deliver` does what
//! `yaosu order deliver` does with a depot in a folder, `receive` what `yaosu order receive` does; both without the ledger.
//! The programs `b3sum` and `age` take part if they are on the `PATH`. At the end one chunk of what arrived is changed, the
//! proof against its seller is made, and the judge's time is measured.
//!
//! MB are 10^6 bytes. The rates are the file's size over the time that one processor was busy for the program, for it and the
//! system (which copies to and from the disk's cache), and over the wall's time, which also waits for the disk and for
//! whatever else the machine does. Ratios are those of the first rates. Needs Linux, for `/proc`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is for a terminal")]

mod dispute;
mod steps;
mod table;
mod usage;

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use yaosu_ledger::Digest;
use yaosu_sdk::content::Fingerprint;

use table::Row;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const MEBIBYTE: usize = 1024 * 1024;

const USAGE: &str = "arguments: [--mebibytes N | --file FILE] [--folder FOLDER]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["step", name, file, folder, root] => step(name, Path::new(file), Path::new(folder), root),
        arguments => Arguments::parse(arguments).and_then(|arguments| measure(&arguments)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    mebibytes: usize,
    file: Option<PathBuf>,
    folder: PathBuf,
}

impl Arguments {
    fn parse(mut arguments: &[&str]) -> Outcome<Self> {
        let mut parsed = Self { mebibytes: 1024, file: None, folder: std::env::temp_dir() };
        while let [name, value, rest @ ..] = arguments {
            match *name {
                "--mebibytes" => parsed.mebibytes = value.parse()?,
                "--file" => parsed.file = Some(PathBuf::from(value)),
                "--folder" => parsed.folder = PathBuf::from(value),
                _ => return Err(USAGE.into()),
            }
            arguments = rest;
        }
        if arguments.is_empty() { Ok(parsed) } else { Err(USAGE.into()) }
    }
}

/// Runs all steps, each in a process of its own, and shows what they took.
fn measure(arguments: &Arguments) -> Outcome {
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let file = match &arguments.file {
        Some(file) => std::path::absolute(file)?,
        None => make(&folder.path().join("file"), arguments.mebibytes)?,
    };
    let Fingerprint { content_root, size_bytes } = fingerprint(&file)?;
    println!("{size_bytes} bytes with the root {content_root}\n");
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for name in steps::NAMES {
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        command.args(["step", name]).args([&file, folder.path()]).arg(content_root.to_string());
        let output = command.stderr(std::process::Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the step {name} failed").into());
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            match line.strip_prefix("note ") {
                Some(note) => notes.push(note.to_owned()),
                None => rows.push(line.parse::<Row>()?),
            }
        }
    }
    table::show(size_bytes, &rows);
    println!();
    for note in notes {
        println!("{note}");
    }
    Ok(())
}

fn step(name: &str, file: &Path, folder: &Path, root: &str) -> Outcome {
    let content_root: Digest = root.parse()?;
    let expected = Fingerprint { content_root, size_bytes: fs::metadata(file)?.len() };
    steps::run(name, &steps::Work { file, folder, expected })
}

/// Random bytes, the same in each run: nothing here depends on what they are.
fn make(path: &Path, mebibytes: usize) -> Outcome<PathBuf> {
    let mut stream = blake3::Hasher::new().update(b"a file to sell").finalize_xof();
    let mut file = File::create_new(path)?;
    let mut buffer = vec![0; MEBIBYTE];
    for _ in 0..mebibytes {
        stream.fill(&mut buffer);
        file.write_all(&buffer)?;
    }
    // What is still to be written would take the time of whatever comes next.
    file.sync_all()?;
    Ok(path.to_owned())
}

fn fingerprint(path: &Path) -> Outcome<Fingerprint> {
    let (mut hasher, mut size_bytes) = (blake3::Hasher::new(), 0);
    let mut file = File::open(path)?;
    let mut buffer = vec![0; MEBIBYTE];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(Fingerprint { content_root: Digest(*hasher.finalize().as_bytes()), size_bytes });
        }
        hasher.update(&buffer[..count]);
        size_bytes += count as u64;
    }
}
