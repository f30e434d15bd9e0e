//! Sending transactions in, and what became of them.

use yaosu_api::evidence::{self, Evidence, Statement, Verified};
use yaosu_ledger::codec;
use yaosu_ledger::model::{Measure, ParticipantStatus};
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::signature::Signature;
use yaosu_ledger::state::{Accounts, Table as _};
use yaosu_ledger::transaction::{Action, TRANSACTION_BYTES_MAX};
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{Height, ProposalId};
use yaosu_replica::Limits as MempoolLimits;

use super::town::{ALICE, Answer, BOB, DEPOT, EXCHANGE, PATIENCE, Town, eventually, id_of, key_of, pay, register};
use crate::http::Limits;

/// Goal: a body at the limit is judged by what is in it, one byte more by its length alone, before it is read.
/// Method: zeros of both lengths; then a length declared far above the limit, of which not one byte is sent.
#[tokio::test]
async fn a_body_is_taken_up_to_the_limit() {
    let town = Town::new().await;
    town.post(&vec![0; TRANSACTION_BYTES_MAX]).await.expect_problem(400, "malformed");
    town.post(&vec![0; TRANSACTION_BYTES_MAX + 1]).await.expect_problem(413, "too-large");
    let chunk = vec![0; TRANSACTION_BYTES_MAX];
    let chunked = |length: usize| {
        let mut body = format!("{TRANSACTION_BYTES_MAX:x}\r\n").into_bytes();
        body.extend_from_slice(&chunk);
        body.extend_from_slice(b"\r\n");
        if length > TRANSACTION_BYTES_MAX {
            body.extend_from_slice(b"1\r\n0\r\n");
        }
        body.extend_from_slice(b"0\r\n\r\n");
        body
    };
    let raw = async |body: Vec<u8>| raw_post(&town, "transfer-encoding: chunked", &body).await;
    raw(chunked(TRANSACTION_BYTES_MAX)).await.expect_problem(400, "malformed");
    raw(chunked(TRANSACTION_BYTES_MAX + 1)).await.expect_problem(413, "too-large");
    raw_post(&town, "content-length: 4000000000", &[]).await.expect_problem(413, "too-large");
}

