//! Transactions for keys that are elsewhere: what is wanted comes in as JSON, the bytes to sign go out.

use axum::extract::{FromRequestParts as _, Request, State as Shared};
use axum::response::Response;
use serde_json::Value;
use yaosu_api::words::Language;
use yaosu_api::{Intent, NeededApproval, Prepared, ProblemCode};
use yaosu_ledger::signature::{Context, message};
use yaosu_ledger::state::{Lanes, Participants, Reader as _};
use yaosu_ledger::transaction::{Body, TRANSACTION_BYTES_MAX};
use yaosu_ledger::{HexBytes, ParticipantId, codec};

use super::api::Api;
use super::body;
use super::call::{Call, Query};
use super::problem::ApiError;
use super::reference::find_participant;
use super::reply::{Keep, Reply};
use super::view::View;
use super::words::{in_full, sentence};
use crate::handle::SubmitError;

/// JSON of a transaction at most: hex doubles what it stands for, and names take their place.
pub const INTENT_BYTES_MAX: usize = 4 * TRANSACTION_BYTES_MAX;

/// `POST /v1/transactions/prepare`.
pub async fn prepare(Shared(api): Shared<Api>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let call = Call::from_request_parts(&mut parts, &api).await?;
    let language = language(&call.query(&["lang"])?)?;
    let bytes = body::json(&call.headers, body, INTENT_BYTES_MAX, api.limits().body_timeout).await?;
    let body = complete(&api, intent(&bytes)?).await?;
    let prepared = api.read(move |view| show(view, &body, language)).await?;
    Ok(Reply::json(&prepared, Keep::No).into_response(&call.headers))
}

/// The language that sentences are asked for in: English if none is.
///
/// # Errors
/// 400, if it is none that there is.
pub fn language(query: &Query) -> Result<Language, ApiError> {
    Ok(query.parse("lang")?.unwrap_or_default())
}

/// What somebody wants, as JSON.
///
/// # Errors
/// 400 for anything else, and for any field that there is not: who misspells one that may be left out would sign
/// something else than was meant.
pub fn intent(json: &[u8]) -> Result<Intent, ApiError> {
    let given: Value = body::parse_json(json)?;
    let intent: Intent = body::parse_json(json)?;
    let known =
        serde_json::to_value(&intent).expect("the contract's types have string keys and no failing serializers");
    match unknown_field(&given, &known) {
        Some(path) => Err(ApiError::bad(&format!("body{path}"), "there is no such field")
            .with_hint("/v1/openapi.json has the schema of every action")),
        None => Ok(intent),
    }
}

/// The path of a field that the value has which was made from it has not; what is empty may be left out.
fn unknown_field(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| match known.get(name) {
            Some(known) => unknown_field(value, known).map(|path| format!(".{name}{path}")),
            None if value.is_null() => None,
            None => Some(format!(".{name}")),
        }),
        (Value::Array(given), Value::Array(known)) => given
            .iter()
            .zip(known)
            .enumerate()
            .find_map(|(place, (given, known))| unknown_field(given, known).map(|path| format!("[{place}]{path}"))),
        _ => None,
    }
}

/// The body that somebody wants, with what was left out filled in.
///
/// # Errors
/// 400, 404, 409 for the signer; 400, 413 for what no transaction can be.
pub async fn complete(api: &Api, intent: Intent) -> Result<Body, ApiError> {
    let Intent { signer, lane, sequence, valid_until, action } = intent;
    let (chain, signer, committed) = api
        .read(move |view| {
            let signer = find_participant(view.state(), &signer).map_err(|error| error.about("signer"))?;
            Ok((view.tip().chain, signer, view.state().get::<Lanes>(&(signer, lane)).unwrap_or(0)))
        })
        .await?;
    let sequence = match sequence {
        Some(sequence) => sequence,
        None => api.handle().next_number(signer, lane).await.max(committed),
    };
    let body = Body { chain, signer, lane, sequence, valid_until, action };
    // JSON has no limits of its own: what could not be sent in must not be signed.
    let bytes = codec::encode(&body);
    if bytes.len() > TRANSACTION_BYTES_MAX {
        let detail = format!("the transaction is over the limit of {TRANSACTION_BYTES_MAX} bytes");
        return Err(ApiError::new(ProblemCode::TooLarge, detail));
    }
    codec::decode::<Body>(&bytes).map_err(SubmitError::Malformed)?;
    Ok(body)
}

fn show(view: &View, body: &Body, language: Language) -> Result<Prepared, ApiError> {
    let id = body.id();
    let mut parties = vec![body.signer];
    for party in body.action.other_parties() {
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    let needed = |participant: ParticipantId| {
        let found = view.state().get::<Participants>(&participant).map(|found| found.enrolment);
        let keys = found.as_ref().map_or(1, |found| found.keys.threshold);
        NeededApproval { participant, handle: found.map(|found| found.handle), keys }
    };
    let message = message(Context::Transaction, &body.chain, id.as_bytes());
    Ok(Prepared {
        id,
        chain: body.chain,
        signer: body.signer,
        lane: body.lane,
        sequence: body.sequence,
        valid_until: body.valid_until,
        sentence: sentence(view.state(), body, language),
        in_full: in_full(view.state(), body),
        bytes: HexBytes::new(codec::encode(body)).map_err(|error| ApiError::internal(error.to_string()))?,
        message: HexBytes::new(message).map_err(|error| ApiError::internal(error.to_string()))?,
        approvals: parties.into_iter().map(needed).collect(),
    })
}
