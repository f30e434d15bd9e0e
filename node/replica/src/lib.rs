//! Replica: the node between its network and its disk, as one value.
//!
//! It never waits, reads a clock, draws a random number or opens a file, so that a simulator runs many of them on one
//! thread from one seed. Inputs go in, effects come out; effects are carried out in their order, each finished before
//! the next: a crash is a cut in that list.
//!
//! What holds whatever is cut:
//! - a block is durable before it is offered or called valid ([`Effect::PersistProposed`] comes first),
//! - a decision is durable before it is acknowledged ([`Effect::PersistDecided`] comes first),
//! - this node makes one block a height: asked again, in a later round or after a crash, it gives the same one.

#![deny(clippy::float_arithmetic)]

mod mempool;
mod refusal;
mod replica;

pub use mempool::{Limits, Load};
pub use refusal::Refusal;
pub use replica::{Decision, Effect, Input, Invalid, Origin, Recovered, Replica, TransactionFate};
