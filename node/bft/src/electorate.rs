//! Who decides a height, and in which order they propose.

use arc_malachitebft_core_types::{self as core_types, VotingPower};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::validators::ValidatorSet;
use yaosu_ledger::{Height, ParticipantId};

use crate::context::{Address, YaosuContext};

/// A validator, as the engine wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    address: Address,
    key: PublicKey,
    power: u64,
}

/// The validators of a height and the order of their turns.
///
/// Both are given: the ledger computes them from committed blocks, so that every node has the same, and a validator that
/// missed its last turns comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Electorate {
    height: Height,
    set: ValidatorSet,
    validators: Vec<Validator>,
    /// Places in `validators`. Not empty, each place once.
    turns: Vec<usize>,
}

/// Why turns don't fit a validator set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElectorateError {
    /// Each validator has one turn: none more, none less.
    #[error("{turns} turns were given for {validators} validators")]
    Count {
        /// How many turns were given.
        turns: usize,
        /// How many validators there are.
        validators: usize,
    },
    /// A turn for somebody who has no vote.
    #[error("{0} has a turn but no vote")]
    NotValidator(ParticipantId),
    /// Two turns for one validator.
    #[error("{0} has two turns")]
    Twice(ParticipantId),
}

impl Electorate {
    /// The validators of a height, and the order in which they propose: the first in round 0.
    ///
    /// # Errors
    /// [`ElectorateError`], if the turns are not the validators in some order.
    pub fn new(height: Height, set: ValidatorSet, turns: &[ParticipantId]) -> Result<Self, ElectorateError> {
        let validators: Vec<Validator> = set
            .validators()
            .iter()
            .map(|validator| Validator {
                address: Address(validator.operator),
                key: validator.key,
                power: validator.power,
            })
            .collect();
        if turns.len() != validators.len() || turns.is_empty() {
            return Err(ElectorateError::Count { turns: turns.len(), validators: validators.len() });
        }
        let mut places = Vec::with_capacity(turns.len());
        for &operator in turns {
            let place = validators
                .binary_search_by_key(&operator, |validator| validator.address.0)
                .map_err(|_| ElectorateError::NotValidator(operator))?;
            if places.contains(&place) {
                return Err(ElectorateError::Twice(operator));
            }
            places.push(place);
        }
        Ok(Self { height, set, validators, turns: places })
    }

    /// The height that they decide.
    #[must_use]
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The ledger's own set.
    #[must_use]
    pub const fn set(&self) -> &ValidatorSet {
        &self.set
    }

    /// Who proposes in a round, counted from 0. After the last turn the first comes again.
    ///
    /// # Panics
    /// Never: there is a turn, and each is the place of a validator.
    #[must_use]
    pub fn proposer(&self, round: u32) -> &Validator {
        let round = usize::try_from(round).expect("a round fits the processor's word");
        let turn = round.checked_rem(self.turns.len()).expect("an electorate has a turn");
        &self.validators[self.turns[turn]]
    }
}

impl Validator {
    /// The operator it belongs to.
    #[must_use]
    pub const fn operator(&self) -> ParticipantId {
        self.address.0
    }

    /// The key that signs votes and proposals.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }
}

impl core_types::Validator<YaosuContext> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn voting_power(&self) -> VotingPower {
        self.power
    }
}

impl core_types::ValidatorSet<YaosuContext> for Electorate {
    fn count(&self) -> usize {
        self.validators.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        self.set.total_power()
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        let place = self.validators.binary_search_by_key(address, |validator| validator.address).ok()?;
        self.validators.get(place)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.validators.get(index)
    }
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::signature::SigningKey;

    use super::*;

    fn operator(name: &str) -> ParticipantId {
        ParticipantId::of_genesis(name)
    }

    fn set(names: &[&str]) -> ValidatorSet {
        let validators = names.iter().zip(1..).map(|(name, seed)| yaosu_ledger::validators::Validator {
            operator: operator(name),
            key: SigningKey::from_seed([seed; 32]).public(),
            power: 1,
        });
        ValidatorSet::new(validators.collect()).expect("different operators with different keys")
    }

    /// Goal: rounds go through the turns in the order given, and start again.
    #[test]
    fn rounds_follow_the_turns() {
        let turns = [operator("c"), operator("a"), operator("b")];
        let electorate = Electorate::new(Height(1), set(&["a", "b", "c"]), &turns).expect("each has one turn");
        for (round, turn) in [(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (u32::MAX, 0)] {
            assert_eq!(electorate.proposer(round).operator(), turns[turn], "round {round}");
        }
    }

    /// Goal: only the validators in some order are turns.
    #[test]
    fn turns_are_the_validators() {
        let rows = [
            (vec!["b", "a"], None),
            (vec!["a"], Some(ElectorateError::Count { turns: 1, validators: 2 })),
            (vec![], Some(ElectorateError::Count { turns: 0, validators: 2 })),
            (vec!["a", "a"], Some(ElectorateError::Twice(operator("a")))),
            (vec!["a", "c"], Some(ElectorateError::NotValidator(operator("c")))),
        ];
        for (names, answer) in rows {
            let turns: Vec<_> = names.iter().map(|name| operator(name)).collect();
            assert_eq!(Electorate::new(Height(1), set(&["a", "b"]), &turns).err(), answer, "{names:?}");
        }
    }
}
