//! Tests of the door, through its real accept loop, over a real replica and store with one validator whose key the test
//! holds. Nothing is decided until a test says so.

mod addresses;
mod connections;
mod contract;
mod deals;
mod fuzz;
mod limits;
mod market;
mod prepare;
mod problems;
mod reads;
mod references;
mod samples;
mod search;
mod stream;
mod submissions;
pub mod town;
