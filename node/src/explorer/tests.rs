//! Tests of the pages, through the node's own door, over a town with something of everything and with hostile texts.

mod catalogue;
mod verify;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use yaosu_ledger::model::*;
use yaosu_ledger::sealed::Commitment;
use yaosu_ledger::state::*;
use yaosu_ledger::{
    Amount, AttestationId, BasisPoints, DemandId, Digest, Duration, FreezeId, Height, LicenceId, ListingId,
    NegotiationId, OrderId, ProposalId, RecallId, Timestamp, TransactionId,
};

use crate::http::tests::town::{
    ALICE, Answer, BOB, EXCHANGE, Town, asset, asset_id, content, description, eventually, id_of, pay, register, text,
};

/// What a page may be long, in bytes.
const PAGE_BYTES_MAX: usize = 100_000;

/// Texts that break out of where they stand if nothing holds them.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "' onmouseover='alert(3)",
    "javascript:alert(4)",
    "</title><svg/onload=alert(5)>",
    "{{7*7}}${7*7}<!--",
    "&lt;b&gt;&amp;",
    "=HYPERLINK(\"http://evil.example\")",
];

/// What must never stand in a page: the hostile texts as they would take effect.
/// A single quote ends nothing: all attributes stand in double ones.
const LIVE: [&str; 6] = ["<script>alert", "<img src=x", "='", "href=\"javascript:", "<svg/onload", "<!--"];

fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn policy() -> Policy {
    Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Only(vec![text(HOSTILE[0])]),
        regions: Scope::Any,
        recipients: Scope::Only(vec![id_of(BOB)]),
        max_uses: Some(1_000),
        duration: Some(Duration::seconds(86_400)),
        sublicence_depth: 1,
        royalty: BasisPoints(2_000),
        duties: Duties::ALL,
    }
}

fn terms() -> Terms {
    Terms {
        price: Amount(120_000),
        policy: policy(),
        supply: Supply::Limited(3),
        form: PlanForm::OneOff,
        bond: Amount(5),
    }
}

const NOW: Timestamp = Timestamp(1_767_225_600_000);

fn order(status: OrderStatus) -> Order {
    let window = Duration::seconds(60);
    Order {
        origin: Origin::Plan { listing: ListingId(digest(31)), plan: 0 },
        asset: asset_id(&[1]),
        version: 1,
        seller: id_of(ALICE),
        buyer: id_of(BOB),
        payer: id_of(EXCHANGE),
        licensee: id_of(BOB),
        delivery_key: None,
        purpose: Purpose::Retail,
        scenario: digest(3),
        price: Amount(120_000),
        fee: Amount(600),
        fee_ratio: BasisPoints(50),
        fee_account: id_of(EXCHANGE),
        bonds: Bonds { seller: Amount(100), buyer: Amount(50) },
        windows: Windows {
            delivery: window,
            acknowledgement: window,
            key: window,
            settlement: window,
            arbitration: window,
        },
        status,
        refund_cause: (status == OrderStatus::Refunded).then_some(RefundCause::Rejected),
        deadline: (!status.is_end()).then_some(NOW),
        delivery: Some(Delivery {
            location: text(HOSTILE[3]),
            commitment: Commitment { ciphertext_root: digest(1), nodes_root: digest(2), key_commitment: digest(3) },
            time: NOW,
            sealed_key: None,
            challenged: false,
            secret: None,
        }),
        dispute: Some(Dispute {
            statement: digest(4),
            since: NOW,
            ruling: Some(Ruling { arbiter: id_of(EXCHANGE), refund: Amount(1), reason: text(HOSTILE[1]), time: NOW }),
        }),
        placed: NOW,
    }
}

fn licence() -> Licence {
    Licence {
        order: OrderId(digest(41)),
        asset: asset_id(&[1]),
        versions: VersionScope::From(1),
        royalty_version: 1,
        licensor: id_of(ALICE),
        licensee: id_of(BOB),
        policy: policy(),
        exclusive: false,
        from: NOW,
        until: None,
        parent: None,
        depth: 0,
        uses: 1_234,
        status: LicenceStatus::Active,
        ended: None,
        cause: None,
        records: 0,
        head: Digest::ZERO,
        sublicences: 0,
        deletion: Deletion::Due { deadline: NOW },
        recall: Some(RecallId(digest(91))),
        recall_deadline: None,
        due: None,
    }
}

