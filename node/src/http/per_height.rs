//! Figures that take a look at everything: counted once a height, so that their cost depends on the blocks and not on who
//! asks.

use std::sync::{Mutex, PoisonError, TryLockError};

use yaosu_ledger::{BlockId, Height};

use super::problem::ApiError;

/// What was counted, and after which block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    height: Height,
    /// The block.
    pub block: BlockId,
    /// The figures.
    pub figures: T,
}

/// The last figures. Whoever asks for others while they are being counted gets these: one request counts and none waits,
/// but for the very first.
#[derive(Debug)]
pub struct PerHeight<T> {
    last: Mutex<Option<Counted<T>>>,
    counting: Mutex<()>,
}

impl<T: Clone> PerHeight<T> {
    /// Nothing is counted yet.
    pub const fn new() -> Self {
        Self { last: Mutex::new(None), counting: Mutex::new(()) }
    }

    /// The figures after a block, newer ones if there are, or the last ones if somebody counts already.
    ///
    /// # Errors
    /// What `count` says; nothing is kept then.
    pub fn get(
        &self,
        (height, block): (Height, BlockId),
        count: impl FnOnce() -> Result<T, ApiError>,
    ) -> Result<Counted<T>, ApiError> {
        // A view may be older than the figures: a long read began before the last block.
        let of_height = || self.last().filter(|last| last.height >= height);
        if let Some(last) = of_height() {
            return Ok(last);
        }
        let turn = match (self.counting.try_lock(), self.last()) {
            (Ok(turn), _) => turn,
            (Err(TryLockError::Poisoned(poisoned)), _) => poisoned.into_inner(),
            (Err(TryLockError::WouldBlock), Some(last)) => return Ok(last),
            (Err(TryLockError::WouldBlock), None) => self.counting.lock().unwrap_or_else(PoisonError::into_inner),
        };
        // Somebody may have counted between the two looks.
        if let Some(last) = of_height() {
            return Ok(last);
        }
        let counted = Counted { height, block, figures: count()? };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted.clone());
        drop(turn);
        Ok(counted)
    }

    fn last(&self) -> Option<Counted<T>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use yaosu_ledger::Digest;

    use super::*;

    fn after(height: u8) -> (Height, BlockId) {
        (Height(height.into()), BlockId(Digest([height; 32])))
    }

    fn nobody_counts() -> Result<u8, ApiError> {
        panic!("it is known")
    }

    /// Goal: each height is counted once; an older view takes newer figures and does not put its own in their place; a
    /// failure is not kept.
    #[test]
    fn newer_figures_stay() {
        let figures = PerHeight::new();
        assert!(figures.get(after(5), || Err(ApiError::internal("not now"))).is_err());
        for (asked, counted) in [(5, true), (5, false), (4, false), (6, true), (5, false), (6, false)] {
            let before = figures.last();
            let found = if counted {
                figures.get(after(asked), || Ok(asked))
            } else {
                figures.get(after(asked), nobody_counts)
            };
            let found = found.expect("it is counted or known");
            assert_eq!((found.height, found.block), after(found.figures), "figures and their block");
            assert_eq!(Some(&found) != before.as_ref(), counted, "{asked}");
        }
    }

    /// Goal: while one request counts, others get the last figures at once.
    /// Method: the count goes on until the others have their answers.
    #[test]
    fn nobody_waits_for_a_count() {
        let figures = &PerHeight::new();
        figures.get(after(5), || Ok(5)).expect("it is counted");
        let (begun, begins) = mpsc::channel();
        let (answered, all_answered) = mpsc::channel();
        std::thread::scope(|scope| {
            let counting = scope.spawn(move || {
                figures.get(after(6), || {
                    begun.send(()).expect("it is waited for");
                    all_answered
                        .recv_timeout(std::time::Duration::from_mins(1))
                        .expect("the others are not kept waiting");
                    Ok(6)
                })
            });
            begins.recv().expect("it begins");
            for height in [5, 6, 7] {
                assert_eq!(figures.get(after(height), nobody_counts).map(|found| found.figures).ok(), Some(5));
            }
            answered.send(()).expect("it counts still");
            let counted = counting.join().expect("it does not panic").expect("it is counted");
            assert_eq!(counted.figures, 6);
        });
        assert_eq!(figures.get(after(6), nobody_counts).map(|found| found.figures).ok(), Some(6));
    }
}
