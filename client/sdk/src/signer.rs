//! Who signs: a participant and the keys at hand that act for it.

use yaosu_ledger::ParticipantId;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Body, Transaction};

/// A participant with some of its keys: as many as its threshold says, or fewer, then others approve too.
///
/// Others approve what was signed with [`approve`](crate::approve), in any order; the bytes are the same.
///
/// ```
/// use yaosu_ledger::signature::SigningKey;
/// use yaosu_ledger::transaction::{Action, Body};
/// use yaosu_ledger::{Amount, ChainId, Digest, ParticipantId, Text};
/// use yaosu_sdk::{Signer, approve};
///
/// let [first, second] = [1, 2].map(|byte| SigningKey::from_seed([byte; 32]));
/// let alice = ParticipantId::of_genesis("alice");
/// let action = Action::Pay { to: ParticipantId::of_genesis("bob"), amount: Amount(5), memo: Text::default() };
/// let chain = ChainId(Digest([9; 32]));
/// let body = Body { chain, signer: alice, lane: 0, sequence: 0, valid_until: None, action };
///
/// let together = Signer { participant: alice, keys: vec![first.clone(), second.clone()] }.sign(body.clone());
/// let mut one_by_one = Signer::new(alice, second).sign(body);
/// approve(&mut one_by_one, &first);
/// assert_eq!(one_by_one, together);
/// ```
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
