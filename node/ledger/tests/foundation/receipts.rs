//! Receipts: what holds verifies from the checkpoint on, and nothing else does.

use yaosu_ledger::codec;
use yaosu_ledger::merkle_list;
use yaosu_ledger::model::Measure;
use yaosu_ledger::receipt::{Checkpoint, Receipt, ReceiptError, Statement};
use yaosu_ledger::state::{Accounts, Participants, Reader, Table};
use yaosu_ledger::transaction::{Action, Envelope};
use yaosu_ledger::validators::{CertificateError, Validator, ValidatorSet, VoteKind, VoteStatement};
use yaosu_ledger::{Amount, ChainId, Digest, Duration, Height, ParticipantId};

use crate::chain::{Chain, OTHERS, certify, certify_as};
use crate::governance::validator_of;
use crate::town::*;

fn pay(amount: u64) -> Action {
    Action::Pay { to: id_of(BOB), amount: Amount(amount), memo: text("for the map") }
}

/// Proposes and approves other validators, and waits until they decide: two blocks.
fn hand_over(chain: &mut Chain, validators: Vec<Validator>) {
    let propose = Action::Propose { measure: Measure::SetValidators { validators } };
    let propose = chain.transaction(EXCHANGE, (0, 0), propose);
    let proposal = yaosu_ledger::ProposalId::created_by(propose.id());
    let approvals = OTHERS.map(|name| chain.transaction(name, (0, 0), Action::Approve { proposal }));
    chain.decide(Duration(1), &[propose, approvals[0].clone(), approvals[1].clone()]);
    chain.decide(genesis().rule_pack.enactment_delay, &[]);
}

/// Five blocks: other validators decide from the third on, and again others from the fifth. The last one has three
/// payments.
fn story() -> Chain {
    let mut chain = Chain::new();
    let two_leave = ["west", EXCHANGE].map(validator_of).to_vec();
    hand_over(&mut chain, two_leave);
    let east_returns =
        vec![validator_of("east"), Validator { power: 3, ..validator_of("west") }, validator_of(EXCHANGE)];
    hand_over(&mut chain, east_returns);
    let payments: Vec<Envelope> = (0..3).map(|ahead| chain.transaction(ALICE, (0, ahead), pay(ahead + 1))).collect();
    chain.decide(Duration(1), &payments);
    chain
}

fn transaction_statement(chain: &Chain, height: usize, index: u32) -> Statement {
    let transactions = &chain.blocks[height - 1].0.block.transactions;
    let leaves: Vec<Digest> = transactions.iter().map(Envelope::leaf).collect();
    let transaction = &transactions[usize::try_from(index).expect("small")];
    let path = merkle_list::prove(&leaves, index).expect("it is there");
    Statement::Transaction { transaction: Box::new(transaction.transaction().clone()), path }
}

fn event_statement(chain: &Chain, height: usize, index: u32) -> Statement {
    let events = &chain.blocks[height - 1].0.events;
    let leaves: Vec<Digest> = events.iter().map(yaosu_ledger::event::EventRecord::leaf).collect();
    let event = Box::new(events[usize::try_from(index).expect("small")].clone());
    Statement::Event { event, path: merkle_list::prove(&leaves, index).expect("it is there") }
}

fn record_statement(chain: &Chain, height: usize, key: Vec<u8>) -> Statement {
    let state = &chain.blocks[height - 1].0.state;
    let value = state.bytes(&key).map(|bytes| bytes.to_vec());
    let path = state.prove(&key);
    Statement::Record { key, value, path }
}

fn account_key(name: &str) -> Vec<u8> {
    Accounts::key(&id_of(name))
}

fn receipt(chain: &Chain, statement: Statement, height: usize) -> Receipt {
    let handovers = [2, 4].into_iter().filter(|handover| *handover < height).map(|at| chain.handover(at)).collect();
    Receipt { statement, finality: chain.finality(height), handovers }
}

