//! The commands of `yaosu-node`, one file each.

pub mod completions;
pub mod config;
pub mod dev;
pub mod doctor;
pub mod genesis;
pub mod init;
pub mod keygen;
pub mod log_level;
pub mod man;
pub mod start;
pub mod status;
pub mod verify;
