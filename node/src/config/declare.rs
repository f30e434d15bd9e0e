//! How a section of the configuration is declared: each key with its meaning, its type and its default, in one place.

use std::fmt;

/// A key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The section that it stands in.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// Its doc comment, as it was written.
    pub(super) comment: &'static str,
}

impl Key {
    /// What it means: a sentence or two, without the last full stop.
    pub fn meaning(self) -> &'static str {
        self.comment.trim()
    }

    /// The variable of the environment that sets it.
    pub fn variable(self) -> String {
        format!("{}{}__{}", super::layers::VARIABLES, self.section.to_uppercase(), self.name.to_uppercase())
    }
}

/// `section.name`.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.section, self.name)
    }
}

/// Declares a section: a struct with its default, and the list of its keys, with their doc comments.
macro_rules! section {
    (
        $(#[$attribute:meta])*
        $type:ident, $section:literal {
            $($(#[doc = $comment:literal])+ $name:ident: $kind:ty = $default:expr),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $type {
            $($(#[doc = $comment])+ pub $name: $kind),*
        }

        impl Default for $type {
            fn default() -> Self {
                Self { $($name: $default),* }
            }
        }

        impl $type {
            /// The keys of this section.
            const KEYS: &'static [Key] =
                &[$(Key { section: $section, name: stringify!($name), comment: concat!($($comment),+) }),*];
        }
    };
}
pub(super) use section;
