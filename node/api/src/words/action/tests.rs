//! Every action in both languages; what is told of those that move money.

use std::path::Path;

use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::model::{
    Actions, Bonds, Demand, Duties, Duty, Ground, Licence, Listing, ListingKind, ListingStatus, Negotiation,
    NegotiationStatus, Order, OrderStatus, Origin, Plan, PlanForm, Policy, Purpose, Purposes, Scope, Side, Supply,
    Terms, UseAction, Windows,
};
use yaosu_ledger::transaction::{Action, Transaction};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, Digest, Duration, ListingId, NegotiationId, OrderId, ParticipantId, Text, Timestamp,
};

use super::super::{Language, Named as _, Piece, Sentence, Speaker, event};
use super::{Facts, action, predicate};

/// Names everybody and everything as these tests do.
struct Voice(Language);

impl Speaker for Voice {
    fn language(&self) -> Language {
        self.0
    }

    fn party(&self, id: ParticipantId) -> String {
        let known = ["buyer", "payer", "acme"].into_iter().find(|name| ParticipantId::of_genesis(name) == id);
        known.map_or_else(|| id.to_string()[..4].to_owned(), str::to_owned)
    }

    fn asset(&self, _: AssetId) -> String {
        "Weather".to_owned()
    }

    fn money(&self, amount: Amount) -> String {
        format!("{}.{:02} CNY", amount.0 / 100, amount.0 % 100)
    }

    fn time(&self, time: Timestamp) -> String {
        time.0.to_string()
    }

    fn hash(&self, digest: Digest) -> String {
        digest.to_string()[..4].to_owned()
    }
}

fn english(sentence: &Sentence) -> String {
    sentence.text(&Voice(Language::English))
}

fn chinese(sentence: &Sentence) -> String {
    sentence.text(&Voice(Language::Chinese))
}

fn golden(file: &str) -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ledger/tests/golden").join(file);
    let text = std::fs::read_to_string(path).expect("the golden files are in the tree");
    let byte = |at: usize, digits: &str| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
    text.lines()
        .map(|line| {
            let (name, digits) = line.split_once(' ').expect("a name and its bytes");
            (name.to_owned(), (0..digits.len()).step_by(2).map(|at| byte(at, digits)).collect())
        })
        .collect()
}

/// One value of each kind, by its name, as the ledger's tests have frozen them: no kind is missing there.
fn samples<T: Canonical>(file: &str) -> Vec<(String, T)> {
    golden(file)
        .into_iter()
        .map(|(name, bytes)| (name, codec::decode(&bytes).expect("the bytes are a value")))
        .collect()
}

/// The first record of a table that the ledger's tests have frozen.
fn record<T: Canonical>(table: &str) -> Option<T> {
    let (_, bytes) = golden("records.txt")
        .into_iter()
        .find(|(name, _)| name.starts_with(&format!("{table}-")) && name.ends_with("-record"))?;
    Some(codec::decode(&bytes).expect("the bytes are a record"))
}

/// All that is ours in a sentence, in a language: templates and words, not what somebody else said.
fn ours(sentence: &Sentence, language: Language, found: &mut Vec<String>) {
    found.push(language.of(sentence.english, sentence.chinese).to_owned());
    for piece in &sentence.pieces {
        match piece {
            Piece::Words(english, chinese) => found.push(language.of(*english, *chinese).to_owned()),
            Piece::List(words) => {
                found.extend(words.iter().map(|(english, chinese)| language.of(*english, *chinese).to_owned()));
            }
            Piece::All(sentences, (english, chinese)) => {
                found.push(language.of(*english, *chinese).to_owned());
                for sentence in sentences {
                    ours(sentence, language, found);
                }
            }
            _ => {}
        }
    }
}

/// Goal: nothing is signed or shown without words of its own in both languages, and neither language has words of the
/// other.
/// Method: every kind of action, with and without what the ledger knows, and every kind of event there is.
#[test]
fn everything_has_its_words() {
    let facts = Facts {
        listing: record::<Listing>("Listings"),
        order: record::<Order>("Orders"),
        negotiation: record::<Negotiation>("Negotiations"),
        demand: record::<Demand>("Demands"),
        licence: record::<Licence>("Licences"),
    };
    assert!(facts.listing.is_some() && facts.order.is_some() && facts.negotiation.is_some(), "{facts:?}");
    assert!(facts.demand.is_some() && facts.licence.is_some(), "{facts:?}");
    let transactions: Vec<(String, Transaction)> = samples("transactions.txt");
    assert!(transactions.len() >= 62);
    let events: Vec<(String, EventRecord)> = samples("events.txt");
    assert!(events.len() >= 80);
    let mut told: Vec<(&str, Sentence)> = Vec::new();
    for (name, Transaction { body, .. }) in &transactions {
        told.extend([&Facts::default(), &facts].map(|facts| (name.as_str(), action(body.signer, &body.action, facts))));
        let (english, chinese) = body.action.words();
        told.push((name, Sentence { english, chinese, pieces: Vec::new() }));
    }
    told.extend(events.iter().map(|(name, record)| (name.as_str(), event(&record.event))));
    for (name, sentence) in &told {
        let (mut in_english, mut in_chinese) = (Vec::new(), Vec::new());
        ours(sentence, Language::English, &mut in_english);
        ours(sentence, Language::Chinese, &mut in_chinese);
        let (in_english, in_chinese) = (in_english.concat(), in_chinese.concat());
        assert!(in_english.chars().any(char::is_alphabetic) && in_english.is_ascii(), "{name}: {in_english}");
        assert!(!in_chinese.is_ascii(), "{name}: {in_chinese}");
        assert!(!in_chinese.chars().any(|character| character.is_ascii_alphabetic()), "{name}: {in_chinese}");
        for words in [english(sentence), chinese(sentence)] {
            assert!(!words.contains('{') && !words.is_empty(), "{name}: {words:?}");
        }
    }
}

