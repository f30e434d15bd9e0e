//! R701 to R710: a row for each rule of measures and proposals.

use yaosu_ledger::model::*;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::Participants;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{Digest, Duration, ParticipantId, ProposalId};

use crate::governance::{council, validator_of};
use crate::rules::{Row, asks, enrolment};
use crate::town::*;

const NOBODY: ParticipantId = ParticipantId(Digest::ZERO);
const TEN_YEARS_MS: u64 = 10 * 365 * 24 * 3_600 * 1_000;
const TOO_LONG: Duration = Duration(TEN_YEARS_MS + 1);

/// Case, the town, the measure that [`EXCHANGE`] proposes, and the answer.
type Proposed<'a> = (&'static str, &'a Town, Measure, &'static str);

fn rows_of(proposed: Vec<Proposed<'_>>) -> Vec<Row> {
    let row = |(case, town, measure, answer)| asks(case, town, EXCHANGE, Action::Propose { measure }, answer);
    proposed.into_iter().map(row).collect()
}

fn people() -> Vec<Row> {
    let (town, alone) = (council(&["east", "south"]), Town::new());
    let mut revoked = town.clone();
    let mut bob = revoked.get::<Participants>(&id_of(BOB)).expect("he is there");
    bob.status = ParticipantStatus::Revoked;
    revoked.edit(|draft| draft.put::<Participants>(&id_of(BOB), &bob));
    let (operator, trader) = (Roles::NONE.with(Role::Operator), Roles::NONE.with(Role::Trader));
    let (active, suspended) = (ParticipantStatus::Active, ParticipantStatus::Suspended);
    let enrol = |handle, roles| Measure::Enrol { enrolment: enrolment(handle, &["new"], 1), roles };
    let roles = |name: &str, roles| Measure::SetRoles { participant: id_of(name), roles };
    let status = |name: &str, status| Measure::SetStatus { participant: id_of(name), status };
    let of_nobody = Measure::SetRoles { participant: NOBODY, roles: operator };
    let nobody_suspended = Measure::SetStatus { participant: NOBODY, status: suspended };
    #[rustfmt::skip]
    let rows = vec![
        ("a new operator",                     &town,    enrol("new", operator),                              "ok"),
        ("one without a role",                 &town,    enrol("new", Roles::NONE),                           "RolesEmpty"),
        ("one with a taken handle",            &town,    enrol(BOB, operator),                                "HandleTaken"),
        ("roles",                              &town,    roles(BOB, operator),                                "ok"),
        ("no roles",                           &town,    roles(BOB, Roles::NONE),                             "RolesEmpty"),
        ("roles of nobody",                    &town,    of_nobody,                                           "UnknownParticipant"),
        ("roles of one revoked",               &revoked, roles(BOB, operator),                                "StatusFinal"),
        ("an operator steps back",             &town,    roles("east", trader),                               "ok"),
        ("the last operator steps back",       &alone,   roles(EXCHANGE, trader),                             "LastOperators"),
        ("the last operator gets a role more", &alone,   roles(EXCHANGE, operator.with(Role::Arbiter)),       "ok"),
        ("a trader suspended",                 &town,    status(BOB, suspended),                              "ok"),
        ("one active already",                 &town,    status(BOB, active),                                 "StatusFinal"),
        ("nobody suspended",                   &town,    nobody_suspended,                                    "UnknownParticipant"),
        ("one revoked comes back",             &revoked, status(BOB, active),                                 "StatusFinal"),
        ("an operator suspended",              &town,    status("east", suspended),                           "ok"),
        ("the last operator suspended",        &alone,   status(EXCHANGE, suspended),                         "LastOperators"),
    ];
    rows_of(rows)
}

fn machines() -> Vec<Row> {
    let town = council(&["east", "south"]);
    let validators = |change: fn(&mut Vec<Validator>)| {
        let mut validators = vec![validator_of(EXCHANGE), validator_of("east")];
        change(&mut validators);
        Measure::SetValidators { validators }
    };
    let admit = |key: PublicKey, operator| Measure::AdmitNode { key, node: Node { operator, name: text("reader") } };
    let dismiss = |key| Measure::DismissNode { key };
    let (reader, machine) = (key_of("reader").public(), key_of("machine").public());
    let exchange = id_of(EXCHANGE);
    #[rustfmt::skip]
    let rows = vec![
        ("validators",             &town, validators(|_| {}),                                    "ok"),
        ("no validators",          &town, validators(Vec::clear),                                "ValidatorsMalformed"),
        ("a trader's validator",   &town, validators(|all| all[1].operator = id_of(ALICE)),      "ValidatorsMalformed"),
        ("an operator twice",      &town, validators(|all| all[1].operator = all[0].operator),   "ValidatorsMalformed"),
        ("a key twice",            &town, validators(|all| all[1].key = all[0].key),             "ValidatorsMalformed"),
        ("a weak validator key",   &town, validators(|all| all[1].key = PublicKey([0; 32])),     "ValidatorsMalformed"),
        ("no power",               &town, validators(|all| all[1].power = 0),                    "ValidatorsMalformed"),
        ("the most power",         &town, validators(|all| all[1].power = 1 << 32),              "ok"),
        ("more power",             &town, validators(|all| all[1].power = (1 << 32) + 1),        "ValidatorsMalformed"),
        ("a node",                 &town, admit(reader, exchange),                               "ok"),
        ("a known node",           &town, admit(machine, exchange),                              "NodeKnown"),
        ("a node of nobody",       &town, admit(reader, NOBODY),                                 "UnknownParticipant"),
        ("a node with a weak key", &town, admit(PublicKey([0; 32]), exchange),                   "KeyWeak"),
        ("a node goes",            &town, dismiss(machine),                                      "ok"),
        ("an unknown node goes",   &town, dismiss(reader),                                       "NodeUnknown"),
    ];
    rows_of(rows)
}

