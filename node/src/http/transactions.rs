//! Transactions: sending one in, and asking what became of it.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tokio::time::{Duration, timeout};
use yaosu_api::words::Language;
use yaosu_api::{
    EvidenceCode, Fate as FateView, Foreseen, Problem, ProblemCode, SignedBytes, Submission, TransactionView,
    WAIT_MS_MAX,
};
use yaosu_ledger::event::Cause;
use yaosu_ledger::rules::{self, BlockContext, DUE_PER_BLOCK_MAX};
use yaosu_ledger::state::{Draft, Lanes, Reader as _};
use yaosu_ledger::transaction::{APPROVALS_MAX, Body, Envelope, TRANSACTION_BYTES_MAX, Transaction};
use yaosu_ledger::{Duration as Span, Height, Timestamp, TransactionId, codec};

use super::api::Api;
use super::body;
use super::call::{Call, Query};
use super::places::{NoPlace, Place};
use super::prepare::{INTENT_BYTES_MAX, complete, intent, language};
use super::problem::{ApiError, refused};
use super::reference::{self, Prefix, SHOWN_MAX, only};
use super::reply::{Keep, Reply};
use super::view::{View, event_view, missing};
use super::words::sentence;
use crate::handle::{Fate, SubmitError};
use crate::replica_thread::now_ms;

/// How long is waited if the client does not say how long, in milliseconds.
const WAIT_MS_DEFAULT: u64 = 10_000;

/// How long the client wants to wait for the commitment; `None` for not at all.
fn wait(query: &Query) -> Result<Option<Duration>, ApiError> {
    let wanted = match query.text("wait") {
        None => false,
        Some("committed") => true,
        Some(other) => return Err(ApiError::bad("wait", format!("{other:?} is not \"committed\""))),
    };
    let milliseconds = query.number::<u64>("timeout")?;
    match milliseconds {
        Some(_) if !wanted => Err(ApiError::bad("timeout", "a timeout goes with wait=committed")),
        Some(milliseconds) if !(1..=WAIT_MS_MAX).contains(&milliseconds) => {
            Err(ApiError::bad("timeout", format!("a timeout is 1 to {WAIT_MS_MAX} ms, {milliseconds} asked for")))
        }
        _ => Ok(wanted.then(|| Duration::from_millis(milliseconds.unwrap_or(WAIT_MS_DEFAULT)))),
    }
}

/// JSON of a signed transaction at most: its bytes are in hex, each approval takes less than 512 bytes.
const SIGNED_JSON_BYTES_MAX: usize = 2 * TRANSACTION_BYTES_MAX + APPROVALS_MAX * 512 + 1_024;

fn location(id: TransactionId) -> String {
    format!("/v1/transactions/{id}")
}

/// `POST /v1/transactions`: 202 while it waits, 200 once it is committed. The same bytes get the same answer.
pub async fn submit(State(api): State<Api>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let call = Call::from_request_parts(&mut parts, &api).await?;
    let wait = wait(&call.query(&["wait", "timeout"])?)?;
    let limits = [SIGNED_JSON_BYTES_MAX, TRANSACTION_BYTES_MAX];
    let (is_json, bytes) = body::json_or_octets(&call.headers, body, limits, api.limits().body_timeout).await?;
    let envelope = if is_json { signed(&bytes)? } else { Envelope::decode(bytes).map_err(SubmitError::Malformed)? };
    // Before the transaction is taken: one that is turned away has changed nothing.
    let place = place_to_wait(&api, &call, wait)?;
    let id = api.handle().submit(envelope.bytes().to_vec()).await?;
    let fate = match place {
        Some((limit, _place)) => settled(&api, id, limit, true).await?,
        // A number that is free was used by nothing: no need to look for the transaction on disk.
        None if is_free(&api, envelope.body()) => Fate::Waiting,
        None => api.handle().fate(id).await?,
    };
    let (status, fate) = match fate {
        Fate::Committed { height, index } => (StatusCode::OK, committed(&api, height, index).await?),
        // It was admitted a moment ago; that it is not known any more means that it was just now taken into a block.
        Fate::Waiting | Fate::Unknown => (StatusCode::ACCEPTED, FateView::Waiting),
        Fate::Refused(refusal) => return Err(ApiError::from(refused(&refusal)).with_location(location(id))),
    };
    let reply = Reply::json(&Submission { id, fate }, Keep::No).with_status(status).with_location(location(id));
    Ok(reply.into_response(&call.headers))
}