async fn raw_post(town: &Town, length: &str, body: &[u8]) -> Answer {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = town.connect().await;
    let head = format!(
        "POST /v1/transactions HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: application/octet-stream\r\n{length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("the door reads headers");
    let _refused = stream.write_all(body).await;
    let mut bytes = Vec::new();
    let _reset = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("it closes");
    Answer::parse(&bytes)
}

/// Goal: a dry run answers as the execution would, to a body that nobody has signed, and changes nothing.
#[tokio::test]
async fn a_dry_run_says_what_would_happen() {
    let town = Town::new().await;
    let check = async |bytes: &[u8]| {
        let headers = [("content-type", "application/octet-stream")];
        town.ask("POST", "/v1/transactions/check", &headers, bytes).await
    };
    let envelope = town.sign(ALICE, 0, pay(BOB, 5));
    let body = codec::encode(envelope.body());
    for _ in 0..2 {
        let answer = check(&body).await;
        assert_eq!((answer.status, answer.json()["id"].clone()), (200, envelope.id().to_string().into()));
        assert_eq!((&answer.json()["height"], &answer.json()["events"][0]["type"]), (&1.into(), &"paid".into()));
    }
    let poor = town.sign(ALICE, 0, pay(BOB, u64::MAX));
    let refused = check(&codec::encode(poor.body())).await;
    refused.expect_problem(422, "FundsShort");
    assert_eq!((&refused.json()["number"], &refused.json()["field"]), (&204.into(), &"amount".into()));
    check(envelope.bytes()).await.expect_problem(400, "malformed");
    check(&vec![0; TRANSACTION_BYTES_MAX + 1]).await.expect_problem(413, "too-large");
    town.get("/v1/transactions/check").await.expect_problem(405, "method-not-allowed");
    town.get(&format!("/v1/transactions/{}", envelope.id())).await.expect_problem(404, "not-found");
    town.post(envelope.bytes()).await;
    town.decide().await;
    check(&body).await.expect_problem(422, "SequenceUsed");
}

/// Goal: the same bytes get the same answer, whatever became of them in the meantime.
#[tokio::test]
async fn the_same_bytes_get_the_same_answer() {
    let town = Town::new().await;
    let envelope = town.sign(ALICE, 0, pay(BOB, 5));
    for _ in 0..2 {
        let answer = town.post(envelope.bytes()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        assert_eq!(answer.header("location"), format!("/v1/transactions/{}", envelope.id()));
        assert_eq!(answer.json(), serde_json::json!({ "id": envelope.id(), "fate": "waiting" }));
    }
    let path = format!("/v1/transactions/{}", envelope.id());
    let waiting = town.json(&path).await;
    assert_eq!((&waiting["fate"], &waiting["transaction"]["body"]["sequence"]), (&"waiting".into(), &0.into()));
    town.decide().await;
    for _ in 0..2 {
        let answer = town.post(envelope.bytes()).await;
        assert_eq!((answer.status, answer.json()["fate"].clone()), (200, "committed".into()), "{}", answer.text());
        assert_eq!(answer.json()["height"], 1);
    }
    let committed = town.get(&path).await;
    let view = committed.json();
    assert_eq!(view["events"][0]["event"]["type"], "paid");
    assert_eq!(view["events"][0]["position"], "1.0");
    assert_eq!(committed.header("cache-control"), "public, max-age=31536000, immutable");
    let again = town.ask("GET", &path, &[("if-none-match", committed.header("etag"))], &[]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
}

/// Goal: whoever waits is told at once when it is decided, and after its time that it may still be.
#[tokio::test]
async fn a_client_may_wait_for_the_commitment() {
    let town = Town::new().await;
    let envelope = town.sign(ALICE, 0, pay(BOB, 5));
    let late = town.post_to("/v1/transactions?wait=committed&timeout=1", envelope.bytes()).await;
    let problem = late.expect_problem(504, "timeout");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains(&envelope.id().to_string()) && detail.contains("it may still be"))
    );
    assert_eq!(late.header("location"), format!("/v1/transactions/{}", envelope.id()));
    let path = format!("/v1/transactions/{}?wait=committed&timeout=60000", envelope.id());
    let waits = async {
        let (posted, asked) = tokio::join!(
            town.post_to("/v1/transactions?wait=committed&timeout=60000", envelope.bytes()),
            town.get(&path)
        );
        assert_eq!((posted.status, posted.json()["fate"].clone()), (200, "committed".into()));
        assert_eq!((asked.status, asked.json()["fate"].clone()), (200, "committed".into()));
    };
    tokio::join!(waits, town.decide());
}

/// Goal: whoever waits for something that becomes impossible is told why, not that its time is over.
#[tokio::test]
async fn what_becomes_impossible_is_told() {
    let town = Town::new().await;
    town.send(ALICE, pay(BOB, 900_000)).await;
    let doomed = town.sign(ALICE, 1, pay(BOB, 900_000));
    let waits = async {
        let answer = town.post_to("/v1/transactions?wait=committed&timeout=60000", doomed.bytes()).await;
        let problem = answer.expect_problem(422, "FundsShort");
        assert!(problem["number"].is_u64() && problem["hint"].is_string() && problem["field"].is_string());
    };
    let decides = async {
        eventually("it waits", async || town.handle.status().await.waiting == 2).await;
        town.decide().await;
        town.decide().await;
    };
    tokio::join!(waits, decides);
    let view = town.json(&format!("/v1/transactions/{}", doomed.id())).await;
    assert_eq!((&view["fate"], &view["problem"]["code"]), (&"refused".into(), &"FundsShort".into()));
}

/// Goal: each way in which a submission can be refused has its own problem.
#[tokio::test]
async fn refusals_have_their_problems() {
    let mempool = MempoolLimits { of_participant: 2, ..MempoolLimits::default() };
    let town = Town::with(Limits::default(), mempool).await;
    town.post(b"not a transaction").await.expect_problem(400, "malformed");
    let mut trailing = town.sign(ALICE, 0, pay(BOB, 1)).bytes().to_vec();
    trailing.push(0);
    town.post(&trailing).await.expect_problem(400, "malformed");
    town.post(town.sign(ALICE, 0, pay(ALICE, 0)).bytes()).await.expect_problem(422, "AmountZero");
    let mut forged = town.sign(ALICE, 0, pay(BOB, 1)).transaction().clone();
    forged.approvals[0].signature = Signature([1; 64]);
    town.post(&codec::encode(&forged)).await.expect_problem(422, "BadSignature");

    town.send(ALICE, pay(BOB, 1)).await;
    town.post(town.sign(ALICE, 0, pay(BOB, 2)).bytes()).await.expect_problem(409, "number-waiting");
    town.post(town.sign(ALICE, 7, pay(BOB, 2)).bytes()).await.expect_problem(422, "SequenceAhead");
    town.send(ALICE, pay(BOB, 2)).await;
    let busy = town.post(town.sign(ALICE, 2, pay(BOB, 3)).bytes()).await;
    busy.expect_problem(429, "busy");
    assert_eq!(busy.header("retry-after"), "1");
    town.decide().await;
    town.post(town.sign(ALICE, 0, pay(BOB, 9)).bytes()).await.expect_problem(422, "SequenceUsed");
}

/// Goal: the parameters of waiting are taken at their limits and not beyond.
#[tokio::test]
async fn waiting_has_limits() {
    let town = Town::new().await;
    let id = town.send(ALICE, pay(BOB, 1)).await.id();
    for (query, field) in [
        ("wait=committed&timeout=0", "timeout"),
        ("wait=committed&timeout=60001", "timeout"),
        ("wait=committed&timeout=-1", "timeout"),
        ("timeout=5", "timeout"),
        ("wait=forever", "wait"),
        ("wait=committed&wait=committed", "wait"),
    ] {
        let problem = town.get(&format!("/v1/transactions/{id}?{query}")).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{query}");
    }
    let stranger = format!("/v1/transactions/{}?wait=committed&timeout=1000", "ab".repeat(32));
    town.get(&stranger).await.expect_problem(404, "not-found");
    town.decide().await;
    assert_eq!(town.get(&format!("/v1/transactions/{id}?wait=committed&timeout=60000")).await.status, 200);
}

/// Goal: with no place left to wait a client is answered at once.
#[tokio::test]
async fn places_to_wait_are_bounded() {
    let limits = Limits { waits: 0, ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let envelope = town.sign(ALICE, 0, pay(BOB, 5));
    let answer = town.post_to("/v1/transactions?wait=committed&timeout=60000", envelope.bytes()).await;
    assert_eq!((answer.status, answer.json()["fate"].clone()), (202, "waiting".into()));
}

/// What a receipt proves.
fn proved(answer: &Answer, checkpoint: &Checkpoint) -> (Evidence, Verified) {
    let (evidence, verification) = evidence::verify(&answer.body, checkpoint);
    let verified = verification.verified.unwrap_or_else(|| panic!("{:?}", verification.checks.last()));
    (evidence.expect("what holds was read"), verified)
}

/// Goal: receipts of transactions and events verify against genesis alone, and an altered one does not.
#[tokio::test]
async fn receipts_verify_offline() {
    let town = Town::new().await;
    let first = town.send(ALICE, pay(BOB, 1)).await;
    town.send(BOB, register("map", 1)).await;
    let path = format!("/v1/transactions/{}/receipt", first.id());
    town.get(&path).await.expect_problem(404, "not-found");
    town.decide().await;
    let tip = town.handle.genesis().tip().expect("a chain");
    let checkpoint = Checkpoint { chain: tip.chain, height: Height(1), validators: tip.validators() };
    for path in [path.as_str(), "/v1/events/1.0/receipt", "/v1/events/1.1/receipt"] {
        let answer = town.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
        assert!(!answer.header("etag").is_empty());
        assert_eq!(proved(&answer, &checkpoint).1.height, Height(1));
        let mut altered = answer.body.clone();
        altered[40] ^= 1;
        assert_eq!(evidence::verify(&altered, &checkpoint).1.verified, None);
    }
    let (found, verified) = proved(&town.get(&path).await, &checkpoint);
    assert_eq!(verified.transaction, Some(first.id()));
    let Statement::Transaction(found) = found.statement else { panic!("it is of a transaction") };
    // The block has nothing before it, and another transaction's event behind it.
    assert_eq!((found.before, found.events.len(), found.after.is_some()), (None, 1, true));
    town.get("/v1/events/1.99/receipt").await.expect_problem(404, "not-found");
    town.get("/v1/events/2.0/receipt").await.expect_problem(404, "not-found");
    town.get("/v1/events/nonsense/receipt").await.expect_problem(400, "bad-request");
}

/// Goal: what the state has under a key, and that it has nothing, is proved after each block.
#[tokio::test]
async fn records_are_proved() {
    let town = Town::new().await;
    let path = |key: &[u8]| {
        let digits = key.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        format!("/v1/state/{digits}/receipt")
    };
    let account = Accounts::key(&id_of(BOB));
    town.get(&path(&account)).await.expect_problem(503, "unavailable");
    let tip = town.handle.genesis().tip().expect("a chain");
    let checkpoint = Checkpoint { chain: tip.chain, height: Height(1), validators: tip.validators() };
    let mut seen = Vec::new();
    for height in 1..=2 {
        town.send(ALICE, pay(BOB, height)).await;
        town.decide().await;
        for (key, there) in [(&account, true), (&Accounts::key(&id_of("nobody")), false)] {
            let answer = town.get(&path(key)).await;
            assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
            let (found, verified) = proved(&answer, &checkpoint);
            assert_eq!(verified.height, Height(height));
            let Statement::Record(found) = found.statement else { panic!("it is of a record") };
            assert_eq!((&found.key, found.value.is_some()), (key, there));
            seen.extend(found.value);
        }
    }
    assert!(seen.len() == 2 && seen[0] != seen[1], "the account has changed");
    town.get(&path(&[250, 1])).await.expect_problem(400, "bad-request");
    for bad in ["", "0", "0G", "AB", &"00".repeat(129)] {
        let answer = town.get(&format!("/v1/state/{bad}/receipt")).await;
        assert!(matches!(answer.status, 400 | 404), "{bad}: {}", answer.status);
    }
}

/// Goal: a receipt from after changes of the validators carries them, found again from what happened in their blocks.
/// Method: one change by a proposal of a set, one because an operator goes and its validator with it.
#[tokio::test]
async fn receipts_carry_changes_of_the_validators() {
    let town = Town::new().await;
    let validator = |name, key, power| Validator { operator: id_of(name), key: key_of(key).public(), power };
    let validators = vec![validator(EXCHANGE, "validator", 3), validator(DEPOT, "other", 1)];
    govern(&town, Measure::SetValidators { validators }).await;
    let middle = town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    govern(&town, Measure::SetStatus { participant: id_of(DEPOT), status: ParticipantStatus::Suspended }).await;
    let last = town.send(ALICE, pay(BOB, 2)).await;
    town.decide().await;
    let tip = town.handle.genesis().tip().expect("a chain");
    let checkpoint = Checkpoint { chain: tip.chain, height: Height(1), validators: tip.validators() };
    // The later one first: what is remembered of the handovers must not spoil the earlier.
    for (transaction, handovers, validators) in [(last, 2, 1), (middle, 1, 2)] {
        let answer = town.get(&format!("/v1/transactions/{}/receipt", transaction.id())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let (_, verified) = proved(&answer, &checkpoint);
        assert_eq!((verified.handovers, verified.validators), (handovers, validators));
    }
}

/// Carries a measure out.
async fn govern(town: &Town, measure: Measure) {
    let proposal = town.send(EXCHANGE, Action::Propose { measure }).await;
    town.decide().await;
    let proposal = ProposalId::created_by(proposal.id());
    town.send(DEPOT, Action::Approve { proposal }).await;
    town.decide().await;
    let path = format!("/v1/proposals/{proposal}");
    eventually("it is enacted", async || {
        town.decide().await;
        town.json(&path).await["status"] == "enacted"
    })
    .await;
    let enacted = town.json("/v1/proposals?status=enacted").await;
    assert!(
        enacted["items"].as_array().is_some_and(|items| items.iter().any(|item| item["id"] == proposal.to_string()))
    );
}
