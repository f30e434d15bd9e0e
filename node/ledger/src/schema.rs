//! JSON schemas of the words whose form no derivation can know: hex, bounded text, names.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::primitives::{
    Amount, AssetId, AttestationId, BasisPoints, BlockId, ChainId, Currency, DemandId, Digest, Duration, FreezeId,
    Handle, Height, HexBytes, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId, ProposalId, RecallId, Text,
    Timestamp, TransactionId,
};
use crate::signature::{PublicKey, Signature};

/// A text of a fixed form.
macro_rules! patterns {
    ($($name:ty as $title:literal: $pattern:literal, $description:literal;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $description })
            }
        }
    )*};
}

patterns! {
    Digest as "Digest": "^[0-9a-f]{64}$", "A BLAKE3 hash of 32 bytes.";
    ChainId as "ChainId": "^[0-9a-f]{64}$", "The hash of the genesis document: which chain a message is meant for.";
    BlockId as "BlockId": "^[0-9a-f]{64}$", "The hash of a block's header.";
    TransactionId as "TransactionId": "^[0-9a-f]{64}$", "The hash of a transaction's body, without its approvals.";
    ParticipantId as "ParticipantId": "^[0-9a-f]{64}$", "A participant of the market. Never changes, whatever its keys do.";
    AssetId as "AssetId": "^[0-9a-f]{64}$", "A data asset.";
    ListingId as "ListingId": "^[0-9a-f]{64}$", "An offer to license an asset.";
    OrderId as "OrderId": "^[0-9a-f]{64}$", "An order on a listing.";
    LicenceId as "LicenceId": "^[0-9a-f]{64}$", "A right to use an asset's version.";
    ProposalId as "ProposalId": "^[0-9a-f]{64}$", "A governance proposal of the operators.";
    FreezeId as "FreezeId": "^[0-9a-f]{64}$", "A regulator's freeze.";
    NegotiationId as "NegotiationId": "^[0-9a-f]{64}$", "Offers and counter-offers between a buyer and a seller.";
    DemandId as "DemandId": "^[0-9a-f]{64}$", "A buyer's need.";
    RecallId as "RecallId": "^[0-9a-f]{64}$", "A recall of a version.";
    AttestationId as "AttestationId": "^[0-9a-f]{64}$", "What an assessor says of a version.";
    PublicKey as "PublicKey": "^[0-9a-f]{64}$", "An Ed25519 public key.";
    Signature as "Signature": "^[0-9a-f]{128}$", "An Ed25519 signature.";
    Handle as "Handle": "^[a-z][a-z0-9-]{1,30}[a-z0-9]$", "A participant's unique name.";
    Currency as "Currency": "^[A-Z]{3}$", "Three letters, as in ISO 4217.";
}

/// A number with a unit.
macro_rules! numbers {
    ($($name:ty as $title:literal: $format:literal up to $maximum:expr, $description:literal;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "integer", "format": $format, "minimum": 0, "maximum": $maximum, "description": $description,
                })
            }
        }
    )*};
}

numbers! {
    Height as "Height": "uint64" up to u64::MAX, "A position in the chain. Genesis is 0, the first decided block is 1.";
    Amount as "Amount": "uint64" up to u64::MAX, "An amount in hundredths of the chain's currency.";
    BasisPoints as "BasisPoints": "uint16" up to u16::MAX, "A ratio in hundredths of a percent; 10,000 is the whole.";
    Duration as "Duration": "uint64" up to u64::MAX, "A length of time in milliseconds.";
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment, in UTC as RFC 3339 has it; in milliseconds since 1970 where that has no words for it, \
                behind the year 9999. Requests may use either.",
            "anyOf": [
                {
                    "type": "string",
                    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z$",
                    "examples": ["2026-11-27T08:00:00.123Z"],
                },
                { "type": "integer", "format": "uint64", "minimum": 0, "maximum": u64::MAX },
            ],
        })
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = format!(
            "Text of at most {MAX} bytes of UTF-8, without control characters, invisible ones and those that turn the \
             direction of writing."
        );
        json_schema!({ "type": "string", "maxLength": MAX, "description": description })
    }
}

impl<const MAX: usize> JsonSchema for HexBytes<MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("HexBytes{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^([0-9a-f]{2})*$",
            "maxLength": MAX.saturating_mul(2),
            "description": format!("At most {MAX} bytes, as pairs of hexadecimal digits."),
        })
    }
}
