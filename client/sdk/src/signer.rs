//! Who signs: a participant and the keys at hand that act for it.

use yaosu_ledger::ParticipantId;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Body, Transaction};

/// A participant with some of its keys: as many as its threshold says, or fewer, then others approve too.
#[derive(Clone, Debug)]
pub struct Signer {
    /// In whose name.
    pub participant: ParticipantId,
    /// By which keys, at least one.
    pub keys: Vec<SigningKey>,
}

impl Signer {
    /// A participant with one key.
    #[must_use]
    pub fn new(participant: ParticipantId, key: SigningKey) -> Self {
        Self { participant, keys: vec![key] }
    }

    /// The body with the approvals of all keys.
    #[must_use]
    pub fn sign(&self, body: Body) -> Transaction {
        let keys: Vec<&SigningKey> = self.keys.iter().collect();
        body.sign(&keys)
    }
}
