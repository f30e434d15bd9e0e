//! The way of every command that changes the ledger: say it, ask, sign, send, wait, tell.

use std::path::{Path, PathBuf};

use serde::Serialize;
use yaosu_api::words::{self, Label};
use yaosu_api::{EventView, Foreseen};
use yaosu_ledger::event::Event;
use yaosu_ledger::transaction::{Action, Transaction};
use yaosu_ledger::{
    AssetId, AttestationId, DemandId, Duration, FreezeId, Height, LicenceId, ListingId, NegotiationId, OrderId,
    ParticipantId, ProposalId, RecallId, Timestamp, TransactionId,
};
use yaosu_sdk::{BodyOptions, Commitment, MissingApproval, SdkError, Signer, save_transaction};

use crate::command_error::{CommandError, Kind};
use crate::describe;
use crate::parse::show_time;
use crate::refusal::explain;
use crate::said::{Said, list, plain, said};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, InContext, Session};

/// A transaction that nobody hears of any more must not come back tomorrow.
const VALID_FOR: Duration = Duration::seconds(600);

/// A thing that came into being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Created {
    /// What sort of thing.
    pub kind: &'static str,
    /// The same as it is shown.
    #[serde(skip)]
    label: Label,
    /// What it is called.
    pub id: String,
}

/// A transaction that is in the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Committed {
    /// The transaction.
    pub id: TransactionId,
    /// Always `committed`.
    pub fate: &'static str,
    /// The block.
    pub height: Height,
    /// Its place in the block.
    pub index: u32,
    /// The block's time.
    pub time: Timestamp,
    /// From the sending to the news, in milliseconds.
    pub finality_ms: u64,
    /// What came into being.
    pub created: Vec<Created>,
    /// What came of it.
    pub events: Vec<EventView>,
}

impl Created {
    fn new(label: Label, id: String) -> Self {
        Self { kind: label.words().0, label, id }
    }
}

impl From<Commitment> for Committed {
    fn from(commitment: Commitment) -> Self {
        let Commitment { id, height, index, time, finality, events } = commitment;
        let finality_ms = u64::try_from(finality.as_millis()).unwrap_or(u64::MAX);
        let created = events.iter().filter_map(|event| created_by(&event.record.event)).collect();
        Self { id, fate: "committed", height, index, time, finality_ms, created, events }
    }
}

impl Show for InContext<Committed> {
    fn show(&self, screen: &mut Screen) {
        let Committed { id, height, time, finality_ms, created, events, .. } = &self.value;
        screen.line(said!(
            "committed in block {height} after {finality_ms} ms",
            "已写入区块 {height}，用时 {finality_ms} 毫秒"
        ));
        let mut fields = vec![(Label::Transaction, plain(id)), (Label::Time, show_time(*time))];
        fields.extend(created.iter().map(|created| (created.label, plain(&created.id))));
        screen.fields(&fields);
        for event in events {
            screen.line(plain(format_args!("- {}", words::event(&event.record.event).text(&self.context))));
        }
    }
}

/// A transaction that was sent and not waited for.
#[derive(Clone, Debug, Serialize)]
struct Sent {
    id: TransactionId,
    fate: &'static str,
    /// What will come into being.
    creates: Vec<Created>,
}

impl Show for Sent {
    fn show(&self, screen: &mut Screen) {
        screen.line(said!("sent, not yet in the ledger", "已发送，尚未写入账本"));
        let mut fields = vec![(Label::Transaction, plain(self.id))];
        fields.extend(self.creates.iter().map(|created| (created.label, plain(&created.id))));
        screen.fields(&fields);
    }
}

/// What a transaction would do.
#[derive(Clone, Debug, Serialize)]
struct Trial {
    /// Always `foreseen`.
    fate: &'static str,
    /// The block that it was tried in.
    height: Height,
    /// What would come of it. Identifiers in it are of this trial.
    events: Vec<Event>,
}

impl From<Foreseen> for Trial {
    fn from(foreseen: Foreseen) -> Self {
        let Foreseen { height, events, .. } = foreseen;
        Self { fate: "foreseen", height, events }
    }
}

