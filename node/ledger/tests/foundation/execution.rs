//! Blocks: what is built is what is checked, on every run, and nothing else is.

use proptest::prelude::*;
use yaosu_ledger::block::{
    BLOCK_BYTES_MAX, BLOCK_TRANSACTION_BYTES_MAX, BLOCK_TRANSACTIONS_MAX, BLOCK_WEIGHT_MAX, Block, BlockError,
    PROTOCOL_VERSION,
};
use yaosu_ledger::event::{Cause, Event};
use yaosu_ledger::execution::{self, Execution, InvalidBlock, NotIncluded, Tip};
use yaosu_ledger::model::{
    Activity, AssetDescription, Field, FieldKind, Measure, PARENTS_MAX, Parent, ParticipantStatus, Structure,
    VersionContent,
};
use yaosu_ledger::state::{Reader as _, State};
use yaosu_ledger::transaction::{Action, Envelope, TRANSACTION_BYTES_MAX};
use yaosu_ledger::{Amount, AssetId, Digest, Duration, Height, ParticipantId, Timestamp};

use crate::chain::{Chain, OTHERS, build, unsigned};
use crate::town::*;

fn pay(to: &str, amount: u64) -> Action {
    Action::Pay { to: id_of(to), amount: Amount(amount), memo: text("") }
}

fn any_action() -> impl Strategy<Value = Action> {
    let name = || prop_oneof![Just(ALICE), Just(BOB), Just(CAROL)];
    let amount = prop_oneof![0..3_u64, Just(BALANCE.0), Just(BALANCE.0 / 2)];
    prop_oneof![
        (name(), amount).prop_map(|(to, amount)| pay(to, amount)),
        name().prop_map(|words| register(words, words)),
        Just(Action::GrantRegistration { asset: yaosu_ledger::AssetId(Digest::ZERO), certificate: text("1") }),
    ]
}

