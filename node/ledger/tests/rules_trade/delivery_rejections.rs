//! R513 to R549: a row for each rule of the delivery, the bonds and the disputes.

use std::collections::BTreeSet;

use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::{Assets, Participants, Reader};

use super::*;

/// Case, the town, who acts, what, and the answer.
type Row = (&'static str, Town, &'static str, Action, &'static str);

/// A town with Bob's order in this status. The order is the same in each.
fn at(status: OrderStatus) -> (Town, OrderId) {
    let mut market = Market::new();
    let order = market.order(status);
    (market.town, order)
}

/// The same order, with something else sealed than what is registered.
fn cheated(status: OrderStatus) -> (Town, OrderId) {
    let mut market = Market::new();
    let order = market.order_with(status, FAKE);
    (market.town, order)
}

/// As if the block of the deadline had too much to do to carry it out.
fn late(town: &Town, length: Duration) -> Town {
    let mut town = town.clone();
    town.block.time = town.block.time.after(length);
    town
}

const fn early(length: Duration) -> Duration {
    Duration(length.0 - 1)
}

const NONE: OrderId = OrderId(Digest::ZERO);

fn bond_rows() -> Vec<Row> {
    let Market { town, map, listing } = Market::new();
    let offer_with = |kind, price, bond| {
        let plans = vec![terms(PRICE, Supply::Unlimited), Terms { bond, ..terms(price, Supply::Unlimited) }];
        let plans = if kind == ListingKind::Open { plans[1..].to_vec() } else { plans };
        Action::CreateListing { asset: map, version: 1, kind, plans, until: None }
    };
    let (fixed, free) = (ListingKind::Fixed, ListingKind::Open);
    let mut poor = town.clone();
    let rest = Amount(BALANCE.0 - BOND.0 + 1);
    poor.must(ALICE, Action::Pay { to: id_of(CAROL), amount: rest, memo: text("") });
    let mut both = poor.clone();
    both.must(BOB, Action::Pay { to: id_of(CAROL), amount: BALANCE, memo: text("") });
    let mut last = town.clone();
    let rest = Amount(BALANCE.0 - BOND.0);
    last.must(ALICE, Action::Pay { to: id_of(CAROL), amount: rest, memo: text("") });
    let mut used = last.clone();
    used.must(CAROL, buy(listing, 0));
    let mut keyless = town.clone();
    keyless.edit(|draft| {
        let mut buyer = draft.get::<Participants>(&id_of(BOB)).expect("Bob is there");
        buyer.enrolment.delivery_key = None;
        draft.put::<Participants>(&id_of(BOB), &buyer);
    });
    let mut given = keyless.clone();
    let open = given.list(ALICE, offer_free(map));
    let mut with_key = buy(listing, 0);
    if let Action::PlaceOrder { delivery_key, .. } = &mut with_key {
        *delivery_key = Some(digest("key of the order"));
    }
    #[rustfmt::skip]
    let rows = vec![
        ("the least bond", town.clone(), ALICE, offer_with(fixed, Amount(1_009), BOND), "ok"),
        ("more than the least", town.clone(), ALICE, offer_with(fixed, PRICE, Amount(u64::MAX)), "ok"),
        ("less than the least", town.clone(), ALICE, offer_with(fixed, Amount(1_010), BOND), "BondUnfit"),
        ("no bond for a small price", town.clone(), ALICE, offer_with(fixed, Amount(9), Amount::ZERO), "ok"),
        ("no bond for nothing", town.clone(), ALICE, offer_with(free, Amount::ZERO, Amount::ZERO), "ok"),
        ("a bond for nothing", town, ALICE, offer_with(free, Amount::ZERO, Amount(1)), "BondUnfit"),
        ("the seller is too poor", poor, BOB, buy(listing, 0), "BondShort"),
        ("both are too poor", both, BOB, buy(listing, 0), "FundsShort"),
        ("the seller's last money", last, BOB, buy(listing, 0), "ok"),
        ("which is at stake already", used, BOB, buy(listing, 0), "BondShort"),
        ("a buyer without a key", keyless.clone(), BOB, buy(listing, 0), "DeliveryKeyMissing"),
        ("with a key for this order", keyless, BOB, with_key, "ok"),
        ("what is not delivered needs no key", given, BOB, buy(open, 0), "ok"),
    ];
    rows
}

fn sealed_rows() -> Vec<Row> {
    let pack = genesis().rule_pack;
    let (delivery, check) = (pack.delivery_window, pack.acknowledgement_window);
    let (placed, order) = at(OrderStatus::Placed);
    let (delivered, _) = at(OrderStatus::Delivered);
    let (acknowledged, _) = at(OrderStatus::Acknowledged);
    let nowhere = |order| Action::Deliver { order, location: text(""), commitment: commitment(order, MAP) };
    let silent = |order| Action::RejectDelivery { order, reason: text("") };
    let found = |order, ciphertext_root, nodes_root| Action::Acknowledge { order, ciphertext_root, nodes_root };
    let Commitment { ciphertext_root: chunks, nodes_root: nodes, .. } = commitment(order, MAP);
    #[rustfmt::skip]
    let rows = vec![
        ("deliver", placed.clone(), ALICE, deliver(order), "ok"),
        ("deliver nowhere", placed.clone(), ALICE, nowhere(NONE), "LocationEmpty"),
        ("deliver for nothing", placed.clone(), ALICE, deliver(NONE), "UnknownOrder"),
        ("the buyer delivers", placed.clone(), BOB, deliver(order), "NotSeller"),
        ("deliver again", delivered.clone(), ALICE, deliver(order), "WrongOrderStatus"),
        ("deliver at last", late(&placed, early(delivery)), ALICE, deliver(order), "ok"),
        ("deliver too late", late(&placed, delivery), ALICE, deliver(order), "OrderLate"),
        ("acknowledge", delivered.clone(), BOB, acknowledge(order), "ok"),
        ("acknowledge nothing", delivered.clone(), BOB, acknowledge(NONE), "UnknownOrder"),
        ("the seller acknowledges", delivered.clone(), ALICE, acknowledge(order), "NotBuyer"),
        ("acknowledge too early", placed.clone(), BOB, acknowledge(order), "WrongOrderStatus"),
        ("acknowledge again", acknowledged.clone(), BOB, acknowledge(order), "WrongOrderStatus"),
        ("acknowledge at last", late(&delivered, early(check)), BOB, acknowledge(order), "ok"),
        ("acknowledge too late", late(&delivered, check), BOB, found(order, nodes, chunks), "OrderLate"),
        ("acknowledge other chunks", delivered.clone(), BOB, found(order, nodes, chunks), "CiphertextOther"),
        ("acknowledge other nodes", delivered.clone(), BOB, found(order, chunks, chunks), "NodesOther"),
        ("reject", delivered.clone(), BOB, reject(order), "ok"),
        ("reject without reason", delivered.clone(), BOB, silent(NONE), "ReasonEmpty"),
        ("reject nothing", delivered.clone(), BOB, reject(NONE), "UnknownOrder"),
        ("the seller rejects", delivered.clone(), ALICE, reject(order), "NotBuyer"),
        ("reject what has not come", placed, BOB, reject(order), "WrongOrderStatus"),
        ("reject after acknowledging", acknowledged, BOB, reject(order), "WrongOrderStatus"),
        ("reject at last", late(&delivered, early(check)), BOB, reject(order), "ok"),
        ("reject too late", late(&delivered, check), BOB, reject(order), "OrderLate"),
    ];
    rows
}

fn key_rows() -> Vec<Row> {
    let pack = genesis().rule_pack;
    let (key, settlement) = (pack.key_window, pack.settlement_window);
    let (delivered, order) = at(OrderStatus::Delivered);
    let (acknowledged, _) = at(OrderStatus::Acknowledged);
    let (revealed, _) = at(OrderStatus::KeyRevealed);
    let (challenged, _) = at(OrderStatus::KeyChallenged);
    let (disputed, _) = at(OrderStatus::Disputed);
    let mut opened = challenged.clone();
    opened.must(ALICE, open(order));
    let (settled, _) = at(OrderStatus::Settled);
    let (cheated, _) = cheated(OrderStatus::KeyRevealed);
    let (cheated_and_challenged, _) = self::cheated(OrderStatus::KeyChallenged);
    let mut cheated_and_opened = cheated_and_challenged.clone();
    cheated_and_opened.must(ALICE, open(order));
    let guilty = |order| prove(order, FAKE);
    let empty = |order| Action::RevealKey { order, sealed_key: SealedKey::default() };
    let with_other = |action| match action {
        Action::OpenKey { order, .. } => Action::OpenKey { order, secret: secret(NONE) },
        Action::ProveMisbehaviour { order, proof, .. } => {
            Action::ProveMisbehaviour { order, secret: secret(NONE), proof }
        }
        other => other,
    };
    #[rustfmt::skip]
    let rows = vec![
        ("reveal", acknowledged.clone(), ALICE, reveal(order), "ok"),
        ("reveal nothing", acknowledged.clone(), ALICE, empty(NONE), "SealedKeyEmpty"),
        ("reveal of nothing", acknowledged.clone(), ALICE, reveal(NONE), "UnknownOrder"),
        ("the buyer reveals", acknowledged.clone(), BOB, reveal(order), "NotSeller"),
        ("reveal too early", delivered, ALICE, reveal(order), "WrongOrderStatus"),
        ("reveal again", revealed.clone(), ALICE, reveal(order), "WrongOrderStatus"),
        ("reveal at last", late(&acknowledged, early(key)), ALICE, reveal(order), "ok"),
        ("reveal too late", late(&acknowledged, key), ALICE, reveal(order), "OrderLate"),
        ("accept", revealed.clone(), BOB, accept(order), "ok"),
        ("accept nothing", revealed.clone(), BOB, accept(NONE), "UnknownOrder"),
        ("the seller accepts", revealed.clone(), ALICE, accept(order), "NotBuyer"),
        ("accept without the key", acknowledged.clone(), BOB, accept(order), "WrongOrderStatus"),
        ("accept after challenging", challenged.clone(), BOB, accept(order), "WrongOrderStatus"),
        ("accept after the opening", opened.clone(), BOB, accept(order), "ok"),
        ("accept what is disputed", disputed.clone(), BOB, accept(order), "WrongOrderStatus"),
        ("accept again", settled.clone(), BOB, accept(order), "WrongOrderStatus"),
        ("accept at last", late(&revealed, early(settlement)), BOB, accept(order), "ok"),
        ("accept too late", late(&revealed, settlement), BOB, accept(order), "OrderLate"),
        ("prove", cheated.clone(), BOB, guilty(order), "ok"),
        ("prove nothing", cheated.clone(), BOB, guilty(NONE), "UnknownOrder"),
        ("the seller proves", cheated.clone(), ALICE, guilty(order), "NotBuyer"),
        ("prove without the key", acknowledged.clone(), BOB, guilty(order), "WrongOrderStatus"),
        ("prove while challenging", cheated_and_challenged, BOB, guilty(order), "WrongOrderStatus"),
        ("prove after the opening", cheated_and_opened, BOB, guilty(order), "ok"),
        ("prove after settling", settled, BOB, guilty(order), "WrongOrderStatus"),
        ("prove with another order's key", cheated.clone(), BOB, with_other(guilty(order)), "SecretOther"),
        ("prove against an honest seller", revealed.clone(), BOB, prove(order, MAP), "NotConvicted"),
        ("prove with what was not delivered", revealed.clone(), BOB, guilty(order), "NotConvicted"),
        ("prove at last", late(&cheated, early(settlement)), BOB, guilty(order), "ok"),
        ("prove too late", late(&cheated, settlement), BOB, with_other(guilty(order)), "OrderLate"),
        ("challenge", revealed.clone(), BOB, challenge(order), "ok"),
        ("challenge nothing", revealed.clone(), BOB, challenge(NONE), "UnknownOrder"),
        ("the seller challenges", revealed.clone(), ALICE, challenge(order), "NotBuyer"),
        ("challenge no key", acknowledged, BOB, challenge(order), "WrongOrderStatus"),
        ("challenge at once again", challenged.clone(), BOB, challenge(order), "WrongOrderStatus"),
        ("challenge what is open", opened, BOB, challenge(order), "ChallengedAlready"),
        ("challenge at last", late(&revealed, early(settlement)), BOB, challenge(order), "ok"),
        ("challenge too late", late(&revealed, settlement), BOB, challenge(order), "OrderLate"),
        ("open", challenged.clone(), ALICE, open(order), "ok"),
        ("open nothing", challenged.clone(), ALICE, open(NONE), "UnknownOrder"),
        ("the buyer opens", challenged.clone(), BOB, open(order), "NotSeller"),
        ("open unasked", revealed, ALICE, open(order), "WrongOrderStatus"),
        ("open another key", challenged.clone(), ALICE, with_other(open(order)), "SecretOther"),
        ("open at last", late(&challenged, early(key)), ALICE, open(order), "ok"),
        ("open too late", late(&challenged, key), ALICE, with_other(open(order)), "OrderLate"),
    ];
    rows
}

fn dispute_rows() -> Vec<Row> {
    let pack = genesis().rule_pack;
    let (settlement, arbitration) = (pack.settlement_window, pack.arbitration_window);
    let (acknowledged, order) = at(OrderStatus::Acknowledged);
    let (revealed, _) = at(OrderStatus::KeyRevealed);
    let (disputed, _) = at(OrderStatus::Disputed);
    let unstated = |order| Action::OpenQualityDispute { order, statement: Digest::ZERO };
    let unsaid = |order, refund| Action::RuleDispute { order, refund, reason: text("") };
    let mut poor = revealed.clone();
    let rest = Amount(BALANCE.0 - PRICE.0 - DISPUTE_BOND.0 + 1);
    poor.must(BOB, Action::Pay { to: id_of(CAROL), amount: rest, memo: text("") });
    let mut free = revealed.clone();
    free.edit(|draft| {
        let mut found = draft.get::<Orders>(&order).expect("the order is there");
        (found.price, found.bonds.buyer) = (Amount::ZERO, Amount::ZERO);
        draft.put::<Orders>(&order, &found);
    });
    let edited = |change: &dyn Fn(&mut Order)| {
        let mut town = disputed.clone();
        let mut found = town.get::<Orders>(&order).expect("the order is there");
        change(&mut found);
        town.edit(|draft| draft.put::<Orders>(&order, &found));
        town
    };
    let related = |name: &'static str| {
        let mut town = disputed.clone();
        town.edit(|draft| {
            let mut arbiter = draft.get::<Participants>(&id_of(ARBITER)).expect("the arbiter is there");
            arbiter.enrolment.related = vec![id_of(name)];
            draft.put::<Participants>(&id_of(ARBITER), &arbiter);
        });
        town
    };
    let mut payee = disputed.clone();
    payee.edit(|draft| {
        let map = draft.get::<Orders>(&order).expect("the order is there").asset;
        let mut asset = draft.get::<Assets>(&map).expect("the map is there");
        asset.lines[2].holder = id_of(ARBITER);
        draft.put::<Assets>(&map, &asset);
    });
    #[rustfmt::skip]
    let rows = vec![
        ("dispute", revealed.clone(), BOB, dispute(order), "ok"),
        ("dispute without a statement", revealed.clone(), BOB, unstated(NONE), "DisputeUnstated"),
        ("dispute nothing", revealed.clone(), BOB, dispute(NONE), "UnknownOrder"),
        ("the seller disputes", revealed.clone(), ALICE, dispute(order), "NotBuyer"),
        ("dispute what is not known", acknowledged, BOB, dispute(order), "WrongOrderStatus"),
        ("dispute again", disputed.clone(), BOB, dispute(order), "WrongOrderStatus"),
        ("dispute what was for nothing", free.clone(), BOB, dispute(order), "NothingDisputed"),
        ("dispute what was for nothing too late", late(&free, settlement), BOB, dispute(order), "OrderLate"),
        ("dispute without the money for it", poor, BOB, dispute(order), "FundsShort"),
        ("dispute at last", late(&revealed, early(settlement)), BOB, dispute(order), "ok"),
        ("dispute too late", late(&revealed, settlement), BOB, dispute(order), "OrderLate"),
        ("rule for nothing", disputed.clone(), ARBITER, rule(order, Amount::ZERO), "ok"),
        ("rule for all of it", disputed.clone(), ARBITER, rule(order, PRICE), "ok"),
        ("rule for more", disputed.clone(), ARBITER, rule(order, Amount(PRICE.0 + 1)), "RefundTooHigh"),
        ("rule without the role", disputed.clone(), REGISTRY, unsaid(NONE, PRICE), "RoleMissing"),
        ("rule without a reason", disputed.clone(), ARBITER, unsaid(NONE, PRICE), "ReasonEmpty"),
        ("rule nothing", disputed.clone(), ARBITER, rule(NONE, PRICE), "UnknownOrder"),
        ("rule what is not disputed", revealed, ARBITER, rule(order, PRICE), "WrongOrderStatus"),
        ("rule at last", late(&disputed, early(arbitration)), ARBITER, rule(order, PRICE), "ok"),
        ("rule too late", late(&disputed, arbitration), ARBITER, rule(order, Amount(u64::MAX)), "OrderLate"),
        ("rule a relative's sale", related(ALICE), ARBITER, rule(order, PRICE), "JudgeRelated"),
        ("rule a relative's purchase", related(BOB), ARBITER, rule(order, PRICE), "JudgeRelated"),
        ("rule a relative's payment", edited(&|order| order.payer = id_of(ARBITER)), ARBITER, rule(order, PRICE), "JudgeRelated"),
        ("rule a relative's licence", edited(&|order| order.licensee = id_of(ARBITER)), ARBITER, rule(order, PRICE), "JudgeRelated"),
        ("rule who is paid oneself", payee, ARBITER, rule(order, PRICE), "JudgeRelated"),
        ("rule a stranger's", related(CAROL), ARBITER, rule(order, PRICE), "ok"),
    ];
    rows
}

/// Goal: each rule is named by one row at least, and an earlier rule hides a later one.
/// Method: every row asks a town of its own; only the answer's name is compared.
#[test]
fn each_rule_of_the_delivery_has_its_row() {
    let rows = [bond_rows(), sealed_rows(), key_rows(), dispute_rows()].concat();
    let mut seen = BTreeSet::new();
    for (case, town, signer, action, answer) in rows {
        assert_eq!(town.answer(signer, action), answer, "{case}");
        seen.insert(answer);
    }
    let rules = Rejection::ALL.iter().filter(|(number, ..)| (513..550).contains(number));
    let missing: Vec<_> = rules.filter(|(_, name, ..)| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "rules without a row: {missing:?}");
}