impl Show for InContext<Trial> {
    fn show(&self, screen: &mut Screen) {
        let Trial { height, events, .. } = &self.value;
        screen.line(said!(
            "nothing was signed; in block {height} this would happen:",
            "未签署任何内容；若在区块 {height} 中执行，结果为："
        ));
        for event in events {
            screen.line(plain(format_args!("- {}", words::event(event).text(&self.context))));
        }
    }
}

/// A transaction in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Saved {
    /// The transaction.
    pub id: TransactionId,
    /// The file.
    pub file: PathBuf,
    /// Who must still approve; absent if no node could be asked.
    pub missing: Option<Vec<MissingApproval>>,
}

impl Show for Saved {
    fn show(&self, screen: &mut Screen) {
        let file = self.file.display();
        screen.fields(&[(Label::Transaction, plain(self.id)), (Label::File, plain(&file))]);
        match self.missing.as_deref() {
            None => screen
                .line(said!("no node could be asked whether approvals are missing", "无法询问任何节点是否还缺批准")),
            Some([]) => {
                screen.line(said!(
                    "all approvals are there; send it with: yaosu tx send {file}",
                    "批准已齐全，发送命令： yaosu tx send {file}"
                ));
            }
            Some(missing) => {
                for MissingApproval { handle, given, needed, .. } in missing {
                    screen.line(said!(
                        "{handle} approves with {given} of {needed} keys",
                        "{handle} 已用 {given} 个密钥批准，须 {needed} 个"
                    ));
                }
                screen.line(said!(
                    "they approve with: yaosu tx sign {file} --as KEY",
                    "批准命令： yaosu tx sign {file} --as KEY"
                ));
            }
        }
    }
}

/// Carries out an action in the name of whoever `--as` says, and shows what came of it.
///
/// # Errors
/// As all commands.
pub async fn write(session: &Session, action: Action) -> Result<(), CommandError> {
    let keys = session.key_names()?;
    let participant = session.signer(&keys).await?;
    write_as(session, participant, &keys, action).await
}

/// The same for a signer that was looked up before.
///
/// # Errors
/// As all commands.
pub async fn write_as(
    session: &Session,
    participant: ParticipantId,
    keys: &[crate::session::KeyName],
    action: Action,
) -> Result<(), CommandError> {
    let client = session.client()?;
    let options = body_options(session);

    if session.global.dry_run {
        return foresee(session, participant, action, &options).await;
    }
    say_and_ask(session, participant, &action).await?;
    let keys = session.unlock(keys)?;
    // Only now: while somebody thought about it, another transaction may have taken the number.
    let body = client.prepare(participant, action, &options).await?;
    let transaction = Signer { participant, keys }.sign(body);
    let missing = client.missing_approvals(&transaction).await?;
    if let Some(file) = &session.global.save {
        return save(session, &transaction, file, Some(missing));
    }
    require_approvals(&missing)?;
    send(session, &transaction).await
}

/// How bodies are made, by the options of the command line.
pub fn body_options(session: &Session) -> BodyOptions {
    let valid_for = match (session.global.valid_for, &session.global.save) {
        (Some(length), _) => Some(length),
        (None, Some(_)) => None,
        (None, None) => Some(VALID_FOR),
    };
    BodyOptions { lane: session.global.lane, sequence: None, valid_for: valid_for.map(std_duration) }
}

/// Shows what an action would do if it came next. Nothing is signed, so no key is needed but its name.
async fn foresee(
    session: &Session,
    participant: ParticipantId,
    action: Action,
    options: &BodyOptions,
) -> Result<(), CommandError> {
    let client = session.client()?;
    screen::note(describe::action(session, participant, &action).await);
    // Behind what is committed, whatever else waits: that is what the answer is about.
    let lane = client.lane(&participant.to_string(), options.lane).await?;
    let options = BodyOptions { sequence: Some(lane.committed), ..*options };
    let body = client.prepare(participant, action, &options).await?;
    let foreseen = match client.foresee(&body).await {
        Ok(foreseen) => foreseen,
        Err(error) => return Err(explain(session, error.into(), participant).await),
    };
    let context = context_of(session, &foreseen.events).await;
    session.show(&InContext { value: Trial::from(foreseen), context })
}

