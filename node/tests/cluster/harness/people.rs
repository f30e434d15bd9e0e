//! Participants: their keys, and the next number of their lane.

use yaosu_api::{AccountView, LaneView};
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Action, Body, Envelope};
use yaosu_ledger::{Amount, ChainId, ParticipantId, Text};

use super::http::Door;

/// Somebody who signs, in lane 0 unless told otherwise.
pub struct Person {
    pub handle: String,
    pub id: ParticipantId,
    pub key: SigningKey,
    pub chain: ChainId,
    /// The next number.
    pub sequence: u64,
}

/// The key of whoever has this handle.
pub fn key_of(handle: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed[..handle.len()].copy_from_slice(handle.as_bytes());
    SigningKey::from_seed(seed)
}

/// A text that fits.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("the tests' texts fit")
}

impl Person {
    pub fn new(handle: &str, chain: ChainId) -> Self {
        let id = ParticipantId::of_genesis(handle);
        Self { handle: handle.into(), id, key: key_of(handle), chain, sequence: 0 }
    }

    /// Asks with the next number and takes that number.
    pub fn asks(&mut self, action: Action) -> Envelope {
        let transaction = self.signed(self.sequence, action);
        self.sequence += 1;
        transaction
    }

    /// A request with any number.
    pub fn signed(&self, sequence: u64, action: Action) -> Envelope {
        Envelope::new(self.body(sequence, action).sign(&[&self.key]))
    }

    /// What would be signed.
    pub fn body(&self, sequence: u64, action: Action) -> Body {
        Body { chain: self.chain, signer: self.id, lane: 0, sequence, valid_until: None, action }
    }

    /// Pays with the next number.
    pub fn pays(&mut self, to: &str, amount: u64) -> Envelope {
        self.asks(pay(to, amount))
    }

    /// Takes the number from a node that knows.
    pub fn looks_up_number(&mut self, door: Door) {
        self.sequence = door.read::<LaneView>(&format!("/v1/participants/{}/lanes/0", self.handle)).committed;
    }

    /// Available money, as a node sees it.
    pub fn balance(&self, door: Door) -> u64 {
        let view: AccountView = door.read(&format!("/v1/participants/{}/account", self.handle));
        view.account.available.0
    }
}

/// A payment.
pub fn pay(to: &str, amount: u64) -> Action {
    Action::Pay { to: ParticipantId::of_genesis(to), amount: Amount(amount), memo: text("") }
}
