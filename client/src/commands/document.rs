//! Documents by published standards, on their way in and out.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use yaosu_sdk::standards::{Names, Unfit};

use crate::command_error::{CommandError, Kind};
use crate::home::io_error;
use crate::said::{plain, said};
use crate::screen::{Screen, Show};
use crate::session::Session;

/// Bytes of a document that is read.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A document: the same for people and programs.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Document(pub Value);

impl Show for Document {
    fn show(&self, screen: &mut Screen) {
        for line in format!("{:#}", self.0).lines() {
            screen.line(plain(line));
        }
    }
}

/// Documents, a line each.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Lines(pub Vec<Value>);

impl Show for Lines {
    fn show(&self, screen: &mut Screen) {
        for document in &self.0 {
            screen.line(plain(document));
        }
    }
}

/// The names of the things of the chain.
pub async fn names(session: &Session) -> Result<Names, CommandError> {
    Ok(Names { chain: session.client()?.chain_view().await?.chain })
}

/// The bytes of a document.
pub fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| io_error(path, &error))?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| io_error(path, &error))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(CommandError::failed(said!(
            "{} is over the limit of {BYTES_MAX} bytes",
            "{} 超过 {BYTES_MAX} 字节的上限",
            path.display()
        )));
    }
    Ok(bytes)
}

/// Something in a document has no counterpart here, or the other way round.
pub fn unfit(error: Unfit) -> CommandError {
    CommandError::new(Kind::Failed, said!("{}: {}", "{}：{}", error.place, error.reason))
        .hint(said!("docs/standards.md says what is taken, field by field", "docs/standards.md 逐项说明可接受的内容"))
}
