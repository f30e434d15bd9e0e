//! R1 to R12, R101 to R107, R201 to R206, R701 to R710: a row for each rule, and the order in which they are checked.

use std::collections::BTreeSet;

use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::signature::{PublicKey, SigningKey};
use yaosu_ledger::state::{Lanes, Participants, Supplies};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction, check_signatures};
use yaosu_ledger::{Amount, ChainId, Digest, ParticipantId, ProposalId, Timestamp};

use crate::measures;
use crate::town::*;

/// A trader with three keys, two of which must sign: its keys are `firm-1` to `firm-3`.
pub const FIRM: &str = "firm";

/// A town with [`FIRM`] in it.
pub fn town_with_firm() -> Town {
    let mut town = Town::new();
    town.must(EXCHANGE, Action::EnrolTrader { enrolment: enrolment(FIRM, &["firm-1", "firm-2", "firm-3"], 2) });
    town
}

/// Someone new with these keys.
pub fn enrolment(handle: &str, keys: &[&str], threshold: u8) -> Enrolment {
    Enrolment {
        handle: yaosu_ledger::Handle::new(handle).expect("a handle"),
        legal_name: text(handle),
        legal_id: text(handle),
        keys: key_set(keys, threshold),
        delivery_key: None,
        related: Vec::new(),
    }
}

/// Keys in their order.
pub fn key_set(names: &[&str], threshold: u8) -> KeySet {
    let mut keys: Vec<PublicKey> = names.iter().map(|name| key_of(name).public()).collect();
    keys.sort_unstable();
    KeySet { keys, threshold }
}

/// The identifier of someone by handle.
pub fn id_by_handle(town: &Town, handle: &str) -> ParticipantId {
    let handle = yaosu_ledger::Handle::new(handle).expect("a handle");
    town.get::<yaosu_ledger::state::Handles>(&handle).expect("someone has the handle")
}

/// A request that can be changed before it is signed.
#[derive(Clone)]
pub struct Request {
    pub body: Body,
    pub keys: Vec<SigningKey>,
}

impl Request {
    /// The next of a lane 0, signed by the keys of these names.
    pub fn new(town: &Town, signer: ParticipantId, keys: &[&str], action: Action) -> Self {
        let sequence = town.get::<Lanes>(&(signer, 0)).unwrap_or(0);
        let body = Body { chain: town.block.chain, signer, lane: 0, sequence, valid_until: None, action };
        Self { body, keys: keys.iter().map(|name| key_of(name)).collect() }
    }

    /// The same with a change.
    pub fn with(mut self, change: impl FnOnce(&mut Body)) -> Self {
        change(&mut self.body);
        self
    }

    /// Signed by the keys.
    pub fn signed(&self) -> Transaction {
        self.body.clone().sign(&self.keys.iter().collect::<Vec<_>>())
    }
}

/// The name of the rule that a transaction breaks, or `ok`. R6 is checked where a transaction is taken in.
pub fn answer(town: &Town, transaction: Transaction) -> &'static str {
    let envelope = Envelope::new(transaction);
    if !check_signatures(std::slice::from_ref(&envelope))[0] {
        return "BadSignature";
    }
    yaosu_ledger::rules::apply(&town.state, town.block, &envelope).map_or_else(|rejection| rejection.name(), |_| "ok")
}

fn pay(to: &str, amount: u64) -> Action {
    Action::Pay { to: id_of(to), amount: Amount(amount), memo: text("") }
}

/// Case, the town, what is asked, and the answer.
pub type Row = (&'static str, Town, Transaction, &'static str);

