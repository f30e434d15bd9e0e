//! What the built program does with the answers of a node, played by a few lines of HTTP.
//!
//! Checked: exit codes, that the node's reason reaches standard error whole, that results alone go to standard output.
//! Not checked: what a real node answers; `node/tests` has that.

mod stub;

use std::fs;
use std::net::TcpListener;
use std::process::Output;

use stub::{Answer, Stub, error_of, yaosu};
use yaosu_api::{Problem, ProblemCode};
use yaosu_ledger::model::Role;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Envelope, Transaction};
use yaosu_ledger::{Amount, ParticipantId, Timestamp, codec};
use yaosu_sdk::key_file::{self, Seed};

fn id(byte: u8) -> String {
    format!("{byte:02x}").repeat(32)
}

/// Goal: a script can tell by the exit code what happened, for each way in which a read can end.
#[test]
fn reads_end_with_the_right_code() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let rejection = Rejection::FundsShort { available: Amount(1), needed: Amount(2) };
    let path = "GET /v1/assets/abcdef";
    #[rustfmt::skip]
    let rows = [
        ("not found",    Answer::problem(&Problem::new(ProblemCode::NotFound, "there is none")),       3, "there is none"),
        ("ambiguous",    Answer::problem(&Problem::new(ProblemCode::Ambiguous, "two begin so")),       2, "two begin so"),
        ("refused",      Answer::problem(&Problem::rejected(&rejection)),                              7, "rule R204 FundsShort, field amount"),
        ("timed out",    Answer::problem(&Problem::new(ProblemCode::Timeout, "too slow")),             8, "too slow"),
        ("unavailable",  Answer::problem(&Problem::new(ProblemCode::Unavailable, "starting")),         5, "starting"),
        ("no problem",   Answer { status: 500, body: b"<html>".to_vec() },                             1, "HTTP status 500"),
        ("not JSON",     Answer::json("<html>"),                                                       1, "not understood"),
    ];
    for (case, answer, code, text) in rows {
        let stub = Stub::start([(path.to_owned(), answer)]);
        let output = yaosu(home.path(), &stub.address, &["asset", "show", "abcdef"]);
        assert_eq!(output.status.code(), Some(code), "{case}: {}", error_of(&output));
        assert!(error_of(&output).contains(text), "{case}: {}", error_of(&output));
        assert!(output.stdout.is_empty(), "{case}");
    }
}

/// Goal: where nobody listens, that is said at once, with what to do.
#[test]
fn a_node_that_is_away_is_unreachable() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the system's choice");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let output = yaosu(home.path(), &address, &["node", "status"]);
    assert_eq!(output.status.code(), Some(5), "{}", error_of(&output));
    assert!(error_of(&output).contains(&address) && error_of(&output).contains("hint: "), "{}", error_of(&output));
}

/// Goal: where none of several nodes answers, each is named with its reason.
#[test]
fn every_node_that_is_away_is_named() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let away: Vec<String> = (0..2)
        .map(|_| TcpListener::bind("127.0.0.1:0").expect("a port of the system's choice"))
        .map(|listener| format!("http://{}", listener.local_addr().expect("it is bound")))
        .collect();
    let words = ["profile", "add", "town", "--fallback", &away[1]];
    let output = yaosu(home.path(), &away[0], &words);
    assert_eq!(output.status.code(), Some(5), "{}", error_of(&output));
    let error = error_of(&output);
    assert!(error.contains("none of 2 nodes can be reached: "), "{error}");
    for node in away {
        assert!(error.contains(&format!("{node}/: Connection refused")), "{error}");
    }
}

/// Goal: an address without a scheme is told what is missing.
#[test]
fn an_address_without_a_scheme_gets_a_hint() {
    let home = tempfile::tempdir().expect("a folder for the test");
    for node in ["foo", "127.0.0.1:26680", "localhost:26680"] {
        let output = yaosu(home.path(), node, &["node", "status"]);
        assert_eq!(output.status.code(), Some(2), "{}", error_of(&output));
        let error = error_of(&output);
        assert!(error.contains("it must begin with http:// or https://"), "{error}");
        assert!(error.contains(&format!("hint: write http://{node}, ")), "{error}");
    }
}

