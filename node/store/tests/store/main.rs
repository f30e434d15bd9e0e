//! Goal: nothing acknowledged is lost, nothing half written is seen, and what no crash can have left is refused.

#![expect(clippy::unwrap_used, reason = "what surrounds the tests may fail like the tests themselves")]

mod crash;
mod faults;
mod killed;
mod refusals;
mod round_trip;
mod support;
