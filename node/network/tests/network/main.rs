//! The network with real engines on loopback.

mod application;
mod engines;
mod node;
mod store;
mod strangers;
mod transactions;
