//! Sealed delivery: what is sealed can be opened, every cheat is convicted, and nobody can be framed.
//!
//! The tree is checked against the definition of BLAKE3's written down once more, recursively, over whole vectors.
//!
//! Not checked here: that BLAKE3 resists collisions and that its keyed output is a keystream. Both are assumed.

mod cheats;
mod framing;
mod limits;
mod opening;
mod seal;
mod support;
