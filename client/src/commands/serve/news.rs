//! What happens in the market, followed by a task of its own, across broken connections and restarts of the node.

use tokio::sync::mpsc;
use yaosu_api::{EventPosition, EventView};
use yaosu_ledger::Height;
use yaosu_sdk::Client;

use crate::backoff::pause_after;
use crate::said::Said;
use crate::sdk_words;

/// Events that wait to be looked at; the node waits if there are more.
const EVENTS_WAITING: usize = 256;

/// What is heard.
#[derive(Debug)]
pub enum News {
    /// An event, in order and without gaps.
    Event(Box<EventView>),
    /// The stream broke off, for this reason. It is taken up again behind the last event.
    Lost(Said),
    /// The stream goes on.
    Back,
}

/// Follows the events of all blocks behind a height. Ends when the receiver is dropped.
pub fn follow(client: &Client, after: Height) -> mpsc::Receiver<News> {
    let (sender, receiver) = mpsc::channel(EVENTS_WAITING);
    let mut follower = client.events(Some(EventPosition { height: after, index: u32::MAX }));
    tokio::spawn(async move {
        let mut failures = 0;
        loop {
            let news = match follower.next().await {
                Ok(event) => {
                    if core::mem::take(&mut failures) > 0 && sender.send(News::Back).await.is_err() {
                        return;
                    }
                    News::Event(Box::new(event))
                }
                Err(error) => {
                    if failures == 0 && sender.send(News::Lost(sdk_words::sdk(&error))).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause_after(failures)).await;
                    failures += 1;
                    continue;
                }
            };
            if sender.send(news).await.is_err() {
                return;
            }
        }
    });
    receiver
}
