//! A load of payments, for measuring: open loop, several participants and lanes, everything signed before it is sent.
//!
//! Latency is counted from the moment at which a transaction *should* have been sent, so that a slow ledger can't hide
//! behind a slow sender. What was committed, and when, is read from the ledger's own blocks.

use core::time::Duration;
use std::collections::HashMap;

use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use yaosu_ledger::model::{Enrolment, KeySet};
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Action, Body, Transaction};
use yaosu_ledger::{Amount, ChainId, Handle, Height, ParticipantId, Text, TransactionId};

use crate::{BodyOptions, Client, SdkError, Signer};

/// How long a setting-up transaction may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often the head is looked at while the load runs.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Money of each participant: more than it can pay at one fen a payment.
const BALANCE: Amount = Amount(1_000_000_000);

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LoadPlan {
    /// Transactions a second.
    pub rate: u32,
    /// For how many seconds.
    pub seconds: u32,
    /// Participants that pay each other.
    pub participants: u8,
    /// Lanes of each.
    pub lanes: u8,
    /// How long the last transactions may take to be committed, in seconds.
    pub drain_seconds: u32,
}

/// Who sets up the load.
#[derive(Clone, Copy, Debug)]
pub struct LoadOfficers<'a> {
    /// Enrols the participants.
    pub operator: &'a Signer,
    /// Gives them money.
    pub settlement_agent: &'a Signer,
}

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latencies {
    /// Half were committed within.
    pub p50_ms: u64,
    /// 95 of 100.
    pub p95_ms: u64,
    /// 99 of 100.
    pub p99_ms: u64,
    /// All.
    pub max_ms: u64,
}

/// What came of a load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LoadReport {
    /// What was sent.
    pub plan: LoadPlan,
    /// Transactions that were to be sent.
    pub offered: u64,
    /// Refused by a node, for whatever reason.
    pub refused: u64,
    /// In the ledger.
    pub committed: u64,
    /// Blocks that hold them.
    pub blocks: u64,
    /// Committed transactions a second, from the first one due to the last one committed.
    pub committed_per_second: f64,
    /// From the moment a transaction was due to the first look at a head that holds it.
    pub latency: Latencies,
}

/// A load that is signed and ready to go.
pub struct Load {
    plan: LoadPlan,
    clients: Vec<Client>,
    /// For each lane of each participant, its transactions in order, each with its place in the whole.
    lanes: Vec<Vec<(u64, Transaction)>>,
}

impl Load {
    /// Enrols participants with fresh keys, gives them money, and signs everything.
    ///
    /// # Errors
    /// [`SdkError`] of the setting-up transactions; [`SdkError::Random`].
    pub async fn prepare(clients: Vec<Client>, officers: LoadOfficers<'_>, plan: LoadPlan) -> Result<Self, SdkError> {
        let first = clients.first().expect("a load has a node to be sent to");
        let chain = first.head().await?.chain;
        let mut payers = Vec::new();
        for _ in 0..plan.participants {
            let signer = enrol(first, officers).await?;
            payers.push(signer);
        }
        let lanes = sign(chain, &payers, plan);
        Ok(Self { plan, clients, lanes })
    }

    /// Sends everything in its time, and reads what came of it.
    ///
    /// # Errors
    /// [`SdkError`] of the reads.
    pub async fn run(self) -> Result<LoadReport, SdkError> {
        let Self { plan, clients, lanes } = self;
        let observer = clients.first().expect("a load has a node to be sent to").clone();
        let start_height = observer.head().await?.height;
        let offered: u64 = lanes.iter().map(|lane| u64::try_from(lane.len()).unwrap_or(u64::MAX)).sum();
        let start = Instant::now() + Duration::from_millis(200);
        let (stop, stopped) = watch::channel(false);
        let looking = tokio::spawn(look(observer.clone(), start_height, stopped));

        let mut due = HashMap::new();
        let mut sending = Vec::new();
        for (lane, client) in lanes.into_iter().zip(clients.iter().cycle()) {
            for (place, transaction) in &lane {
                due.insert(transaction.body.id(), start + place_in_time(*place, plan.rate));
            }
            sending.push(tokio::spawn(send(client.clone(), lane, start, plan.rate)));
        }
        let mut refused: u64 = 0;
        for lane in sending {
            refused = refused.saturating_add(lane.await.unwrap_or(0));
        }
        let counted = count(&observer, start_height, &due, offered.saturating_sub(refused), plan.drain_seconds).await?;
        stop.send_replace(true);
        let seen = looking.await.unwrap_or_default();
        Ok(report(plan, offered, refused, start, &due, &counted, &seen))
    }
}

async fn enrol(client: &Client, officers: LoadOfficers<'_>) -> Result<Signer, SdkError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(SdkError::Random)?;
    let key = SigningKey::from_seed(seed);
    // Fresh like the key itself, so that the load can run on a chain as often as one likes.
    let handle = Handle::new(format!("load-{}", &key.public().to_string()[..16]))?;
    let legal: Text<64> = Text::new(handle.as_str())?;
    let enrolment = Enrolment {
        legal_name: Text::new(format!("Load {handle}"))?,
        legal_id: legal,
        handle,
        keys: KeySet { keys: vec![key.public()], threshold: 1 },
        delivery_key: None,
        related: Vec::new(),
    };
    let options = BodyOptions::default();
    let enrolled = client.execute(officers.operator, Action::EnrolTrader { enrolment }, &options, PATIENCE).await?;
    let participant = ParticipantId::created_by(enrolled.id);
    let bank_reference: Text<64> = Text::new("load")?;
    let issue = Action::Issue { to: participant, amount: BALANCE, bank_reference };
    client.execute(officers.settlement_agent, issue, &options, PATIENCE).await?;
    Ok(Signer::new(participant, key))
}

