//! Receipts: evidence (`docs/evidence.md`) that proves, against the validators of genesis alone, that something is in the
//! ledger.

use std::sync::PoisonError;

use yaosu_api::evidence::{self, ComposeError, EventProof, Evidence};
use yaosu_api::{EventPosition, ProblemCode};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::model::Measure;
use yaosu_ledger::receipt::{Finality, Handover, Receipt, Statement};
use yaosu_ledger::state::{Proposals, Reader};
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::validators::ValidatorSet;
use yaosu_ledger::{Digest, Height, HexBytes, TransactionId, merkle_list};

use super::body::JSON;
use super::call::Call;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::transactions;
use super::view::{View, missing};

/// Changes of the validator set that are fetched at once.
const CHANGES_AT_ONCE: usize = 256;

/// The longest key of the state is shorter: a table and a text of at most 64 bytes, or 2 identifiers with their numbers.
const STATE_KEY_BYTES_MAX: usize = 128;

/// That a transaction was carried out.
pub fn of_transaction(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let text = call.path("ref");
    let id = transactions::find(view, text)?;
    let (height, index) = view.store().find_transaction(id)?.ok_or_else(|| {
        let told = (format!("there is no committed transaction {id}"), format!("没有已写入账本的交易 {id}"));
        ApiError::not_found(told).with_hint((
            format!("only what is committed has a receipt; ask /v1/transactions/{id} what became of it"),
            format!("只有已写入账本的交易才有存证；其结果见 /v1/transactions/{id}"),
        ))
    })?;
    let block = view.store().block(height)?.ok_or_else(|| missing(height))?;
    let leaves: Vec<Digest> = block.transactions.iter().map(Envelope::leaf).collect();
    let place = usize::try_from(index).ok().and_then(|index| block.transactions.get(index));
    let envelope = place.filter(|envelope| envelope.id() == id);
    let (envelope, path) = envelope.zip(merkle_list::prove(&leaves, index)).ok_or_else(|| missing(height))?;
    let statement = Statement::Transaction { transaction: Box::new(envelope.transaction().clone()), path };
    let keep = if text == id.to_string() { Keep::Forever(text.into()) } else { Keep::Tagged(id.to_string()) };
    let shown = events_of(view, height, id)?;
    reply(Evidence::of_transaction(receipt(view, height, statement)?, shown), keep)
}

/// What came of a transaction, with one event more on each side where the block has one.
fn events_of(view: &View, height: Height, id: TransactionId) -> Result<Vec<EventProof>, ApiError> {
    let events = view.store().events(height)?.ok_or_else(|| missing(height))?;
    let own = |record: &EventRecord| record.cause == Cause::Transaction(id);
    let first = events.iter().position(own).ok_or_else(|| missing(height))?;
    let last = events.iter().rposition(own).ok_or_else(|| missing(height))?;
    let leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
    let shown = first.saturating_sub(1)..last.saturating_add(2).min(events.len());
    let places = u32::try_from(shown.start).ok().zip(u32::try_from(shown.end).ok());
    let paths = places.and_then(|(start, end)| merkle_list::prove_range(&leaves, start..end));
    let found = events.get(shown).zip(paths).ok_or_else(|| missing(height))?;
    Ok(found.0.iter().zip(found.1).map(|(event, path)| EventProof::new(event, path)).collect())
}

/// That something happened.
pub fn of_event(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let position: EventPosition = call.parse_path("position")?;
    let EventPosition { height, index } = position;
    let none = || ApiError::not_found((format!("there is no event {position}"), format!("没有事件 {position}")));
    let events = view.store().events(height)?.ok_or_else(none)?;
    let leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
    let path = merkle_list::prove(&leaves, index).ok_or_else(none)?;
    let event = usize::try_from(index).ok().and_then(|index| events.into_iter().nth(index)).ok_or_else(none)?;
    let (header, _) = view.store().header(height)?.ok_or_else(|| missing(height))?;
    let keep = Keep::Tagged(format!("{}.{index}", header.id()));
    let statement = Statement::Event { event: Box::new(event), path };
    reply(Evidence::of_receipt(receipt(view, height, statement)?), keep)
}

/// The record under a key of the state after the last block, or that there is none.
pub fn of_record(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let key: HexBytes<STATE_KEY_BYTES_MAX> = call.parse_path("key")?;
    if key.is_empty() {
        let told = ("a key of the state begins with the number of its table", "状态的键以其表的编号开头");
        return Err(ApiError::bad("key", told));
    }
    let key = key.as_bytes().to_vec();
    let height = view.height();
    if height == Height::GENESIS {
        let told = ("no block is decided yet, so nothing can be proved", "尚无已确定的区块，无从证明");
        return Err(ApiError::new(ProblemCode::Unavailable, told)
            .with_hint(("ask again when /v1/head shows a height above 0", "请在 /v1/head 显示高度大于 0 后再试")));
    }
    let value = view.state().bytes(&key).map(|value| value.to_vec());
    let path = view.state().prove(&key);
    let statement = Statement::Record { key, value, path };
    match Evidence::of_receipt(receipt(view, height, statement)?) {
        Err(ComposeError::Undecodable(_)) => {
            let told = ("no table of the state has keys of this form", "状态中没有任何表的键是这种形式");
            Err(ApiError::bad("key", told).with_hint((
                "docs/wire.md, section 8, has the tables; `yaosu receipt record` makes the key",
                "各表见 docs/wire.md 第 8 节；键由 `yaosu receipt record` 生成",
            )))
        }
        evidence => reply(evidence, view.keep()),
    }
}