fn policy() -> Policy {
    Policy {
        actions: Actions::NONE.with(UseAction::Read),
        purposes: Purposes::NONE.with(Purpose::Research),
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    }
}

/// Goal: whoever signs an order has read whom it goes to, what it costs, what may be done, and where that ends.
#[test]
fn an_order_is_told_with_its_price_and_limits() {
    let policy = Policy {
        actions: Actions::NONE.with(UseAction::Read).with(UseAction::Derive),
        sectors: Scope::Only(vec![Text::new("energy\", and all else").expect("a sector")]),
        duration: Some(Duration(31_536_000_000)),
        royalty: BasisPoints(500),
        duties: Duties::NONE.with(Duty::Attribution),
        ..policy()
    };
    let terms = Terms {
        price: Amount(120_000),
        policy,
        supply: Supply::Unlimited,
        form: PlanForm::OneOff,
        bond: Amount(12_000),
    };
    let listing = Listing {
        asset: AssetId(Digest([1; 32])),
        version: 1,
        seller: ParticipantId::of_genesis("acme"),
        kind: ListingKind::Fixed,
        plans: vec![Plan { terms, reserved: 0, sold: 0 }],
        status: ListingStatus::Active,
        until: None,
        created: Timestamp(0),
        right: None,
        pause: None,
    };
    let order = Action::PlaceOrder {
        listing: ListingId(Digest([2; 32])),
        plan: 0,
        version: 1,
        max_price: Amount(120_000),
        payer: Some(ParticipantId::of_genesis("payer")),
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: Digest([3; 32]),
    };
    let facts = Facts { listing: Some(listing), ..Facts::default() };
    let sentence = action(ParticipantId::of_genesis("buyer"), &order, &facts);
    assert_eq!(
        sentence.full(&Voice(Language::English)),
        "buyer orders version 1 of Weather from acme: 1200.00 CNY, with a bond of 120.00 CNY from the seller, to read, \
         derive for research, in the sectors \"energy\\\", and all else\", for 1y, with a royalty of 5 %, under the \
         duties attribution, for any number of buyers; wanted for research; at most 1200.00 CNY is locked now and paid \
         on settlement; payer pays."
    );
    assert_eq!(
        sentence.full(&Voice(Language::Chinese)),
        "buyer 向 acme 订购 Weather 第 1 版：1200.00 CNY，供方保证金 120.00 CNY，可查阅、加工衍生，用于科研，\
         限领域“energy\", and all else”，期限1年，收益分成 5 %，义务为注明来源，不限份数；用途为科研；\
         现在托管至多 1200.00 CNY，结算时支付；由 payer 付款。"
    );
    let named = sentence.subjects();
    assert!(
        ["buyer", "acme", "payer"].iter().all(|name| {
            named.contains(&yaosu_ledger::state::Subject::Participant(ParticipantId::of_genesis(name)))
        })
    );
}