/// Assets that were made from one another, with hostile texts in every field that takes one.
fn put_assets(draft: &mut Draft<'_, State>, transaction: TransactionId) {
    for (number, hostile) in (1..).zip(HOSTILE) {
        let mut made = asset(hostile, ALICE);
        made.description.description = text(hostile);
        made.description.sector = text(&hostile[..hostile.len().min(32)]);
        made.description.keywords = vec![text(&hostile[..hostile.len().min(32)])];
        made.description.spatial = text(hostile);
        made.description.source_class = SourceClass::Public;
        made.description.openness = Openness::Conditional { terms: text(hostile) };
        made.objections = 1;
        let id = asset_id(&[number]);
        let mut content = content(number);
        content.media_type = text(hostile);
        let field = Field { name: text(hostile), kind: FieldKind::String, nullable: true };
        content.structure = Some(Structure { fields: vec![field], rows: 2_922 });
        draft.put::<Assets>(&id, &made);
        draft.put::<Versions>(
            &(id, 1),
            &Version { content, depth: 0, owes: BasisPoints(0), created: NOW, height: Height(1), transaction },
        );
        draft.put::<Objections>(
            &(id, 0),
            &Objection {
                objector: id_of(BOB),
                statement: text(hostile),
                evidence: None,
                status: ObjectionStatus::Open,
                since: NOW,
            },
        );
        if number > 1 {
            let derivation = Derivation {
                licence: Some(LicenceId(digest(51))),
                activity: Activity::Clean,
                recipe: None,
                royalty: BasisPoints(2_000),
            };
            draft.put::<Derivations>(&(id, 1, asset_id(&[number - 1]), 1), &derivation);
            draft.put::<DerivedVersions>(&(asset_id(&[number - 1]), 1, id, 1), &());
        }
    }
}

/// One of everything else.
fn put_deals(draft: &mut Draft<'_, State>) {
    let plan = Plan { terms: terms(), reserved: 0, sold: 1 };
    let listing = Listing {
        asset: asset_id(&[1]),
        version: 1,
        seller: id_of(ALICE),
        kind: ListingKind::Fixed,
        plans: vec![plan],
        status: ListingStatus::Paused,
        until: Some(NOW),
        created: NOW,
        right: None,
        pause: Some(PauseCause::Seller),
    };
    draft.put::<Listings>(&ListingId(digest(31)), &listing);
    for (number, status) in (41..).zip(OrderStatus::ALL) {
        draft.put::<Orders>(&OrderId(digest(number)), &order(*status));
    }
    draft.put::<Licences>(&LicenceId(digest(51)), &licence());
    let negotiation = Negotiation {
        ground: Ground::Listing(ListingId(digest(31))),
        asset: asset_id(&[1]),
        version: 1,
        seller: id_of(ALICE),
        buyer: id_of(BOB),
        payer: id_of(BOB),
        licensee: id_of(BOB),
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest(7),
        terms: terms(),
        offered_by: Side::Buyer,
        round: 1,
        status: NegotiationStatus::Agreed,
        deadline: Some(NOW),
        order: Some(OrderId(digest(41))),
        opened: NOW,
    };
    draft.put::<Negotiations>(&NegotiationId(digest(61)), &negotiation);
    let wanted = Wanted {
        title: text(HOSTILE[0]),
        description: text(HOSTILE[1]),
        sector: text("x"),
        kind: None,
        actions: Actions::ALL,
        purpose: Purpose::Research,
        scenario: digest(7),
        max_price: Amount(100),
    };
    let met_by = Some(NegotiationId(digest(61)));
    let demand = Demand {
        buyer: id_of(BOB),
        wanted,
        delivery_key: None,
        status: DemandStatus::Met,
        until: NOW,
        met_by,
        created: NOW,
    };
    draft.put::<Demands>(&DemandId(digest(71)), &demand);
}

