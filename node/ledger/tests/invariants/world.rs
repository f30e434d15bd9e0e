//! A market that lives: blocks after blocks of transactions that are drawn, each looked at from all sides.
//!
//! Invariants 23 and 28 are here: a transaction is tried, applied, included by who builds the block, and checked by who
//! gets it, also by one that has just read its state from a disk; all of them must say the same.

use yaosu_ledger::event::{Event, EventRecord};
use yaosu_ledger::execution::{self, Execution, NotIncluded, Tip};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::rules::{self, BlockContext};
use yaosu_ledger::state::{Lanes, Reader, State};
use yaosu_ledger::transaction::{Action, Body, Envelope};
use yaosu_ledger::{ChainId, Duration, Handle, ParticipantId, Timestamp};

use crate::actions::{Ask, Kind};
use crate::dice::Dice;
use crate::model::{Applied, Cause, Model, Step};
use crate::sight::Sight;
use crate::spoil::spoil;
use crate::tally::Tally;
use crate::town::{BALANCE, digest, id_of, key_of, text};
use crate::view::View;
use crate::{exchange, library, money, policy, powers, tables, titles};

/// Who is there beside those of the town: an operator, so that no proposal goes through alone.
pub const FURTHER_FOUNDERS: [&str; 1] = ["house"];

/// Deadlines that a block passes over at most. None of them weighs more than an eighth of what fits a block here.
const DUE_PER_BLOCK: usize = 8;

/// What somebody asked for who signed as they must, and the answer.
pub struct Asked<'a> {
    /// Who signed.
    pub signer: ParticipantId,
    /// What was asked for.
    pub action: &'a Action,
    /// The time of the block.
    pub now: Timestamp,
    /// The answer.
    pub answer: Result<(), &'a Rejection>,
}

/// How a transaction is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// By exactly those who must, with their keys of now, with the next number of a lane, in time.
    Proper,
    /// By keys that the signer has given up.
    FormerKeys,
    /// By one key too few.
    KeyMissing,
    /// By somebody else too.
    KeyTooMany,
    /// With a number that is not the next.
    OutOfSequence,
    /// When it may not be included any more.
    TooLate,
    /// For another chain.
    Elsewhere,
    /// In the name of nobody.
    Unknown,
    /// With approvals that stand in no order.
    Unordered,
}

const MANNERS: &[(usize, Manner)] = &[
    (184, Manner::Proper),
    (4, Manner::FormerKeys),
    (2, Manner::KeyMissing),
    (2, Manner::KeyTooMany),
    (2, Manner::OutOfSequence),
    (2, Manner::TooLate),
    (1, Manner::Elsewhere),
    (1, Manner::Unknown),
    (1, Manner::Unordered),
];

fn genesis() -> Genesis {
    let mut genesis = crate::town::genesis();
    for name in FURTHER_FOUNDERS {
        genesis.participants.push(Founder {
            enrolment: Enrolment {
                handle: Handle::new(name).expect("it is short and plain"),
                legal_name: text(name),
                legal_id: text(name),
                keys: KeySet { keys: vec![key_of(name).public()], threshold: 1 },
                delivery_key: Some(digest(name)),
                related: Vec::new(),
            },
            roles: Roles::NONE.with(Role::Operator),
            balance: BALANCE,
        });
        genesis.validators.push(FoundingValidator {
            operator: Handle::new(name).expect("it is short and plain"),
            key: key_of(name).public(),
            power: 1,
            network_key: key_of("another machine").public(),
        });
    }
    // Measures come into force while orders run.
    genesis.rule_pack.enactment_delay = Duration::seconds(5);
    genesis
}

/// A market at some moment, with what its history should have made of it.
pub struct World {
    dice: Dice,
    model: Model,
    /// The end of the chain.
    tip: Tip,
    /// The block that is being made, and the state that it has brought so far.
    block: BlockContext,
    proposer: ParticipantId,
    state: State,
    view: View,
    /// What was tried in this block, with the answers.
    tried: Vec<(Envelope, Option<Rejection>)>,
    events: Vec<EventRecord>,
    /// What was applied in earlier blocks: to be tried again.
    applied: Vec<Envelope>,
}

