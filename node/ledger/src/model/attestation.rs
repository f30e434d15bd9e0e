//! Attestations (评估): what an independent assessor says of a version.
//!
//! ```text
//! Issued -> Superseded    by a newer one of the same kind and assessor
//!        -> Withdrawn     by its assessor
//!        -> Expired       by the block, at its end
//! ```

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::asset::{Grade, SourceClass};
use super::set::{named, named_set};
use crate::codec::Canonical;
use crate::primitives::{Amount, AssetId, BasisPoints, Digest, ParticipantId, Timestamp};

/// Attestations of one kind that a version may have in force.
pub const ATTESTATIONS_MAX: usize = 16;
/// Entries of the rule pack that say what a listing needs.
pub const REQUIREMENTS_MAX: usize = 18;

named_set! {
    /// What is looked at.
    AttestationKind {
        /// 来源: where the data comes from, and by what right.
        Source = "source",
        /// 合规: whether it may be traded.
        Compliance = "compliance",
        /// 质量 (GB/T 36344): how good it is.
        Quality = "quality",
        /// 安全: how well it is kept.
        Security = "security",
        /// 价值: what it is worth.
        Valuation = "valuation",
        /// 去标识化: whether persons and secrets were taken out.
        DeIdentification = "de-identification",
    }
    /// Kinds of attestations.
    AttestationKinds(u8)
}

named! {
    /// What the assessor concludes.
    Verdict {
        /// It is as it should be.
        Pass = "pass",
        /// It is, on the conditions that the report names.
        Conditional = "conditional",
        /// It is not.
        Fail = "fail",
    }
}

named! {
    /// Where an attestation stands.
    AttestationStatus {
        /// In force.
        Issued = "issued",
        /// A newer one of the same kind and assessor took its place. An end.
        Superseded = "superseded",
        /// Its assessor took it back. An end.
        Withdrawn = "withdrawn",
        /// Its time is over. An end.
        Expired = "expired",
    }
}

/// The six dimensions of data quality (GB/T 36344), each as a share of what could be wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QualityScores {
    /// 规范性: it follows its standards.
    pub conformity: BasisPoints,
    /// 完整性: nothing is missing.
    pub completeness: BasisPoints,
    /// 准确性: it is true.
    pub accuracy: BasisPoints,
    /// 一致性: it does not contradict itself.
    pub consistency: BasisPoints,
    /// 时效性: it is of today.
    pub timeliness: BasisPoints,
    /// 可访问性: it can be got at.
    pub accessibility: BasisPoints,
}

impl QualityScores {
    /// The scores with their names, in order.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, BasisPoints); 6] {
        [
            ("conformity", self.conformity),
            ("completeness", self.completeness),
            ("accuracy", self.accuracy),
            ("consistency", self.consistency),
            ("timeliness", self.timeliness),
            ("accessibility", self.accessibility),
        ]
    }
}

/// What was found, beyond the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Findings {
    /// Nothing more: source, compliance, security.
    None,
    /// How good it is: quality.
    Quality(QualityScores),
    /// What it is worth: valuation.
    Worth {
        /// At least.
        from: Amount,
        /// At most.
        to: Amount,
    },
    /// How much harm its misuse could still do: de-identification.
    Grade(Grade),
}

/// What an assessor says of a version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attestation {
    /// What was looked at.
    pub kind: AttestationKind,
    /// The asset.
    pub asset: AssetId,
    /// Which version of it.
    pub version: u32,
    /// Who says so.
    pub assessor: ParticipantId,
    /// The hash of the report.
    pub report: Digest,
    /// The conclusion.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Findings,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends by itself.
    pub valid_until: Timestamp,
    /// Where it stands.
    pub status: AttestationStatus,
}

impl Canonical for Attestation {
    const BYTES_MAX: usize = 256;
}

impl Attestation {
    /// Whether it is in force at this moment, also if the block has not ended it yet.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.status == AttestationStatus::Issued && now < self.valid_until
    }
}

/// What a listing needs: data of this class and of this grade or a higher one needs these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Requirement {
    /// Data of this class,
    pub source_class: SourceClass,
    /// of this grade or a higher one,
    pub grade: Grade,
    /// needs these. Not empty.
    pub kinds: AttestationKinds,
}