/// A transaction whose bytes were prepared and whose signatures come from elsewhere.
///
/// # Errors
/// 400, if the JSON is another, or its bytes are not a transaction's body.
fn signed(json: &[u8]) -> Result<Envelope, ApiError> {
    let SignedBytes { bytes, mut approvals } = body::parse_json(json)?;
    let body: Body = codec::decode(bytes.as_bytes()).map_err(SubmitError::Malformed)?;
    // The canonical order, which nobody should have to know who signs by hand.
    approvals.sort_unstable_by_key(|approval| approval.key);
    let envelope = Envelope::new(Transaction { body, approvals });
    if envelope.bytes().len() > TRANSACTION_BYTES_MAX {
        let detail = format!("the transaction is over the limit of {TRANSACTION_BYTES_MAX} bytes");
        return Err(ApiError::new(ProblemCode::TooLarge, detail));
    }
    Ok(envelope)
}

/// `POST /v1/transactions/check`: what a body that nobody has signed would do in the next block, carried out on trial.
pub async fn check(State(api): State<Api>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let call = Call::from_request_parts(&mut parts, &api).await?;
    let language = language(&call.query(&["lang"])?)?;
    let limits = [INTENT_BYTES_MAX, TRANSACTION_BYTES_MAX];
    let (is_json, bytes) = body::json_or_octets(&call.headers, body, limits, api.limits().body_timeout).await?;
    let body = if is_json {
        complete(&api, intent(&bytes)?).await?
    } else {
        codec::decode(&bytes).map_err(SubmitError::Malformed)?
    };
    let foreseen = api.read(move |view| foresee(view, &body, language)).await?;
    Ok(Reply::json(&foreseen, Keep::No).into_response(&call.headers))
}

fn foresee(view: &View, body: &Body, language: Language) -> Result<Foreseen, ApiError> {
    let tip = view.tip();
    let time = Timestamp(now_ms()).max(tip.time.after(Span(1)));
    let block = BlockContext { chain: tip.chain, height: tip.height.next(), time };
    let mut draft = Draft::new(&tip.state);
    // As in the block itself: what is due then comes first.
    rules::carry_out_due(&mut draft, block, DUE_PER_BLOCK_MAX);
    let outcome = rules::foresee(&draft, block, body).map_err(|rejection| Problem::rejected(&rejection))?;
    let events = outcome.events.into_iter().map(|record| record.event).collect();
    let sentence = sentence(view.state(), body, language);
    Ok(Foreseen { id: body.id(), height: block.height, time, sentence, events })
}

fn is_free(api: &Api, body: &Body) -> bool {
    let next = api.handle().tip().state.get::<Lanes>(&(body.signer, body.lane)).unwrap_or(0);
    body.sequence >= next
}

/// A place among those that wait. When all are taken the client is answered at once, and asks again.
///
/// # Errors
/// 429, if the client's address has as many as one may have.
fn place_to_wait(api: &Api, call: &Call, wait: Option<Duration>) -> Result<Option<(Duration, Place)>, ApiError> {
    let Some(wait) = wait else { return Ok(None) };
    match api.waits().take(call.client()?) {
        Ok(place) => Ok(Some((wait, place))),
        Err(NoPlace::AtAll) => Ok(None),
        Err(NoPlace::ForClient) => {
            let limit = api.limits().waits_of_address;
            Err(ApiError::new(ProblemCode::Busy, format!("{limit} requests of your address wait already"))
                .with_hint("ask without wait=committed, or wait for one of the others to end"))
        }
    }
}

/// Waits until a transaction is committed or refused. `is_admitted`: this request has brought it here; one that nobody
/// has brought may be brought while we wait.
///
/// # Errors
/// 504 if neither happens in time: it may still be committed later. 503 if the node stops.
async fn settled(api: &Api, id: TransactionId, limit: Duration, is_admitted: bool) -> Result<Fate, ApiError> {
    let mut heights = api.handle().heights();
    let mut shutdown = api.shutdown();
    let mut last = None;
    let settling = async {
        loop {
            // Before the question: what is decided after it wakes us.
            heights.borrow_and_update();
            let fate = api.handle().fate(id).await?;
            if matches!(fate, Fate::Committed { .. } | Fate::Refused(_)) {
                return Ok(fate);
            }
            last = Some(fate);
            let stopping = tokio::select! {
                changed = heights.changed() => changed.is_err(),
                () = super::server::stopped(&mut shutdown) => true,
            };
            if stopping {
                let detail = format!("the node is stopping; transaction {id} may still be committed");
                return Err(ApiError::new(ProblemCode::Unavailable, detail));
            }
        }
    };
    let settled = timeout(limit, settling).await;
    let milliseconds = limit.as_millis();
    settled.unwrap_or_else(|_| match last {
        Some(Fate::Unknown) if !is_admitted => Err(unknown(&id.to_string())),
        _ => Err(ApiError::from(
            Problem::new(
                ProblemCode::Timeout,
                format!("transaction {id} was not committed within {milliseconds} ms; it may still be"),
            )
            .with_hint(format!("ask GET {} what became of it, or send the same bytes again", location(id))),
        )
        .with_location(location(id))),
    })
}

