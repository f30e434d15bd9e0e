//! What the checks of evidence gave, for people and programs.

use std::path::PathBuf;

use serde::Serialize;
use yaosu_api::words::{self, Facts, Language};
use yaosu_ledger::codec::{self, CodecError};
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::transaction::Body;
use yaosu_ledger::{ChainId, Height, ParticipantId};
use yaosu_sdk::evidence::{self, Check, Evidence, EvidenceCode, Statement, Verification, Verified};

use super::record_words;
use crate::command_error::{CommandError, Kind};
use crate::parse::show_time;
use crate::said::{Said, plain, said, told};
use crate::screen::{Screen, Show};
use crate::session::Context;

/// What a verifier trusts, with the names that come with it.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The validators and from when on.
    pub checkpoint: Checkpoint,
    /// Names that a genesis document gives; everything else goes by the beginning of its identifier.
    pub names: Context,
}

impl Trust {
    /// Trusts a genesis document.
    ///
    /// # Errors
    /// It founds no chain.
    pub fn of_genesis(genesis: &Genesis) -> Result<Self, CommandError> {
        let checkpoint = evidence::checkpoint(genesis).map_err(|error| {
            CommandError::new(
                Kind::Unverified,
                said!("the genesis document founds no chain: {error}", "该创世文档不能创立链：{error}"),
            )
        })?;
        let handles = genesis.participants.iter().map(|founder| founder.enrolment.handle.clone());
        let names = Context {
            currency: Some(genesis.currency.clone()),
            names: handles.map(|handle| (ParticipantId::of_genesis(handle.as_str()), handle)).collect(),
            ..Context::default()
        };
        Ok(Self { checkpoint, names })
    }

    /// The same, with what is proved told in this language.
    #[must_use]
    pub fn told_in(mut self, language: Language) -> Self {
        self.names.language = language;
        self
    }

    /// Trusts a checkpoint.
    pub fn of_checkpoint(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, names: Context::default() }
    }
}

/// What the checks gave.
#[derive(Debug, Serialize)]
pub struct Report {
    file: PathBuf,
    /// The chain that is trusted.
    chain: ChainId,
    /// From which height on its validators are.
    trusted_from: Height,
    #[serde(flatten)]
    verification: Verification,
    /// What it proves, in words; only if it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    /// The evidence code, if it is evidence of a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_code: Option<String>,
    /// The evidence itself, if it has the form of some.
    #[serde(skip)]
    pub evidence: Option<Evidence>,
}

impl Report {
    /// Checks a file.
    pub fn of(file: PathBuf, bytes: &[u8], trust: &Trust) -> Self {
        let (evidence, verification) = evidence::verify(bytes, &trust.checkpoint);
        let proved = evidence.as_ref().filter(|_| verification.verified.is_some());
        let statement = proved.map(|evidence| in_words(evidence, &trust.names));
        let code = proved.and_then(Evidence::transaction).map(|id| EvidenceCode::of(id).to_string());
        let Checkpoint { chain, height, .. } = trust.checkpoint;
        Self { file, chain, trusted_from: height, verification, statement, evidence_code: code, evidence }
    }

    /// That it holds.
    ///
    /// # Errors
    /// It proves nothing.
    pub fn require(&self) -> Result<(), CommandError> {
        match self.verification.failed() {
            None => Ok(()),
            Some(Check { name, expected, found, .. }) => Err(CommandError::new(Kind::Unverified, {
                let name = told!(name, "{}", words::check(name));
                let (expected, found) = (finding(expected), finding(found));
                said!(
                    "the evidence proves nothing: {name}: expected {expected}, found {found}",
                    "存证不构成证明：{name}：应为 {expected}，实为 {found}"
                )
            })),
        }
    }
}

/// What a check asks for or finds.
pub fn finding(text: &str) -> Said {
    told!(text, "{}", words::finding(text))
}

/// Writes checks, one a line; of one that failed, both values.
pub fn show_checks(checks: &[Check], screen: &mut Screen) {
    for Check { name, holds, expected, found } in checks {
        let name = told!(name, "{}", words::check(name));
        let (expected, found) = (finding(expected), finding(found));
        if *holds {
            screen.line(said!("ok    {name}: {found}", "相符 {name}：{found}"));
        } else {
            screen.line(said!("WRONG {name}", "不符 {name}"));
            screen.line(said!("      expected {expected}", "      应为 {expected}"));
            screen.line(said!("      found    {found}", "      实为 {found}"));
        }
    }
}

impl Show for Report {
    fn show(&self, screen: &mut Screen) {
        let Self { chain, trusted_from, .. } = self;
        screen.line(said!(
            "trusting the validators of chain {chain} from height {trusted_from}",
            "信任链 {chain} 自高度 {trusted_from} 起的验证节点"
        ));
        show_checks(&self.verification.checks, screen);
        if let Some(verified) = &self.verification.verified {
            let Verified { height, time, signers, validators, transaction, .. } = verified;
            let time = show_time(*time);
            let by = transaction.map_or_else(Said::default, |id| said!(" by transaction {id}", "，交易 {id}"));
            screen.line(said!(
                "The evidence holds{by}, in block {height} of {time}, signed by {signers} of {validators} validators:",
                "存证成立{by}，区块 {height}（{time}），{validators} 个验证节点中 {signers} 个已签名："
            ));
        }
        for line in self.statement.iter().flat_map(|statement| statement.lines()) {
            screen.line(plain(line));
        }
        if let Some(code) = &self.evidence_code {
            screen.line(said!("evidence code {code}", "存证码 {code}"));
        }
    }
}

/// What evidence says, in words. A line for the statement, and one for each thing that came of a transaction, or each field
/// of a record.
pub fn in_words(evidence: &Evidence, names: &Context) -> String {
    let language = names.language;
    let unknown =
        |english: &str, chinese: &str, error: CodecError| format!("{}: {error}", language.of(english, chinese));
    let event = |bytes: &[u8]| match codec::decode::<EventRecord>(bytes) {
        Ok(record) => words::event(&record.event).text(names),
        Err(error) => unknown("an event that can't be decoded", "无法解码的事件", error),
    };
    match &evidence.statement {
        Statement::Transaction(transaction) => {
            let said = match codec::decode::<Body>(&transaction.body) {
                Ok(body) => words::action(body.signer, &body.action, &Facts::default()).full(names),
                Err(error) => unknown("a transaction that can't be decoded", "无法解码的交易", error),
            };
            let events = transaction.events.iter().map(|proof| format!("- {}", event(&proof.bytes)));
            std::iter::once(said).chain(events).collect::<Vec<_>>().join("\n")
        }
        Statement::Event(proof) => event(&proof.bytes),
        Statement::Record(record) => {
            record_words::record(&record.key, record.value.as_deref(), evidence.height(), names)
        }
    }
}
