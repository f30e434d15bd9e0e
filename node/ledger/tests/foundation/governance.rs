//! Operators together: thresholds, deadlines, and what measures do.

use yaosu_ledger::event::Event;
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::*;
use yaosu_ledger::rules::BlockContext;
use yaosu_ledger::state::{Handles, Nodes, Operators, Participants, Proposals, RulePacks, Validators};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{Amount, Duration, Handle, ProposalId, Timestamp};

use crate::rules::{enrolment, id_by_handle};
use crate::town::*;

/// The town's founding document with more operators, each with a validator.
pub fn council_genesis(others: &[&str]) -> Genesis {
    let mut genesis = genesis();
    for name in others {
        let enrolment = enrolment(name, &[name], 1);
        genesis.participants.push(Founder { enrolment, roles: Roles::NONE.with(Role::Operator), balance: Amount(0) });
        genesis.validators.push(FoundingValidator {
            operator: Handle::new(*name).expect("a handle"),
            key: key_of(&format!("validator {name}")).public(),
            power: 1,
            network_key: key_of(&format!("machine {name}")).public(),
        });
    }
    genesis
}

/// A town with more operators than [`EXCHANGE`].
pub fn council(others: &[&str]) -> Town {
    let tip = council_genesis(others).tip().expect("the document founds a chain");
    let block = BlockContext { chain: tip.chain, height: tip.height.next(), time: tip.time.after(Duration(1)) };
    Town { state: tip.state, block, history: Vec::new() }
}

/// The validator of an operator of the council.
pub fn validator_of(name: &str) -> Validator {
    let key = if name == EXCHANGE { key_of("validator") } else { key_of(&format!("validator {name}")) };
    Validator { operator: id_of(name), key: key.public(), power: 1 }
}

fn window() -> Duration {
    genesis().rule_pack.proposal_window
}

fn delay() -> Duration {
    genesis().rule_pack.enactment_delay
}

fn before(length: Duration) -> Duration {
    Duration(length.0 - 1)
}

fn dismiss() -> Measure {
    Measure::DismissNode { key: key_of("machine").public() }
}

impl Town {
    fn propose(&mut self, signer: &str, measure: Measure) -> ProposalId {
        ProposalId::created_by(self.must(signer, Action::Propose { measure }))
    }

    fn proposal(&self, id: ProposalId) -> Proposal {
        self.get::<Proposals>(&id).expect("the proposal is there")
    }

    fn operators_of_validators(&self) -> Vec<yaosu_ledger::ParticipantId> {
        let set = self.get::<Validators>(&()).expect("genesis writes it");
        set.validators().iter().map(|validator| validator.operator).collect()
    }
}

/// Goal: more than two thirds of the active operators, and no fewer, approve.
/// Method: for each number of operators, the approvals with which a proposal passes; the proposer's is the first.
#[test]
fn more_than_two_thirds_decide() {
    let names = ["east", "south", "west", "upper", "lower", "inner"];
    for (operators, needed) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5)] {
        let others = &names[..operators - 1];
        let mut town = council(others);
        let id = town.propose(EXCHANGE, dismiss());
        for (given, name) in (1..).zip(others) {
            let expected = if given < needed { ProposalStatus::Open } else { ProposalStatus::Approved };
            assert_eq!(town.proposal(id).status, expected, "{given} of {operators}");
            if given < needed {
                town.must(name, Action::Approve { proposal: id });
            }
        }
        assert_eq!(town.proposal(id).approvals.len(), needed);
        assert_eq!(town.proposal(id).status, ProposalStatus::Approved, "{operators}");
        assert!(town.proposal(id).approvals.is_sorted());
    }
}

/// Goal: approvals of operators that were suspended since do not count, and suspended ones are not counted against.
#[test]
fn only_active_operators_count() {
    let mut town = council(&["east", "south", "west"]);
    let set = |town: &mut Town, name: &str, status| {
        let mut found = town.get::<Participants>(&id_of(name)).expect("it is there");
        found.status = status;
        town.edit(|draft| {
            draft.put::<Participants>(&id_of(name), &found);
            match status {
                ParticipantStatus::Active => draft.put::<Operators>(&id_of(name), &()),
                _ => draft.remove::<Operators>(&id_of(name)),
            }
        });
    };
    let id = town.propose("west", dismiss());
    set(&mut town, "west", ParticipantStatus::Suspended);
    town.must("east", Action::Approve { proposal: id });
    town.must("south", Action::Approve { proposal: id });
    assert_eq!(town.proposal(id).status, ProposalStatus::Open, "two of three that are active");
    town.must(EXCHANGE, Action::Approve { proposal: id });
    assert_eq!(town.proposal(id).status, ProposalStatus::Approved);
}

