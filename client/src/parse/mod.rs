//! What people type, as values. Each refusal says what would be taken.

mod amount;
mod duration;
mod lineage;
mod moment;
mod ratio;
mod reference;

pub use amount::{amount, group, show_amount};
pub use duration::{duration, show_duration};
pub use lineage::Lineage;
pub use moment::{moment, show_time};
pub use ratio::{ratio, show_ratio};
pub use reference::{AssetVersion, Reference, name, short};