/// Who, on which lane, with which number, what.
fn any_transactions() -> impl Strategy<Value = Vec<(usize, u32, u64, Action)>> {
    prop::collection::vec((0..3_usize, 0..2_u32, 0..4_u64, any_action()), 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Goal: what one node builds another checks to be the same, to the byte, and what did not enter left no trace.
    #[test]
    fn what_is_built_is_what_is_checked(asked in any_transactions()) {
        let chain = Chain::new();
        let tip = &chain.tip;
        let proposer = id_of("south");
        let mut execution = Execution::begin(tip, tip.time.after(Duration(5)), proposer);
        let mut taken = Vec::new();
        for (who, lane, sequence, action) in asked {
            let envelope = unsigned(tip, [ALICE, BOB, CAROL][who], (lane, sequence), action);
            if execution.include(&envelope).is_ok() {
                taken.push(envelope);
            }
        }
        prop_assert_eq!(execution.len(), taken.len());
        let built = execution.finish();
        let again = build(tip, Duration(5), proposer, &taken).expect("they were taken before");
        prop_assert_eq!(built.block.encode(), again.block.encode(), "the refused ones changed nothing");

        let bytes = built.block.encode();
        let block = Block::decode(&bytes).expect("a block decodes");
        let checked = execution::check(tip, &block).expect("what is built is good");
        prop_assert_eq!(checked.block.encode(), bytes);
        prop_assert_eq!(&checked.events, &built.events);
        prop_assert_eq!(&checked.changes, &built.changes);
        prop_assert_eq!(checked.state.root(), block.header.state_root);
        prop_assert_eq!(tip.state.with(&checked.changes).root(), block.header.state_root);
        // What each transaction wrote fits to what stood there before it, and all of it together leads to the state after.
        let mut seen = std::collections::BTreeMap::new();
        for place in 0..block.transactions.len() {
            for record in execution::written(tip, &block, place).expect("it is in the block") {
                prop_assert_ne!(&record.before, &record.after);
                if let Some(known) = seen.insert(record.key, record.after) {
                    prop_assert_eq!(known, record.before);
                }
            }
        }
        for (key, after) in &seen {
            prop_assert_eq!(&checked.state.bytes(key), after);
        }
        prop_assert_eq!(execution::written(tip, &block, block.transactions.len()), None);
        prop_assert!(block.transactions.is_empty() || execution::written(&checked.tip(), &block, 0).is_none());
        let rebuilt = State::from_records(checked.state.records().map(|(key, value)| (key.to_vec(), value.clone())));
        prop_assert_eq!(rebuilt.root(), block.header.state_root, "the root depends on the records alone");
    }
}

/// What a proposer changes.
type Lie = fn(&mut Block);

/// Goal: every field of a header follows from the tip and the transactions, or is refused.
#[test]
fn every_field_of_a_header_is_checked() {
    let chain = Chain::new();
    let transactions = [chain.transaction(ALICE, (0, 0), pay(BOB, 1))];
    let turn = chain.tip.turns();
    let block = build(&chain.tip, Duration(5), turn[1], &transactions).expect("good").block;
    execution::check(&chain.tip, &block).expect("the block is good as it is");
    #[rustfmt::skip]
    let rows: &[(&str, Lie)] = &[
        ("version",           |block| block.header.version = PROTOCOL_VERSION + 1),
        ("version",           |block| block.header.version = 0),
        ("chain",             |block| block.header.chain.0 = Digest([7; 32])),
        ("height",            |block| block.header.height = Height(0)),
        ("height",            |block| block.header.height = Height(2)),
        ("parent",            |block| block.header.parent.0 = Digest([7; 32])),
        ("not above",         |block| block.header.time = genesis().time),
        ("not above",         |block| block.header.time = Timestamp(0)),
        ("not a validator",   |block| block.header.proposer = id_of(ALICE)),
        ("not a validator",   |block| block.header.proposer.0 = Digest([7; 32])),
        ("transactions_root", |block| block.header.transactions_root = Digest([7; 32])),
        ("events_root",       |block| block.header.events_root = Digest([7; 32])),
        ("state_root",        |block| block.header.state_root = Digest([7; 32])),
        ("next_validators",   |block| block.header.next_validators = Digest([7; 32])),
    ];
    for (words, change) in rows {
        let mut changed = block.clone();
        change(&mut changed);
        assert_ne!(changed.id(), block.id(), "{words}: the identifier covers every field");
        let Err(error) = execution::check(&chain.tip, &changed) else { panic!("{words} is not checked") };
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    let mut of_first = block.clone();
    of_first.header.proposer = turn[0];
    let Err(InvalidBlock::Header { field, .. }) = execution::check(&chain.tip, &of_first) else {
        panic!("whose turn it was stands in events and state")
    };
    assert_eq!(field, "events_root");
    let mut later = block;
    later.header.time = later.header.time.after(Duration(1));
    assert!(execution::check(&chain.tip, &later).is_ok(), "the time is its proposer's to choose");
}

/// Goal: an impossible transaction is named with its place and its rule.
#[test]
fn an_impossible_transaction_is_named() {
    let chain = Chain::new();
    let good = chain.transaction(ALICE, (0, 0), pay(BOB, 1));
    let mut block = build(&chain.tip, Duration(5), id_of(EXCHANGE), std::slice::from_ref(&good)).expect("good").block;
    block.transactions.push(good);
    let Err(error) = execution::check(&chain.tip, &block) else { panic!("the same transaction twice") };
    assert!(error.to_string().starts_with("transaction 1: R10: "), "{error}");
}

/// Goal: events say why they happened: the block's own before those of transactions, in order.
#[test]
fn events_stand_in_order_with_their_causes() {
    let chain = Chain::new();
    let transactions = [chain.transaction(ALICE, (0, 0), pay(BOB, 1)), chain.transaction(BOB, (0, 0), pay(ALICE, 2))];
    let late = chain.tip.turns()[1];
    let executed = build(&chain.tip, Duration(5), late, &transactions).expect("good");
    let causes: Vec<Cause> = executed.events.iter().map(|record| record.cause).collect();
    let of = |envelope: &Envelope| Cause::Transaction(envelope.id());
    assert_eq!(causes, [Cause::Block, of(&transactions[0]), of(&transactions[1])]);
    assert!(matches!(executed.events[0].event, Event::TurnMissed { .. }));
    assert_eq!(execution::events_root(&executed.events), executed.block.header.events_root);
}

/// Goal: a block has the hash of the set that decides after it; here the one that the block itself brings.
#[test]
fn a_block_names_the_validators_of_the_next_height() {
    use yaosu_ledger::model::Measure;
    use yaosu_ledger::transaction::Action::{Approve, Propose};
    let mut chain = Chain::new();
    let before = chain.tip.validators();
    let validators = before.validators()[..3].to_vec();
    let propose = chain.transaction(EXCHANGE, (0, 0), Propose { measure: Measure::SetValidators { validators } });
    let proposal = yaosu_ledger::ProposalId::created_by(propose.id());
    let approvals = OTHERS.map(|name| chain.transaction(name, (0, 0), Approve { proposal }));
    chain.decide(Duration(1), &[propose, approvals[0].clone(), approvals[1].clone()]);
    assert_eq!(chain.blocks[0].0.block.header.next_validators, before.hash());
    chain.decide(genesis().rule_pack.enactment_delay, &[]);
    let after = chain.tip.validators();
    assert_eq!(after.validators(), &before.validators()[..3]);
    assert_eq!(chain.blocks[1].0.block.header.next_validators, after.hash());
    let gone: ParticipantId = before.validators()[3].operator;
    let block = build(&chain.tip, Duration(1), gone, &[]).expect("nothing in it").block;
    assert!(matches!(execution::check(&chain.tip, &block), Err(InvalidBlock::Proposer(operator)) if operator == gone));
}

/// A transaction of about 30 KiB; `extra` bytes more make it longer by just that.
fn long(tip: &Tip, sequence: u64, extra: usize) -> Envelope {
    let field =
        |number: usize| Field { name: text(&format!("{number:0108}")), kind: FieldKind::String, nullable: false };
    let structure = Structure { fields: (0..256).map(field).collect(), rows: 1 };
    let description = AssetDescription {
        title: text(&format!("t{}", "x".repeat(extra.min(150)))),
        spatial: text(&"x".repeat(extra.saturating_sub(150).min(120))),
        ..description("long")
    };
    let action = Action::RegisterAsset {
        description,
        rights: SELF_PRODUCED,
        content: VersionContent { structure: Some(structure), ..content("long") },
        parents: Vec::new(),
    };
    unsigned(tip, ALICE, (0, sequence), action)
}

/// Goal: a block takes transactions up to its bytes, and one byte more not; nothing of what did not fit stays.
#[test]
fn a_block_is_bounded_in_bytes() {
    let tip = Chain::new().tip;
    let length = |envelope: &Envelope| envelope.bytes().len() + 5;
    let step = length(&long(&tip, 100, 0));
    let mut execution = Execution::begin(&tip, tip.time.after(Duration(1)), id_of(EXCHANGE));
    let mut used = 0;
    let mut sequence = 0;
    while used + 2 * step <= BLOCK_TRANSACTION_BYTES_MAX {
        let envelope = long(&tip, sequence, 0);
        execution.include(&envelope).expect("there is room");
        used += length(&envelope);
        sequence += 1;
    }
    // Pads the rest but for one transaction of a length between `step` and `step` + 270.
    let mut lane = 10;
    while BLOCK_TRANSACTION_BYTES_MAX - used > step + 250 {
        let memo = "x".repeat(if BLOCK_TRANSACTION_BYTES_MAX - used > step + 1_000 { 100 } else { 0 });
        let small = Action::Pay { to: id_of(BOB), amount: Amount(1), memo: text(&memo) };
        let envelope = unsigned(&tip, ALICE, (lane, 0), small);
        execution.include(&envelope).expect("there is room");
        used += length(&envelope);
        lane += 1;
    }
    let room = BLOCK_TRANSACTION_BYTES_MAX - used;
    let base = length(&long(&tip, sequence, 0));
    let count = execution.len();
    let above = long(&tip, sequence, room - base + 1);
    assert_eq!(used + length(&above), BLOCK_TRANSACTION_BYTES_MAX + 1);
    assert!(matches!(execution.include(&above), Err(NotIncluded::Full)));
    assert_eq!(execution.len(), count);
    let exact = long(&tip, sequence, room - base);
    assert_eq!(used + length(&exact), BLOCK_TRANSACTION_BYTES_MAX);
    execution.include(&exact).expect("at the limit");
    assert!(!execution.is_empty());
    let block = execution.finish().block;
    let bytes = block.encode();
    assert!(bytes.len() <= BLOCK_BYTES_MAX);
    assert_eq!(Block::decode(&bytes).expect("the fullest block decodes"), block);
    execution::check(&tip, &block).expect("and is good");
}

/// Goal: a block takes [`BLOCK_TRANSACTIONS_MAX`] transactions and no more, whether built, checked or decoded.
#[test]
fn a_block_is_bounded_in_transactions() {
    let tip = Chain::new().tip;
    let mut execution = Execution::begin(&tip, tip.time.after(Duration(1)), id_of(EXCHANGE));
    let sequences = 0..u64::try_from(BLOCK_TRANSACTIONS_MAX).expect("small");
    for sequence in sequences.clone() {
        execution.include(&unsigned(&tip, ALICE, (0, sequence), pay(BOB, 1))).expect("there is room");
    }
    let above = unsigned(&tip, ALICE, (0, sequences.end), pay(BOB, 1));
    assert!(matches!(execution.include(&above), Err(NotIncluded::Full)));
    let mut block = execution.finish().block;
    assert_eq!(Block::decode(&block.encode()).expect("the longest block decodes"), block);
    block.transactions.push(above);
    assert!(matches!(Block::decode(&block.encode()), Err(BlockError::TooManyTransactions(count)) if count == 10_001));
    assert!(matches!(execution::check(&tip, &block), Err(InvalidBlock::Full { index: BLOCK_TRANSACTIONS_MAX })));
}

/// Goal: a block is bounded in what it costs to carry out, whether built or checked.
/// Method: one full of proposals.
#[test]
fn a_block_is_bounded_in_weight() {
    let tip = Chain::new().tip;
    let heavy = |sequence| {
        let measure = Measure::SetStatus { participant: id_of(CAROL), status: ParticipantStatus::Suspended };
        unsigned(&tip, EXCHANGE, (0, sequence), Action::Propose { measure })
    };
    let weight = heavy(0).body().action.weight();
    let fitting = u64::from(BLOCK_WEIGHT_MAX / weight);
    let mut execution = Execution::begin(&tip, tip.time.after(Duration(1)), id_of(EXCHANGE));
    for sequence in 0..fitting {
        execution.include(&heavy(sequence)).expect("there is room");
    }
    assert!(matches!(execution.include(&heavy(fitting)), Err(NotIncluded::Full)));
    let mut block = execution.finish().block;
    execution::check(&tip, &block).expect("at the limit");
    block.transactions.push(heavy(fitting));
    let index = block.transactions.len() - 1;
    assert!(matches!(execution::check(&tip, &block), Err(InvalidBlock::Full { index: found }) if found == index));
}

/// Goal: no transaction is so heavy that no block takes it, whatever a signer writes into it.
#[test]
fn the_heaviest_transaction_fits() {
    let parent =
        Parent { asset: AssetId(digest("map")), version: 1, licence: None, activity: Activity::Join, recipe: None };
    let most = |count| match register("chart", "chart") {
        Action::RegisterAsset { description, rights, content, .. } => {
            Action::RegisterAsset { description, rights, content, parents: vec![parent.clone(); count] }
        }
        other => other,
    };
    assert_eq!(most(TRANSACTION_BYTES_MAX).weight(), most(PARENTS_MAX).weight());
    assert!(most(PARENTS_MAX).weight() <= BLOCK_WEIGHT_MAX);
}

/// Goal: one transaction of any length that is taken fits a block: none waits for ever.
#[test]
fn the_longest_transaction_fits() {
    const { assert!(yaosu_ledger::transaction::TRANSACTION_BYTES_MAX + 5 <= BLOCK_TRANSACTION_BYTES_MAX) };
    const { assert!(BLOCK_TRANSACTION_BYTES_MAX + 512 < BLOCK_BYTES_MAX) };
}

/// Goal: a block decodes only with the transactions that its header commits to, each well-formed.
#[test]
fn a_block_is_decoded_with_its_own_transactions() {
    let chain = Chain::new();
    let transactions = [chain.transaction(ALICE, (0, 0), pay(BOB, 1)), chain.transaction(BOB, (0, 0), pay(ALICE, 1))];
    let block = build(&chain.tip, Duration(1), id_of(EXCHANGE), &transactions).expect("good").block;
    let mut turned = block.clone();
    turned.transactions.swap(0, 1);
    assert!(matches!(Block::decode(&turned.encode()), Err(BlockError::TransactionsRoot { .. })));
    let bytes = block.encode();
    for cut in 0..bytes.len() {
        assert!(Block::decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    // The last transaction's last approval ends the block: shorten the transaction by a byte and its length by one.
    let mut broken = bytes.clone();
    broken.pop();
    let place = bytes.len() - transactions[1].bytes().len() - 1;
    broken[place] -= 1;
    assert!(
        matches!(Block::decode(&broken), Err(BlockError::Transaction { index: 1, .. })),
        "{:?}",
        Block::decode(&broken)
    );
}
