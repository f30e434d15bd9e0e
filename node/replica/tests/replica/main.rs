//! The replica from outside: inputs in, effects out.

mod agreement;
mod common;
mod crash;
mod mempool;
mod proposals;