fn put_supervision(draft: &mut Draft<'_, State>) {
    let scores = QualityScores {
        conformity: BasisPoints(9_000),
        completeness: BasisPoints(9_000),
        accuracy: BasisPoints(9_000),
        consistency: BasisPoints(9_000),
        timeliness: BasisPoints(9_000),
        accessibility: BasisPoints(9_000),
    };
    let attestation = Attestation {
        kind: AttestationKind::Quality,
        asset: asset_id(&[1]),
        version: 1,
        assessor: id_of(BOB),
        report: digest(8),
        verdict: Verdict::Pass,
        findings: Findings::Quality(scores),
        issued: NOW,
        valid_until: Timestamp(u64::MAX),
        status: AttestationStatus::Issued,
    };
    let id = AttestationId(digest(81));
    draft.put::<Attestations>(&id, &attestation);
    draft.put::<IssuedAttestations>(&(asset_id(&[1]), 1, AttestationKind::Quality, id_of(BOB)), &id);
    let freeze = Freeze {
        regulator: id_of(EXCHANGE),
        target: Subject::Order(OrderId(digest(41))),
        scope: FreezeScope::All,
        legal_basis: digest(9),
        since: NOW,
        until: NOW,
        status: FreezeStatus::Active,
        appeal: Some(Appeal {
            appellant: id_of(BOB),
            statement: text(HOSTILE[4]),
            evidence: None,
            since: NOW,
            arbiter: None,
        }),
    };
    draft.put::<Freezes>(&FreezeId(digest(85)), &freeze);
    let recall = Recall {
        asset: asset_id(&[1]),
        first_version: 1,
        last_version: 1,
        cause: RecallCause::Contamination,
        statement: digest(1),
        by: id_of(ALICE),
        since: NOW,
        window: Duration::seconds(1),
        spread: RecallSpread::Complete,
        next_version: 2,
        due: None,
        versions: 1,
        licences: 1,
        open: 1,
    };
    draft.put::<Recalls>(&RecallId(digest(91)), &recall);
    let proposal = Proposal {
        proposer: id_of(EXCHANGE),
        measure: Measure::SetStatus { participant: id_of(BOB), status: ParticipantStatus::Suspended },
        approvals: vec![id_of(EXCHANGE)],
        status: ProposalStatus::Open,
        deadline: Some(NOW),
    };
    draft.put::<Proposals>(&ProposalId(digest(95)), &proposal);
}

/// A town with blocks, and one of everything in its state.
async fn full() -> Town {
    let town = Town::with_search().await;
    let payment = town.send(ALICE, pay(BOB, 1_250)).await;
    town.decide().await;
    let mut hostile = register("title", 9);
    if let yaosu_ledger::transaction::Action::RegisterAsset { description: about, .. } = &mut hostile {
        *about = AssetDescription { description: text(HOSTILE[0]), ..description(HOSTILE[1]) };
    }
    town.send(ALICE, hostile).await;
    town.decide().await;
    town.edit(|draft| {
        put_assets(draft, payment.id());
        put_deals(draft);
        put_supervision(draft);
        let mut alice = draft.get::<Participants>(&id_of(ALICE)).expect("a founder");
        alice.enrolment.legal_name = text(HOSTILE[1]);
        alice.enrolment.legal_id = text(HOSTILE[0]);
        draft.put::<Participants>(&id_of(ALICE), &alice);
    });
    town
}

/// The addresses in a page, as a browser reads them.
fn links(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in [" href=\"", " src=\"", " action=\""] {
        for behind in page.split(part).skip(1) {
            let link = behind.split('"').next().unwrap_or_default();
            if link.starts_with("data:image/") {
                continue;
            }
            found.push(link.replace("&amp;", "&"));
        }
    }
    found
}

