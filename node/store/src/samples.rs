//! A decided block for golden files: every kind of thing that a store writes about one is in it.

use std::sync::Arc;

use yaosu_ledger::block::{self, Block, Header, PROTOCOL_VERSION};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::execution;
use yaosu_ledger::offer::{Authorship, Offer};
use yaosu_ledger::signature::{PublicKey, Signature};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature};
use yaosu_ledger::{Amount, BlockId, ChainId, Digest, Height, ParticipantId, Text, Timestamp};

use crate::entry::{Decided, Entry};

pub(crate) const CHAIN: ChainId = ChainId(Digest([1; 32]));
pub(crate) const HEIGHT: Height = Height(70_000);

/// The set that decides the block; others decide the next one.
pub(crate) const VALIDATORS: Digest = Digest([2; 32]);

/// A record of the state that is longer than a value in sled.
const LONG_RECORD: usize = 4097;

fn participant(number: u8) -> ParticipantId {
    ParticipantId(Digest([number; 32]))
}

fn memo() -> Text<128> {
    Text::new("for the map").expect("a short text")
}

fn transaction(sequence: u64) -> Envelope {
    let action = Action::Pay { to: participant(4), amount: Amount(700), memo: memo() };
    let body = Body { chain: CHAIN, signer: participant(3), lane: 0, sequence, valid_until: None, action };
    let approval = Approval { key: PublicKey([5; 32]), signature: Signature([6; 64]) };
    Envelope::new(Transaction { body, approvals: vec![approval] })
}

fn event(transaction: &Envelope) -> EventRecord {
    let event = Event::Paid { from: participant(3), to: participant(4), amount: Amount(700), memo: memo() };
    EventRecord { cause: Cause::Transaction(transaction.id()), event }
}

fn transactions() -> Vec<Envelope> {
    vec![transaction(0), transaction(1)]
}

fn events() -> Vec<EventRecord> {
    transactions().iter().map(event).collect()
}

pub(crate) fn block() -> Block {
    let transactions = transactions();
    let header = Header {
        version: PROTOCOL_VERSION,
        chain: CHAIN,
        height: HEIGHT,
        parent: BlockId(Digest([7; 32])),
        time: Timestamp(1_900_000_000_000),
        proposer: participant(3),
        transactions_root: block::transactions_root(&transactions),
        events_root: execution::events_root(&events()),
        state_root: Digest([10; 32]),
        next_validators: Digest([11; 32]),
    };
    Block { header, transactions }
}

pub(crate) fn entry() -> Entry {
    let block = block();
    let signatures = vec![CommitSignature { operator: participant(3), signature: Signature([12; 64]) }];
    let certificate = CommitCertificate { height: HEIGHT, round: 3, block: block.id(), signatures };
    let changes = vec![
        (vec![1, 1], Some(Arc::from([13; 3]))),
        (vec![1, 2], None),
        (vec![1, 3], Some(Arc::from([14; LONG_RECORD]))),
        (vec![1, 4], Some(Arc::from([]))),
    ];
    Entry::new(Decided { block, certificate, events: events(), changes }, VALIDATORS)
        .expect("a block and its certificate")
}

/// How the block came: one that somebody else made, and how it comes from the node itself.
pub(crate) fn offers() -> [(&'static str, Offer); 2] {
    let authorship = Authorship { round: 2, valid_round: Some(1), signature: Signature([15; 64]) };
    [("from-others", Offer { round: 3, authorship: Some(authorship) }), ("own", Offer::in_round(0))]
}
