//! A chain of a few validators that decide whatever they are given.

use yaosu_ledger::block::Header;
use yaosu_ledger::execution::{Executed, Execution, NotIncluded, Tip};
use yaosu_ledger::receipt::{Checkpoint, Finality, Handover};
use yaosu_ledger::signature::{Context, SigningKey};
use yaosu_ledger::state::{Lanes, Reader};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, VoteKind, VoteStatement};
use yaosu_ledger::{ChainId, Duration, ParticipantId};

use crate::governance::council_genesis;
use crate::town::*;

/// Operators besides [`EXCHANGE`].
pub const OTHERS: [&str; 3] = ["east", "south", "west"];

/// The key with which an operator votes.
pub fn vote_key_of(name: &str) -> SigningKey {
    if name == EXCHANGE { key_of("validator") } else { key_of(&format!("validator {name}")) }
}

/// Blocks from genesis on.
pub struct Chain {
    /// The end.
    pub tip: Tip,
    /// What a verifier trusts who has only the genesis document.
    pub checkpoint: Checkpoint,
    /// All blocks, with what came of them.
    pub blocks: Vec<(Executed, CommitCertificate)>,
}

impl Chain {
    /// A chain of four operators.
    pub fn new() -> Self {
        let tip = council_genesis(&OTHERS).tip().expect("the document founds a chain");
        let checkpoint = Checkpoint { chain: tip.chain, height: tip.height.next(), validators: tip.validators() };
        Self { tip, checkpoint, blocks: Vec::new() }
    }

    /// Someone's transaction with the next number of a lane; `ahead` counts those before it in the same block.
    pub fn transaction(&self, signer: &str, (lane, ahead): (u32, u64), action: Action) -> Envelope {
        let next = self.tip.state.get::<Lanes>(&(id_of(signer), lane)).unwrap_or(0);
        Envelope::new(body(&self.tip, signer, (lane, next + ahead), action).sign(&[&key_of(signer)]))
    }

    /// Decides a block after this time; all its transactions must be good.
    pub fn decide(&mut self, after: Duration, transactions: &[Envelope]) -> &Executed {
        let proposer = self.tip.turns()[0];
        let executed = build(&self.tip, after, proposer, transactions).expect("the tests' transactions are good");
        let signers: Vec<ParticipantId> =
            self.tip.validators().validators().iter().map(|validator| validator.operator).collect();
        let certificate = certify(&executed.block.header, 0, &signers);
        self.tip = executed.tip();
        self.blocks.push((executed, certificate));
        &self.blocks.last().expect("it was just pushed").0
    }

    /// A header with its certificate.
    pub fn finality(&self, height: usize) -> Finality {
        let (executed, certificate) = &self.blocks[height - 1];
        Finality { header: executed.block.header.clone(), certificate: certificate.clone() }
    }

    /// A height after which others decide.
    pub fn handover(&self, height: usize) -> Handover {
        Handover { finality: self.finality(height), next: self.blocks[height - 1].0.tip().validators() }
    }
}

/// A request on a tip.
pub fn body(tip: &Tip, signer: &str, (lane, sequence): (u32, u64), action: Action) -> Body {
    Body { chain: tip.chain, signer: id_of(signer), lane, sequence, valid_until: None, action }
}

/// A transaction with the right key and no signature: good where signatures were checked before.
pub fn unsigned(tip: &Tip, signer: &str, place: (u32, u64), action: Action) -> Envelope {
    let signature = yaosu_ledger::signature::Signature([0; 64]);
    let approvals = vec![Approval { key: key_of(signer).public(), signature }];
    Envelope::new(Transaction { body: body(tip, signer, place, action), approvals })
}

/// A block on a tip.
pub fn build(
    tip: &Tip,
    after: Duration,
    proposer: ParticipantId,
    transactions: &[Envelope],
) -> Result<Executed, NotIncluded> {
    let mut execution = Execution::begin(tip, tip.time.after(after), proposer);
    transactions.iter().try_for_each(|envelope| execution.include(envelope))?;
    Ok(execution.finish())
}

/// The precommits of these operators for a block.
pub fn certify(header: &Header, round: u32, signers: &[ParticipantId]) -> CommitCertificate {
    certify_as(
        header,
        VoteStatement { kind: VoteKind::Precommit, height: header.height, round, block: Some(header.id()) },
        signers,
        &header.chain,
    )
}

/// The votes of these operators for whatever a statement says, bundled as a certificate of a block.
pub fn certify_as(
    header: &Header,
    vote: VoteStatement,
    signers: &[ParticipantId],
    chain: &ChainId,
) -> CommitCertificate {
    let names: Vec<&str> = OTHERS.into_iter().chain([EXCHANGE]).collect();
    let payload = yaosu_ledger::codec::encode(&vote);
    let mut signatures: Vec<CommitSignature> = signers
        .iter()
        .map(|operator| {
            let name = names.iter().find(|name| id_of(name) == *operator).expect("an operator of the chain");
            CommitSignature { operator: *operator, signature: vote_key_of(name).sign(Context::Vote, chain, &payload) }
        })
        .collect();
    signatures.sort();
    CommitCertificate { height: header.height, round: vote.round, block: header.id(), signatures }
}
