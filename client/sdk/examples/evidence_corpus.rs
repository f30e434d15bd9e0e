//! Writes the good and the damaged files that all verifiers are compared on, and our verdicts: `scripts/check-evidence`.
//!
//! `evidence_corpus FOLDER` makes `FOLDER/files`, `FOLDER/checkpoint.json`, `FOLDER/verdicts` (ours) and
//! `FOLDER/verdicts-without-decoded` (what a verifier says that does not look at `decoded`); the same against a later
//! checkpoint, in files that begin with `last-`; and in `FOLDER/certificates` some licence certificates, of which those hold
//! whose names begin with `good`.

#[path = "../tests/evidence/certificates.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod certificates;
#[path = "../tests/evidence/corpus.rs"]
mod corpus;
#[path = "../tests/evidence/market.rs"]
mod market;

use std::path::PathBuf;
use std::{env, fs, io};

use market::Market;
use yaosu_sdk::evidence;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "name the folder to write to"));
    };
    fs::create_dir_all(folder.join("files"))?;
    fs::create_dir_all(folder.join("certificates"))?;
    for (name, text) in certificates::files() {
        fs::write(folder.join("certificates").join(name), text)?;
    }
    let market = Market::new("market");
    let trusted = market.checkpoint();
    fs::write(folder.join("checkpoint.json"), evidence::write_checkpoint(&trusted))?;
    fs::write(folder.join("last-checkpoint.json"), evidence::write_checkpoint(&market.last_checkpoint()))?;
    let mut rows: Vec<(String, String, String, String)> = corpus::files()
        .into_iter()
        .map(|file| {
            fs::write(folder.join("files").join(&file.name), &file.bytes)?;
            let verdict = |trusted| {
                let (_, verification) = evidence::verify(&file.bytes, trusted);
                verification.failed().map_or_else(|| "holds".to_owned(), |check| check.name.clone())
            };
            let without = |name: String| if name.starts_with("decoded") { "holds".to_owned() } else { name };
            let (first, last) = (verdict(&trusted), without(verdict(&market.last_checkpoint())));
            Ok((file.name, first.clone(), without(first), last))
        })
        .collect::<io::Result<_>>()?;
    rows.sort();
    let list = |verdict: fn(&(String, String, String, String)) -> &String| -> String {
        rows.iter().map(|row| format!("{}\t{}\n", row.0, verdict(row))).collect::<Vec<_>>().concat()
    };
    fs::write(folder.join("verdicts"), list(|row| &row.1))?;
    fs::write(folder.join("verdicts-without-decoded"), list(|row| &row.2))?;
    fs::write(folder.join("last-verdicts-without-decoded"), list(|row| &row.3))
}