/// Carries out an action as one step of a longer command, which shows what came of all of them: says it, asks, signs,
/// sends and waits.
///
/// # Errors
/// As all commands.
pub async fn commit(session: &Session, action: Action) -> Result<Committed, CommandError> {
    let client = session.client()?;
    let keys = session.key_names()?;
    let participant = session.signer(&keys).await?;
    say_and_ask(session, participant, &action).await?;
    let keys = session.unlock(&keys)?;
    let body = client.prepare(participant, action, &body_options(session)).await?;
    let transaction = Signer { participant, keys }.sign(body);
    require_approvals(&client.missing_approvals(&transaction).await?)?;
    let commitment = client.commit(&transaction, std_duration(session.global.wait_timeout)).await?;
    Ok(Committed::from(commitment))
}

/// Says what will be signed and, if money or rights move and somebody is there, asks.
///
/// # Errors
/// The answer is no.
pub async fn say_and_ask(session: &Session, signer: ParticipantId, action: &Action) -> Result<(), CommandError> {
    screen::note(describe::action(session, signer, action).await);
    let asked = describe::moves(action) && !session.global.yes && screen::can_ask();
    if asked && !screen::ask(&said!("sign this?", "签署吗？"))? {
        return Err(CommandError::failed(said!("nothing was signed", "未签署任何内容")));
    }
    Ok(())
}

/// Writes a transaction to a file and shows what it lacks.
///
/// # Errors
/// The file can't be written.
pub fn save(
    session: &Session,
    transaction: &Transaction,
    file: &Path,
    missing: Option<Vec<MissingApproval>>,
) -> Result<(), CommandError> {
    save_transaction(file, transaction)?;
    session.show(&Saved { id: transaction.body.id(), file: file.to_owned(), missing })
}

/// Refuses to send what the ledger would refuse for want of approvals.
///
/// # Errors
/// Approvals are missing.
pub fn require_approvals(missing: &[MissingApproval]) -> Result<(), CommandError> {
    if missing.is_empty() {
        return Ok(());
    }
    let lacking: Vec<Said> = missing
        .iter()
        .map(|MissingApproval { handle, given, needed, .. }| {
            said!("{handle} ({given} of {needed} keys)", "{handle}（须 {needed} 个密钥，已有 {given} 个）")
        })
        .collect();
    Err(CommandError::new(Kind::NotAuthorised, said!("approvals are missing: {}", "缺少批准：{}", list(lacking)))
        .hint(said!("name more keys that you have: --as NAME --as NAME", "请指定您持有的其他密钥：--as NAME --as NAME"))
        .hint(said!(
            "or collect them: the same command with --save FILE, then `yaosu tx sign FILE` and `yaosu tx send FILE`",
            "或收集批准：同一命令加 --save FILE，再用 `yaosu tx sign FILE` 和 `yaosu tx send FILE`"
        )))
}

/// Sends a transaction, waits as was asked for, and shows what came of it.
///
/// # Errors
/// As all commands.
pub async fn send(session: &Session, transaction: &Transaction) -> Result<(), CommandError> {
    let client = session.client()?;
    let result = if session.global.no_wait {
        client.submit(transaction).await.map(|submission| Err(submission.id))
    } else {
        client.commit(transaction, std_duration(session.global.wait_timeout)).await.map(Ok)
    };
    match result {
        Ok(Ok(commitment)) => show_commitment(session, commitment).await,
        Ok(Err(id)) => {
            let creates = will_create(&transaction.body.action, id);
            session.show(&Sent { id, fate: "waiting", creates })
        }
        Err(error @ SdkError::Unreachable(_)) => {
            let id = transaction.body.id();
            let hint = said!(
                "it may have been sent all the same; when a node is back: yaosu tx show {id}",
                "它可能已经发出；节点恢复后请执行：yaosu tx show {id}"
            );
            Err(CommandError::from(error).about(id).hint(hint))
        }
        Err(error) => Err(explain(session, error.into(), transaction.body.signer).await),
    }
}