impl World {
    /// The market of a seed, before its first block.
    pub fn new(seed: u64) -> Self {
        let genesis = genesis();
        let tip = genesis.tip().expect("the document founds a chain");
        Self {
            dice: Dice::new(seed),
            model: Model::new(&genesis),
            block: BlockContext { chain: tip.chain, height: tip.height, time: tip.time },
            proposer: tip.turns()[0],
            state: tip.state.clone(),
            view: View::of(&tip.state),
            tip,
            tried: Vec::new(),
            events: Vec::new(),
            applied: Vec::new(),
        }
    }

    /// Lives for so many steps, then waits until nothing is left to come.
    pub fn live(&mut self, steps: usize, tally: &mut Tally) {
        let end = tally.steps + steps;
        while tally.steps < end {
            let length = self.any_length();
            self.begin_block(length, tally);
            for _ in 0..self.dice.below(16) {
                self.try_something(tally);
            }
            self.finish_block();
        }
        while let Some(next) = rules::next_deadline(&self.tip.state) {
            self.begin_block(Duration(next.0 - self.tip.time.0), tally);
            self.finish_block();
        }
        let step = Step {
            cause: Cause::Block,
            events: &[],
            now: self.block.time,
            height: self.block.height,
            before: &self.view,
            after: &self.view,
        };
        money::check_rest(&self.model, &step);
    }

    /// Mostly a little while; now and then to about the next deadline, or far ahead.
    fn any_length(&mut self) -> Duration {
        let next = rules::next_deadline(&self.tip.state).map_or(1_000, |next| next.0 - self.tip.time.0);
        Duration(match self.dice.below(40) {
            0..2 => next,
            2..4 => (next - 1).max(1),
            4 => next + 1,
            5..11 => self.dice.between(5_000, 40_000),
            11 => self.dice.between(50_000, 700_000),
            _ => self.dice.between(1, 4_000),
        })
    }

    fn begin_block(&mut self, length: Duration, tally: &mut Tally) {
        let time = self.tip.time.after(length);
        // No further than one block can carry out: what a block does with more has tests of its own.
        let time = self.view.deadlines.keys().nth(DUE_PER_BLOCK).map_or(time, |(beyond, _)| time.min(*beyond));
        self.block = BlockContext { chain: self.tip.chain, height: self.tip.height.next(), time };
        let turns = self.tip.turns();
        self.proposer = if self.dice.percent(95) { turns[0] } else { self.dice.one(&turns) };
        let begun = Execution::begin(&self.tip, time, self.proposer).finish();
        let before = self.view.clone();
        self.state = begun.state;
        self.view.follow(&self.state, &begun.changes);
        let events: Vec<Event> = begun.events.iter().map(|record| record.event.clone()).collect();
        self.follow(Cause::Block, &events, &before, None);
        tally.count_block();
        tally.count_events(&events);
        self.events = begun.events;
    }

    /// Everything is checked after each step.
    fn follow(&mut self, cause: Cause<'_>, events: &[Event], before: &View, asked: Option<&Asked<'_>>) {
        let Self { model, view, block, .. } = self;
        let step = Step { cause, events, now: block.time, height: block.height, before, after: view };
        titles::foresee(model, &step);
        policy::foresee(model, &step);
        exchange::foresee(model, &step);
        powers::foresee(model, &step);
        if let Some(asked) = asked {
            check_answer(model, asked);
        }
        model.follow(&step);
        money::check(model, &step);
        titles::check(model, &step);
        policy::check(model, &step);
        exchange::check(model, &step);
        powers::check(model, &step);
    }

