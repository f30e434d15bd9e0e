//! What the gate keeps of a peer: what it may still cost, and how far it is by its own word.

use std::time::Instant;

use yaosu_bft::ledger::Height;

use crate::budget::{Bucket, Budget};

/// Signatures a second that did not hold and that are not this peer's fault for sure: made with a key of another height.
const STRAYS: Budget = Budget { messages_per_second: 200, bytes_per_second: 1 };

/// Certificates of one peer that are checked a second: each costs a check for each validator. An engine sends one or two a
/// round that fails.
const CERTIFICATES: Budget = Budget { messages_per_second: 20, bytes_per_second: 1 };

/// A peer that is connected.
#[derive(Debug)]
pub struct Neighbour {
    strays: Bucket,
    certificates: Bucket,
    tip: Height,
    /// What it said before. Gossip may let a status overtake what its sender had checked by an older set.
    tip_before: Height,
}

impl Neighbour {
    pub const fn new(now: Instant) -> Self {
        Self {
            strays: Bucket::new(STRAYS, now),
            certificates: Bucket::new(CERTIFICATES, now),
            tip: Height::GENESIS,
            tip_before: Height::GENESIS,
        }
    }

    /// The height that it says it has.
    pub const fn tip(&self) -> Height {
        self.tip
    }

    /// It says which height it has. Whether that is another one than before.
    pub fn says(&mut self, tip: Height) -> bool {
        self.tip_before = std::mem::replace(&mut self.tip, tip);
        self.tip_before != tip
    }

    /// Whether it knows, by what it has said twice, who decides a height. One that does not may forward in good faith what
    /// is signed with a key that the height no longer has.
    pub fn knows(&self, height: Height) -> bool {
        self.tip.min(self.tip_before).next() >= height
    }

    /// Whether a signature that it delivers may still be checked.
    pub fn may_stray(&mut self, now: Instant) -> bool {
        !self.strays.is_empty(now)
    }

    /// It delivered a signature that does not hold.
    pub fn strayed(&mut self, now: Instant) {
        // It was asked before whether there is anything left to pay with.
        let _paid = self.strays.pay(0, now);
    }

    /// Whether a certificate that it delivers is checked.
    pub fn may_certify(&mut self, now: Instant) -> bool {
        self.certificates.pay(0, now)
    }
}
