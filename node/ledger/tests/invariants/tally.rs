//! What a run has done: how often each kind of transaction was applied, each rule has said no, each event has happened.

use std::collections::BTreeMap;
use std::fmt;

use yaosu_ledger::event::Event;
use yaosu_ledger::rejection::Rejection;

use super::actions::Kind;

/// Counts of a run.
#[derive(Default)]
pub struct Tally {
    /// Steps: transactions that were applied, and blocks.
    pub steps: usize,
    /// Of these, blocks.
    pub blocks: usize,
    /// Transactions that were refused; none of them counts as a step.
    pub refused: usize,
    applied: BTreeMap<Kind, usize>,
    answers: BTreeMap<&'static str, usize>,
    events: BTreeMap<String, usize>,
}

impl Tally {
    /// Counts a transaction.
    pub fn count(&mut self, kind: Kind, answer: Result<(), &Rejection>) {
        match answer {
            Ok(()) => {
                self.steps += 1;
                *self.applied.entry(kind).or_default() += 1;
            }
            Err(rejection) => {
                self.refused += 1;
                *self.answers.entry(rejection.name()).or_default() += 1;
            }
        }
    }

    /// Counts a block.
    pub fn count_block(&mut self) {
        self.steps += 1;
        self.blocks += 1;
    }

    /// Counts what happened, ends by their causes.
    pub fn count_events(&mut self, events: &[Event]) {
        for event in events {
            let name = match event {
                Event::OrderRefunded { cause, .. } => format!("refunded {cause}"),
                Event::LicenceEnded { status, cause: None, .. } => format!("licence {status}"),
                Event::LicenceEnded { status, cause: Some(cause), .. } => format!("licence {status} {cause}"),
                Event::FreezeEnded { status, .. } => format!("freeze {status}"),
                Event::ListingPaused { cause, .. } => format!("paused {cause}"),
                Event::ProposalMoved { status, .. } => format!("proposal {status}"),
                _ => {
                    let debug = format!("{event:?}");
                    debug.split([' ', '{']).next().unwrap_or_default().to_owned()
                }
            };
            *self.events.entry(name).or_default() += 1;
        }
    }

    /// Kinds of transactions that were never applied.
    pub fn missing(&self) -> Vec<Kind> {
        Kind::ALL.iter().copied().filter(|kind| !self.applied.contains_key(kind)).collect()
    }

    /// Rules that have never said no.
    pub fn silent(&self) -> Vec<&'static str> {
        Rejection::ALL.iter().map(|(_, name, ..)| *name).filter(|name| !self.answers.contains_key(name)).collect()
    }

    /// Of these events, those that never happened.
    pub fn unseen<'a>(&self, events: &[&'a str]) -> Vec<&'a str> {
        events.iter().copied().filter(|event| !self.events.contains_key(*event)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, blocks, refused, .. } = self;
        let applied = steps - blocks;
        writeln!(formatter, "{steps} steps: {applied} transactions in {blocks} blocks; {refused} more were refused")?;
        writeln!(formatter, "applied: {:?}", self.applied)?;
        writeln!(formatter, "events: {:?}", self.events)?;
        writeln!(formatter, "refused: {:?}", self.answers)?;
        write!(formatter, "never refused by: {:?}", self.silent())
    }
}