/// Payments of one fen, dealt out to lanes in turn so that every lane has its even share of time.
fn sign(chain: ChainId, payers: &[Signer], plan: LoadPlan) -> Vec<Vec<(u64, Transaction)>> {
    let lane_count = payers.len().saturating_mul(usize::from(plan.lanes));
    let total = u64::from(plan.rate).saturating_mul(u64::from(plan.seconds));
    let mut lanes: Vec<Vec<(u64, Transaction)>> = (0..lane_count).map(|_| Vec::new()).collect();
    for place in 0..total {
        let index = usize::try_from(place).unwrap_or(0).checked_rem(lane_count).unwrap_or(0);
        let payer = index.checked_rem(payers.len()).unwrap_or(0);
        let lane = index.checked_div(payers.len()).unwrap_or(0);
        let to = payers[payer.saturating_add(1).checked_rem(payers.len()).unwrap_or(0)].participant;
        let body = Body {
            chain,
            signer: payers[payer].participant,
            lane: u32::try_from(lane).unwrap_or(0),
            sequence: u64::try_from(lanes[index].len()).unwrap_or(0),
            valid_until: None,
            action: Action::Pay { to, amount: Amount(1), memo: Text::default() },
        };
        lanes[index].push((place, payers[payer].sign(body)));
    }
    lanes
}

/// When the thing at this place is due, counted from the first one.
pub(crate) fn place_in_time(place: u64, rate: u32) -> Duration {
    Duration::from_micros(place.saturating_mul(1_000_000).checked_div(u64::from(rate)).unwrap_or(0))
}

/// Sends one lane in order, each transaction at its time or right after the one before. Gives how many were refused.
async fn send(client: Client, lane: Vec<(u64, Transaction)>, start: Instant, rate: u32) -> u64 {
    let mut refused: u64 = 0;
    for (place, transaction) in lane {
        sleep_until(start + place_in_time(place, rate)).await;
        if client.submit(&transaction).await.is_err() {
            refused = refused.saturating_add(1);
        }
    }
    refused
}

/// When each height was seen first.
async fn look(client: Client, from: Height, mut stopped: watch::Receiver<bool>) -> Vec<(Height, Instant)> {
    let mut seen = Vec::new();
    let mut last = from;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stopped| *stopped) => return seen,
        }
        if let Ok(head) = client.head().await
            && head.height > last
        {
            last = head.height;
            seen.push((last, Instant::now()));
        }
    }
}

/// The blocks after a height that hold something of the load: their heights with the load's transactions.
async fn count(
    client: &Client,
    from: Height,
    due: &HashMap<TransactionId, Instant>,
    expected: u64,
    drain_seconds: u32,
) -> Result<Vec<(Height, Vec<TransactionId>)>, SdkError> {
    let deadline = Instant::now() + Duration::from_secs(u64::from(drain_seconds));
    let mut counted = Vec::new();
    let mut found: u64 = 0;
    let mut height = from;
    while found < expected && Instant::now() < deadline {
        if client.head().await?.height <= height {
            sleep(LOOK_EVERY).await;
            continue;
        }
        height = height.next();
        let block = client.block(&height.to_string()).await?;
        let ours: Vec<TransactionId> =
            block.transactions.unwrap_or_default().into_iter().filter(|id| due.contains_key(id)).collect();
        found = found.saturating_add(u64::try_from(ours.len()).unwrap_or(0));
        if !ours.is_empty() {
            counted.push((height, ours));
        }
    }
    Ok(counted)
}

fn report(
    plan: LoadPlan,
    offered: u64,
    refused: u64,
    start: Instant,
    due: &HashMap<TransactionId, Instant>,
    counted: &[(Height, Vec<TransactionId>)],
    seen: &[(Height, Instant)],
) -> LoadReport {
    let mut latencies: Vec<Duration> = Vec::new();
    let mut last = start;
    for (height, transactions) in counted {
        // A head that is higher was seen after this block was decided too.
        let Some((_, moment)) = seen.iter().find(|(found, _)| found >= height) else { continue };
        last = last.max(*moment);
        latencies.extend(transactions.iter().filter_map(|id| Some(moment.saturating_duration_since(*due.get(id)?))));
    }
    latencies.sort_unstable();
    let at = |percent: usize| {
        let place = latencies.len().saturating_mul(percent).checked_div(100).unwrap_or(0);
        let latency = latencies.get(place.min(latencies.len().saturating_sub(1)));
        latency.map_or(0, |latency| u64::try_from(latency.as_millis()).unwrap_or(u64::MAX))
    };
    let committed = counted.iter().map(|(_, ids)| ids.len()).sum::<usize>();
    let seconds = last.saturating_duration_since(start).as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "a rate for people; counts are far below 2^52")]
    let committed_per_second = if seconds > 0.0 { committed as f64 / seconds } else { 0.0 };
    LoadReport {
        plan,
        offered,
        refused,
        committed: u64::try_from(committed).unwrap_or(u64::MAX),
        blocks: u64::try_from(counted.len()).unwrap_or(u64::MAX),
        committed_per_second,
        latency: Latencies { p50_ms: at(50), p95_ms: at(95), p99_ms: at(99), max_ms: at(100) },
    }
}