/// Goal: a proposal takes approvals up to the millisecond before its deadline, and expires at it.
#[test]
fn a_proposal_expires_at_its_deadline() {
    for (wait, answer, status) in [
        (before(window()), "ok", ProposalStatus::Open),
        (window(), "ProposalClosed", ProposalStatus::Expired),
        (Duration(window().0 + 1), "ProposalClosed", ProposalStatus::Expired),
    ] {
        let mut town = council(&["east", "south", "west"]);
        let id = town.propose(EXCHANGE, dismiss());
        let events = town.pass(wait);
        assert_eq!(town.proposal(id).status, status, "{wait}");
        assert_eq!(town.answer("east", Action::Approve { proposal: id }), answer, "{wait}");
        let moved = Event::ProposalMoved { proposal: id, status: ProposalStatus::Expired };
        assert_eq!(events.contains(&moved), status == ProposalStatus::Expired);
        assert_eq!(town.proposal(id).deadline.is_none(), status == ProposalStatus::Expired);
    }
}

/// Goal: a block that has more deadlines to carry out than it may does not keep an expired proposal open.
#[test]
fn a_late_approval_is_late_even_if_the_block_is_busy() {
    let mut town = council(&["east", "south", "west"]);
    let id = town.propose(EXCHANGE, dismiss());
    town.block.time = town.block.time.after(window());
    assert_eq!(town.proposal(id).status, ProposalStatus::Open, "the deadline was not carried out");
    assert_eq!(town.answer("east", Action::Approve { proposal: id }), "ProposalClosed");
}

/// Goal: a measure is carried out by the block at the end of its delay, not a millisecond before, and once.
#[test]
fn a_measure_is_carried_out_at_the_end_of_its_delay() {
    let machine = key_of("machine").public();
    for (wait, status) in [
        (before(delay()), ProposalStatus::Approved),
        (delay(), ProposalStatus::Enacted),
        (Duration(delay().0 + 1), ProposalStatus::Enacted),
    ] {
        let mut town = Town::new();
        let id = town.propose(EXCHANGE, dismiss());
        town.pass(wait);
        assert_eq!(town.proposal(id).status, status, "{wait}");
        assert_eq!(town.get::<Nodes>(&machine).is_some(), status == ProposalStatus::Approved, "{wait}");
        if status == ProposalStatus::Enacted {
            assert_eq!(town.pass(delay()), [], "an end is an end");
        }
    }
}

/// Goal: the delay begins with the last approval that was needed, however long the others took.
#[test]
fn the_delay_begins_with_enough_approvals() {
    let mut town = council(&["east"]);
    let id = town.propose(EXCHANGE, dismiss());
    town.pass(before(window()));
    town.must("east", Action::Approve { proposal: id });
    let Timestamp(now) = town.now();
    assert_eq!(town.proposal(id).deadline, Some(Timestamp(now + delay().0)));
    town.pass(before(delay()));
    assert_eq!(town.proposal(id).status, ProposalStatus::Approved);
    town.pass(Duration(1));
    assert_eq!(town.proposal(id).status, ProposalStatus::Enacted);
}

/// Goal: what can't be carried out any more fails as a whole, and nothing changes.
#[test]
fn a_measure_that_became_impossible_fails() {
    let mut town = Town::new();
    let enrol = |key| Measure::Enrol { enrolment: enrolment("new", &[key], 1), roles: Roles::NONE.with(Role::Arbiter) };
    let first = town.propose(EXCHANGE, enrol("key-1"));
    town.pass(Duration(1));
    let second = town.propose(EXCHANGE, enrol("key-2"));
    town.pass(delay());
    assert_eq!(town.proposal(first).status, ProposalStatus::Enacted);
    assert_eq!(town.proposal(second).status, ProposalStatus::Failed);
    let id = id_by_handle(&town, "new");
    let found = town.get::<Participants>(&id).expect("it was enrolled");
    assert_eq!(
        (found.roles, found.sponsor, found.status),
        (Roles::NONE.with(Role::Arbiter), None, ParticipantStatus::Active)
    );
    assert_eq!(
        town.get::<yaosu_ledger::state::Keys>(&key_of("key-2").public()),
        None,
        "nothing of the second is there"
    );
    assert_eq!(town.get::<Handles>(&Handle::new("new").expect("a handle")), Some(id));
}

