//! The commands of `yaosu-node`, one file each.

pub mod completions;
pub mod dev;
pub mod genesis;
pub mod init;
pub mod keygen;
pub mod man;
pub mod start;
pub mod status;
pub mod verify;
