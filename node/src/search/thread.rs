//! The thread of the index. It is told heights, of which it takes the last one only: while it works, others pass.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;
use yaosu_ledger::Height;
use yaosu_ledger::execution::Tip;

use super::{Follower, Search};

/// How long it rests after it has written, so that a busy chain's blocks are written together and the disk is free for
/// the journal meanwhile.
const REST: Duration = Duration::from_millis(200);

/// The thread.
pub struct SearchThread {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// Starts to follow the decided heights, until told to stop or until nobody decides any more.
///
/// # Errors
/// If the operating system gives no thread.
pub fn start(
    folder: PathBuf,
    tip: Arc<ArcSwap<Tip>>,
    mut heights: watch::Receiver<Height>,
) -> std::io::Result<(Search, SearchThread)> {
    let mut follower = Follower::new(folder);
    let search = follower.search();
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    let thread = std::thread::Builder::new().name("search".into()).spawn(move || {
        let is_stopped = || stopping.load(Ordering::Relaxed);
        while !is_stopped() {
            heights.borrow_and_update();
            if follower.follow(&tip.load_full(), &is_stopped) && !is_stopped() {
                std::thread::park_timeout(REST);
            }
            // It waits for one channel alone, which needs no runtime.
            if is_stopped() || futures::executor::block_on(heights.changed()).is_err() {
                break;
            }
        }
    })?;
    Ok((search, SearchThread { stop, thread }))
}

impl SearchThread {
    /// Tells it to stop; it does at once, or after the batch that it is writing. Heights wake it up: it is told before
    /// the replica ends.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    /// Waits until it has ended.
    pub fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("the search index ended by a panic");
        }
    }
}