fn transactions() -> Vec<Row> {
    let town = town_with_firm();
    let now = town.now();
    let alice = |action| Request::new(&town, id_of(ALICE), &[ALICE], action);
    let firm = |keys: &[&str]| Request::new(&town, id_by_handle(&town, FIRM), keys, pay(BOB, 0)).signed();
    let suspended = |name: &str, status| {
        let mut town = town.clone();
        let mut found = town.get::<Participants>(&id_of(name)).expect("it is there");
        found.status = status;
        town.edit(|draft| draft.put::<Participants>(&id_of(name), &found));
        town
    };
    let redeem = |from: &str, keys: &[&str]| {
        let action = Action::Redeem { from: id_of(from), amount: Amount(1), bank_reference: text("1") };
        Request::new(&town, id_of(BANK), keys, action).signed()
    };
    let mut later = town.clone();
    later.must(ALICE, pay(BOB, 1));
    let good = alice(pay(BOB, 1));
    let changed = |change: fn(&mut Transaction)| {
        let mut transaction = good.signed();
        change(&mut transaction);
        transaction
    };
    let many: Vec<String> = (0..33).map(|number| format!("key {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let crowd = |count| Request::new(&town, id_of(ALICE), &many[..count], pay(BOB, 1)).signed();
    let turned = || {
        let mut transaction = Request::new(&town, id_of(ALICE), &[ALICE, BOB], pay(BOB, 1)).signed();
        transaction.approvals.reverse();
        transaction
    };
    let twice = |transaction: &mut Transaction| transaction.approvals.push(transaction.approvals[0].clone());
    let until = |until: u64| good.clone().with(|body| body.valid_until = Some(Timestamp(until))).signed();
    let elsewhere = |body: &mut Body| body.chain = ChainId(Digest::ZERO);
    let number = |number| Request::new(&town, id_of(ALICE), &[ALICE], pay(BOB, 1)).with(|body| body.sequence = number);
    let other_key = |transaction: &mut Transaction| transaction.approvals[0].key = key_of(BOB).public();
    let place = |payer: &str, licensee: &str, keys: &[&str]| {
        let action = Action::PlaceOrder {
            listing: yaosu_ledger::ListingId(Digest::ZERO),
            plan: 0,
            version: 1,
            max_price: Amount(1),
            payer: Some(id_of(payer)),
            licensee: Some(id_of(licensee)),
            delivery_key: None,
            purpose: Purpose::Research,
            scenario: digest("rain"),
        };
        Request::new(&town, id_of(ALICE), keys, action).signed()
    };
    #[rustfmt::skip]
    let rows = vec![
        ("a payment",                    town.clone(), good.signed(),                           "ok"),
        ("another chain",                town.clone(), good.clone().with(elsewhere).signed(),   "WrongChain"),
        ("valid until after now",        town.clone(), until(now.0 + 1),                        "ok"),
        ("valid until now",              town.clone(), until(now.0),                            "Expired"),
        ("valid until before now",       town.clone(), until(now.0 - 1),                        "Expired"),
        ("a stranger",                   town.clone(), good.clone().with(|body| body.signer.0 = Digest::ZERO).signed(), "UnknownSigner"),
        ("an active signer",             suspended(ALICE, ParticipantStatus::Active),    good.signed(),            "ok"),
        ("a pending signer",             suspended(ALICE, ParticipantStatus::Pending),   good.signed(),            "SignerNotActive"),
        ("a suspended signer",           suspended(ALICE, ParticipantStatus::Suspended), good.signed(),            "SignerNotActive"),
        ("a revoked signer",             suspended(ALICE, ParticipantStatus::Revoked),   good.signed(),            "SignerNotActive"),
        ("approvals out of order",       town.clone(), turned(),                                "ApprovalOrder"),
        ("an approval twice",            town.clone(), changed(twice),                          "ApprovalOrder"),
        ("approvals at the limit",       town.clone(), crowd(32),                               "ForeignKey"),
        ("approvals one above",          town.clone(), crowd(33),                               "ApprovalOrder"),
        ("a signature of another",       town.clone(), changed(other_key),                      "BadSignature"),
        ("a changed body",               town.clone(), changed(|transaction| transaction.body.sequence += 1), "BadSignature"),
        ("a key of somebody else",       town.clone(), Request::new(&town, id_of(ALICE), &[ALICE, BOB], pay(BOB, 1)).signed(), "ForeignKey"),
        ("only a key of somebody else",  town.clone(), Request::new(&town, id_of(ALICE), &[BOB], pay(BOB, 1)).signed(), "ForeignKey"),
        ("nobody approves",              town.clone(), Request::new(&town, id_of(ALICE), &[], pay(BOB, 1)).signed(), "WrongApprovals"),
        ("one of two eyes",              town.clone(), firm(&["firm-1"]),                       "WrongApprovals"),
        ("three for two",                town.clone(), firm(&["firm-1", "firm-2", "firm-3"]),   "WrongApprovals"),
        ("two, whichever",               town.clone(), firm(&["firm-1", "firm-3"]),             "AmountZero"),
        ("two others",                   town.clone(), firm(&["firm-2", "firm-3"]),             "AmountZero"),
        ("redeemed without the holder",  town.clone(), redeem(ALICE, &[BANK]),                  "WrongApprovals"),
        ("redeemed without the bank",    town.clone(), redeem(ALICE, &[ALICE]),                 "WrongApprovals"),
        ("redeemed by both",             town.clone(), redeem(ALICE, &[BANK, ALICE]),           "ok"),
        ("redeemed of its own",          town.clone(), redeem(BANK, &[BANK]),                   "ok"),
        ("redeemed of a stranger",       town.clone(), redeem("nobody", &[BANK]),               "UnknownParty"),
        ("redeemed of one suspended",    suspended(ALICE, ParticipantStatus::Suspended), redeem(ALICE, &[BANK, ALICE]), "UnknownParty"),
        ("payer and licensee approve",   town.clone(), place(BOB, CAROL, &[ALICE, BOB, CAROL]), "UnknownListing"),
        ("one party in two parts",       town.clone(), place(BOB, BOB, &[ALICE, BOB]),          "UnknownListing"),
        ("the licensee does not",        town.clone(), place(BOB, CAROL, &[ALICE, BOB]),        "WrongApprovals"),
        ("the payer does not",           town.clone(), place(BOB, CAROL, &[ALICE, CAROL]),      "WrongApprovals"),
        ("a number used before",         later.clone(), number(0).signed(),                     "SequenceUsed"),
        ("the next number",              later.clone(), number(1).signed(),                     "ok"),
        ("a number ahead",               later.clone(), number(2).signed(),                     "SequenceAhead"),
        ("the first of another lane",    later.clone(), number(0).with(|body| body.lane = 7).signed(), "ok"),
        ("ahead on another lane",        later,         number(1).with(|body| body.lane = 7).signed(), "SequenceAhead"),
        ("a trader issues money",        town.clone(), alice(Action::Issue { to: id_of(ALICE), amount: Amount(1), bank_reference: text("1") }).signed(), "RoleMissing"),
        ("a trader enrols",              town.clone(), alice(Action::EnrolTrader { enrolment: enrolment("new", &["new"], 1) }).signed(), "RoleMissing"),
        ("a trader proposes",            town.clone(), alice(Action::Propose { measure: Measure::DismissNode { key: key_of("x").public() } }).signed(), "RoleMissing"),
        ("a trader approves",            town.clone(), alice(Action::Approve { proposal: ProposalId(Digest::ZERO) }).signed(), "RoleMissing"),
    ];
    rows
}

/// What an action of someone with one key is answered.
pub fn asks(case: &'static str, town: &Town, signer: &str, action: Action, answer: &'static str) -> Row {
    (case, town.clone(), town.sign(signer, action).transaction().clone(), answer)
}

fn participants() -> Vec<Row> {
    let town = town_with_firm();
    let enrols = |case, change: fn(&mut Enrolment), answer| {
        let mut enrolment = enrolment("new", &["new-1", "new-2"], 2);
        change(&mut enrolment);
        asks(case, &town, EXCHANGE, Action::EnrolTrader { enrolment }, answer)
    };
    let keys = |count: usize| -> Vec<PublicKey> {
        let mut keys: Vec<PublicKey> = (0..count).map(|number| key_of(&format!("new {number}")).public()).collect();
        keys.sort_unstable();
        keys
    };
    let related = |count: u8| (0..count).map(|number| ParticipantId(Digest([number; 32]))).collect::<Vec<_>>();
    let rotates =
        |case, keys: KeySet, answer| asks(case, &town, ALICE, Action::RotateKeys { keys, delivery_key: None }, answer);
    let mut weak = [0; 32];
    weak[0] = 1;
    let weak = PublicKey(weak);
    let mut rows = vec![
        enrols("someone new", |_| {}, "ok"),
        enrols("a handle that is taken", |new| new.handle = enrolment(ALICE, &[], 1).handle, "HandleTaken"),
        enrols("no key", |new| new.keys.keys.clear(), "KeysMalformed"),
        enrols("threshold 0", |new| new.keys.threshold = 0, "KeysMalformed"),
        enrols("threshold above the keys", |new| new.keys.threshold = 3, "KeysMalformed"),
        enrols("keys out of order", |new| new.keys.keys.reverse(), "KeysMalformed"),
        enrols("a key twice", |new| new.keys.keys[1] = new.keys.keys[0], "KeysMalformed"),
        enrols("a key of another", |new| new.keys = key_set(&[ALICE], 1), "KeyTaken"),
        enrols("no legal name", |new| new.legal_name = text(""), "LegalIdentityEmpty"),
        enrols("no legal id", |new| new.legal_id = text(""), "LegalIdentityEmpty"),
        enrols(
            "related out of order",
            |new| new.related = vec![id_of(ALICE), ParticipantId(Digest::ZERO)],
            "RelatedMalformed",
        ),
        enrols("related twice", |new| new.related = vec![id_of(ALICE), id_of(ALICE)], "RelatedMalformed"),
        rotates("new keys", key_set(&["a", "b"], 2), "ok"),
        rotates("its own key again, and another", key_set(&[ALICE, "b"], 1), "ok"),
        rotates("a key of another", key_set(&[BOB], 1), "KeyTaken"),
        rotates("no keys", KeySet { keys: Vec::new(), threshold: 1 }, "KeysMalformed"),
        rotates("a weak key", KeySet { keys: vec![weak], threshold: 1 }, "KeyWeak"),
    ];
    for (case, count, answer) in [("keys at the limit", 8, "ok"), ("keys one above", 9, "KeysMalformed")] {
        rows.push(rotates(case, KeySet { keys: keys(count), threshold: 8 }, answer));
    }
    for (case, count, answer) in [("related at the limit", 32, "ok"), ("related one above", 33, "RelatedMalformed")] {
        let enrolment = Enrolment { related: related(count), ..enrolment("new", &["new"], 1) };
        rows.push(asks(case, &town, EXCHANGE, Action::EnrolTrader { enrolment }, answer));
    }
    rows
}

fn money() -> Vec<Row> {
    let town = town_with_firm();
    let reference = |reference: &str| text(reference);
    let issue =
        |to: &str, amount, bank| Action::Issue { to: id_of(to), amount: Amount(amount), bank_reference: text(bank) };
    let redeem =
        |amount, bank| Action::Redeem { from: id_of(ALICE), amount: Amount(amount), bank_reference: reference(bank) };
    let left = u64::MAX - town.get::<Supplies>(&()).expect("genesis writes it").issued.0;
    let gone = {
        let mut town = town.clone();
        let mut bob = town.get::<Participants>(&id_of(BOB)).expect("he is there");
        bob.status = ParticipantStatus::Suspended;
        town.edit(|draft| draft.put::<Participants>(&id_of(BOB), &bob));
        town
    };
    vec![
        asks("issued", &town, BANK, issue(ALICE, 1, "1"), "ok"),
        asks("nothing issued", &town, BANK, issue(ALICE, 0, "1"), "AmountZero"),
        asks("issued without a reference", &town, BANK, issue(ALICE, 1, ""), "ReferenceEmpty"),
        asks("issued to nobody", &town, BANK, issue("nobody", 1, "1"), "RecipientUnknown"),
        asks("issued to one suspended", &gone, BANK, issue(BOB, 1, "1"), "RecipientUnknown"),
        asks("issued up to what can be counted", &town, BANK, issue(ALICE, left, "1"), "ok"),
        asks("issued one above", &town, BANK, issue(ALICE, left + 1, "1"), "SupplyFull"),
        asks("issued more than fits", &town, BANK, issue(ALICE, u64::MAX, "1"), "SupplyFull"),
        asks("redeemed by another role", &town, CITY, redeem(1, "1"), "RoleMissing"),
        asks("all redeemed", &town, BANK, redeem(BALANCE.0, "1"), "ok"),
        asks("one more redeemed", &town, BANK, redeem(BALANCE.0 + 1, "1"), "FundsShort"),
        asks("nothing redeemed", &town, BANK, redeem(0, "1"), "AmountZero"),
        asks("redeemed without a reference", &town, BANK, redeem(1, ""), "ReferenceEmpty"),
        asks("all paid", &town, ALICE, pay(BOB, BALANCE.0), "ok"),
        asks("one more paid", &town, ALICE, pay(BOB, BALANCE.0 + 1), "FundsShort"),
        asks("nothing paid", &town, ALICE, pay(BOB, 0), "AmountZero"),
        asks("paid to oneself", &town, ALICE, pay(ALICE, 1), "PaySelf"),
        asks("paid to nobody", &town, ALICE, pay("nobody", 1), "RecipientUnknown"),
        asks("paid to one suspended", &gone, ALICE, pay(BOB, 1), "RecipientUnknown"),
    ]
}

fn tables() -> Vec<Row> {
    [transactions(), participants(), money(), measures::rows()].into_iter().flatten().collect()
}

/// Goal: each rule answers where it should.
/// Method: every row asks in its own copy of a town; only the answer's name is compared.
#[test]
fn each_rule_has_its_row() {
    for (case, town, transaction, expected) in tables() {
        assert_eq!(answer(&town, transaction), expected, "{case}");
    }
}

/// Goal: no rule of these numbers is without a row; the others have theirs beside the rules of assets and of trade.
#[test]
fn no_rule_is_left_out() {
    let answers: BTreeSet<&str> = tables().into_iter().map(|(.., answer)| answer).collect();
    let ours = |number: &u16| (1..300).contains(number) || (700..800).contains(number);
    let rules = Rejection::ALL.iter().filter(|(number, ..)| ours(number));
    let missing: Vec<&str> = rules.map(|(_, name, ..)| *name).filter(|name| !answers.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Goal: numbers and names are permanent, so none stands twice, and they ascend as they were given.
#[test]
fn numbers_and_names_are_unique() {
    assert!(Rejection::ALL.windows(2).all(|pair| pair[0].0 < pair[1].0), "numbers ascend");
    let names: BTreeSet<&str> = Rejection::ALL.iter().map(|(_, name, ..)| *name).collect();
    assert_eq!(names.len(), Rejection::ALL.len());
    for (number, name, field, message) in Rejection::ALL {
        assert!(!name.is_empty() && !field.is_empty() && message.len() > 10, "R{number}");
    }
}

/// Mends one thing; the flag says whether the approvals are out of order.
type Mend<'a> = Box<dyn Fn(&mut Request, &mut bool) + 'a>;

/// Goal: the first rule that is broken answers, in the order of the numbers.
/// Method: one transaction that breaks everything; a row mends one thing, and the next rule answers.
#[test]
fn an_earlier_rule_hides_a_later_one() {
    let mut town = town_with_firm();
    town.must(ALICE, pay(BOB, 1));
    let now = town.now();
    let mut bob = town.get::<Participants>(&id_of(BOB)).expect("he is there");
    bob.status = ParticipantStatus::Suspended;
    town.edit(|draft| draft.put::<Participants>(&id_of(BOB), &bob));
    let redeem = |from| Action::Redeem { from, amount: Amount(0), bank_reference: text("") };
    let mut request = Request::new(&town, ParticipantId(Digest::ZERO), &["x"], redeem(ParticipantId(Digest::ZERO)));
    request.body.chain = ChainId(Digest::ZERO);
    request.body.valid_until = Some(now);
    let mut turned = true;
    let mends: Vec<(&str, Mend<'_>)> = vec![
        ("WrongChain", Box::new(|request, _| request.body.chain = genesis().chain())),
        ("Expired", Box::new(|request, _| request.body.valid_until = None)),
        ("UnknownSigner", Box::new(|request, _| request.body.signer = id_of(BOB))),
        ("SignerNotActive", Box::new(|request, _| request.body.signer = id_of(ALICE))),
        ("ApprovalOrder", Box::new(|_, turned| *turned = false)),
        ("UnknownParty", Box::new(|request, _| request.body.action = redeem(id_of(CAROL)))),
        ("ForeignKey", Box::new(|request, _| request.keys = vec![key_of(ALICE)])),
        ("WrongApprovals", Box::new(|request, _| request.keys = vec![key_of(ALICE), key_of(CAROL)])),
        ("SequenceUsed", Box::new(|request, _| request.body.sequence = 9)),
        ("SequenceAhead", Box::new(|request, _| request.body.sequence = 1)),
        (
            "RoleMissing",
            Box::new(|request, _| {
                request.body.signer = id_of(BANK);
                request.body.sequence = 0;
                request.keys = vec![key_of(BANK), key_of(CAROL)];
            }),
        ),
        (
            "AmountZero",
            Box::new(|request, _| {
                let bank_reference = text("");
                request.body.action = Action::Redeem { from: id_of(CAROL), amount: Amount(u64::MAX), bank_reference };
            }),
        ),
        (
            "ReferenceEmpty",
            Box::new(|request, _| {
                let bank_reference = text("1");
                request.body.action = Action::Redeem { from: id_of(CAROL), amount: Amount(u64::MAX), bank_reference };
            }),
        ),
        ("FundsShort", Box::new(|_, _| {})),
    ];
    for (expected, mend) in mends {
        let mut transaction = request.signed();
        if turned {
            let key = key_of("y");
            let id = transaction.body.id();
            let approval = Approval::sign(&key, &transaction.body.chain, id);
            transaction.approvals.push(approval);
            transaction.approvals.sort_by_key(|approval| std::cmp::Reverse(approval.key));
        }
        assert_eq!(answer(&town, transaction), expected);
        mend(&mut request, &mut turned);
    }
}
