//! What all checks drive: networks of real processes, a plain HTTP client, participants that sign.

pub mod chain;
pub mod files;
pub mod http;
pub mod network;
pub mod people;
pub mod process;
pub mod wait;

pub use network::Network;
pub use people::Person;
pub use process::{Command, Node};
pub use wait::until;
