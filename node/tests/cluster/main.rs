//! The built program, as operators and clients meet it: real processes, over HTTP and by signals, on real files.
//!
//! What is checked: that nothing acknowledged is lost and no chain forks through stops, kills and full disks; that a
//! dead validator is passed over and comes back; that nobody who does not belong gets a block; that refusals say what to
//! do; that nothing ever panics (every log is searched when its node is dropped).
//!
//! What is not: lost or late messages and lying validators (the simulator's), power cuts (the store's own tests).
//!
//! Every wait is for a condition; none for a length of time. Nodes die with the test that started them.

mod all_die;
mod clients;
mod damage;
mod deals;
mod dev;
mod dev_background;
mod disk_full;
mod events;
#[path = "../support/generated.rs"]
mod generated;
mod governance;
mod harness;
mod late;
mod life;
mod one_dies;
mod operators;
mod refusals;
mod search;
mod signing;
mod strangers;