fn packs() -> Vec<Row> {
    let town = council(&["east", "south"]);
    let pack = |change: fn(&mut RulePack)| {
        let mut pack = RulePack { number: 2, ..genesis().rule_pack };
        change(&mut pack);
        Measure::SetRulePack { pack }
    };
    #[rustfmt::skip]
    let rows = vec![
        ("a rule pack",             &town, pack(|_| {}),                                              "ok"),
        ("a window of ten years",   &town, pack(|pack| pack.notice_window.0 = TEN_YEARS_MS),          "ok"),
        ("a longer notice",         &town, pack(|pack| pack.notice_window = TOO_LONG),                "RulePackMalformed"),
        ("a longer delivery",       &town, pack(|pack| pack.delivery_window = TOO_LONG),              "RulePackMalformed"),
        ("a longer acknowledgement", &town, pack(|pack| pack.acknowledgement_window = TOO_LONG),      "RulePackMalformed"),
        ("a longer settlement",     &town, pack(|pack| pack.settlement_window = TOO_LONG),            "RulePackMalformed"),
        ("a longer proposal",       &town, pack(|pack| pack.proposal_window = TOO_LONG),              "RulePackMalformed"),
        ("a longer enactment",      &town, pack(|pack| pack.enactment_delay = TOO_LONG),              "RulePackMalformed"),
        ("a longer key",            &town, pack(|pack| pack.key_window = TOO_LONG),                   "RulePackMalformed"),
        ("a longer arbitration",    &town, pack(|pack| pack.arbitration_window = TOO_LONG),           "RulePackMalformed"),
        ("the highest bonds",       &town, pack(|pack| (pack.bond.0, pack.dispute_bond.0) = (10_000, 10_000)), "ok"),
        ("a higher bond",           &town, pack(|pack| pack.bond.0 = 10_001),                         "RulePackMalformed"),
        ("a higher dispute bond",   &town, pack(|pack| pack.dispute_bond.0 = 10_001),                 "RulePackMalformed"),
        ("the highest fee",         &town, pack(|pack| pack.fee.0 = 3_000),                           "ok"),
        ("a higher fee",            &town, pack(|pack| pack.fee.0 = 3_001),                           "RulePackMalformed"),
        ("the same number",         &town, pack(|pack| pack.number = 1),                              "RulePackMalformed"),
        ("a number left out",       &town, pack(|pack| pack.number = 3),                              "RulePackMalformed"),
        ("a fee for nobody",        &town, pack(|pack| pack.fee_account = NOBODY),                    "RulePackMalformed"),
    ];
    rows_of(rows)
}

fn proposals() -> Vec<Row> {
    let town = council(&["east", "south"]);
    let mut open = town.clone();
    let measure = Measure::DismissNode { key: key_of("machine").public() };
    let proposal = ProposalId::created_by(open.must(EXCHANGE, Action::Propose { measure }));
    let approve = |proposal| Action::Approve { proposal };
    let mut approved = open.clone();
    approved.must("east", approve(proposal));
    let mut decided = approved.clone();
    decided.must("south", approve(proposal));
    vec![
        asks("no proposal", &town, "east", approve(ProposalId(Digest::ZERO)), "UnknownProposal"),
        asks("an approval", &open, "east", approve(proposal), "ok"),
        asks("the proposer's own again", &open, EXCHANGE, approve(proposal), "ApprovedAlready"),
        asks("twice", &approved, "east", approve(proposal), "ApprovedAlready"),
        asks("one too late", &decided, "east", approve(proposal), "ProposalClosed"),
    ]
}

/// All rows of governance.
pub fn rows() -> Vec<Row> {
    [people(), machines(), packs(), proposals()].into_iter().flatten().collect()
}