    fn try_something(&mut self, tally: &mut Tally) {
        if !self.applied.is_empty() && self.dice.percent(1) {
            let place = self.dice.below(self.applied.len());
            let envelope = self.applied[place].clone();
            let is_applied = self.submit(&envelope, Manner::OutOfSequence, tally);
            assert!(!is_applied, "24: applied twice");
            return;
        }
        let sight = Sight { view: &self.view, model: &self.model, now: self.block.time };
        // The next block ends it: what comes before must find it ended already.
        let is_recall = sight.left_behind().is_some() && self.dice.percent(10);
        let kind = if is_recall { Kind::Recall } else { Kind::any(&mut self.dice) };
        let drawn = kind.draw(&sight, &mut self.dice);
        let Some(Ask { mut signer, mut action }) = drawn else { return };
        if self.dice.percent(3) {
            signer = sight.anyone(&mut self.dice).unwrap_or(signer);
        }
        if self.dice.percent(8)
            && let Some(spoiled) = spoil(&action, &mut self.dice)
        {
            action = spoiled;
        }
        let manner = self.dice.weighted(MANNERS);
        if manner == Manner::Unknown {
            signer = ParticipantId(digest("nobody"));
        }
        let envelope = self.sign(signer, action, manner);
        self.submit(&envelope, manner, tally);
    }

    fn sign(&mut self, signer: ParticipantId, action: Action, manner: Manner) -> Envelope {
        let mut parties = action.other_parties();
        parties.push(signer);
        if manner == Manner::KeyTooMany {
            parties.push(id_of(self.dice.one(&FURTHER_FOUNDERS)));
        }
        parties.sort_unstable();
        parties.dedup();
        let mut keys = Vec::new();
        for party in parties {
            let Some(person) = self.model.people.get(&party) else { continue };
            let former = person.former.last().filter(|_| manner == Manner::FormerKeys && party == signer);
            let set = former.unwrap_or(&person.keys);
            let mut own = set.keys.clone();
            own.rotate_left(self.dice.below(set.keys.len()));
            own.truncate(usize::from(set.threshold));
            keys.extend(own);
        }
        if manner == Manner::KeyMissing {
            keys.pop();
        }
        let lane = (signer, u32::from(self.dice.percent(20)));
        let next = self.state.get::<Lanes>(&lane).unwrap_or(0);
        let valid_until = match self.dice.below(20) {
            _ if manner == Manner::TooLate => Some(self.block.time),
            0 => Some(self.block.time.after(Duration(1))),
            _ => None,
        };
        let body = Body {
            chain: if manner == Manner::Elsewhere { ChainId(digest("another chain")) } else { self.block.chain },
            signer,
            lane: lane.1,
            sequence: if manner == Manner::OutOfSequence { next + 1 } else { next },
            valid_until,
            action,
        };
        let secrets: Vec<_> = keys.iter().map(library::secret_half).collect();
        let mut transaction = body.sign(&secrets);
        if manner == Manner::Unordered {
            transaction.approvals.extend(transaction.approvals.first().cloned());
        }
        Envelope::new(transaction)
    }

    /// Asks for something; whether it was applied.
    fn submit(&mut self, envelope: &Envelope, manner: Manner, tally: &mut Tally) -> bool {
        let body = envelope.body();
        let answer = rules::apply(&self.state, self.block, envelope);
        invariant_28_a_dry_run_answers_the_same(&self.state, self.block, body, &answer);
        let told = answer.as_ref().map(drop);
        tally.count(Kind::of(&body.action), told);
        let asked = Asked { signer: body.signer, action: &body.action, now: self.block.time, answer: told };
        let asked = (manner == Manner::Proper).then_some(asked);
        if let (Some(asked), Err(_)) = (&asked, told) {
            check_answer(&self.model, asked);
        }
        self.tried.push((envelope.clone(), answer.as_ref().err().cloned()));
        let Ok(outcome) = &answer else { return false };
        let before = self.view.clone();
        self.state = self.state.with(&outcome.changes);
        self.view.follow(&self.state, &outcome.changes);
        let keys = envelope.transaction().approvals.iter().map(|approval| approval.key).collect();
        let applied = Applied { id: envelope.id(), signer: body.signer, action: &body.action, keys };
        let events: Vec<Event> = outcome.events.iter().map(|record| record.event.clone()).collect();
        self.follow(Cause::Transaction(&applied), &events, &before, asked.as_ref());
        tally.count_events(&events);
        self.events.extend(outcome.events.iter().cloned());
        true
    }