fn receipt(view: &View, height: Height, statement: Statement) -> Result<Receipt, ApiError> {
    Ok(Receipt { statement, finality: finality(view, height)?, handovers: handovers(view, height)? })
}

fn reply(evidence: Result<Evidence, ComposeError>, keep: Keep) -> Result<Reply, ApiError> {
    let text = evidence.map_err(|error| ApiError::internal(error.to_string()))?.to_text();
    if text.len() > evidence::BYTES_MAX {
        let told = (
            "so many changes of the validators, or so many events, belong to it that its evidence would be too long",
            "所涉验证节点变更或事件过多，其存证将过长",
        );
        let hint = (
            "its events one by one are shorter: /v1/events/{position}/receipt",
            "可逐个获取其事件的存证：/v1/events/{position}/receipt",
        );
        return Err(ApiError::new(ProblemCode::Unavailable, told).with_hint(hint).for_good());
    }
    Ok(Reply::new(JSON, text.into_bytes(), keep))
}

fn finality(view: &View, height: Height) -> Result<Finality, ApiError> {
    let (header, certificate) = view.store().header(height)?.ok_or_else(|| missing(height))?;
    Ok(Finality { header, certificate })
}

/// Every change of the validators from genesis up to what decided this height. Changes are few and never change: they
/// are computed once.
fn handovers(view: &View, height: Height) -> Result<Vec<Handover>, ApiError> {
    let mut known = view.api().handovers().lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let from = known.last().map_or(Height(1), |handover: &Handover| handover.finality.header.height.next());
        let changes = view.store().validator_changes(from, CHANGES_AT_ONCE)?;
        let fetched = changes.len();
        // A change after what is seen may name a proposal that the state which is seen does not have.
        for change in changes.into_iter().filter(|change| *change <= view.height()) {
            let before = match known.last() {
                Some(handover) => handover.next.clone(),
                None => genesis_validators(view)?,
            };
            let finality = finality(view, change)?;
            let next = validators_after(view, change, &before, finality.header.next_validators)?;
            known.push(Handover { finality, next });
        }
        if fetched < CHANGES_AT_ONCE {
            break;
        }
    }
    Ok(known.iter().take_while(|handover| handover.finality.header.height < height).cloned().collect())
}

/// Who decided a height.
///
/// # Errors
/// 500, if the store does not have what names them.
pub fn validators_of(view: &View, height: Height) -> Result<ValidatorSet, ApiError> {
    match handovers(view, height)?.pop() {
        Some(handover) => Ok(handover.next),
        None => genesis_validators(view),
    }
}

fn genesis_validators(view: &View) -> Result<ValidatorSet, ApiError> {
    let tip = view.handle().genesis().tip().map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(tip.validators())
}

/// The set that a block names as the next, found again from what happened in the block: the ledger keeps its hash only.
/// A set comes from a proposal that was carried out, or from the one before less an operator that went.
fn validators_after(
    view: &View,
    height: Height,
    before: &ValidatorSet,
    expected: Digest,
) -> Result<ValidatorSet, ApiError> {
    let events = view.store().events(height)?.ok_or_else(|| missing(height))?;
    let mut proposed = Vec::new();
    let mut gone = Vec::new();
    for record in &events {
        match record.event {
            Event::ProposalMoved { proposal, .. } => {
                let measure = view.state().get::<Proposals>(&proposal).map(|proposal| proposal.measure);
                if let Some(Measure::SetValidators { validators }) = measure {
                    proposed.extend(ValidatorSet::new(validators).ok());
                }
            }
            Event::RolesSet { participant, .. } | Event::StatusSet { participant, .. } => gone.push(participant),
            _ => {}
        }
    }
    let mut current = before.clone();
    for record in &events {
        let Event::ValidatorsChanged { validators: hash } = record.event else { continue };
        let without = gone.iter().filter_map(|operator| {
            let left = current.validators().iter().filter(|validator| validator.operator != *operator).cloned();
            ValidatorSet::new(left.collect()).ok()
        });
        let found = proposed.iter().cloned().chain(without).find(|set| set.hash() == hash);
        current = found.ok_or_else(|| {
            ApiError::internal(format!("the validators that block {height} names can't be found again: {hash}"))
        })?;
    }
    if current.hash() == expected {
        Ok(current)
    } else {
        Err(ApiError::internal(format!("block {height} names validators {expected}, its events {}", current.hash())))
    }
}
