//! The commands of `yaosu-node`, one file each.

pub mod dev;
pub mod genesis;
pub mod init;
pub mod keygen;
pub mod start;
pub mod status;
pub mod verify;