/// One receipt of each kind about the last block.
fn receipts(chain: &Chain) -> Vec<(&'static str, Receipt)> {
    [
        ("transaction", transaction_statement(chain, 5, 1)),
        ("event", event_statement(chain, 5, 2)),
        ("record", record_statement(chain, 5, account_key(ALICE))),
        ("no record", record_statement(chain, 5, account_key("nobody"))),
    ]
    .map(|(name, statement)| (name, receipt(chain, statement, 5)))
    .to_vec()
}

fn error_of(receipt: &Receipt, checkpoint: &Checkpoint) -> ReceiptError {
    receipt.verify(checkpoint).expect_err("it does not hold")
}

/// Goal: receipts of each kind hold from the first checkpoint, through two changes of validators, and say what they are.
#[test]
fn receipts_hold_through_changes_of_validators() {
    let chain = story();
    for (name, receipt) in receipts(&chain) {
        let again = Receipt::decode(&codec::encode(&receipt)).expect("it decodes");
        assert_eq!(again, receipt, "{name}");
        let verified = again.verify(&chain.checkpoint).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((verified.height, verified.handovers), (Height(5), 2), "{name}");
        assert_eq!((verified.signers, verified.validators), (3, 3), "{name}");
        assert_eq!(verified.time, chain.tip.time, "{name}");
        let id = chain.blocks[4].0.block.transactions[1].id();
        assert_eq!(verified.transaction, (name == "transaction").then_some(id), "{name}");
        let json = serde_json::to_string(&receipt).expect("JSON");
        assert_eq!(serde_json::from_str::<Receipt>(&json).expect("from JSON"), receipt, "{name}");
    }
}

/// Goal: each place of a list, each record of the state, at each height has its receipt.
#[test]
fn everything_has_a_receipt() {
    let chain = story();
    for height in 1..=5 {
        let executed = &chain.blocks[height - 1].0;
        for index in 0..u32::try_from(executed.block.transactions.len()).expect("small") {
            let receipt = receipt(&chain, transaction_statement(&chain, height, index), height);
            receipt.verify(&chain.checkpoint).expect("it holds");
        }
        for index in 0..u32::try_from(executed.events.len()).expect("small") {
            receipt(&chain, event_statement(&chain, height, index), height)
                .verify(&chain.checkpoint)
                .expect("it holds");
        }
        let header = &executed.block.header;
        for (key, value) in executed.state.records() {
            executed.state.prove(key).verify(&header.state_root, key, Some(value)).expect("it holds");
        }
    }
}

/// Goal: a verifier who trusts a later checkpoint needs only the handovers after it.
#[test]
fn a_later_checkpoint_needs_less() {
    let chain = story();
    let at = |height: usize| Checkpoint {
        chain: chain.tip.chain,
        height: Height(u64::try_from(height).expect("small") + 1),
        validators: chain.blocks[height - 1].0.tip().validators(),
    };
    let mut receipt = receipt(&chain, transaction_statement(&chain, 5, 0), 5);
    receipt.handovers.remove(0);
    assert!(receipt.verify(&at(2)).is_ok());
    assert!(receipt.verify(&at(3)).is_ok());
    assert!(matches!(error_of(&receipt, &at(4)), ReceiptError::Height { .. }), "what is known is not handed over");
    receipt.handovers.clear();
    assert!(receipt.verify(&at(4)).is_ok());
    assert!(matches!(error_of(&receipt, &at(5)), ReceiptError::Height { found: Height(5), from: Height(6) }));
}

/// Goal: no altered receipt verifies.
/// Method: every byte of each kind of receipt, one bit changed, the bit going round. A receipt of absence may become
/// one of another absence that is true as well; nothing else may hold.
#[test]
fn no_altered_receipt_holds() {
    let chain = story();
    for (name, receipt) in receipts(&chain) {
        let bytes = codec::encode(&receipt);
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1 << (place % 8);
            let Ok(receipt) = Receipt::decode(&altered) else { continue };
            if receipt.verify(&chain.checkpoint).is_err() {
                continue;
            }
            let Statement::Record { key, value: None, .. } = &receipt.statement else {
                panic!("{name}: byte {place} may be anything")
            };
            assert!(chain.tip.state.bytes(key).is_none(), "{name}: byte {place}");
        }
    }
}

