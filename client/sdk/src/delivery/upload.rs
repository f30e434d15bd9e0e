//! A file sent to a web server in one piece, read from the disk as it goes: such a server takes no uploads in parts.
//!
//! However large the file is, a server that takes no more of it, or does not answer, is given up; and one that says yes
//! before it was sent the whole file has not got the file.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::pin;
use std::sync::Arc;

use futures::channel::mpsc;
use futures::{SinkExt as _, TryStreamExt as _};
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, Client, StatusCode, Url};
use tokio::time::timeout;

use super::Progress;

/// How much is read at once.
const PIECE_BYTES: usize = 256 * 1024;

/// How many pieces wait to be sent, beside the one that is being read.
const PIECES_AHEAD: usize = 2;

/// How long a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a piece.
    pub piece: Duration,
    /// From the last piece to its answer. What lies in the buffers of the network is sent meanwhile.
    pub answer: Duration,
}

impl Patience {
    /// Enough for a line of five kilobytes a second.
    pub const USUAL: Self = Self { piece: Duration::from_mins(1), answer: Duration::from_mins(5) };
}

/// Why a file was not sent.
#[derive(Debug)]
pub enum Fault {
    /// It could not be read.
    File(io::Error),
    /// The server could not be asked, or the connection broke off.
    Connection(reqwest::Error),
    /// The server does not do what it must, in words.
    Server(String),
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
    patience: Patience,
    progress: Progress<'_>,
) -> Result<StatusCode, Fault> {
    let (mut pieces, body) = mpsc::channel::<io::Result<Vec<u8>>>(PIECES_AHEAD);
    let taken = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&taken);
    let body = body.inspect_ok(move |piece| {
        count.fetch_add(piece.len() as u64, Ordering::Relaxed);
    });
    let request = pin!(client.put(url).header(CONTENT_LENGTH, size).body(Body::wrap_stream(body)).send());
    // Ends with its sender dropped, which ends the body; a server that has heard enough drops the other end.
    let read = pin!(async move {
        let mut done = 0_u64;
        while done < size {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let room = (size - done).min(PIECE_BYTES as u64);
            let count = (&mut *file).take(room).read_to_end(&mut piece).map_err(Fault::File)? as u64;
            if count == 0 {
                let reason = "the file has become shorter";
                return Err(Fault::File(io::Error::new(io::ErrorKind::UnexpectedEof, reason)));
            }
            match timeout(patience.piece, pieces.send(Ok(piece))).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => break,
                Err(_) => {
                    let seconds = patience.piece.as_secs();
                    return Err(Fault::Server(format!("it took nothing for {seconds} s after {done} of {size} bytes")));
                }
            }
            done += count;
            progress(done, size);
        }
        Ok(())
    });
    let mut request = request;
    let early = tokio::select! {
        biased;
        read = read => read.map(|()| None)?,
        response = &mut request => Some(response),
    };
    let response = match early {
        Some(response) => response,
        None => timeout(patience.answer, request).await.map_err(|_| {
            let seconds = patience.answer.as_secs();
            Fault::Server(format!("it did not answer within {seconds} s to {size} bytes"))
        })?,
    };
    let status = response.map_err(Fault::Connection)?.status();
    let taken = taken.load(Ordering::Relaxed);
    if status.is_success() && taken < size {
        return Err(Fault::Server(format!("it answers {status} to {taken} of {size} bytes")));
    }
    Ok(status)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::client::http_client;

    /// More than lies in the buffers of a connection.
    const SIZE: u64 = 32 * 1024 * 1024;

    /// What a server does.
    #[derive(Clone, Copy)]
    struct Manner {
        takes_all: bool,
        says: Option<&'static str>,
    }

    /// Serves one connection, and keeps it until the test ends.
    async fn serve(listener: TcpListener, Manner { takes_all, says }: Manner) {
        let (mut connection, _) = listener.accept().await.expect("it is asked");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.expect("a request has a head"));
        }
        let mut left = if takes_all { SIZE } else { 0 };
        let mut buffer = vec![0; 1 << 16];
        while left > 0 {
            left -= connection.read(&mut buffer).await.expect("it is sent") as u64;
        }
        if let Some(says) = says {
            let answer = format!("HTTP/1.1 {says} X\r\ncontent-length: 0\r\n\r\n");
            connection.write_all(answer.as_bytes()).await.expect("the client is there");
        }
        std::future::pending::<()>().await;
    }

    /// Goal: a server that hangs is given up, at whatever stage; one that says yes to half a file has not got it; and one
    /// that says no is heard before the whole file was sent.
    #[tokio::test]
    async fn a_server_must_take_all_and_answer() {
        let mut file = tempfile::tempfile().expect("a file for the test");
        file.set_len(SIZE).expect("the disk holds no zeros");
        let (short, long) = (Duration::from_millis(300), Duration::from_mins(1));
        let manner = |takes_all, says| Manner { takes_all, says };
        let all = format!("{SIZE} bytes");
        #[rustfmt::skip]
        let rows = [
            (manner(true,  Some("201")), Patience { piece: long,  answer: long },  Ok(StatusCode::CREATED)),
            (manner(false, Some("403")), Patience { piece: long,  answer: long },  Ok(StatusCode::FORBIDDEN)),
            (manner(false, Some("201")), Patience { piece: long,  answer: long },  Err("it answers 201 Created to ")),
            (manner(false, None),        Patience { piece: short, answer: long },  Err("it took nothing for 0 s after ")),
            (manner(true,  None),        Patience { piece: long,  answer: short }, Err("it did not answer within 0 s to ")),
        ];
        for (manner, patience, expected) in rows {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("there are free ports");
            let url = format!("http://{}/file", listener.local_addr().expect("it is bound"));
            let server = tokio::spawn(serve(listener, manner));
            let client = http_client(false, None).expect("a client");
            io::Seek::rewind(&mut file).expect("it is a file");
            let url = url.parse().expect("an address");
            let found = put(&client, url, &mut file, SIZE, patience, &mut |_, _| {}).await;
            server.abort();
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(Fault::Server(found)), Err(expected)) => {
                    assert!(found.starts_with(expected) && found.ends_with(&all), "{found}");
                }
                (found, expected) => panic!("{found:?}, not {expected:?}"),
            }
        }
    }
}
