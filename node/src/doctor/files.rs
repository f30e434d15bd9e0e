//! The home folder: whose it is, and whether what a node needs is in it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::Check;
use crate::config::Home;
use crate::genesis_document;
use crate::keys::Seed;

/// Folder, keys, record of the signer, founding document.
pub fn checks(home: &Home) -> Vec<Check> {
    if !home.path().exists() {
        // Whoever mistypes the path need not read of all that is not there.
        return vec![folder(home.path())];
    }
    let mut checks = vec![folder(home.path()), key("network key", &home.network_key())];
    if home.consensus_key().exists() {
        checks.push(key("consensus key", &home.consensus_key()));
        checks.push(record(home));
    } else {
        checks.push(Check::ok("consensus key", "none: this node is an observer"));
    }
    checks.push(match genesis_document::read(&home.genesis()) {
        Ok(genesis) => Check::ok("genesis", format!("chain {}", genesis.chain())),
        Err(error) => Check::failed("genesis", error.to_string()),
    });
    checks
}

/// Whether the folder is its owner's alone, with all that is in it.
fn folder(path: &Path) -> Check {
    const NAME: &str = "folder";
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Check::failed(NAME, format!("{}: {error}", path.display())),
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o022 != 0 {
        let shown = path.display();
        return Check::failed(NAME, format!("others may write into {shown} (mode {mode:o}); run: chmod 700 {shown}"));
    }
    match stranger(path, metadata.uid()) {
        Ok(None) => Check::ok(NAME, format!("{}, of user {}, mode {mode:o}", path.display(), metadata.uid())),
        Ok(Some(file)) => Check::failed(
            NAME,
            format!(
                "{} is of another user than the folder; run: chown -R --reference={folder} {folder}",
                file.display(),
                folder = path.display()
            ),
        ),
        Err(error) => Check::failed(NAME, format!("{}: {error}", path.display())),
    }
}

/// A file or folder in here, at most two folders deep, that is of another user.
fn stranger(folder: &Path, owner: u32) -> std::io::Result<Option<PathBuf>> {
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            // A node that runs removes files while this looks at them.
            let metadata = match entry.metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                other => other?,
            };
            if metadata.uid() != owner {
                return Ok(Some(entry.path()));
            }
            if metadata.is_dir() && depth < 2 {
                folders.push((entry.path(), depth + 1));
            }
        }
    }
    Ok(None)
}

fn key(name: &str, path: &Path) -> Check {
    match Seed::read(path) {
        Ok(seed) => Check::ok(name, seed.public().to_string()),
        Err(error) => Check::failed(name, error.to_string()),
    }
}

/// What keeps a validator from signing twice must not be lost once it may have signed.
fn record(home: &Home) -> Check {
    const NAME: &str = "signer record";
    let record = home.signer_record();
    if record.exists() {
        return Check::ok(NAME, record.display().to_string());
    }
    if home.consensus_log().exists() {
        return Check::failed(
            NAME,
            format!(
                "{} is missing, and this node has taken part in consensus: the manual says how to sign again, under \
                 \"When something breaks\"",
                record.display()
            ),
        );
    }
    Check::ok(NAME, "none yet: it is made at the first start")
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    fn made() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = Home::new(folder.path());
        for path in [home.network_key(), home.consensus_key()] {
            Seed::generate().and_then(|seed| seed.write(&path)).expect("keys are written");
        }
        (folder, home)
    }

    fn found(home: &Home, name: &str) -> (Outcome, String) {
        let check = checks(home).into_iter().find(|check| check.name == name).expect(name);
        (check.outcome, check.detail)
    }

    /// Goal: whoever else may write where the keys and the record are is named, with the command that ends it.
    #[test]
    fn an_open_folder_fails() {
        let (folder, home) = made();
        let mode = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("it is ours");
        for (bits, outcome) in
            [(0o700, Outcome::Ok), (0o755, Outcome::Ok), (0o775, Outcome::Failed), (0o702, Outcome::Failed)]
        {
            mode(bits);
            let (found, detail) = found(&home, "folder");
            assert_eq!(found, outcome, "{bits:o}: {detail}");
            assert_eq!(detail.contains("chmod 700"), outcome == Outcome::Failed, "{detail}");
        }
    }

    /// Goal: what was made by another user, as root perhaps by mistake, is found wherever the node would meet it.
    #[test]
    fn a_file_of_another_user_is_found() {
        let (folder, home) = made();
        let own = fs::metadata(folder.path()).expect("it is there").uid();
        assert_eq!(stranger(home.path(), own).expect("it can be read"), None);
        let other = stranger(home.path(), own.wrapping_add(1)).expect("it can be read");
        assert!(other.is_some_and(|path| path.starts_with(folder.path())));
    }

    /// Goal: a record may be missing only as long as nothing can have been signed.
    #[test]
    fn a_lost_record_fails() {
        let (_folder, home) = made();
        assert_eq!(found(&home, "signer record").0, Outcome::Ok);
        fs::write(home.consensus_log(), "").expect("it is written");
        assert_eq!(found(&home, "signer record").0, Outcome::Failed);
        fs::write(home.signer_record(), "").expect("it is written");
        assert_eq!(found(&home, "signer record").0, Outcome::Ok);
        fs::remove_file(home.consensus_key()).expect("it is there");
        assert_eq!(found(&home, "consensus key"), (Outcome::Ok, "none: this node is an observer".into()));
    }
}