/// Goal: errors are one JSON object for programs, and nothing of them goes to standard output.
#[test]
fn errors_are_json_when_results_are() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let rejection = Rejection::FundsShort { available: Amount(1), needed: Amount(2) };
    let stub = Stub::start([("GET /v1/orders/abcdef".to_owned(), Answer::problem(&Problem::rejected(&rejection)))]);
    let output = yaosu(home.path(), &stub.address, &["--json", "order", "show", "abcdef"]);
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).expect("one JSON object");
    assert_eq!(error["error"]["kind"], "refused");
    assert_eq!(error["error"]["rule"]["number"], 204);
    assert_eq!(error["error"]["field"], "amount");
    assert!(output.stdout.is_empty());
}

/// Goal: local mistakes have their codes too.
#[test]
fn local_failures_end_with_the_right_code() {
    let home = tempfile::tempdir().expect("a folder for the test");
    fs::write(home.path().join("not-a-receipt"), b"junk").expect("the folder is there");
    fs::write(home.path().join("genesis"), b"junk").expect("the folder is there");
    let (receipt, genesis) = (home.path().join("not-a-receipt"), home.path().join("genesis"));
    let receipt = receipt.to_str().expect("a plain path");
    let genesis = genesis.to_str().expect("a plain path");
    let key = SigningKey::from_seed([1; 32]).public();
    let validators = format!(r#"[{{"operator":"{}","key":"{key}","power":1}}]"#, id(1));
    let text = format!(r#"{{"format":"yaosu-checkpoint/1","chain":"{}","height":1,"validators":{validators}}}"#, id(9));
    let checkpoint = home.path().join("checkpoint");
    fs::write(&checkpoint, text).expect("the folder is there");
    let checkpoint = checkpoint.to_str().expect("a plain path");
    #[rustfmt::skip]
    let rows: &[(&[&str], i32)] = &[
        (&["--version"], 0),
        (&["asset", "--help"], 0),
        (&["no-such-noun"], 2),
        (&["money", "pay", "--to", "acme", "--amount", "1.005"], 2),
        (&["key", "show", "nobody"], 3),
        (&["key", "list"], 0),
        (&["profile", "use", "nowhere"], 3),
        (&["--profile", "nowhere", "node", "status"], 3),
        (&["receipt", "verify", receipt, "--genesis", genesis], 1),
        (&["receipt", "verify", receipt, "--checkpoint", receipt], 1),
        (&["receipt", "verify", receipt, "--checkpoint", checkpoint], 6),
        (&["receipt", "verify", receipt], 2),
        (&["key", "new", "lonely"], 4),
    ];
    for (words, code) in rows {
        let output = yaosu(home.path(), "http://127.0.0.1:1", words);
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {}", error_of(&output));
    }
}

/// A node that knows one participant with the key in the home folder, and takes its transactions.
struct Market {
    home: tempfile::TempDir,
    key: SigningKey,
    answers: Vec<(String, Answer)>,
}

impl Market {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder for the test");
        fs::create_dir(home.path().join("keys")).expect("the folder is there");
        fs::write(home.path().join("password"), "secret\n").expect("the folder is there");
        let seed = Seed::from_bytes(&[7; 32]);
        key_file::create(&home.path().join("keys/acme.pem"), &seed, b"secret").expect("the folder is there");
        let key = seed.signing_key();
        let config = format!(
            "profile = \"test\"\n[profiles.test]\nnodes = [\"http://127.0.0.1:1\"]\nchain = \"{}\"\nas = \
             \"acme\"\npassword_file = \"password\"\n",
            id(9)
        );
        fs::write(home.path().join("config.toml"), config).expect("the folder is there");
        let participant = |byte: u8, handle: &str, key: &str| {
            format!(
                r#"{{"id":"{}","enrolment":{{"handle":"{handle}","legal_name":"L","legal_id":"1","keys":{{"keys":["{key}"],"threshold":1}},"delivery_key":null,"related":[]}},"roles":["trader"],"status":"active","sponsor":null,"since":0}}"#,
                id(byte)
            )
        };
        let acme = participant(1, "acme", &key.public().to_string());
        let bob = participant(2, "bob", &id(3));
        let head =
            format!(r#"{{"chain":"{}","height":5,"block":"{}","time":1000,"state_root":"{}"}}"#, id(9), id(4), id(5));
        let pack = format!(
            r#"{{"number":1,"notice_window":1,"delivery_window":1,"acknowledgement_window":1,"settlement_window":1,"proposal_window":1,"enactment_delay":1,"fee":0,"fee_account":"{}","key_window":1,"arbitration_window":1,"bond":1000,"dispute_bond":500,"deletion_window":1,"recall_window":1,"required_attestations":[],"freeze_max":1,"negotiation_window":1}}"#,
            id(1)
        );
        let chain = format!(r#"{{"chain":"{}","name":"test","currency":"CNY","rule_pack":{pack}}}"#, id(9));
        let answers = vec![
            ("GET /v1/head".to_owned(), Answer::json(head)),
            ("GET /v1/chain".to_owned(), Answer::json(chain)),
            ("GET /v1/participants".to_owned(), Answer::json(format!(r#"{{"items":[{acme}],"as_of":5}}"#))),
            (format!("GET /v1/participants/{}", id(1)), Answer::json(acme)),
            (format!("GET /v1/participants/{}", id(2)), Answer::json(bob.clone())),
            ("GET /v1/participants/bob".to_owned(), Answer::json(bob)),
            (format!("GET /v1/participants/{}/lanes/0", id(1)), Answer::json(r#"{"lane":0,"committed":41,"next":42}"#)),
        ];
        Self { home, key, answers }
    }

    fn pay(&self, answer: Answer, more: &[&str]) -> (Output, Vec<Transaction>) {
        let slow = Answer::problem(&Problem::new(ProblemCode::Timeout, "slow"));
        self.pay_and_ask(answer, slow, more)
    }

    /// The same, where the question what became of it is answered so.
    fn pay_and_ask(&self, answer: Answer, fate: Answer, more: &[&str]) -> (Output, Vec<Transaction>) {
        let mut answers = self.answers.clone();
        answers.push(("GET /v1/transactions/*".to_owned(), fate));
        answers.push(("POST /v1/transactions".to_owned(), answer));
        let stub = Stub::start(answers);
        let words = [&["money", "pay", "--to", "bob", "--amount", "1,200.00", "--memo", "map"], more].concat();
        let output = yaosu(self.home.path(), &stub.address, &words);
        let posted = stub.posted.lock().expect("nobody panics with it");
        let sent = posted.iter().map(|bytes| codec::decode(bytes).expect("canonical bytes"));
        (output, sent.collect())
    }
}

/// Goal: what is sent is what was said: signer, number, amount, chain, by the right key.
#[test]
fn a_payment_is_said_signed_and_sent() {
    let market = Market::new();
    let waiting = Answer { status: 202, body: format!(r#"{{"id":"{}","fate":"waiting"}}"#, id(8)).into_bytes() };
    let (output, sent) = market.pay(waiting, &["--no-wait"]);
    assert_eq!(output.status.code(), Some(0), "{}", error_of(&output));
    assert!(error_of(&output).contains("acme pays 1,200.00 CNY to bob: \"map\"."), "{}", error_of(&output));
    let [transaction] = sent.as_slice() else { panic!("one transaction is sent, not {}", sent.len()) };
    let body = &transaction.body;
    assert_eq!((body.chain.to_string(), body.signer.to_string()), (id(9), id(1)));
    assert_eq!((body.lane, body.sequence), (0, 42));
    assert!(body.valid_until.is_some());
    assert_eq!(serde_json::to_value(&body.action).expect("it has a JSON form")["pay"]["amount"], 120_000);
    assert_eq!(transaction.approvals.iter().map(|approval| approval.key).collect::<Vec<_>>(), [market.key.public()]);
    assert_eq!(yaosu_ledger::transaction::check_signatures(&[Envelope::new(transaction.clone())]), [true]);
}

/// Goal: who reads Chinese is told in Chinese what is signed.
#[test]
fn a_payment_is_said_in_chinese() {
    let waiting = Answer { status: 202, body: format!(r#"{{"id":"{}","fate":"waiting"}}"#, id(8)).into_bytes() };
    let (output, sent) = Market::new().pay(waiting, &["--no-wait", "--lang", "zh"]);
    assert_eq!((output.status.code(), sent.len()), (Some(0), 1), "{}", error_of(&output));
    assert!(error_of(&output).contains("acme 向 bob 支付 1,200.00 CNY：“map”。"), "{}", error_of(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("已发送，尚未写入账本"), "{output:?}");
}

/// Goal: each way in which a submission can fail has its code, and a timeout names the transaction.
#[test]
fn submissions_end_with_the_right_code() {
    let market = Market::new();
    let signer = ParticipantId(id(1).parse().expect("an identifier"));
    let funds = Rejection::FundsShort { available: Amount(1), needed: Amount(2) };
    let role = Rejection::RoleMissing { signer, needed: Role::Operator };
    let refused_later = serde_json::json!({ "id": id(8), "fate": "refused", "problem": Problem::rejected(&funds) });
    #[rustfmt::skip]
    let rows = [
        ("refused at once", Answer::problem(&Problem::rejected(&funds)),                          7, "R204"),
        ("refused later",   Answer::json(refused_later.to_string()),                              7, "R204"),
        ("not allowed",     Answer::problem(&Problem::rejected(&role)),                           4, "acme has the roles: trader"),
        ("busy",            Answer::problem(&Problem::new(ProblemCode::Busy, "the queue is full")), 1, "the queue is full"),
        ("malformed",       Answer::problem(&Problem::new(ProblemCode::Malformed, "no")),         1, "no"),
        ("forgotten",       Answer::json(format!(r#"{{"id":"{}","fate":"unknown"}}"#, id(8))),     3, "knows nothing"),
        ("never decided",   Answer::problem(&Problem::new(ProblemCode::Timeout, "slow")),         8, "yaosu tx wait "),
    ];
    for (case, answer, code, text) in rows {
        let (output, _) = market.pay(answer, &["--wait-timeout", "1ms"]);
        assert_eq!(output.status.code(), Some(code), "{case}: {}", error_of(&output));
        assert!(error_of(&output).contains(text), "{case}: {}", error_of(&output));
        assert!(output.stdout.is_empty(), "{case}");
    }
}

/// Goal: who reads Chinese is told in Chinese why the ledger refuses and what to do: when a transaction is sent, when it is
/// tried, and when one that was refused is looked at. Names stand for identifiers, and moments are those of the reader.
/// Method: a node that speaks Chinese to who asks for it, by the header, and English to all others.
#[test]
fn refusals_are_told_in_the_language_of_the_reader() {
    let market = Market::new();
    let problem = |title: &str, detail: String, hint: &str| Problem {
        title: title.to_owned(),
        detail,
        hint: Some(hint.to_owned()),
        ..Problem::rejected(&Rejection::Expired { valid_until: Timestamp(1_000), now: Timestamp(61_000) })
    };
    let english = problem("refused", format!("valid until 1000 ms, said by {}", id(2)), "sign it again");
    let chinese = problem("拒绝", format!("有效至 1970-01-01T00:00:01Z，由 {} 说", id(2)), "请重新签署");
    let fate = |problem: &Problem| {
        Answer::json(
            serde_json::json!({ "id": id(8), "fate": "refused", "problem": problem, "events": [] }).to_string(),
        )
    };
    let mut answers = market.answers.clone();
    for (language, problem) in [("", &english), (" zh-cn", &chinese)] {
        answers.push((format!("POST /v1/transactions{language}"), Answer::problem(problem)));
        answers.push((format!("POST /v1/transactions/check{language}"), Answer::problem(problem)));
        answers.push((format!("GET /v1/transactions/{}{language}", id(8)), fate(problem)));
    }
    let stub = Stub::start(answers);
    let transaction = id(8);
    let pay = ["money", "pay", "--to", "bob", "--amount", "1"];
    let trial = [&pay[..], &["--dry-run"]].concat();
    for (words, code) in [(&pay[..], 7), (&trial, 7), (&["tx", "show", &transaction], 0)] {
        for (lang, told, hint) in
            [("en", "valid until 1970-01-01", "sign it again"), ("zh", "有效至 1970-01-01", "提示：请重新签署")]
        {
            let output = yaosu(market.home.path(), &stub.address, &[words, &["--lang", lang]].concat());
            assert_eq!(output.status.code(), Some(code), "{words:?}: {}", error_of(&output));
            let said = if code == 0 { String::from_utf8_lossy(&output.stdout).into_owned() } else { error_of(&output) };
            assert!(said.contains(told) && said.contains("bob") && !said.contains(&id(2)), "{words:?}: {said}");
            assert!(code == 0 || (said.contains(hint) && said.contains("R2 Expired")), "{words:?}: {said}");
            assert!(!said.contains(" ms") && !said.contains("01Z"), "{words:?}: {said}");
        }
        let for_programs = yaosu(market.home.path(), &stub.address, &[words, &["--lang", "zh", "--json"]].concat());
        let said = [for_programs.stdout, for_programs.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert!(said.concat().contains("valid until") && !said.concat().contains("有效至"), "{words:?}: {said:?}");
    }
}

/// Goal: a node at which too many wait already is asked again: the transaction is not given up for it.
#[test]
fn a_crowd_that_waits_is_no_refusal() {
    let market = Market::new();
    let waiting = Answer { status: 202, body: format!(r#"{{"id":"{}","fate":"waiting"}}"#, id(8)).into_bytes() };
    let busy = Answer::problem(&Problem::new(ProblemCode::Busy, "too many wait"));
    let (output, _) = market.pay_and_ask(waiting, busy, &["--wait-timeout", "50ms"]);
    assert_eq!(output.status.code(), Some(8), "{}", error_of(&output));
    assert!(error_of(&output).contains("it still may be"), "{}", error_of(&output));
}

/// Goal: nothing is signed for another chain than the profile's.
#[test]
fn another_chain_is_unsafe() {
    let mut market = Market::new();
    for (path, answer) in &mut market.answers {
        if path == "GET /v1/head" {
            *answer = Answer::json(String::from_utf8_lossy(&answer.body).replace(&id(9), &id(10)));
        }
    }
    let (output, sent) = market.pay(Answer::json("{}"), &[]);
    assert_eq!(output.status.code(), Some(9), "{}", error_of(&output));
    assert!(sent.is_empty());
}

/// Goal: a transaction that is saved is not sent, and the file is the whole signed transaction.
#[test]
fn a_saved_transaction_is_not_sent() {
    let market = Market::new();
    let file = market.home.path().join("pay.tx");
    let path = file.to_str().expect("a plain path");
    let (output, sent) = market.pay(Answer::json("{}"), &["--save", path]);
    assert_eq!(output.status.code(), Some(0), "{}", error_of(&output));
    assert!(sent.is_empty());
    let saved = yaosu_sdk::load_transaction(&file).expect("it was written");
    assert_eq!(saved.approvals.len(), 1);
    assert_eq!(saved.body.valid_until, None);
}

/// Goal: what the ledger would refuse for want of approvals is not sent, and who must approve is named.
#[test]
fn missing_approvals_are_told() {
    let mut market = Market::new();
    for (_, answer) in &mut market.answers {
        *answer = Answer::json(String::from_utf8_lossy(&answer.body).replace("\"threshold\":1", "\"threshold\":2"));
    }
    let (output, sent) = market.pay(Answer::json("{}"), &[]);
    assert_eq!(output.status.code(), Some(4), "{}", error_of(&output));
    assert!(error_of(&output).contains("acme (1 of 2 keys)"), "{}", error_of(&output));
    assert!(sent.is_empty());
}

/// Goal: a wrong password says so with the code of authority, and nothing is sent.
#[test]
fn a_wrong_password_signs_nothing() {
    let market = Market::new();
    fs::write(market.home.path().join("password"), "other\n").expect("the folder is there");
    let (output, sent) = market.pay(Answer::json("{}"), &[]);
    assert_eq!(output.status.code(), Some(4), "{}", error_of(&output));
    let error = error_of(&output);
    assert!(error.contains("does not open") && error.contains("--password-file"), "{error}");
    assert!(sent.is_empty());
}

/// Goal: a key that needs a password which nobody is there to type signs nothing, and it says what to do.
#[test]
fn a_locked_key_without_a_terminal_signs_nothing() {
    let market = Market::new();
    fs::remove_file(market.home.path().join("password")).expect("it was written");
    let (output, sent) = market.pay(Answer::json("{}"), &[]);
    assert!(!output.status.success());
    let error = error_of(&output);
    assert!(error.contains("password"), "{error}");
    assert!(sent.is_empty());
}