/// Goal: each lie has its answer.
#[test]
fn each_lie_about_a_statement_is_found() {
    let chain = story();
    let good = receipts(&chain);
    let of = |name: &str| good.iter().find(|(found, _)| *found == name).expect("there is one").1.clone();

    let mut other_transaction = of("transaction");
    let Statement::Transaction { transaction, .. } = &mut other_transaction.statement else { unreachable!() };
    transaction.body.action = pay(1_000);
    assert!(matches!(error_of(&other_transaction, &chain.checkpoint), ReceiptError::Path(_)));

    let mut other_chain = of("transaction");
    let Statement::Transaction { transaction, .. } = &mut other_chain.statement else { unreachable!() };
    transaction.body.chain = ChainId(Digest::ZERO);
    assert!(matches!(error_of(&other_chain, &chain.checkpoint), ReceiptError::TransactionChain));

    let mut other_approvals = of("transaction");
    let Statement::Transaction { transaction, .. } = &mut other_approvals.statement else { unreachable!() };
    transaction.approvals.clear();
    assert!(matches!(error_of(&other_approvals, &chain.checkpoint), ReceiptError::Path(_)));

    let mut event_as_record = of("event");
    event_as_record.finality = chain.finality(3);
    event_as_record.handovers.pop();
    assert!(matches!(error_of(&event_as_record, &chain.checkpoint), ReceiptError::Path(_)));

    let mut richer = of("record");
    let Statement::Record { value, .. } = &mut richer.statement else { unreachable!() };
    value.as_mut().expect("there is a record")[0] ^= 1;
    assert!(matches!(error_of(&richer, &chain.checkpoint), ReceiptError::Path(_)));

    let mut gone = of("record");
    let Statement::Record { value, .. } = &mut gone.statement else { unreachable!() };
    *value = None;
    assert!(matches!(error_of(&gone, &chain.checkpoint), ReceiptError::Path(_)));

    let mut of_another_table = of("record");
    let Statement::Record { key, .. } = &mut of_another_table.statement else { unreachable!() };
    *key = Participants::key(&id_of(ALICE));
    assert!(matches!(error_of(&of_another_table, &chain.checkpoint), ReceiptError::Path(_)));
}

/// Goal: the checkpoint decides which chain and which validators count.
#[test]
fn another_checkpoint_is_another_truth() {
    let chain = story();
    let receipt = receipt(&chain, transaction_statement(&chain, 5, 0), 5);
    let other_chain = Checkpoint { chain: ChainId(Digest::ZERO), ..chain.checkpoint.clone() };
    assert!(matches!(error_of(&receipt, &other_chain), ReceiptError::Chain { .. }));
    let too_late = Checkpoint { height: Height(3), ..chain.checkpoint.clone() };
    assert!(matches!(error_of(&receipt, &too_late), ReceiptError::Height { .. }));
    let impostors = |name: &str| Validator { key: key_of(name).public(), ..validator_of(EXCHANGE) };
    let validators = ValidatorSet::new(vec![impostors("impostor")]).expect("a set");
    let of_impostors = Checkpoint { validators, ..chain.checkpoint };
    assert!(matches!(error_of(&receipt, &of_impostors), ReceiptError::Certificate { height: Height(2), .. }));
}

