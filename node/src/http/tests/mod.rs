//! Tests of the door, through its real accept loop, over a real replica and store with one validator whose key the test
//! holds. Nothing is decided until a test says so.

mod connections;
mod deals;
mod fuzz;
mod problems;
mod reads;
mod references;
mod stream;
mod submissions;
pub mod town;
