//! Drafts and keys: what is read through a draft is what the state would be.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yaosu_ledger::model::Line;
use yaosu_ledger::state::{Accounts, Draft, KeyPart, Lanes, Reader, State, Subject, Table};
use yaosu_ledger::{Digest, OrderId, ParticipantId, Timestamp};

use crate::town::*;

fn who(number: u8) -> ParticipantId {
    ParticipantId(Digest([number; 32]))
}

type Model = BTreeMap<(u8, u32), u64>;

/// Puts and deletions of few keys, so that they meet.
fn any_changes() -> impl Strategy<Value = Vec<((u8, u32), Option<u64>)>> {
    prop::collection::vec(((0..3_u8, 0..4_u32), prop::option::of(0..3_u64)), 0..12)
}

fn write<R: Reader>(draft: &mut Draft<'_, R>, model: &mut Model, changes: &[((u8, u32), Option<u64>)]) {
    for ((person, lane), value) in changes {
        let key = (who(*person), *lane);
        if let Some(value) = value {
            draft.put::<Lanes>(&key, value);
            model.insert((*person, *lane), *value);
        } else {
            draft.remove::<Lanes>(&key);
            model.remove(&(*person, *lane));
        }
    }
}

/// Every way of reading gives what the model has.
fn assert_reads<R: Reader>(reader: &R, model: &Model) {
    for person in 0..3 {
        let own: Vec<((ParticipantId, u32), u64)> = model
            .iter()
            .filter(|((owner, _), _)| *owner == person)
            .map(|((owner, lane), value)| ((who(*owner), *lane), *value))
            .collect();
        for limit in 0..6 {
            let found = reader.scan::<Lanes>(&who(person), limit);
            assert_eq!(found, own.iter().copied().take(limit).collect::<Vec<_>>(), "the first {limit} of {person}");
        }
        for lane in 0..4 {
            assert_eq!(reader.get::<Lanes>(&(who(person), lane)), model.get(&(person, lane)).copied());
            assert_eq!(reader.contains::<Lanes>(&(who(person), lane)), model.contains_key(&(person, lane)));
        }
    }
    assert_eq!(reader.scan::<Lanes>(&(), usize::MAX).len(), model.len());
    assert_eq!(reader.scan::<Accounts>(&(), usize::MAX).len(), 0, "tables do not run into each other");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Goal: a draft over a draft over a state reads like the state that comes of it, and leaves what is below alone;
    /// the same outcome has the same changes however it came about.
    #[test]
    fn drafts_read_like_what_comes_of_them(first in any_changes(), second in any_changes(), third in any_changes()) {
        let empty = State::default();
        let mut model = Model::new();
        let mut draft = Draft::new(&empty);
        write(&mut draft, &mut model, &first);
        let state = empty.with(&draft.into_changes());
        assert_reads(&state, &model);
        let (root, before) = (state.root(), model.clone());

        let mut lower = Draft::new(&state);
        write(&mut lower, &mut model, &second);
        assert_reads(&lower, &model);
        let lower_model = model.clone();
        let mut upper = Draft::new(&lower);
        write(&mut upper, &mut model, &third);
        assert_reads(&upper, &model);
        let changes = upper.into_changes();
        assert_reads(&lower, &lower_model);
        lower.absorb(changes);
        let changes = lower.into_changes();
        prop_assert!(changes.is_sorted_by(|one, other| one.0 < other.0));

        let after = state.with(&changes);
        assert_reads(&after, &model);
        prop_assert_eq!(state.root(), root);
        assert_reads(&state, &before);
        let mut direct = Draft::new(&state);
        let all: Vec<_> = before.keys().map(|key| (*key, None)).chain(model.iter().map(|(key, value)| (*key, Some(*value)))).collect();
        write(&mut direct, &mut Model::new(), &all);
        prop_assert_eq!(direct.into_changes(), changes, "another way to the same end");
        prop_assert_eq!(after.len(), model.len());
        prop_assert_eq!(after.is_empty(), model.is_empty());
    }

    /// Goal: the order of keys is the order of what they are made of, and a key reads back.
    #[test]
    fn keys_keep_the_order_of_their_parts(
        one in (0..3_u64, 0..3_u8, any::<u8>()),
        other in (0..3_u64, 0..3_u8, any::<u8>()),
    ) {
        let key = |(time, kind, id): (u64, u8, u8)| {
            let id = Digest([id; 32]);
            let subject = [Subject::Participant(ParticipantId(id)), Subject::Order(OrderId(id)), Subject::Licence(yaosu_ledger::LicenceId(id))];
            (Timestamp(time << 30), subject[usize::from(kind)])
        };
        let bytes = |key: &(Timestamp, Subject)| yaosu_ledger::state::Deadlines::key(key);
        let (one, other) = (key(one), key(other));
        prop_assert_eq!(bytes(&one).cmp(&bytes(&other)), one.cmp(&other));
        prop_assert_eq!(<(Timestamp, Subject)>::read(&mut &bytes(&one)[1..]), Some(one));
    }
}

/// Goal: bytes that are no key are no key.
#[test]
fn what_is_no_key_does_not_read() {
    assert_eq!(<(ParticipantId, u32)>::read(&mut &[7; 35][..]), None, "too short");
    assert_eq!(Subject::read(&mut &[200; 33][..]), None, "no such kind");
    assert_eq!(Line::read(&mut &[3][..]), None, "no such line");
    assert_eq!(yaosu_ledger::Handle::read(&mut &b"No"[..]), None);
    assert_eq!(yaosu_ledger::Text::<2>::read(&mut &b"abc"[..]), None);
    let mut bytes = Vec::new();
    for line in Line::ALL {
        line.write(&mut bytes);
    }
    assert_eq!(bytes, [0, 1, 2]);
    text::<8>("abc").write(&mut bytes);
    assert_eq!(bytes, b"\0\x01\x02abc");
}