fn check_page(path: &str, answer: &Answer) {
    let page = answer.text();
    assert_eq!(answer.status, 200, "{path}: {page}");
    assert!(answer.body.len() < PAGE_BYTES_MAX, "{path}: {} bytes", answer.body.len());
    let language = if path.starts_with("/zh") { "zh-CN" } else { "en" };
    assert!(page.starts_with(&format!("<!DOCTYPE html><html lang=\"{language}\">")), "{path}");
    assert!(page.contains("<title>") && page.matches("<h1").count() == 1, "{path}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    let is_alone = path.ends_with("/verify");
    assert!(!page.contains(" style=") && page.contains("<style") == is_alone, "{path}: styles are in the style sheet");
    assert_eq!(page.contains("<script"), is_alone, "{path}");
    for live in LIVE {
        // The hostile text has this itself, as text.
        let page = page.replace("' onmouseover='alert(3)", "");
        // So has the program.
        let page = page
            .split("<script type=\"module\">")
            .next()
            .unwrap_or_default()
            .replace(super::files::POLICY_ALONE.as_str(), "");
        assert!(!page.contains(live), "{path}: {live} stands in the page");
    }
}

/// Goal: every page that a link leads to is there, is a page, is small, and holds hostile texts harmless.
/// Method: from the first page, along all links, over a town with one of everything; pages that differ in their query
/// alone are followed a few times only.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_to_a_page() {
    let town = full().await;
    let mut waiting = vec!["/".to_owned(), "/zh/".to_owned(), "/demands".to_owned(), "/negotiations".to_owned()];
    waiting.extend(["/proposals", "/recalls", "/freezes"].map(str::to_owned));
    waiting.extend(["attestations/81", "licences/51", "orders/41"].map(|place| {
        let (kind, number) = place.split_once('/').expect("two parts");
        format!("/{kind}/{}", digest(number.parse().expect("a number")))
    }));
    let mut seen = BTreeSet::new();
    let mut of_path: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = 0;
    while let Some(link) = waiting.pop() {
        let path = link.split('#').next().unwrap_or_default().to_owned();
        if !seen.insert(path.clone()) {
            continue;
        }
        let count = of_path.entry(path.split('?').next().unwrap_or_default().to_owned()).or_default();
        *count += 1;
        if *count > 6 {
            continue;
        }
        assert!(path.starts_with('/') && !path.starts_with("//"), "{path} leads elsewhere");
        let answer = town.get(&path).await;
        if answer.header("content-type").starts_with("text/html") {
            check_page(&path, &answer);
            pages += 1;
            waiting.extend(links(&answer.text()).into_iter().filter(|link| !link.is_empty() && !link.starts_with('#')));
        } else {
            let is_redirect = answer.status == 303 && path.ends_with("/find");
            assert!(answer.status == 200 || is_redirect, "{path}: {} {}", answer.status, answer.text());
        }
    }
    assert!(pages > 100, "{pages} pages were found");
}

