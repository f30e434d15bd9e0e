//! A connection under watch: a client that takes nothing of what is sent to it is cut off, and so is a connection on
//! which nothing moves at all.
//!
//! The second is needed because a connection whose request was answered before its body had come waits for the rest of
//! the body without any limit in time.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// A connection whose writes may not stall, and on which something must move now and then.
pub struct Watched {
    stream: TcpStream,
    write_limit: Duration,
    quiet_limit: Duration,
    /// Runs while a write waits for the client.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Runs out no earlier than the quiet may end.
    quiet: Pin<Box<Sleep>>,
    /// When something moved last.
    moved: Instant,
}

/// The moment that lies this long after; a day after if that can't be counted.
fn after(moment: Instant, length: Duration) -> Instant {
    moment.checked_add(length).unwrap_or(moment + Duration::from_hours(24))
}

fn timed_out<T>(what: &str) -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, what)))
}

impl Watched {
    /// Watches a connection: how long a write may stall, and how long nothing may move.
    pub fn new(stream: TcpStream, write_limit: Duration, quiet_limit: Duration) -> Self {
        let moved = Instant::now();
        let quiet = Box::pin(sleep_until(after(moved, quiet_limit)));
        Self { stream, write_limit, quiet_limit, stalled: None, quiet, moved }
    }

    fn watch_write<T>(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.stalled = None;
            self.moved = Instant::now();
            return progress;
        }
        let limit = self.write_limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(after(Instant::now(), limit))));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => timed_out("the client takes nothing"),
            Poll::Pending => Poll::Pending,
        }
    }

    fn watch_read(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<()>>) -> Poll<io::Result<()>> {
        if progress.is_ready() {
            self.moved = Instant::now();
            return progress;
        }
        while self.quiet.as_mut().poll(context).is_ready() {
            let end = after(self.moved, self.quiet_limit);
            if end <= Instant::now() {
                return timed_out("nothing moves");
            }
            self.quiet.as_mut().reset(end);
        }
        Poll::Pending
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch_read(context, progress)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch_write(context, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch_write(context, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_flush(context);
        self.watch_write(context, progress)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watch_write(context, progress)
    }
}
