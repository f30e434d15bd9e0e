//! The network with real engines on loopback.

mod application;
mod engines;
mod lost;
mod node;
mod store;
mod stranger;
mod strangers;
mod transactions;
