//! Receipts checked offline: one that holds, and every way in which it can be made to lie.

use yaosu_ledger::block::{Header, PROTOCOL_VERSION, transactions_root};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::{Enrolment, KeySet, Role, Roles, RulePack};
use yaosu_ledger::receipt::{Finality, Receipt, Statement};
use yaosu_ledger::signature::{Context, SigningKey};
use yaosu_ledger::transaction::{Action, Body, Envelope};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, VoteKind, VoteStatement};
use yaosu_ledger::{
    Amount, BasisPoints, BlockId, ChainId, Currency, Digest, Duration, Handle, Height, ParticipantId, Text, Timestamp,
    codec, merkle_list,
};
use yaosu_sdk::{Check, checkpoint, verify_receipt};

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed([byte; 32])
}

fn genesis() -> Genesis {
    let handle = Handle::new("operator").expect("a handle");
    let operator = ParticipantId::of_genesis("operator");
    let window = Duration::seconds(1);
    Genesis {
        name: Text::new("test").expect("a name"),
        currency: Currency::new("CNY").expect("three letters"),
        time: Timestamp(1),
        rule_pack: RulePack {
            number: 1,
            notice_window: window,
            delivery_window: window,
            acknowledgement_window: window,
            settlement_window: window,
            proposal_window: window,
            enactment_delay: window,
            fee: BasisPoints(0),
            fee_account: operator,
            key_window: window,
            arbitration_window: window,
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: window,
            recall_window: window,
            required_attestations: Vec::new(),
            freeze_max: yaosu_ledger::Duration::seconds(1_000),
            negotiation_window: Duration::seconds(60),
        },
        participants: vec![Founder {
            enrolment: Enrolment {
                handle: handle.clone(),
                legal_name: Text::new("Operator").expect("a name"),
                legal_id: Text::new("1").expect("a number"),
                keys: KeySet { keys: vec![key(1).public()], threshold: 1 },
                delivery_key: None,
                related: Vec::new(),
            },
            roles: Roles::NONE.with(Role::Operator),
            balance: Amount(100),
        }],
        validators: vec![FoundingValidator {
            operator: handle,
            key: key(2).public(),
            power: 1,
            network_key: key(3).public(),
        }],
    }
}

/// The receipt of a payment in block 1, signed by the validator's key.
fn receipt(chain: ChainId, validator: &SigningKey) -> Receipt {
    let operator = ParticipantId::of_genesis("operator");
    let action = Action::Pay { to: operator, amount: Amount(1), memo: Text::default() };
    let body = Body { chain, signer: operator, lane: 0, sequence: 0, valid_until: None, action };
    let envelope = Envelope::new(body.sign(&[&key(1)]));
    let header = Header {
        version: PROTOCOL_VERSION,
        chain,
        height: Height(1),
        parent: BlockId(Digest::ZERO),
        time: Timestamp(2),
        proposer: operator,
        transactions_root: transactions_root(core::slice::from_ref(&envelope)),
        events_root: Digest::ZERO,
        state_root: Digest::ZERO,
        next_validators: Digest::ZERO,
    };
    let block = header.id();
    let vote = VoteStatement { kind: VoteKind::Precommit, height: Height(1), round: 0, block: Some(block) };
    let signature = validator.sign(Context::Vote, &chain, &codec::encode(&vote));
    let signatures = vec![CommitSignature { operator, signature }];
    let path = merkle_list::prove(&[envelope.leaf()], 0).expect("there is one leaf");
    Receipt {
        statement: Statement::Transaction { transaction: Box::new(envelope.transaction().clone()), path },
        finality: Finality {
            header,
            certificate: CommitCertificate { height: Height(1), round: 0, block, signatures },
        },
        handovers: Vec::new(),
    }
}

fn payment(receipt: &mut Receipt) -> &mut yaosu_ledger::transaction::Transaction {
    match &mut receipt.statement {
        Statement::Transaction { transaction, .. } => transaction,
        _ => panic!("it is the receipt of a payment"),
    }
}

/// What is altered, how, and the name of the check that must fail.
type Lie = (&'static str, fn(&mut Receipt), &'static str);

/// Goal: a receipt that holds passes every check, and of one that was altered the check that fails is named, with what
/// was expected and what was found.
#[test]
fn each_lie_is_named() {
    let genesis = genesis();
    let (chain, checkpoint) = (genesis.chain(), checkpoint(&genesis).expect("it founds a chain"));
    let good = receipt(chain, &key(2));

    let found = verify_receipt(&good, &checkpoint);
    assert!(found.verified.is_some() && found.error.is_none(), "{:?}", found.error);
    assert!(found.checks.len() >= 7 && found.checks.iter().all(|check| check.holds), "{:?}", found.checks);

    let other = ChainId(Digest([9; 32]));
    #[rustfmt::skip]
    let lies: &[Lie] = &[
        ("an amount",       |receipt| if let Action::Pay { amount, .. } = &mut payment(receipt).body.action { *amount = Amount(2) }, "signatures of the transaction"),
        ("a time",          |receipt| receipt.finality.header.time = Timestamp(3),                       "block 1"),
        ("a height",        |receipt| receipt.finality.certificate.height = Height(2),                   "height of the certificate of block 1"),
        ("before the start", |receipt| receipt.finality.header.height = Height(0),                       "height"),
        ("no signatures",   |receipt| receipt.finality.certificate.signatures.clear(),                   "signatures of block 1"),
        ("another round",   |receipt| receipt.finality.certificate.round = 1,                            "signatures of block 1"),
        ("a dropped approval", |receipt| payment(receipt).approvals.clear(),                             "transaction 1 of 1 in the block"),
    ];
    for (case, lie, name) in lies {
        let mut altered = good.clone();
        lie(&mut altered);
        let found = verify_receipt(&altered, &checkpoint);
        assert!(found.verified.is_none() && found.error.is_some(), "{case}");
        let last = found.checks.last().expect("at least one check is made");
        assert_eq!((last.name.as_str(), last.holds), (*name, false), "{case}");
        assert_ne!(last.expected, last.found, "{case}");
    }

    for (case, receipt) in [("another chain", receipt(other, &key(2))), ("another validator", receipt(chain, &key(4)))]
    {
        let found = verify_receipt(&receipt, &checkpoint);
        assert!(found.verified.is_none(), "{case}");
        let Some(Check { holds, expected, found, .. }) = found.checks.last() else { panic!("{case}") };
        assert!(!holds && expected != found, "{case}");
    }
}
