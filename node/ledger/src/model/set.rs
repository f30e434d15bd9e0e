//! Sets of a few named things as bits: one encoding each, cheap to compare, read as lists of names.

/// Makes a fieldless enumeration and a set of it.
macro_rules! named_set {
    (
        $(#[$item_doc:meta])* $item:ident { $($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)? }
        $(#[$set_doc:meta])* $set:ident($bits:ty)
    ) => {
        $(#[$item_doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode,
            serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $item { $($(#[$doc])* #[serde(rename = $name)] $variant),* }

        impl $item {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in texts, JSON and commands.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            const fn bit(self) -> $bits {
                1 << (self as $bits)
            }
        }

        impl core::fmt::Display for $item {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.pad(self.name())
            }
        }

        impl core::str::FromStr for $item {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|item| item.name() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|item| item.name()).collect();
                    format!("{text:?} is none of {}", names.join(", "))
                })
            }
        }

        $(#[$set_doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode)]
        pub struct $set($bits);

        impl $set {
            /// Nothing.
            pub const NONE: Self = Self(0);

            /// Everything.
            pub const ALL: Self = Self(0 $(| $item::$variant.bit())*);

            /// Whether this one is in it.
            #[must_use]
            pub const fn contains(self, item: $item) -> bool {
                self.0 & item.bit() != 0
            }

            /// The set with this one too.
            #[must_use]
            pub const fn with(self, item: $item) -> Self {
                Self(self.0 | item.bit())
            }

            /// What is in both.
            #[must_use]
            pub const fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// What is in one of them at least.
            #[must_use]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Whether all of this set are in the other.
            #[must_use]
            pub const fn is_subset(self, other: Self) -> bool {
                self.0 & !other.0 == 0
            }

            /// Whether nothing is in it.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// What is in it, in order.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.contains(*item))
            }
        }

        impl FromIterator<$item> for $set {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                items.into_iter().fold(Self::NONE, Self::with)
            }
        }

        impl core::fmt::Debug for $set {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.debug_set().entries(self.iter()).finish()
            }
        }

        impl<Context> bincode::Decode<Context> for $set {
            /// Unknown bits are refused, so that a set has one meaning.
            fn decode<D: bincode::de::Decoder<Context = Context>>(
                decoder: &mut D,
            ) -> Result<Self, bincode::error::DecodeError> {
                let set = Self(<$bits as bincode::Decode<Context>>::decode(decoder)?);
                if set.is_subset(Self::ALL) {
                    Ok(set)
                } else {
                    Err(bincode::error::DecodeError::Other(concat!("unknown bits in ", stringify!($set))))
                }
            }
        }

        bincode::impl_borrow_decode!($set);

        impl serde::Serialize for $set {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl<'de> serde::Deserialize<'de> for $set {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Vec::<$item>::deserialize(deserializer).map(|items| items.into_iter().collect())
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $set {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($set).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let item = generator.subschema_for::<$item>();
                schemars::json_schema!({ "type": "array", "items": item })
            }
        }
    };
}

pub(super) use named_set;

/// Makes a fieldless enumeration with a name for each, for texts, JSON and commands.
macro_rules! named {
    ($(#[$item_doc:meta])* $item:ident { $($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)? }) => {
        $(#[$item_doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode,
            serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $item { $($(#[$doc])* #[serde(rename = $name)] $variant),* }

        impl $item {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in texts, JSON and commands.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl core::fmt::Display for $item {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.pad(self.name())
            }
        }

        impl core::str::FromStr for $item {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|item| item.name() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|item| item.name()).collect();
                    format!("{text:?} is none of {}", names.join(", "))
                })
            }
        }
    };
}

pub(crate) use named;
