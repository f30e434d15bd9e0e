//! The rules of the Yaosu ledger: what a data element market may do, as values and pure functions.
//!
//! Nothing in this crate reads a clock, draws a random number, opens a file or a socket, uses a float or depends on the
//! order of a hash map. The same inputs give the same bytes on every machine, build and run.

#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

pub mod block;
pub mod codec;
pub mod event;
pub mod execution;
pub mod genesis;
pub mod hash;
#[allow(clippy::arithmetic_side_effects, reason = "places in a list, each bounded where it is computed; no amounts")]
pub mod merkle_list;
pub mod model;
pub mod offer;
pub mod openness;
pub mod policy;
pub mod primitives;
pub mod proof;
pub mod receipt;
pub mod rejection;
pub mod rules;
pub mod sample;
#[cfg(feature = "schema")]
mod schema;
#[allow(
    clippy::arithmetic_side_effects,
    reason = "places in a tree of at most 2^54 chunks, each bounded where it is computed; no amounts"
)]
pub mod sealed;
pub mod signature;
pub mod state;
#[allow(clippy::arithmetic_side_effects, reason = "depths up to 256 and counts of leaves in memory; no amounts")]
pub mod state_tree;
pub mod transaction;
pub mod turns;
pub mod validators;
mod weight;

pub use primitives::*;
