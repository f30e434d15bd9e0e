//! One request to a node on this machine, for commands that look at a running node.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::error::NodeError;

/// How long the node may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The body of a `GET`. HTTP/1.0, so that the end of the connection is the end of the body.
///
/// # Errors
/// [`NodeError::Unreachable`].
pub async fn get(address: SocketAddr, path: &str) -> Result<Vec<u8>, NodeError> {
    let unreachable =
        |reason: String| NodeError::Unreachable(format!("the node at {address} does not answer: {reason}"));
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
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
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status == "200" { Ok(body.to_vec()) } else { Err(unreachable(format!("status {status}"))) }
}
