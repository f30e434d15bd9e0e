//! The pace of heights: a new one begins when there is something to decide, when others have begun it, or when the
//! heartbeat is due; never at full speed for nothing. A node that is behind its peers never waits: it goes by what block
//! sync has proved or brought, not by what a peer says of itself, so that a liar can't make it hurry.
//!
//! Beginning late costs no failed round: whoever has a reason begins, its proposal or vote reaches the others, and that
//! is their reason. The engine keeps what comes early for the next height. That others have begun is one validator's word:
//! where it is the only reason, heights follow each other at a pace that harms nobody.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use yaosu_ledger::Height;

use crate::replica_thread::{Demand, now_ms};

/// How long a height waits at least that begins only because another validator has begun it.
const ON_ONES_WORD: Duration = Duration::from_millis(500);

/// Decides when the next height begins. Cheap to clone.
#[derive(Clone)]
pub struct Pace {
    /// Whether transactions wait or a deadline is due.
    pub demand: watch::Receiver<Demand>,
    /// The highest height of which a message of another validator was seen.
    pub seen: watch::Receiver<Height>,
    /// The height that block sync has proved to be decided: up to it there is nothing to wait for.
    pub proved: watch::Receiver<Height>,
    /// How long without any reason.
    pub heartbeat: Duration,
    /// The last height whose block came by block sync: this node was behind, and may still be.
    pub synced: Height,
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

    /// A block came by block sync, with a certificate that the engine has checked. Of a height whose validators are all
    /// others than those that are known here nothing else shows that it is decided.
    pub fn synced(&mut self, height: Height) {
        self.synced = self.synced.max(height);
    }

    async fn until_due(&mut self, height: Height) {
        let began = Instant::now();
        loop {
            let reasons = Reasons {
                seen: *self.seen.borrow_and_update(),
                proved: *self.proved.borrow_and_update(),
                synced: self.synced,
                demand: *self.demand.borrow_and_update(),
            };
            let pause = reasons.pause(height, began.elapsed(), self.heartbeat, now_ms());
            if pause.is_zero() {
                return;
            }
            tokio::select! {
                () = sleep(pause) => return,
                Ok(()) = self.seen.changed() => {}
                Ok(()) = self.proved.changed() => {}
                Ok(()) = self.demand.changed() => {}
            }
        }
    }
}

/// Why a height may begin.
#[derive(Clone, Copy, Debug)]
struct Reasons {
    seen: Height,
    proved: Height,
    synced: Height,
    demand: Demand,
}