    fn finish_block(&mut self) {
        if self.block.height.0.is_multiple_of(4) {
            tables::check(&self.model, &self.view, self.block.time);
        }
        let tried = std::mem::take(&mut self.tried);
        self.tip = self.invariant_23_every_node_says_the_same(&tried);
        let applied = tried.into_iter().filter(|(_, rejection)| rejection.is_none());
        self.applied.extend(applied.map(|(envelope, _)| envelope));
    }

    /// Who builds the block includes exactly what was applied here, with the same events and the same state; and so does
    /// who gets the block, now and then from a disk.
    fn invariant_23_every_node_says_the_same(&mut self, tried: &[(Envelope, Option<Rejection>)]) -> Tip {
        let mut execution = Execution::begin(&self.tip, self.block.time, self.proposer);
        for (envelope, rejection) in tried {
            match execution.include(envelope) {
                Ok(()) => assert_eq!(*rejection, None, "23: who builds a block includes what was refused"),
                Err(NotIncluded::Rejected(found)) => {
                    assert_eq!(*rejection, Some(found), "23: who builds a block has another answer");
                }
                Err(NotIncluded::Full) => panic!("so few transactions fit a block"),
            }
        }
        let built = execution.finish();
        assert_eq!(built.state.root(), self.state.root(), "23: who builds a block comes to another state");
        assert_eq!(built.events, self.events, "23: who builds a block has other events");
        let checked = execution::check(&self.tip, &built.block).expect("23: who gets a block refuses it");
        assert_eq!(checked.state.root(), built.state.root(), "23: who gets a block comes to another state");
        if self.dice.percent(2) {
            let records = self.tip.state.records().map(|(key, value)| (key.to_vec(), value.clone()));
            let restarted = Tip { state: State::from_records(records), ..self.tip.clone() };
            let mut block = built.block.clone();
            for envelope in &mut block.transactions {
                *envelope = Envelope::decode(envelope.bytes().to_vec()).expect("what was encoded is decoded");
            }
            let replayed = execution::check(&restarted, &block).expect("23: a replay refuses a block");
            assert_eq!(replayed.state.root(), built.state.root(), "23: a replay comes to another state");
            assert_eq!(replayed.events, built.events, "23: a replay has other events");
        }
        built.tip()
    }
}

/// Whether what somebody asked for, signed as it must be, got the answer that it must.
fn check_answer(model: &Model, asked: &Asked<'_>) {
    // Who may not act is not heard, whatever they ask for.
    if model.people.get(&asked.signer).is_some_and(|person| person.status == ParticipantStatus::Active) {
        exchange::check_answer(model, asked);
    }
    powers::check_answer(model, asked);
}

/// A dry run answers as the execution does. It has no approvals to look at: where those are wrong, it may say yes.
fn invariant_28_a_dry_run_answers_the_same(
    state: &State,
    block: BlockContext,
    body: &Body,
    answer: &Result<rules::Outcome, Rejection>,
) {
    use Rejection::{ApprovalOrder, ForeignKey, WrongApprovals};
    if !matches!(answer, Err(ApprovalOrder | ForeignKey { .. } | WrongApprovals { .. })) {
        let dry = rules::foresee(state, block, body);
        assert!(dry == *answer, "28: {}: a dry run says {dry:?}, the execution {answer:?}", body.action.name());
    }
}
