//! One request to a node on this machine, for commands that look at a running node or change it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use crate::control::Refused;
use crate::error::NodeError;

/// How long the node may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The body of a `GET` at the node's door.
///
/// # Errors
/// [`NodeError::Unreachable`].
pub async fn get(address: SocketAddr, path: &str) -> Result<Vec<u8>, NodeError> {
    let (status, body) =
        ask(&address.to_string(), TcpStream::connect(address), &format!("GET {path}"), &address.to_string(), "")
            .await?;
    if status == "200" {
        return Ok(body);
    }
    Err(NodeError::Unreachable(format!("the node at {address} does not answer: status {status}")))
}

/// The answer to a command at the node's socket; `request` is a method and a path.
///
/// # Errors
/// [`NodeError::Unreachable`]; [`NodeError::Refused`] with the node's reason.
pub async fn command(socket: &Path, request: &str, body: &str) -> Result<Vec<u8>, NodeError> {
    let (status, answer) =
        ask(&socket.display().to_string(), UnixStream::connect(socket), request, "node", body).await?;
    if status == "200" {
        return Ok(answer);
    }
    let reason = serde_json::from_slice::<Refused>(&answer).map(|refused| refused.reason);
    Err(NodeError::Refused(reason.unwrap_or_else(|_| format!("the node answers with status {status}"))))
}

/// The status and the body of an answer. HTTP/1.0, so that the end of the connection is the end of the body.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    place: &str,
    connecting: impl Future<Output = std::io::Result<S>>,
    request: &str,
    host: &str,
    body: &str,
) -> Result<(String, Vec<u8>), NodeError> {
    let unreachable = |reason: String| NodeError::Unreachable(format!("the node at {place} does not answer: {reason}"));
    let exchange = async {
        let mut stream = connecting.await?;
        let length = body.len();
        let request = format!(
            "{request} HTTP/1.0\r\nHost: {host}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, exchange)
        .await
        .map_err(|_| unreachable("it takes too long".into()))?
        .map_err(|error| unreachable(error.to_string()))?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| unreachable("no HTTP".into()))?;
    let (head, body) = answer.split_at(end.saturating_add(4));
    let head = String::from_utf8_lossy(head);
    Ok((head.split(' ').nth(1).unwrap_or_default().to_owned(), body.to_vec()))
}
