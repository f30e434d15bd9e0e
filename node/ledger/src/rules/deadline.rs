//! Deadlines: what the block does by itself. Every timeout has one outcome, and nobody has to claim it. Listings that must be
//! looked at again come after them, with what they leave of the block's weight: nothing hangs on when that is.
//!
//! Invariant: the table has exactly one entry for each listing, order, licence, proposal, recall, attestation, freeze,
//! negotiation and demand that has a deadline, at that deadline. So an entry that is found is due, and whoever moves a
//! deadline moves the entry in the same step.

use super::{
    BlockContext, Scene, attestation, delivery, demand, freeze, gate, governance, licence, listing, negotiation, recall,
};
use crate::block::{BLOCK_TRANSACTIONS_MAX, BLOCK_WEIGHT_MAX};
use crate::event::Event;
use crate::primitives::{Digest, ParticipantId, Timestamp, TransactionId};
use crate::state::{Deadlines, Draft, ListingReviews, Reader, Subject, Table};
use crate::weight;

/// Due deadlines that one block carries out; what is over waits for the next block. As many as a block can make, so that
/// nobody puts off the deadlines of others for longer than it took to make his own.
pub const DUE_PER_BLOCK_MAX: usize = BLOCK_TRANSACTIONS_MAX;

/// What one block may do by itself costs as much as its transactions may. What is over waits for the next block.
pub const DUE_WEIGHT_MAX: u32 = BLOCK_WEIGHT_MAX;

/// Entries that are read at once.
const READ_AT_ONCE: usize = 64;

/// When a block is needed even if nobody asks for anything: the earliest deadline there is, or the time from which on a
/// listing is looked at again.
pub fn next_deadline<R: Reader>(state: &R) -> Option<Timestamp> {
    let deadline = state.scan::<Deadlines>(&(), 1).first().map(|((time, _), ())| *time);
    let review = state.scan::<ListingReviews>(&(), 1).first().map(|((since, _), ())| *since);
    deadline.into_iter().chain(review).min()
}

/// Carries out the first `limit` deadlines that are not after the block's time, in the order of time and subject, then
/// looks at up to as many listings again, as far as [`DUE_WEIGHT_MAX`] goes.
pub fn carry_out_due<R: Reader>(draft: &mut Draft<'_, R>, block: BlockContext, limit: usize) -> Vec<Event> {
    if next_deadline(draft).is_none_or(|first| first > block.time) {
        return Vec::new();
    }
    // The block asks by itself: nobody signs, and no rule that is reached from here looks at the signer.
    let nobody = ParticipantId(Digest::ZERO);
    let nothing = TransactionId(Digest::ZERO);
    let mut scene = Scene { draft, block, signer: nobody, transaction: nothing, events: Vec::new() };
    let mut weight = 0_u32;
    let mut deadlines = Queue::<Deadlines>::new(limit);
    while let Some((time, subject)) = deadlines.next(scene.draft).filter(|(time, _)| *time <= block.time) {
        // What came before it may have ended it too, as a licence those under it.
        if !scene.draft.contains::<Deadlines>(&(time, subject)) {
            continue;
        }
        let before = weight;
        weight = weight.saturating_add(weight::of_deadline(scene.draft, subject));
        // The first one is carried out whatever it costs: a block that does nothing would be followed by others.
        if before > 0 && weight > DUE_WEIGHT_MAX {
            break;
        }
        carry_out(&mut scene, subject);
        assert!(
            !scene.draft.contains::<Deadlines>(&(time, subject)),
            "a deadline that was carried out is over, or it would be carried out for ever"
        );
    }
    let mut reviews = Queue::<ListingReviews>::new(limit);
    let mut first = true;
    while let Some((since, listing)) = reviews.next(scene.draft) {
        weight = weight.saturating_add(weight::of_review(scene.draft, listing));
        // One at least, so that nothing waits for ever.
        if !first && weight > DUE_WEIGHT_MAX {
            break;
        }
        first = false;
        gate::review(&mut scene, since, listing);
    }
    scene.events
}

/// What waits in a table, the first first; read so many at a time, since most of it is not due.
struct Queue<T: Table> {
    read: std::vec::IntoIter<T::Key>,
    last: Option<T::Key>,
    left: usize,
}

impl<T: Table<Key: Copy>> Queue<T> {
    fn new(limit: usize) -> Self {
        Self { read: Vec::new().into_iter(), last: None, left: limit }
    }

    fn next<R: Reader>(&mut self, state: &R) -> Option<T::Key> {
        if self.read.as_slice().is_empty() {
            self.read = state.keys_after::<T>(&(), self.last.as_ref(), READ_AT_ONCE.min(self.left)).into_iter();
        }
        let next = self.read.next()?;
        self.last = Some(next);
        self.left = self.left.saturating_sub(1);
        Some(next)
    }
}

fn carry_out<R: Reader>(scene: &mut Scene<'_, '_, R>, subject: Subject) {
    match subject {
        Subject::Order(id) => delivery::due(scene, id),
        Subject::Listing(id) => listing::due(scene, id),
        Subject::Licence(id) => licence::due(scene, id),
        Subject::Proposal(id) => governance::due(scene, id),
        Subject::Recall(id) => recall::due(scene, id),
        Subject::Attestation(id) => attestation::due(scene, id),
        Subject::Freeze(id) => freeze::due(scene, id),
        Subject::Negotiation(id) => negotiation::due(scene, id),
        Subject::Demand(id) => demand::due(scene, id),
        Subject::Participant(_) | Subject::Asset(_) => unreachable!("no rule gives {subject:?} a deadline"),
    }
}

/// Moves a deadline: from where it was, if it was, to where it is, if it is.
pub fn change<R: Reader>(
    draft: &mut Draft<'_, R>,
    subject: Subject,
    before: Option<Timestamp>,
    after: Option<Timestamp>,
) {
    if let Some(before) = before {
        draft.remove::<Deadlines>(&(before, subject));
    }
    if let Some(after) = after {
        draft.put::<Deadlines>(&(after, subject), &());
    }
}
