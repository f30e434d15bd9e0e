//! How far a watch has come: a file that is written when an event was taken, and not before.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use yaosu_api::{EventPosition, HeadView};
use yaosu_ledger::ChainId;

use crate::command_error::{CommandError, Kind};
use crate::commands::order::sealing;
use crate::home::{io_error, write_whole};
use crate::said::{plain, said};

/// What the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    chain: ChainId,
    /// All events up to this one were taken.
    after: EventPosition,
}

/// The file, held for this process alone.
#[derive(Debug)]
pub struct Cursor {
    path: PathBuf,
    place: Option<Place>,
    _lock: File,
}

impl Cursor {
    /// Opens it; there need not be one yet.
    ///
    /// # Errors
    /// Another process uses it, or it is something else.
    pub fn open(path: &Path) -> Result<Self, CommandError> {
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        let held = said!("the cursor {} is used", "游标 {} 正被使用", path.display());
        let lock = sealing::lock(Path::new(&lock), &held)?;
        let place = match fs::read(path) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|error| {
                CommandError::failed(said!("{} is no cursor: {error}", "{} 不是游标：{error}", path.display())).hint(
                    said!(
                        "nothing was changed; name another file with --cursor",
                        "未作任何改动；请用 --cursor 另指定文件"
                    ),
                )
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(io_error(path, &error)),
        };
        Ok(Self { path: path.to_owned(), place, _lock: lock })
    }

    /// Where to go on in this chain. A new cursor begins behind `first`, or now, and that is written down: what happens
    /// from then on is not missed.
    ///
    /// # Errors
    /// The cursor is of another chain, `first` is not there yet, or the file can't be written.
    pub fn begin(&mut self, head: &HeadView, first: Option<EventPosition>) -> Result<EventPosition, CommandError> {
        if let Some(Place { chain, after }) = self.place {
            if chain == head.chain {
                return Ok(after);
            }
            let message = said!(
                "the cursor {} is of chain {chain}, the node is of chain {}",
                "游标 {} 属于链 {chain}，该节点属于链 {}",
                self.path.display(),
                head.chain
            );
            return Err(CommandError::new(Kind::Unsafe, message).hint(said!(
                "its place means nothing there: name another file with --cursor",
                "其位置在那里没有意义：请用 --cursor 另指定文件"
            )));
        }
        let after = match first {
            Some(first) if first.height > head.height => {
                let message = said!(
                    "there is no event {first} yet: the chain is at {}",
                    "尚无事件 {first}：链的高度为 {}",
                    head.height
                );
                return Err(CommandError::new(Kind::NotFound, message)
                    .hint(said!("without --after it begins now", "不带 --after 则从现在开始")));
            }
            Some(first) => first,
            None => EventPosition { height: head.height, index: u32::MAX },
        };
        self.write(Place { chain: head.chain, after })?;
        Ok(after)
    }

    /// All events up to this one were taken. Written whole, and on the disk when this returns.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn advance(&mut self, after: EventPosition) -> Result<(), CommandError> {
        let chain = self.place.expect("a cursor has begun before it advances").chain;
        self.write(Place { chain, after })
    }

    fn write(&mut self, place: Place) -> Result<(), CommandError> {
        let text = serde_json::to_string(&place).map_err(|error| CommandError::failed(plain(error)))? + "\n";
        write_whole(&self.path, text.as_bytes())?;
        self.place = Some(place);
        Ok(())
    }
}
