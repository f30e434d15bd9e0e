//! What the built program says in Chinese, by option and by environment.

#[path = "../sdk/tests/evidence/market.rs"]
#[allow(dead_code, reason = "the SDK's tests use more of it")]
mod evidence_market;
#[path = "../sdk/tests/standards/market.rs"]
#[allow(dead_code, reason = "the SDK's tests use more of it")]
mod market;
#[allow(dead_code, reason = "nothing is posted here")]
mod stub;

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

use market::{Market, NAMES, asset_id};
use serde_json::json;
use stub::{Answer, Stub, error_of, yaosu};
use yaosu_api::{Fate, FoundAsset, SearchView, TransactionView};
use yaosu_ledger::event::Event;
use yaosu_ledger::transaction::{Action, Body, Transaction};
use yaosu_ledger::{Amount, Height, ParticipantId, Text, Timestamp, TransactionId};
use yaosu_sdk::evidence;

fn text(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", error_of(output));
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// A node that knows the market, a payment and what a search finds.
fn node(market: &Market) -> (Stub, TransactionId) {
    let pack = json!({
        "number": 1, "notice_window": 1, "delivery_window": 1, "acknowledgement_window": 1, "settlement_window": 1,
        "proposal_window": 1, "enactment_delay": 1, "fee": 0, "fee_account": market::participant("fees"), "key_window": 1,
        "arbitration_window": 1, "bond": 1000, "dispute_bond": 500, "deletion_window": 1, "recall_window": 1,
        "required_attestations": [], "freeze_max": 1, "negotiation_window": 1,
    });
    let body = Body {
        chain: NAMES.chain,
        signer: ParticipantId::of_genesis("acme"),
        lane: 3,
        sequence: 4,
        valid_until: None,
        action: Action::Pay {
            to: ParticipantId::of_genesis("bob"),
            amount: Amount(1_250),
            memo: Text::new("map").expect("a memo"),
        },
    };
    let id = body.id();
    let payment = TransactionView {
        id,
        fate: Fate::Committed { height: Height(28), index: 0, time: Timestamp(0) },
        transaction: Some(Transaction { body, approvals: Vec::new() }),
        events: Vec::new(),
    };
    let (asset, _) = &market.assets[1];
    let facets = [("kind", "resource"), ("listing_kind", "fixed"), ("sector", "energy")];
    let facets = facets.map(|(facet, value)| (facet.to_owned(), BTreeMap::from([(value.to_owned(), 2)])));
    let found = SearchView {
        as_of: Height(40),
        total: 2,
        items: vec![FoundAsset { id: asset.id, asset: asset.record.clone(), offers: Vec::new() }],
        facets: BTreeMap::from(facets),
        cursor: None,
    };
    let head = json!({
        "chain": NAMES.chain, "height": 40, "block": asset_id(8), "time": market::START, "state_root": asset_id(9),
    });
    let answers = [
        ("GET /v1/head".to_owned(), head),
        (
            "GET /v1/chain".to_owned(),
            json!({ "chain": NAMES.chain, "name": "test", "currency": "CNY", "rule_pack": pack }),
        ),
        (format!("GET /v1/transactions/{id}"), json!(payment)),
        ("GET /v1/search".to_owned(), json!(found)),
        ("GET /v1/assets/abcdef/provenance".to_owned(), json!(market.provenance())),
    ];
    (Stub::start(answers.into_iter().map(|(path, value)| (path, Answer::json(value.to_string())))), id)
}

/// Goal: who asks for Chinese, by the option or the environment, gets Chinese; who does not, English.
#[test]
fn answers_are_in_the_language_that_is_asked_for() {
    let (market, home) = (Market::new(), tempfile::tempdir().expect("a folder for the test"));
    let home = home.path();
    let (node, id) = node(&market);
    let id = id.to_string();
    #[rustfmt::skip]
    let rows: [(&[&str], &[&str], &[&str]); 3] = [
        (&["tx", "show", &id], &["asks         ", " pays 12.50 CNY to ", ": \"map\".", "action       ", "pay\n"],
            &["交易  ", "已写入区块 28，第 0 位", " 支付 12.50 CNY：“map”。", "支付（pay）", "通道  3，第 4 号"]),
        (&["search", "map"], &["1 of 2 at height 40", "kind: resource 2"],
            &["共 2 项，显示 1 项，截至高度 40", "类型：数据资源（resource） 2", "在售方式：固定价格（fixed） 2", "领域：energy 2"]),
        (&["asset", "lineage", "abcdef", "--format", "svg"], &["aria-label=\"Where it came from"],
            &["aria-label=\"来源与衍生\"", "第 1 版"]),
    ];
    for (words, in_english, in_chinese) in rows {
        let english = text(&yaosu(home, &node.address, words));
        let by_option = text(&yaosu(home, &node.address, &[words, &["--lang", "zh"]].concat()));
        let by_environment = Command::new(env!("CARGO_BIN_EXE_yaosu"))
            .args(words)
            .env_clear()
            .envs([
                ("YAOSU_HOME", home.as_os_str()),
                ("YAOSU_NODE", node.address.as_ref()),
                ("YAOSU_LANG", "zh".as_ref()),
            ])
            .output()
            .expect("the program was built");
        assert_eq!(by_option, text(&by_environment), "{words:?}");
        for part in in_english {
            assert!(english.contains(part), "{part}: {english}");
        }
        for part in in_chinese {
            assert!(by_option.contains(part) && !english.contains(part), "{part}: {by_option}");
        }
    }
}

/// Goal: a picture leads to the explorer that is named, in its language; what is no address, or another form, is refused.
#[test]
fn a_picture_leads_to_an_explorer() {
    let (market, home) = (Market::new(), tempfile::tempdir().expect("a folder for the test"));
    let (node, _) = node(&market);
    let lineage = |format: &str, base: &str, lang: &str| {
        let words = ["asset", "lineage", "abcdef", "--format", format, "--link-base", base, "--lang", lang];
        yaosu(home.path(), &node.address, &words)
    };
    let picture = text(&lineage("svg", "https://node.example/", "zh"));
    assert!(picture.contains("<a href=\"https://node.example/zh/assets/"), "{picture}");
    assert!(picture.contains("<a href=\"https://node.example/zh/participants/"), "{picture}");
    assert!(text(&lineage("svg", "http://127.0.0.1:26680", "en")).contains("<a href=\"http://127.0.0.1:26680/assets/"));
    for (format, base) in
        [("svg", "javascript:alert(1)"), ("svg", "https://"), ("svg", "http://x y"), ("dot", "https://x")]
    {
        assert_eq!(lineage(format, base, "en").status.code(), Some(2), "{format} {base}");
    }
}

/// Goal: what evidence proves is told in the reader's language, offline.
#[test]
fn evidence_is_told_in_the_language_that_is_asked_for() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let chain = evidence_market::Market::new("languages");
    let [from, to] = ["acme", "bob"].map(ParticipantId::of_genesis);
    let memo = Text::new("").expect("a memo");
    let found = chain.evidence_of_cause(Event::Paid { from, to, amount: Amount(1_250), memo });
    let (file, checkpoint) = (home.path().join("evidence"), home.path().join("checkpoint"));
    fs::write(&file, found.to_text()).expect("the folder is there");
    fs::write(&checkpoint, evidence::write_checkpoint(&chain.checkpoint())).expect("the folder is there");
    let (file, checkpoint) = (file.display().to_string(), checkpoint.display().to_string());
    let verify = |lang: &str| {
        let words = ["receipt", "verify", &file, "--checkpoint", &checkpoint, "--lang", lang];
        text(&yaosu(home.path(), "http://127.0.0.1:1", &words))
    };
    let (english, chinese) = (verify("en"), verify("zh"));
    for (words, part) in [(&english, "The evidence holds"), (&english, " paid 12.50 to "), (&english, "evidence code ")]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    for part in ["存证成立，交易 ", " 支付 12.50", "存证码 "] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    let checks: Vec<&str> = chinese.lines().filter(|line| line.starts_with("相符")).collect();
    assert!(checks.len() > 5 && checks.iter().any(|line| line.contains("超过三分之二")), "{chinese}");
    for word in ["block", "chain", "signatures", "events", "leaf", "validators"] {
        assert!(!checks.iter().any(|line| line.contains(word)), "{word}: {checks:?}");
    }
    // What was asked for stands before what came of it.
    let said: Vec<&str> = chinese.lines().skip_while(|line| !line.starts_with("存证成立")).collect();
    assert!(said[1].ends_with('。') && said[2].starts_with("- "), "{chinese}");
}