/// Goal: whoever agrees has read what to, and whose money is locked: the seller takes the buyer's last word on who pays,
/// the buyer says it anew.
#[test]
fn an_acceptance_is_told_with_its_terms_and_its_payer() {
    let form = PlanForm::Subscription { period: Duration::seconds(604_800) };
    let offer = Terms { price: Amount(9_000), policy: policy(), supply: Supply::Exclusive, form, bond: Amount::ZERO };
    let accept = Action::AcceptOffer {
        negotiation: NegotiationId(Digest([2; 32])),
        terms: offer.clone(),
        payer: None,
        licensee: None,
    };
    let [buyer, payer, seller] = ["buyer", "payer", "acme"].map(ParticipantId::of_genesis);
    for (offered_by, whose) in [(Side::Buyer, "payer"), (Side::Seller, "buyer")] {
        let negotiation = Negotiation {
            ground: Ground::Listing(ListingId(Digest([3; 32]))),
            asset: AssetId(Digest([1; 32])),
            version: 2,
            seller,
            buyer,
            payer,
            licensee: buyer,
            delivery_key: None,
            purpose: Purpose::Research,
            scenario: Digest([4; 32]),
            terms: offer.clone(),
            offered_by,
            round: 2,
            status: NegotiationStatus::Open,
            deadline: Some(Timestamp(1)),
            order: None,
            opened: Timestamp(0),
        };
        let facts = Facts { negotiation: Some(negotiation), ..Facts::default() };
        let sentence = predicate(&accept, &facts);
        assert_eq!(
            english(&sentence),
            format!(
                "agrees in negotiation 0202 (buyer buys version 2 of Weather from acme, on listing 0303): 90.00 CNY for \
                 each 1w, later versions included, to read for research, exclusive; an order is placed, and 90.00 CNY of \
                 {whose} is locked now and paid on settlement"
            )
        );
        assert_eq!(
            chinese(&sentence),
            format!(
                "在磋商 0202（buyer 就挂牌 0303 向 acme 购买 Weather 第 2 版）中同意：每1周 90.00 CNY，含后续版本，\
                 可查阅，用于科研，独占；现在订立合同并托管 {whose} 的 90.00 CNY，结算时支付"
            )
        );
    }
}

fn order() -> Order {
    let [buyer, seller] = ["buyer", "acme"].map(ParticipantId::of_genesis);
    let window = Duration::seconds(3_600);
    Order {
        origin: Origin::Plan { listing: ListingId(Digest([2; 32])), plan: 0 },
        asset: AssetId(Digest([1; 32])),
        version: 1,
        seller,
        buyer,
        payer: buyer,
        licensee: buyer,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: Digest([3; 32]),
        price: Amount(100_000),
        fee: Amount(2_000),
        fee_ratio: BasisPoints(200),
        fee_account: seller,
        bonds: Bonds { seller: Amount(10_000), buyer: Amount(5_000) },
        windows: Windows {
            delivery: window,
            acknowledgement: window,
            key: window,
            settlement: window,
            arbitration: window,
        },
        status: OrderStatus::KeyRevealed,
        refund_cause: None,
        deadline: None,
        delivery: None,
        dispute: None,
        placed: Timestamp(0),
    }
}

/// Goal: whoever signs has read where price and bonds go.
#[test]
fn each_step_tells_where_the_money_goes() {
    let id = OrderId(Digest([4; 32]));
    let reason = || Text::new("half is missing").expect("it is short");
    let rows = [
        (
            Action::AcceptDelivery { order: id },
            "accepts the delivery of Weather (order 0404): 1000.00 CNY, less the fee of 20.00 CNY and any royalties, goes \
             to acme now",
            "确认合同 0404（Weather）的交付：1000.00 CNY 扣除手续费 20.00 CNY 及应付分成后归 acme，即时结算",
        ),
        (
            Action::OpenQualityDispute { order: id, statement: Digest([5; 32]) },
            "disputes that Weather (order 0404) is as it was described; a bond of 50.00 CNY is held, and lost to acme if \
             an arbiter gives back less than half of 1000.00 CNY",
            "对合同 0404（Weather）提出质量争议；托管保证金 50.00 CNY，若仲裁退还不足 1000.00 CNY 的一半则归 acme",
        ),
        (
            Action::RuleDispute { order: id, refund: Amount(70_000), reason: reason() },
            "rules the dispute on Weather (order 0404), 700.00 CNY back to buyer, 300.00 CNY to acme, acme loses the \
             bond: \"half is missing\"",
            "裁决合同 0404（Weather）的争议，700.00 CNY 退还 buyer，300.00 CNY 归 acme，acme 失去保证金：“half is missing”",
        ),
        (
            Action::ChallengeKey { order: id },
            "says that the key of Weather (order 0404) does not open, once and for all; acme must open it to all within 1h",
            "声明合同 0404（Weather）的密钥无法解密，此声明只能作一次；acme 须在1小时内公开密钥",
        ),
    ];
    let facts = Facts { order: Some(order()), ..Facts::default() };
    for (action, in_english, in_chinese) in rows {
        let sentence = predicate(&action, &facts);
        assert_eq!((english(&sentence).as_str(), chinese(&sentence).as_str()), (in_english, in_chinese));
    }
    for (refund, bonds) in
        [(49_999, "buyer loses the bond"), (50_000, "both bonds go back"), (50_001, "acme loses the bond")]
    {
        let ruling = Action::RuleDispute { order: id, refund: Amount(refund), reason: reason() };
        assert!(english(&predicate(&ruling, &facts)).contains(bonds), "{refund}");
    }
    let unknown = Action::RuleDispute { order: id, refund: Amount(70_000), reason: reason() };
    assert_eq!(
        english(&predicate(&unknown, &Facts::default())),
        "rules the dispute on order 0404, 700.00 CNY go back: \"half is missing\""
    );
}