/// Goal: each page is about what it says, in its language.
#[tokio::test]
async fn pages_say_what_they_are_about() {
    let town = full().await;
    let order = digest(41);
    #[rustfmt::skip]
    let rows = [
        ("/",                       "<h1>town</h1>",          "Latest blocks"),
        ("/zh/",                    "<h1>town</h1>",          "最新成交"),
        ("/blocks/1",               "Block 1",                "pays"),
        ("/zh/blocks/1",            "区块 1",                 "支付"),
        ("/participants/alice",     "alice",                  "9,987.50"),
        ("/assets?kind=resource",   "Catalogue",              "data resource"),
        ("/zh/assets",              "数据目录",               "公共数据"),
        ("/network",                "Network",                "passed over"),
        ("/zh/openness",            "开放度",                 "无主管机构"),
        ("/orders",                 "Orders",                 "1,200.00"),
        ("/verify",                 "Verify",                 "yaosu receipt checkpoint"),
        ("/zh/verify",              "存证核验",               "yaosu receipt checkpoint"),
    ];
    for (path, first, second) in rows {
        let answer = town.get(path).await;
        check_page(path, &answer);
        let page = answer.text();
        assert!(page.contains(first) && page.contains(second), "{path}: {page}");
    }
    let page = town.get(&format!("/orders/{order}")).await.text();
    for words in ["aria-current=\"step\"", "must deliver the sealed bytes", "datetime=\"2026-01-01T00:00:00Z\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

/// Goal: each page has its other forms, and what is wrong is a page with a status, in the reader's language.
#[tokio::test]
async fn pages_have_other_forms() {
    let town = full().await;
    for path in ["/index.json", "/blocks.json", "/blocks/1.json", "/assets.json", "/zh/network.json", "/openness.json"]
    {
        let answer = town.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
        answer.json();
    }
    let all = town.get("/orders.csv").await;
    assert_eq!(all.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(all.text().lines().count(), 1 + OrderStatus::ALL.len());
    assert_eq!(town.get("/orders.csv?status=placed").await.text().lines().count(), 2);
    let formula = town.get("/assets.csv?q=hyperlink").await.text();
    assert!(formula.contains("\"'=HYPERLINK"), "{formula}");
    let tagged = town.get("/assets/0101.json").await;
    tagged.expect_problem(400, "bad-request");
    for (path, status, language) in [
        ("/assets/ffffff", 404, "en"),
        ("/zh/assets/ffffff", 404, "zh-CN"),
        ("/blocks?limit=x", 400, "en"),
        ("/orders?x=1", 400, "en"),
    ] {
        let answer = town.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
        assert!(answer.text().contains(&format!("lang=\"{language}\"")), "{path}");
    }
}

/// Goal: who reads in Chinese is told in Chinese what is wrong and what to do: nothing of it is in English.
#[tokio::test]
async fn faults_are_told_in_the_language_of_the_page() {
    let town = full().await;
    #[rustfmt::skip]
    let rows = [
        ("/assets/zzz",                          "“zzz”不能标识任何数据资产",             "请输入 64 位小写十六进制数字，或其前 6 位以上"),
        ("/assets/ffffff",                       "没有标识为 ffffff 的数据资产",          ""),
        ("/participants/A!",                     "“A!”既不是参与方的代号，也不是其标识",  "请输入代号"),
        ("/orders/ffffff",                       "没有标识为 ffffff 的合同",              ""),
        ("/orders?status=nope",                  "“nope”不是参数 status 的有效值",        "可用的值：placed, delivered"),
        ("/assets?sort=evil",                    "“evil”不是参数 sort 的有效值",          "可用的值：relevance"),
        ("/assets?kind=x%22y",                   "“x&quot;y”不是参数 kind 的有效值",      "可用的值："),
        ("/assets?cursor=no",                    "不是有效的翻页位置",                    "请原样使用上一页给出的翻页位置"),
        ("/orders?cursor=xyz",                   "不是有效的翻页位置",                    "请原样使用上一页给出的翻页位置"),
        ("/orders?x=1",                          "未知参数“x”",                           "此路径接受的参数：limit"),
        ("/orders?status=placed&status=settled", "参数“status”重复",                      ""),
        ("/blocks/99",                           "没有区块 99",                           "最新区块是 2"),
        ("/blocks?limit=900",                    "每页 1 至 500 项，请求了 900 项",       ""),
        (&format!("/assets/{}?depth=9", asset_id(&[1])), "深度可为 1, 2, 3, 6, 16",               ""),
        (&format!("/transactions/{}", digest(9)), "没有标识为 0909",                      "本节点从未收到它"),
    ];
    for (path, detail, hint) in rows {
        let (english, chinese) = (town.get(path).await, town.get(&format!("/zh{path}")).await);
        assert_eq!((chinese.status, english.status >= 400), (english.status, true), "{path}");
        let page = chinese.text();
        assert!(page.contains(detail) && page.contains(hint), "{path}: {page}");
        assert!(!page.contains("<p lang=\"en\"") && english.text().contains("<p lang=\"en\""), "{path}: {page}");
    }
}

/// Goal: what a transaction asks for has its word in the reader's language beside its code, and its sentence.
#[tokio::test]
async fn actions_are_in_words() {
    let town = full().await;
    let block = town.json("/v1/blocks/1").await;
    let id = block["transactions"][0].as_str().expect("a payment is in it").to_owned();
    for (prefix, word, sentence) in [("", "pay", "pays"), ("/zh", "支付", "向 ")] {
        let page = town.get(&format!("{prefix}/transactions/{id}")).await.text();
        assert!(page.contains(&format!("<dd>{word} <code>pay</code>")) && page.contains(sentence), "{page}");
    }
}

/// Goal: files and pages are not sent again to who has them.
#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let town = full().await;
    for path in ["/explorer/style.css", "/explorer/icon.svg", "/assets", "/zh/blocks/1"] {
        let first = town.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with('"'), "{path}");
        let again = town.ask("GET", path, &[("if-none-match", &tag)], &[]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
}

/// Goal: the search field leads to the thing that is meant, and to the catalogue if nothing is.
#[tokio::test]
async fn search_leads_to_things() {
    let town = full().await;
    let order = digest(41).to_string();
    let alice = id_of(ALICE);
    for (query, place) in [
        ("1", "/blocks/1".to_owned()),
        ("alice", format!("/participants/{alice}")),
        (&order[..12], format!("/orders/{order}")),
        ("rain+in+May", "/assets?q=rain%20in%20May".to_owned()),
    ] {
        let answer = town.get(&format!("/zh/find?q={query}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, format!("/zh{place}").as_str()));
    }
}

/// Goal: what is in no block has a page too, that says so; what was refused says by which rule, in both languages.
#[tokio::test]
async fn what_waits_and_what_was_refused_has_a_page() {
    let town = Town::new().await;
    let first = town.send(ALICE, pay(BOB, 900_000)).await;
    let doomed = town.send(ALICE, pay(BOB, 900_000)).await;
    let path = format!("/transactions/{}", doomed.id());
    let waiting = town.get(&path).await;
    check_page(&path, &waiting);
    assert!(waiting.text().contains("not in a block yet") && waiting.text().contains("pays"), "{}", waiting.text());
    assert_eq!(waiting.header("cache-control"), "no-store");
    eventually("it is refused", async || {
        town.decide().await;
        town.json(&format!("/v1{path}")).await["fate"] == "refused"
    })
    .await;
    for (prefix, words) in [("", "The ledger refuses it by rule R"), ("/zh", "账本拒绝，依据规则 R")] {
        let refused = town.get(&format!("{prefix}{path}")).await;
        check_page(&format!("{prefix}{path}"), &refused);
        assert!(refused.text().contains(words) && !refused.text().contains("/receipt\""), "{}", refused.text());
    }
    assert_eq!(town.json(&format!("{path}.json")).await["problem"]["code"], "FundsShort");
    let committed = town.get(&format!("/transactions/{}", first.id())).await;
    assert!(committed.text().contains("/receipt\""), "{}", committed.text());
    let code = yaosu_api::EvidenceCode::of(first.id());
    assert_eq!(town.json(&format!("/v1/transactions/{code}")).await["id"], first.id().to_string());
    let found = town.get(&format!("/find?q={code}")).await;
    assert_eq!((found.status, found.header("location")), (303, format!("/transactions/{}", first.id()).as_str()));
    let unknown = town.get(&format!("/transactions/{}", digest(9))).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/html; charset=utf-8"));
}

/// Goal: a person who loses the way gets a page in the language of the path; a program gets a problem.
#[tokio::test]
async fn a_path_that_is_none_is_a_page_for_people() {
    let town = Town::new().await;
    for (path, words) in
        [("/nowhere", "There is no such thing"), ("/zh/nowhere/x", "没有找到所请求的内容"), ("/zhx", "such")]
    {
        let answer = town.ask("GET", path, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")], &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert!(answer.text().contains(words) && answer.header("content-security-policy").contains("'self'"), "{path}");
        town.ask("GET", path, &[("accept", "*/*")], &[]).await.expect_problem(404, "not-found");
    }
    town.ask("GET", "/v1/nowhere", &[("accept", "text/html")], &[]).await.expect_problem(404, "not-found");
}
