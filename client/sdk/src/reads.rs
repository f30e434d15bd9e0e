//! A load of reads, for measuring: open loop, so that a slow node can't hide behind a slow reader.

use core::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::load::place_in_time;
use crate::{AssetQuery, Client, ListingQuery, OrderQuery, Paging, ParticipantQuery, SdkError};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadPlan {
    /// Requests a second.
    pub rate: u32,
    /// For how many seconds.
    pub seconds: u32,
}

/// What came of it. Times count from the moment at which a request should have been sent to its whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadReport {
    /// What was asked.
    pub plan: ReadPlan,
    /// Answers that were good.
    pub answered: u64,
    /// All others.
    pub failed: u64,
    /// Half were answered within, in microseconds.
    pub p50_us: u64,
    /// 95 of 100.
    pub p95_us: u64,
    /// 99 of 100.
    pub p99_us: u64,
    /// All.
    pub max_us: u64,
}

impl ReadPlan {
    /// Asks in turn for the head, a participant's money, blocks, and pages of participants, assets, listings and orders.
    pub async fn run(self, client: Client) -> ReadReport {
        let total = u64::from(self.rate).saturating_mul(u64::from(self.seconds));
        let start = Instant::now();
        let mut asking = JoinSet::new();
        for place in 0..total {
            let due = start + place_in_time(place, self.rate);
            sleep_until(due).await;
            let client = client.clone();
            asking.spawn(async move { ask(&client, place).await.map(|()| due.elapsed()) });
        }
        let mut times = Vec::new();
        let mut failed: u64 = 0;
        while let Some(answer) = asking.join_next().await {
            match answer {
                Ok(Ok(time)) => times.push(time),
                _ => failed = failed.saturating_add(1),
            }
        }
        times.sort_unstable();
        let at = |percent: usize| {
            let place = times.len().saturating_mul(percent).checked_div(100).unwrap_or(0);
            let time = times.get(place.min(times.len().saturating_sub(1)));
            time.map_or(0, |time: &Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
        };
        let answered = u64::try_from(times.len()).unwrap_or(u64::MAX);
        let (p50_us, p95_us, p99_us, max_us) = (at(50), at(95), at(99), at(100));
        ReadReport { plan: self, answered, failed, p50_us, p95_us, p99_us, max_us }
    }
}

async fn ask(client: &Client, place: u64) -> Result<(), SdkError> {
    let paging = Paging::default();
    match place.rem_euclid(7) {
        0 => client.head().await.map(drop),
        1 => client.account("alice").await.map(drop),
        2 => client.blocks(&paging).await.map(drop),
        3 => client.participants(&ParticipantQuery::default(), &paging).await.map(drop),
        4 => client.assets(&AssetQuery::default(), &paging).await.map(drop),
        5 => client.listings(&ListingQuery::default(), &paging).await.map(drop),
        _ => client.orders(&OrderQuery::default(), &paging).await.map(drop),
    }
}
