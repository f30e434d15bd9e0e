//! A file sent to a web server in one piece, read from the disk as it goes: such a server takes no uploads in parts.

use std::fs::File;
use std::io::{self, Read as _};

use futures::SinkExt as _;
use futures::channel::mpsc;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, Client, StatusCode, Url};

use super::Progress;

/// How much is read at once.
const PIECE_BYTES: usize = 1024 * 1024;

/// How many pieces wait to be sent, beside the one that is being read.
const PIECES_AHEAD: usize = 2;

/// Why a file was not sent.
pub enum Fault {
    /// It could not be read.
    File(io::Error),
    /// The server could not be asked, or the connection broke off.
    Connection(reqwest::Error),
}

/// Sends what comes next in a file, so many bytes of it. What the server said: it has taken the file only if that is a
/// success.
///
/// # Errors
/// [`Fault`].
pub async fn put(
    client: &Client,
    url: Url,
    file: &mut File,
    size: u64,
    progress: Progress<'_>,
) -> Result<StatusCode, Fault> {
    let (mut pieces, body) = mpsc::channel::<io::Result<Vec<u8>>>(PIECES_AHEAD);
    let request = client.put(url).header(CONTENT_LENGTH, size).body(Body::wrap_stream(body)).send();
    // Ends with its sender dropped, which ends the body; a server that has heard enough drops the other end.
    let read = async move {
        let mut done = 0_u64;
        while done < size {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let room = (size - done).min(PIECE_BYTES as u64);
            let count = (&mut *file).take(room).read_to_end(&mut piece)? as u64;
            if count == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
            }
            if pieces.send(Ok(piece)).await.is_err() {
                break;
            }
            done += count;
            progress(done, size);
        }
        Ok(())
    };
    let (response, read) = futures::join!(request, read);
    read.map_err(Fault::File)?;
    response.map(|response| response.status()).map_err(Fault::Connection)
}
