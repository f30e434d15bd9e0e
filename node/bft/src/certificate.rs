//! Between the engine's commit certificates and the ledger's: the same signatures over the same bytes.

use arc_malachitebft_core_types::{self as core_types, ExtendedCommitCertificate, ExtendedCommitSignature, Round};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature};

use crate::context::{Address, EngineHeight, YaosuContext};

/// The engine's certificate named no round, which no decision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a commit certificate of no round")]
pub struct NoRoundError;

/// The ledger's form of a certificate that the engine made, signatures in the ledger's order.
///
/// # Errors
/// [`NoRoundError`].
pub fn from_engine(
    certificate: &core_types::CommitCertificate<YaosuContext>,
) -> Result<CommitCertificate, NoRoundError> {
    let mut signatures: Vec<CommitSignature> = certificate
        .commit_signatures
        .iter()
        .map(|entry| CommitSignature { operator: entry.address.0, signature: entry.signature })
        .collect();
    signatures.sort();
    Ok(CommitCertificate {
        height: certificate.height.0,
        round: certificate.round.as_u32().ok_or(NoRoundError)?,
        block: certificate.value_id,
        signatures,
    })
}

/// The form in which block sync carries a certificate.
#[must_use]
pub fn to_engine(certificate: &CommitCertificate) -> ExtendedCommitCertificate<YaosuContext> {
    ExtendedCommitCertificate {
        height: EngineHeight(certificate.height),
        round: Round::new(certificate.round),
        value_id: certificate.block,
        commit_signatures: certificate
            .signatures
            .iter()
            .map(|entry| ExtendedCommitSignature::new(Address(entry.operator), entry.signature, None))
            .collect(),
    }
}
