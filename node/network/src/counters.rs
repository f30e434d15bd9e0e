//! What the network has done, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// Counters, shared between the swarm's task and whoever asks.
        #[derive(Debug, Default)]
        pub struct Counters { $(pub $name: AtomicU64),* }

        /// A look at the counters. Each counts from the start of the network.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Counts { $($(#[doc = $doc])+ pub $name: u64),* }

        impl Counts {
            /// The name of each, and what it counts, without the last full stop.
            pub const MEANINGS: &[(&str, &str)] =
                &[$((stringify!($name), concat!($($doc),+).trim_ascii_start().trim_ascii_end())),*];

            /// The numbers, in the order of [`Counts::MEANINGS`].
            #[must_use]
            pub fn numbers(&self) -> [u64; Self::MEANINGS.len()] {
                [$(self.$name),*]
            }
        }

        impl Counters {
            pub fn look(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed)),* }
            }
        }
    };
}

counters! {
    /// Messages of consensus (votes, proposals, parts, certificates, statuses) that were handed to the engine.
    consensus_received,
    /// Messages of consensus that were dropped: of heights that are over, of signers that are not known, the
    /// same again, or more than is checked of a peer.
    consensus_ignored,
    /// Messages of consensus that were sent.
    consensus_sent,
    /// Messages of consensus that gossip did not take: no neighbour, or full queues.
    consensus_unsent,
    /// Messages that were not sent because the signer withheld their signature.
    withheld,
    /// Messages that were not sent because they are signed with a key that the validator no longer has at their height.
    outdated,
    /// Batches of transactions that were handed on.
    batches_received,
    /// Batches that were sent.
    batches_sent,
    /// Batches that gossip did not take: no neighbour, full queues, or sent before.
    batches_unsent,
    /// Batches to be sent that were dropped because too many waited.
    batches_overflowed,
    /// Batches that came and were dropped because too many waited.
    batches_dropped,
    /// Messages that were dropped because their peer was over its budget.
    over_budget,
    /// Messages that were not what their topic says, or that made a flood.
    garbage,
    /// Peers that were cut off for garbage or a flood.
    bans,
    /// Connections of peers that are not admitted, or that are cut off: refused.
    connections_refused,
    /// Connections that failed before they were established, for any other reason.
    connections_failed,
    /// Questions of block sync that were answered.
    sync_answered,
    /// Questions of block sync that were not answered because their peer was over its budget.
    sync_refused,
    /// Questions and answers of block sync that failed.
    sync_failed,
}

pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