/// Goal: handovers are all there, in order, and hand over to whom the header says.
#[test]
fn handovers_are_complete_and_in_order() {
    let chain = story();
    let good = receipt(&chain, transaction_statement(&chain, 5, 0), 5);
    let with = |change: fn(&mut Receipt)| {
        let mut receipt = good.clone();
        change(&mut receipt);
        error_of(&receipt, &chain.checkpoint)
    };
    let missing_first = with(|receipt| drop(receipt.handovers.remove(0)));
    assert!(matches!(missing_first, ReceiptError::Certificate { height: Height(4), .. }), "{missing_first}");
    let missing_last = with(|receipt| drop(receipt.handovers.pop()));
    let not_validator = matches!(
        missing_last,
        ReceiptError::Certificate { height: Height(5), error: CertificateError::NotValidator(operator) }
            if operator == id_of("east")
    );
    assert!(not_validator, "{missing_last}");
    let turned = with(|receipt| receipt.handovers.reverse());
    assert!(matches!(turned, ReceiptError::Certificate { height: Height(4), .. }), "{turned}");
    let twice = with(|receipt| receipt.handovers.insert(1, receipt.handovers[0].clone()));
    assert!(matches!(twice, ReceiptError::Height { found: Height(2), from: Height(3) }), "{twice}");
    let elsewhere = with(|receipt| receipt.handovers[1].finality.header.chain = ChainId(Digest::ZERO));
    assert!(matches!(elsewhere, ReceiptError::Chain { .. }), "{elsewhere}");
    let to_others = with(|receipt| receipt.handovers[0].next = receipt.handovers[1].next.clone());
    assert!(matches!(to_others, ReceiptError::Handover { height: Height(2), .. }), "{to_others}");
}

/// Goal: a receipt of a chain with the same people and another genesis is worth nothing here.
#[test]
fn a_receipt_of_another_chain_is_refused() {
    let chain = story();
    let mut sister = Chain::new();
    sister.tip.chain = ChainId(Digest([9; 32]));
    sister.decide(Duration(1), &[]);
    let key = account_key(ALICE);
    let state = &sister.tip.state;
    let statement =
        Statement::Record { value: state.bytes(&key).map(|bytes| bytes.to_vec()), path: state.prove(&key), key };
    let receipt = Receipt { statement, finality: sister.finality(1), handovers: Vec::new() };
    let own = Checkpoint { chain: ChainId(Digest([9; 32])), ..chain.checkpoint.clone() };
    assert!(receipt.verify(&own).is_ok(), "it holds on its own chain");
    assert!(matches!(error_of(&receipt, &chain.checkpoint), ReceiptError::Chain { .. }));

    // Votes of the sister for this very header, as if chains did not matter.
    let header = chain.finality(1).header;
    let signers: Vec<ParticipantId> = chain.checkpoint.validators.validators().iter().map(|one| one.operator).collect();
    let vote = VoteStatement { kind: VoteKind::Precommit, height: Height(1), round: 0, block: Some(header.id()) };
    let certificate = certify_as(&header, vote, &signers, &ChainId(Digest([9; 32])));
    assert!(matches!(
        certificate.verify(&header.chain, &chain.checkpoint.validators),
        Err(CertificateError::Signature(_))
    ));
}

/// Goal: more than two thirds of the power, and only precommits of this very height, round and block.
#[test]
fn a_certificate_is_of_its_block_and_a_quorum() {
    let chain = story();
    let header = chain.finality(1).header;
    let set = &chain.checkpoint.validators;
    let all: Vec<ParticipantId> = set.validators().iter().map(|validator| validator.operator).collect();
    let check = |certificate: &yaosu_ledger::validators::CommitCertificate| certificate.verify(&header.chain, set);
    assert_eq!(check(&certify(&header, 0, &all)), Ok(()));
    assert_eq!(check(&certify(&header, 7, &all[1..])), Ok(()), "three of four, in a later round");
    assert_eq!(check(&certify(&header, 0, &all[2..])), Err(CertificateError::NoQuorum { signed: 2, total: 4 }));
    assert_eq!(check(&certify(&header, 0, &[])), Err(CertificateError::NoQuorum { signed: 0, total: 4 }));

    let mut later_round = certify(&header, 0, &all);
    later_round.round = 1;
    assert!(matches!(check(&later_round), Err(CertificateError::Signature(_))));
    let mut other_height = certify(&header, 0, &all);
    other_height.height = Height(2);
    assert!(matches!(check(&other_height), Err(CertificateError::Signature(_))));
    for (kind, block) in [(VoteKind::Prevote, Some(header.id())), (VoteKind::Precommit, None)] {
        let vote = VoteStatement { kind, height: header.height, round: 0, block };
        let certificate = certify_as(&header, vote, &all, &header.chain);
        assert!(matches!(check(&certificate), Err(CertificateError::Signature(_))), "{kind:?} for {block:?}");
    }
    let mut turned = certify(&header, 0, &all);
    turned.signatures.swap(0, 1);
    assert_eq!(check(&turned), Err(CertificateError::Order));
    let mut twice = certify(&header, 0, &all[..2]);
    twice.signatures.insert(1, twice.signatures[0].clone());
    twice.signatures.push(twice.signatures[2].clone());
    assert_eq!(check(&twice), Err(CertificateError::Order), "nobody votes twice");
    let mut one_bad = certify(&header, 0, &all);
    one_bad.signatures[3].signature.0[0] ^= 1;
    assert_eq!(check(&one_bad), Err(CertificateError::Signature(all[3])), "even if three would be enough");

    let receipt = |certificate| {
        let mut receipt = receipt(&chain, transaction_statement(&chain, 1, 0), 1);
        receipt.finality.certificate = certificate;
        receipt
    };
    assert!(matches!(error_of(&receipt(other_height), &chain.checkpoint), ReceiptError::OtherBlock(Height(1))));
    let of_second = chain.finality(2).certificate;
    assert!(matches!(error_of(&receipt(of_second), &chain.checkpoint), ReceiptError::OtherBlock(Height(1))));
    assert!(receipt(certify(&header, 3, &all)).verify(&chain.checkpoint).is_ok());
}