/// Shows a commitment with the names of what it mentions.
///
/// # Errors
/// It can't be written.
pub async fn show_commitment(session: &Session, commitment: Commitment) -> Result<(), CommandError> {
    let value = Committed::from(commitment);
    let context = context_of(session, value.events.iter().map(|event| &event.record.event)).await;
    session.show(&InContext { value, context })
}

/// The names of what some events mention.
pub async fn context_of(session: &Session, events: impl IntoIterator<Item = &Event>) -> Context {
    let mut subjects = Vec::new();
    for event in events {
        if let Event::Proposed { measure, .. } = event {
            subjects.extend(words::measure(measure).subjects());
        }
        subjects.extend(event.subjects());
    }
    session.context_of(subjects).await
}

/// What an event says has come into being.
fn created_by(event: &Event) -> Option<Created> {
    let (kind, id) = match event {
        Event::ParticipantEnrolled { participant, .. } => (Label::Participant, participant.to_string()),
        Event::Proposed { proposal, .. } => (Label::Proposal, proposal.to_string()),
        Event::AssetRegistered { asset, .. } => (Label::Asset, asset.to_string()),
        Event::ListingCreated { listing, .. } | Event::RightOffered { listing, .. } => {
            (Label::Listing, listing.to_string())
        }
        Event::NegotiationOpened { negotiation, .. } => (Label::Negotiation, negotiation.to_string()),
        Event::DemandCreated { demand, .. } => (Label::Demand, demand.to_string()),
        Event::OrderPlaced { order, .. } => (Label::Order, order.to_string()),
        Event::LicenceGranted { licence, .. } | Event::Sublicensed { licence, .. } => {
            (Label::Licence, licence.to_string())
        }
        Event::Recalled { recall, .. } => (Label::Recall, recall.to_string()),
        Event::Attested { attestation, .. } => (Label::Attestation, attestation.to_string()),
        Event::Frozen { freeze, .. } => (Label::Freeze, freeze.to_string()),
        _ => return None,
    };
    Some(Created::new(kind, id))
}

/// What will come into being if it is committed.
fn will_create(action: &Action, id: TransactionId) -> Vec<Created> {
    let (kind, id) = match action {
        Action::EnrolTrader { .. } => (Label::Participant, ParticipantId::created_by(id).to_string()),
        Action::Propose { .. } => (Label::Proposal, ProposalId::created_by(id).to_string()),
        Action::RegisterAsset { .. } => (Label::Asset, AssetId::created_by(id).to_string()),
        Action::Sublicense { .. } => (Label::Licence, LicenceId::sublicensed_by(id).to_string()),
        Action::Recall { .. } => (Label::Recall, RecallId::created_by(id).to_string()),
        Action::Attest { .. } => (Label::Attestation, AttestationId::created_by(id).to_string()),
        Action::Freeze { .. } => (Label::Freeze, FreezeId::created_by(id).to_string()),
        Action::CreateListing { .. } | Action::OfferRight { .. } => {
            (Label::Listing, ListingId::created_by(id).to_string())
        }
        Action::OpenNegotiation { .. } | Action::AnswerDemand { .. } => {
            (Label::Negotiation, NegotiationId::created_by(id).to_string())
        }
        Action::CreateDemand { .. } => (Label::Demand, DemandId::created_by(id).to_string()),
        Action::PlaceOrder { .. } | Action::AcceptOffer { .. } | Action::RequestVersion { .. } => {
            (Label::Order, OrderId::created_by(id).to_string())
        }
        _ => return Vec::new(),
    };
    vec![Created::new(kind, id)]
}

/// The same length in the standard library's type.
pub const fn std_duration(length: Duration) -> core::time::Duration {
    core::time::Duration::from_millis(length.0)
}
