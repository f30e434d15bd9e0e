//! Blocks, certificates, the founding document, proofs and receipts.

use super::*;

pub fn header() -> Header {
    Header {
        version: 1,
        chain: ChainId(digest("chain")),
        height: Height(70_000),
        parent: BlockId(digest("parent")),
        time: NOW,
        proposer: id_of("exchange"),
        transactions_root: digest("transactions"),
        events_root: digest("events"),
        state_root: digest("state"),
        next_validators: digest("validators"),
    }
}

/// A block of two transactions.
pub fn block() -> Block {
    let pay = Action::Pay { to: id_of("bob"), amount: Amount(70_000), memo: text("for the map") };
    let transactions: Vec<Envelope> =
        [pay, Action::ApplyAgain { asset: asset() }].map(|action| Envelope::new(transaction(action))).to_vec();
    let transactions_root = yaosu_ledger::block::transactions_root(&transactions);
    Block { header: Header { transactions_root, ..header() }, transactions }
}

pub fn certificate() -> CommitCertificate {
    let mut signatures: Vec<CommitSignature> = [("exchange", 1), ("east", 2), ("south", 3)]
        .map(|(name, byte)| CommitSignature { operator: id_of(name), signature: Signature([byte; 64]) })
        .to_vec();
    signatures.sort();
    CommitCertificate { height: Height(70_000), round: 3, block: header().id(), signatures }
}

pub fn validator_set() -> ValidatorSet {
    let heavy = Validator { power: 1 << 32, ..validator_of("south") };
    ValidatorSet::new(vec![validator_of("exchange"), validator_of("east"), heavy]).expect("a set")
}

/// A precommit for a block.
pub fn vote() -> VoteStatement {
    VoteStatement { kind: VoteKind::Precommit, height: Height(70_000), round: 3, block: Some(header().id()) }
}

/// A prevote for none.
pub fn vote_for_none() -> VoteStatement {
    VoteStatement { kind: VoteKind::Prevote, height: Height(1), round: 0, block: None }
}

/// Apart from the town of the other tests, so that this one changes with the format alone.
pub fn founding() -> Genesis {
    Genesis {
        name: text("要素 town"),
        currency: Currency::new("CNY").expect("three letters"),
        time: NOW,
        rule_pack: RulePack { number: 1, ..rule_pack() },
        participants: vec![Founder {
            enrolment: enrolment(),
            roles: Roles::NONE.with(Role::Operator).with(Role::Trader),
            balance: Amount(70_000),
        }],
        validators: vec![FoundingValidator {
            operator: handle("acme-weather"),
            key: key_of("validator").public(),
            power: 300,
            network_key: key_of("machine").public(),
        }],
    }
}

pub fn list_proof() -> ListProof {
    ListProof { index: 300, count: 70_000, siblings: vec![digest("far"), digest("near")] }
}

/// Proofs with each end.
pub fn state_proofs() -> Vec<StateProof> {
    let other = Terminal::Other { path: digest("path"), value_hash: digest("value") };
    [Terminal::Empty, other, Terminal::Found]
        .map(|terminal| StateProof { siblings: vec![digest("far"), digest("near")], terminal })
        .to_vec()
}

/// Receipts of each kind of statement.
pub fn receipts() -> Vec<Receipt> {
    let pay = Action::Pay { to: id_of("bob"), amount: Amount(70_000), memo: text("for the map") };
    let finality = || Finality { header: header(), certificate: certificate() };
    let path = &state_proofs()[2];
    let record = |value| Statement::Record { key: vec![5; 33], value, path: path.clone() };
    let statements = vec![
        Statement::Transaction { transaction: Box::new(transaction(pay)), path: list_proof() },
        Statement::Event {
            event: Box::new(event_record(Event::KeysRotated { participant: id_of("bob") })),
            path: list_proof(),
        },
        record(Some(vec![1, 2, 3])),
        record(None),
    ];
    statements
        .into_iter()
        .map(|statement| Receipt {
            statement,
            finality: finality(),
            handovers: vec![Handover { finality: finality(), next: validator_set() }],
        })
        .collect()
}
