//! Lists in pages.

use serde::{Deserialize, Serialize};
use yaosu_ledger::Height;

/// Items of a page if none are asked for.
pub const LIMIT_DEFAULT: usize = 50;

/// Items of a page at most.
pub const LIMIT_MAX: usize = 500;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema), schemars(rename = "PageOf{T}"))]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// Ask for the next page with it; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cursor: Option<String>,
    /// The height whose state this is.
    pub as_of: Height,
}
