//! Where a buyer wants a delivery to be: looked at before anything is signed, filled whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::TempDir;
use yaosu_ledger::Digest;
use yaosu_sdk::content;
use yaosu_sdk::delivery::{DeliveryError, Opened, unpack};

use crate::command_error::CommandError;
use crate::home::io_error;
use crate::parse::Reference;
use crate::progress;
use crate::said::said;

/// What a buyer wants to have.
#[derive(Debug, Args)]
pub struct ReceiveArguments {
    /// Which order
    pub order: Reference,
    #[command(flatten)]
    pub target: TargetArguments,
    /// Stop when the sealed bytes are here and checked
    #[arg(long)]
    pub fetch_only: bool,
    /// Stop when the file is written, and leave the settlement to its window
    #[arg(long)]
    pub no_accept: bool,
}

/// Where the delivery goes.
#[derive(Debug, Args)]
pub struct TargetArguments {
    /// The file to write
    #[arg(long, short, value_name = "FILE", required_unless_present_any = ["extract", "fetch_only"])]
    output: Option<PathBuf>,
    /// Replace the file if there is one
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// Extract what was registered as a folder into this one, which must not be there yet
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,
}

/// A file, a folder, or both.
#[derive(Debug, Default)]
pub struct Target {
    /// The file.
    pub output: Option<PathBuf>,
    overwrite: bool,
    /// The folder.
    pub extract: Option<PathBuf>,
    /// The file is there already, with the registered content: an earlier call wrote it and came no further.
    pub is_there: bool,
}

impl TargetArguments {
    /// Looks at what is there. Nothing is replaced that is not to be.
    ///
    /// # Errors
    /// Something is in the way.
    pub fn look(self, content_root: Digest, size_bytes: u64) -> Result<Target, CommandError> {
        let Self { output, overwrite, extract } = self;
        if let Some(folder) = &extract {
            refuse_what_is_there(folder)?;
            must_have_folder(folder)?;
        }
        let mut is_there = false;
        if let Some(file) = &output {
            must_have_folder(file)?;
            let same = || {
                progress::with_bar(&said!("reading", "读取"), |progress| {
                    content::verify(file, content_root, size_bytes, progress)
                })
            };
            is_there = file.is_file() && same().is_ok();
            if !is_there && !overwrite {
                refuse_what_is_there(file)?;
            }
            if overwrite && file.is_dir() {
                return Err(CommandError::usage(said!("{} is a folder", "{} 是文件夹", file.display())));
            }
        }
        Ok(Target { output, overwrite, extract, is_there })
    }
}

fn refuse_what_is_there(path: &Path) -> Result<(), CommandError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let error = CommandError::from(DeliveryError::Exists { path: path.to_owned() });
    Err(error.hint(said!("nothing was signed; --overwrite replaces a file", "未签署任何内容；--overwrite 可替换文件")))
}

fn must_have_folder(path: &Path) -> Result<(), CommandError> {
    let folder = folder_of(path);
    fs::metadata(folder).map(drop).map_err(|error| io_error(folder, &error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

impl Target {
    /// Has the content written, and puts it where it belongs.
    ///
    /// # Errors
    /// Those of the writing; something came into the way meanwhile; the content is no archive that can be extracted.
    pub fn fill(&self, write: impl FnOnce(&Path) -> Result<Opened, DeliveryError>) -> Result<Opened, CommandError> {
        let path = self
            .output
            .as_ref()
            .or(self.extract.as_ref())
            .ok_or_else(|| CommandError::usage(said!("no target", "没有目标")))?;
        let folder = folder_of(path);
        let made = TempDir::new_in(folder).map_err(|error| io_error(folder, &error))?;
        let written = made.path().join("content");
        let opened = match &self.output {
            Some(output) if !self.overwrite => write(output)?,
            _ => write(&written)?,
        };
        if opened == Opened::Content {
            match &self.output {
                Some(output) if self.overwrite => {
                    fs::rename(&written, output).map_err(|error| io_error(output, &error))?;
                }
                _ => {}
            }
            self.extract_from(self.output.as_deref().unwrap_or(&written))?;
        }
        Ok(opened)
    }

    /// Extracts the file that is there already, if that is wanted.
    ///
    /// # Errors
    /// It is no archive that can be extracted.
    pub fn extract_from_output(&self) -> Result<(), CommandError> {
        self.output.as_deref().map_or(Ok(()), |output| self.extract_from(output))
    }

    fn extract_from(&self, archive: &Path) -> Result<(), CommandError> {
        self.extract.as_deref().map_or(Ok(()), |folder| unpack(archive, folder).map_err(Into::into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(output: &Path, overwrite: bool) -> TargetArguments {
        TargetArguments { output: Some(output.to_owned()), overwrite, extract: None }
    }

    /// Goal: a file that is in the way is told before anything else happens, and is as it was; what an earlier call has
    /// written is not in the way; `--overwrite` replaces, but only by the right content.
    #[test]
    fn nothing_is_replaced_unasked() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (file, root) = (folder.path().join("file"), Digest(*blake3::hash(b"good").as_bytes()));
        let look = |overwrite| arguments(&file, overwrite).look(root, 4);
        assert!(!look(false).expect("nothing is there").is_there);
        fs::write(&file, "mine").expect("the folder is there");
        assert!(look(false).is_err());
        assert_eq!(fs::read(&file).expect("it is there"), b"mine");

        let target = look(true).expect("it may be replaced");
        let proof = |_: &Path| Err(DeliveryError::Changed { path: PathBuf::new() });
        assert!(target.fill(proof).is_err());
        assert_eq!(fs::read(&file).expect("it is there"), b"mine");
        let write = |path: &Path| fs::write(path, "good").map(|()| Opened::Content).map_err(|_| unreachable!());
        assert_eq!(target.fill(write).expect("it is written"), Opened::Content);
        assert_eq!(fs::read(&file).expect("it is there"), b"good");
        assert!(look(false).expect("it is what it would be").is_there);
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing is left behind");

        let existing = TargetArguments { output: None, overwrite: false, extract: Some(folder.path().to_owned()) };
        assert!(existing.look(root, 4).is_err());
        assert!(arguments(&folder.path().join("none/file"), false).look(root, 4).is_err());
    }
}
