//! Connections that close in time.
//!
//! A connection says farewell before it closes. To a machine that is gone the system may have no room left to say it, and
//! would keep it for a quarter of an hour; as long the swarm takes the peer for connected, and neither dials it nor begins
//! anew with it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::FutureExt as _;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, StreamMuxerEvent, StreamMuxerExt as _, SubstreamBox};
use tokio::time::Sleep;

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection whose farewell ends in time, said or not.
pub struct Closing {
    inner: StreamMuxerBox,
    farewell: Option<Pin<Box<Sleep>>>,
}

impl Closing {
    pub const fn new(inner: StreamMuxerBox) -> Self {
        Self { inner, farewell: None }
    }
}

impl StreamMuxer for Closing {
    type Substream = SubstreamBox;
    type Error = std::io::Error;

    fn poll_inbound(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<SubstreamBox, Self::Error>> {
        self.inner.poll_inbound_unpin(context)
    }

    fn poll_outbound(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<SubstreamBox, Self::Error>> {
        self.inner.poll_outbound_unpin(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if let Poll::Ready(result) = self.inner.poll_close_unpin(context) {
            return Poll::Ready(result);
        }
        let farewell = self.farewell.get_or_insert_with(|| Box::pin(tokio::time::sleep(FAREWELL)));
        ready!(farewell.poll_unpin(context));
        Poll::Ready(Ok(()))
    }

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        self.inner.poll_unpin(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// The connection to a machine that is gone.
    struct Gone;

    impl StreamMuxer for Gone {
        type Substream = futures::io::Cursor<Vec<u8>>;
        type Error = std::io::Error;

        fn poll_inbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
            Poll::Pending
        }

        fn poll_outbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Pending
        }

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
            Poll::Pending
        }
    }

    /// Goal: a connection on which nothing can be said any more is closed all the same, and not before it had its time.
    #[tokio::test]
    async fn what_can_not_be_said_is_left_unsaid() {
        let began = Instant::now();
        Closing::new(StreamMuxerBox::new(Gone)).close().await.expect("it closes");
        assert!(began.elapsed() >= FAREWELL);
    }
}