async fn committed(api: &Api, height: Height, index: u32) -> Result<FateView, ApiError> {
    api.read(move |view| Ok(FateView::Committed { height, index, time: view.time_of(height)? })).await
}

/// A transaction that this node does not know.
pub fn unknown(text: &str) -> ApiError {
    reference::none("transaction", text).with_hint((
        "this node has never heard of it, or has forgotten that it was refused",
        "本节点从未收到它，或已不再记得它被拒绝",
    ))
}

/// The transaction that a reference leads to: any full identifier, or a prefix or the evidence code of a committed one's.
///
/// # Errors
/// 400, 404, 409.
pub fn find(view: &View, text: &str) -> Result<TransactionId, ApiError> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let prefix = text.parse::<EvidenceCode>().map_or_else(|_| text.to_owned(), |code| code.prefix());
    let prefix = Prefix::parse(&prefix).ok_or_else(|| reference::not_a_reference("transaction", text))?;
    let found = view.store().find_transactions(&prefix.bytes, prefix.nibble, SHOWN_MAX + 1)?;
    only("transaction", text, &found)
}

/// `GET /v1/transactions/{ref}`: what became of it, and what came of it.
pub async fn show(State(api): State<Api>, call: Call) -> Result<Response, ApiError> {
    let wait = wait(&call.query(&["wait", "timeout"])?)?;
    let text = call.path("ref").to_owned();
    let id = {
        let text = text.clone();
        api.read(move |view| find(view, &text)).await?
    };
    let fate = match place_to_wait(&api, &call, wait)? {
        Some((limit, _place)) => settled(&api, id, limit, false).await?,
        None => api.handle().fate(id).await?,
    };
    let reply = match fate {
        Fate::Committed { height, index } => {
            let keep = if id.to_string() == text { Keep::Forever(text) } else { Keep::Tagged(id.to_string()) };
            let transaction = api.read(move |view| committed_view(view, id, height, index)).await?;
            Reply::json(&transaction, keep)
        }
        fate => match not_committed(&api, id, fate).await {
            Some(transaction) => Reply::json(&transaction, Keep::No),
            None => return Err(unknown(&text)),
        },
    };
    Ok(reply.into_response(&call.headers))
}

/// The transaction of this full identifier, if it waits or was refused.
///
/// # Errors
/// 503, if the node is stopping.
pub async fn pending(api: &Api, reference: &str) -> Result<Option<TransactionView>, ApiError> {
    let Ok(id) = reference.parse() else { return Ok(None) };
    Ok(not_committed(api, id, api.handle().fate(id).await?).await)
}

/// A transaction that waits or was refused, as far as this node knows it.
async fn not_committed(api: &Api, id: TransactionId, fate: Fate) -> Option<TransactionView> {
    let (fate, transaction) = match fate {
        Fate::Waiting => (FateView::Waiting, api.handle().waiting_transaction(id).await),
        Fate::Refused(refusal) => (FateView::Refused { problem: refused(&refusal) }, None),
        Fate::Committed { .. } | Fate::Unknown => return None,
    };
    let transaction = transaction.map(|envelope| envelope.transaction().clone());
    Some(TransactionView { id, fate, transaction, events: Vec::new() })
}

/// A committed transaction with what came of it.
///
/// # Errors
/// 500, if the store does not have it there.
pub fn committed_view(view: &View, id: TransactionId, height: Height, index: u32) -> Result<TransactionView, ApiError> {
    let envelope: Option<Envelope> = view.store().transaction(height, index)?;
    let envelope = envelope.filter(|envelope| envelope.id() == id).ok_or_else(|| missing(height))?;
    let time = view.time_of(height)?;
    let events = view.store().events(height)?.ok_or_else(|| missing(height))?;
    let events = (0..).zip(events).filter(|(_, record)| record.cause == Cause::Transaction(id));
    let events = events.map(|(index, record)| event_view(height, index, time, record)).collect();
    let fate = FateView::Committed { height, index, time };
    Ok(TransactionView { id, fate, transaction: Some(envelope.transaction().clone()), events })
}