/// Goal: two measures that each leave one operator, and together none, do not both happen.
#[test]
fn the_last_operator_is_protected_when_the_time_comes() {
    let mut town = council(&["east"]);
    let suspend = |name| Measure::SetStatus { participant: id_of(name), status: ParticipantStatus::Suspended };
    let proposals: Vec<ProposalId> = [EXCHANGE, "east"].map(|name| town.propose(EXCHANGE, suspend(name))).to_vec();
    for proposal in &proposals {
        town.must("east", Action::Approve { proposal: *proposal });
    }
    town.pass(delay());
    let mut ends: Vec<ProposalStatus> = proposals.iter().map(|id| town.proposal(*id).status).collect();
    ends.sort_unstable();
    assert_eq!(ends, [ProposalStatus::Enacted, ProposalStatus::Failed]);
    assert_eq!(town.operators_of_validators().len(), 1);
}

/// Goal: an operator alone with its validator is protected even if there are other operators.
#[test]
fn the_last_validator_is_protected() {
    let mut town = council(&["east"]);
    let validators = vec![validator_of("east")];
    let id = town.propose(EXCHANGE, Measure::SetValidators { validators });
    town.must("east", Action::Approve { proposal: id });
    town.pass(delay());
    let suspend = |name| Action::Propose {
        measure: Measure::SetStatus { participant: id_of(name), status: ParticipantStatus::Suspended },
    };
    assert_eq!(town.operators_of_validators(), [id_of("east")]);
    assert_eq!(town.answer(EXCHANGE, suspend("east")), "LastOperators");
    assert_eq!(town.answer("east", suspend(EXCHANGE)), "ok");
}

/// Goal: an operator that is suspended, revoked or gives up its role does not decide any more, and does not come back
/// by being reinstated.
#[test]
fn a_former_operator_loses_its_validator() {
    let east = id_of("east");
    for measure in [
        Measure::SetStatus { participant: east, status: ParticipantStatus::Suspended },
        Measure::SetStatus { participant: east, status: ParticipantStatus::Revoked },
        Measure::SetRoles { participant: east, roles: Roles::NONE.with(Role::Trader) },
    ] {
        let mut town = council(&["east", "south"]);
        let enact = |town: &mut Town, measure: Measure| {
            let id = town.propose(EXCHANGE, measure);
            for name in ["east", "south"] {
                if town.proposal(id).status == ProposalStatus::Open
                    && town.answer(name, Action::Approve { proposal: id }) == "ok"
                {
                    town.must(name, Action::Approve { proposal: id });
                }
            }
            town.pass(delay())
        };
        let events = enact(&mut town, measure.clone());
        assert_eq!(town.operators_of_validators().len(), 2, "{measure:?}");
        assert!(!town.operators_of_validators().contains(&east));
        let set = town.get::<Validators>(&()).expect("it is there");
        assert!(events.contains(&Event::ValidatorsChanged { validators: set.hash() }), "{measure:?}");
        if matches!(measure, Measure::SetStatus { status: ParticipantStatus::Suspended, .. }) {
            enact(&mut town, Measure::SetStatus { participant: east, status: ParticipantStatus::Active });
            assert!(!town.operators_of_validators().contains(&east), "a vote is given by the operators");
        }
    }
}

/// Goal: each measure does what it says.
#[test]
fn measures_do_what_they_say() {
    let mut town = Town::new();
    let pack = RulePack { number: 2, notice_window: Duration::seconds(7), ..genesis().rule_pack };
    let reader = key_of("reader").public();
    let node = Node { operator: id_of(EXCHANGE), name: text("reader") };
    let roles = Roles::NONE.with(Role::Trader).with(Role::Assessor);
    for measure in [
        Measure::SetRulePack { pack: pack.clone() },
        Measure::AdmitNode { key: reader, node: node.clone() },
        Measure::SetRoles { participant: id_of(BOB), roles },
        Measure::SetStatus { participant: id_of(CAROL), status: ParticipantStatus::Suspended },
        Measure::SetValidators { validators: vec![Validator { power: 9, ..validator_of(EXCHANGE) }] },
    ] {
        town.propose(EXCHANGE, measure);
    }
    let events = town.pass(delay());
    assert_eq!(town.get::<RulePacks>(&()), Some(pack));
    assert_eq!(town.get::<Nodes>(&reader), Some(node));
    assert_eq!(town.get::<Participants>(&id_of(BOB)).map(|bob| bob.roles), Some(roles));
    assert_eq!(town.get::<Participants>(&id_of(CAROL)).map(|carol| carol.status), Some(ParticipantStatus::Suspended));
    assert_eq!(town.get::<Validators>(&()).map(|set| set.total_power()), Some(9));
    assert!(events.contains(&Event::RolesSet { participant: id_of(BOB), roles }));
    let enacted =
        events.iter().filter(|event| matches!(event, Event::ProposalMoved { status: ProposalStatus::Enacted, .. }));
    assert_eq!(enacted.count(), 5);
}
