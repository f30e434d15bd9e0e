//! Token buckets: how much a peer may send before anything is done for it.

use std::time::{Duration, Instant};

/// What a peer may send in the long run, and at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Messages a second. As many may come at once after a pause of a second.
    pub messages_per_second: u32,
    /// Bytes a second. As many may come at once after a pause of a second.
    pub bytes_per_second: u32,
}

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// One peer's account. Starts full.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    budget: Budget,
    /// In billionths, so that no time is lost to rounding.
    messages: u64,
    bytes: u64,
    filled: Instant,
}

const fn full(per_second: u32) -> u64 {
    (per_second as u64).saturating_mul(NANOS_PER_SECOND)
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub const fn new(budget: Budget, now: Instant) -> Self {
        Self { budget, messages: full(budget.messages_per_second), bytes: full(budget.bytes_per_second), filled: now }
    }

    /// Pays for a message of some bytes; `false`, and nothing paid, if the account does not suffice.
    #[must_use]
    pub fn pay(&mut self, bytes: usize, now: Instant) -> bool {
        self.fill(now);
        let price = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(NANOS_PER_SECOND);
        match (self.messages.checked_sub(NANOS_PER_SECOND), self.bytes.checked_sub(price)) {
            (Some(messages), Some(bytes)) => {
                self.messages = messages;
                self.bytes = bytes;
                true
            }
            _ => false,
        }
    }

    /// Whether not one more message could be paid for, however short.
    #[must_use]
    pub fn is_empty(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.messages < NANOS_PER_SECOND
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).min(Duration::from_secs(1));
        let nanos = u64::try_from(passed.as_nanos()).unwrap_or(NANOS_PER_SECOND);
        let refill = |held: u64, per_second: u32| {
            held.saturating_add(nanos.saturating_mul(u64::from(per_second))).min(full(per_second))
        };
        self.messages = refill(self.messages, self.budget.messages_per_second);
        self.bytes = refill(self.bytes, self.budget.bytes_per_second);
        self.filled = now;
    }

    /// Gives bytes back that were paid for and not used.
    pub fn give_back(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(NANOS_PER_SECOND);
        self.bytes = self.bytes.saturating_add(bytes).min(full(self.budget.bytes_per_second));
    }
}

/// Messages over its budget in [`EXCESS_PERIOD`] for which a peer is cut off. What honest peers send at most is below the
/// budget itself.
pub const EXCESS_MAX: u32 = 20_000;

/// How long they are counted together.
const EXCESS_PERIOD: Duration = Duration::from_mins(1);

/// What a peer has sent over its budget lately.
#[derive(Clone, Copy, Debug)]
pub struct Excess {
    since: Instant,
    messages: u32,
}

impl Excess {
    /// Nothing yet.
    #[must_use]
    pub const fn new(now: Instant) -> Self {
        Self { since: now, messages: 0 }
    }

    /// Counts one more. Whether there were too many.
    #[must_use]
    pub fn is_too_much(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= EXCESS_PERIOD {
            *self = Self::new(now);
        }
        self.messages = self.messages.saturating_add(1);
        self.messages > EXCESS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { messages_per_second: 4, bytes_per_second: 1000 };

    fn paid(bucket: &mut Bucket, count: usize, bytes: usize, now: Instant) -> usize {
        (0..count).filter(|_| bucket.pay(bytes, now)).count()
    }

    /// Goal: at once, exactly a second's worth of messages or bytes passes, whichever is used up first.
    #[test]
    fn a_full_bucket_holds_a_second() {
        let now = Instant::now();
        for (bytes, expected) in [(0, 4), (250, 4), (251, 3), (1000, 1), (1001, 0)] {
            assert_eq!(paid(&mut Bucket::new(BUDGET, now), 10, bytes, now), expected, "{bytes} bytes each");
        }
    }

    /// Goal: the account fills with time, to a second's worth and no more, however often it is asked.
    #[test]
    fn the_account_fills_with_time() {
        let start = Instant::now();
        for (pause_ms, expected) in [(0, 0), (249, 0), (250, 1), (1000, 4), (60_000, 4)] {
            let mut bucket = Bucket::new(BUDGET, start);
            assert_eq!(paid(&mut bucket, 10, 1, start), 4);
            for step in 0..=pause_ms.min(1000) {
                // A message that is too long for any account: refused, and nothing paid.
                assert!(!bucket.pay(2000, start + Duration::from_millis(step)));
            }
            let then = start + Duration::from_millis(pause_ms);
            assert_eq!(paid(&mut bucket, 10, 1, then), expected, "after {pause_ms} ms");
        }
    }

    /// Goal: an account is empty exactly when nothing more can be paid for; asking costs nothing.
    #[test]
    fn an_empty_account_says_so() {
        let now = Instant::now();
        let mut bucket = Bucket::new(BUDGET, now);
        for left in (0..4).rev() {
            assert!(!bucket.is_empty(now) && !bucket.is_empty(now));
            assert!(bucket.pay(0, now), "{left} left");
        }
        assert!(bucket.is_empty(now) && bucket.is_empty(now + Duration::from_millis(249)));
        assert!(!bucket.is_empty(now + Duration::from_millis(250)));
    }

    /// Goal: what is over the budget is too much above the limit, counted within a minute and anew in the next.
    #[test]
    fn excess_is_counted_by_the_minute() {
        let start = Instant::now();
        let mut excess = Excess::new(start);
        for minute in 0..2 {
            let now = start + EXCESS_PERIOD * minute;
            assert!((0..EXCESS_MAX).all(|_| !excess.is_too_much(now)));
        }
        assert!(excess.is_too_much(start + EXCESS_PERIOD + EXCESS_PERIOD / 2));
    }

    /// Goal: what was not used can be paid with again, and no more than a second's worth ever.
    #[test]
    fn what_is_not_used_comes_back() {
        let now = Instant::now();
        let mut bucket = Bucket::new(BUDGET, now);
        assert!(bucket.pay(1000, now));
        assert!(!bucket.pay(1, now));
        bucket.give_back(400);
        assert!(!bucket.pay(401, now));
        assert!(bucket.pay(400, now));
        bucket.give_back(usize::MAX);
        assert!(!bucket.pay(1001, now));
        assert!(bucket.pay(1000, now));
    }

    /// Goal: a clock that stands still or goes back gives nothing away and breaks nothing.
    #[test]
    fn time_that_goes_back_gives_nothing() {
        let before = Instant::now();
        let start = before + Duration::from_secs(5);
        let mut bucket = Bucket::new(BUDGET, start);
        assert_eq!(paid(&mut bucket, 10, 1, start), 4);
        assert!(!bucket.pay(1, before));
    }
}