/// Goal: exactly two thirds are not enough, whatever the weights are.
#[test]
fn exactly_two_thirds_are_not_enough() {
    let chain = story();
    let header = chain.finality(1).header;
    for (powers, signers, enough) in [
        (&[1, 1, 1][..], &[0, 1][..], false),
        (&[1, 1, 1], &[0, 1, 2], true),
        (&[2, 1], &[0], false),
        (&[2, 1], &[0, 1], true),
        (&[7, 3], &[0], true),
        (&[4, 1, 1], &[0], false),
        (&[4, 1, 1], &[0, 1], true),
        (&[1 << 32, 1 << 32, 1 << 32], &[0, 2], false),
        (&[1 << 32, 1 << 32, (1 << 32) - 1], &[0, 1], true),
        (&[1], &[0], true),
    ] {
        let names = [EXCHANGE, "east", "south"];
        let validators =
            powers.iter().zip(names).map(|(power, name)| Validator { power: *power, ..validator_of(name) });
        let set = ValidatorSet::new(validators.collect()).expect("a set");
        let signers: Vec<ParticipantId> = signers.iter().map(|place: &usize| id_of(names[*place])).collect();
        let verdict = certify(&header, 0, &signers).verify(&header.chain, &set);
        assert_eq!(verdict.is_ok(), enough, "{signers:?} of {powers:?}");
    }
}

/// Goal: validators make a set in one form only.
#[test]
fn a_set_has_one_form() {
    use yaosu_ledger::validators::ValidatorSetError::{Empty, Order, Power, TooMany};
    let many = |count: usize| -> Vec<Validator> {
        (0..count)
            .map(|number| Validator {
                operator: id_of(&format!("operator {number}")),
                key: key_of(&format!("key {number}")).public(),
                power: 1,
            })
            .collect()
    };
    assert_eq!(ValidatorSet::new(Vec::new()), Err(Empty));
    assert!(ValidatorSet::new(many(100)).is_ok());
    assert_eq!(ValidatorSet::new(many(101)), Err(TooMany(101)));
    let mut turned = many(3);
    turned.reverse();
    assert_eq!(ValidatorSet::new(turned), ValidatorSet::new(many(3)), "they are sorted");
    let mut twice = many(2);
    twice[1].operator = twice[0].operator;
    assert_eq!(ValidatorSet::new(twice), Err(Order));
    let mut one_key = many(2);
    one_key[1].key = one_key[0].key;
    assert_eq!(ValidatorSet::new(one_key), Err(Order));
    for power in [0, (1 << 32) + 1] {
        assert_eq!(ValidatorSet::new(vec![Validator { power, ..validator_of(EXCHANGE) }]), Err(Power), "{power}");
    }
}
