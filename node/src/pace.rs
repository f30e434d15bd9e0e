//! The pace of heights: a new one begins when there is something to decide, when others have begun it, or when the
//! heartbeat is due; never at full speed for nothing. A node that is behind its peers never waits.
//!
//! Beginning late costs no failed round: whoever has a reason begins, its proposal or vote reaches the others, and that
//! is their reason. The engine keeps what comes early for the next height.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use yaosu_ledger::Height;

use crate::replica_thread::{Demand, now_ms};

/// Decides when the next height begins. Cheap to clone.
#[derive(Clone)]
pub struct Pace {
    /// Whether transactions wait or a deadline is due.
    pub demand: watch::Receiver<Demand>,
    /// The highest height of which a message of another validator was seen.
    pub seen: watch::Receiver<Height>,
    /// The height that peers have: up to it there is nothing to wait for.
    pub peers_height: watch::Receiver<Height>,
    /// How long without any reason.
    pub heartbeat: Duration,
}

impl Pace {
    /// Calls `start` when the height is due, in a task of its own.
    pub fn start_when_due(&self, height: Height, start: impl FnOnce() + Send + 'static) {
        let mut pace = self.clone();
        tokio::spawn(async move {
            pace.until_due(height).await;
            start();
        });
    }

    async fn until_due(&mut self, height: Height) {
        let heartbeat = Instant::now() + self.heartbeat;
        loop {
            let begun = *self.seen.borrow_and_update() >= height;
            let decided = *self.peers_height.borrow_and_update() >= height;
            if begun || decided {
                return;
            }
            let Demand { ready, due } = *self.demand.borrow_and_update();
            if ready {
                return;
            }
            // A deadline may be due before the heartbeat; block time is this clock, or a little later.
            let deadline = due.map(|due| Instant::now() + Duration::from_millis(due.0.saturating_sub(now_ms())));
            let wake = deadline.map_or(heartbeat, |deadline| deadline.min(heartbeat));
            tokio::select! {
                () = sleep_until(wake) => return,
                Ok(()) = self.seen.changed() => {}
                Ok(()) = self.peers_height.changed() => {}
                Ok(()) = self.demand.changed() => {}
            }
        }
    }
}