impl Reasons {
    /// How long the height waits if nothing changes. `waited`: so long already. `now_ms`: Unix time by the node's clock.
    fn pause(self, height: Height, waited: Duration, heartbeat: Duration, now_ms: u64) -> Duration {
        if self.proved >= height || self.synced.next() >= height || self.demand.ready {
            return Duration::ZERO;
        }
        let longest = if self.seen >= height { heartbeat.min(ON_ONES_WORD) } else { heartbeat };
        let left = longest.saturating_sub(waited);
        // A deadline may be due before that; block time is this clock, or a little later.
        self.demand.due.map_or(left, |due| left.min(Duration::from_millis(due.0.saturating_sub(now_ms))))
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use yaosu_ledger::Timestamp;

    use super::*;

    const HEARTBEAT: Duration = Duration::from_secs(10);
    const NOW_MS: u64 = 1_000_000;

    /// Goal: a height begins for a reason, and else waits for the nearer of heartbeat and deadline.
    #[test]
    fn a_height_waits_for_a_reason() {
        let due = |ms: u64| Some(Timestamp(ms));
        #[rustfmt::skip]
        let rows = [
            // case                          seen proved synced ready  due                     waited in ms pause in ms
            ("nothing",                       4,   4,    3,     false, None,                   0,           10_000),
            ("part of the heartbeat is over", 4,   4,    3,     false, None,                   7_500,       2_500),
            ("the heartbeat",                 4,   4,    3,     false, None,                   10_000,      0),
            ("another has begun it",          5,   4,    3,     false, None,                   0,           500),
            ("another is further",            9,   4,    3,     false, None,                   0,           500),
            ("another began it a while ago",  5,   4,    3,     false, None,                   400,         100),
            ("another begins late",           5,   4,    3,     false, None,                   600,         0),
            ("another, and transactions",     5,   4,    3,     true,  None,                   0,           0),
            ("another, and a deadline",       5,   4,    3,     false, due(NOW_MS + 200),      0,           200),
            ("it is decided elsewhere",       4,   5,    3,     false, None,                   0,           0),
            ("far behind",                    0,   90,   3,     false, None,                   0,           0),
            ("the last block was synced",     4,   4,    4,     false, None,                   0,           0),
            ("transactions wait",             4,   4,    3,     true,  None,                   0,           0),
            ("a deadline before it",          4,   4,    3,     false, due(NOW_MS + 700),      0,           700),
            ("a deadline after it",           4,   4,    3,     false, due(NOW_MS + 70_000),   0,           10_000),
            ("a deadline that is over",       4,   4,    3,     false, due(NOW_MS - 1),        0,           0),
        ];
        for (case, seen, proved, synced, ready, due, waited_ms, pause_ms) in rows {
            let (seen, proved, synced) = (Height(seen), Height(proved), Height(synced));
            let reasons = Reasons { seen, proved, synced, demand: Demand { ready, due } };
            let pause = reasons.pause(Height(5), Duration::from_millis(waited_ms), HEARTBEAT, NOW_MS);
            assert_eq!(pause, Duration::from_millis(pause_ms), "{case}");
        }
    }

    struct Signs {
        demand: watch::Sender<Demand>,
        seen: watch::Sender<Height>,
        proved: watch::Sender<Height>,
    }

    fn pace(heartbeat: Duration) -> (Pace, Signs) {
        let demand = watch::Sender::new(Demand { ready: false, due: None });
        let (seen, proved) = (watch::Sender::new(Height(4)), watch::Sender::new(Height(4)));
        let (demand_seen, seen_seen, proved_seen) = (demand.subscribe(), seen.subscribe(), proved.subscribe());
        let synced = Height(3);
        let pace = Pace { demand: demand_seen, seen: seen_seen, proved: proved_seen, heartbeat, synced };
        (pace, Signs { demand, seen, proved })
    }

    fn starts(pace: &Pace, height: u64) -> oneshot::Receiver<()> {
        let (start, started) = oneshot::channel();
        pace.start_when_due(Height(height), move || start.send(()).expect("the test waits for it"));
        started
    }

    /// Goal: each reason wakes a height that waits, and what is no reason for it does not.
    /// Method: a heartbeat that does not come in the life of a test.
    #[tokio::test]
    async fn each_reason_wakes_a_height() {
        type Wake = fn(&Signs);
        let rows: [(&str, Wake); 4] = [
            ("others have begun", |signs| _ = signs.seen.send_replace(Height(5))),
            ("it is proved", |signs| _ = signs.proved.send_replace(Height(5))),
            ("transactions", |signs| _ = signs.demand.send_replace(Demand { ready: true, due: None })),
            ("a deadline", |signs| _ = signs.demand.send_replace(Demand { ready: false, due: Some(Timestamp(1)) })),
        ];
        for (case, wake) in rows {
            let (pace, signs) = pace(Duration::from_hours(1));
            let mut started = starts(&pace, 5);
            signs.seen.send_replace(Height(4));
            signs.proved.send_replace(Height(4));
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            assert!(started.try_recv().is_err(), "{case}: nothing has happened yet");
            wake(&signs);
            let in_time = tokio::time::timeout(Duration::from_mins(1), started).await;
            in_time.expect(case).expect("it is told");
        }
    }

    /// Goal: a node that catches up begins at once after each block that block sync brought, and waits again once it no
    /// longer does.
    #[tokio::test]
    async fn a_block_that_was_synced_is_followed_at_once() {
        let (mut pace, _signs) = pace(Duration::from_hours(1));
        for height in 4..20 {
            pace.synced(Height(height));
            let started = starts(&pace, height + 1);
            let in_time = tokio::time::timeout(Duration::from_mins(1), started).await;
            in_time.expect("at once").expect("it is told");
        }
        pace.synced(Height(7));
        assert_eq!(pace.synced, Height(19), "an older block changes nothing");
        let mut started = starts(&pace, 21);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert!(started.try_recv().is_err(), "height 20 was decided here");
    }

    /// Goal: without a reason the heartbeat begins the height, also when nobody can give a reason any more.
    #[tokio::test]
    async fn the_heartbeat_begins_a_height() {
        for keeps in [true, false] {
            let (pace, signs) = pace(Duration::from_millis(20));
            let kept = keeps.then_some(signs);
            let began = Instant::now();
            starts(&pace, 5).await.expect("it is told");
            assert!(began.elapsed() >= Duration::from_millis(20));
            drop(kept);
        }
    }
}
