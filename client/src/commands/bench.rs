//! `yaosu bench`

use clap::Args;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_sdk::{Client, Load, LoadOfficers, LoadPlan, LoadReport, ReadPlan, ReadReport, Signer};

use crate::command_error::CommandError;
use crate::parse;
use crate::said::{plain, said};
use crate::screen::{self, Screen, Show};
use crate::session::Session;

/// How much, for how long, by whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Transactions a second
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// Participants that pay each other; they are enrolled for it
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u8).range(2..=200))]
    participants: u8,
    /// Lanes of each
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    lanes: u8,
    /// The key of the operator that enrols them
    #[arg(long, default_value = "operator-1", value_parser = parse::name)]
    operator: String,
    /// The key of the settlement agent that gives them money
    #[arg(long, default_value = "bank", value_parser = parse::name)]
    settlement_agent: String,
    /// Reads a second, besides, of the first node
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    reads: u32,
    /// Seconds that the last ones may take to be committed
    #[arg(long, default_value_t = 60)]
    drain_seconds: u32,
}

/// What came of both loads.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(flatten)]
    load: LoadReport,
    /// Absent if nothing was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    reads: Option<ReadReport>,
}

impl Show for Report {
    fn show(&self, screen: &mut Screen) {
        self.load.show(screen);
        let Some(reads) = &self.reads else { return };
        let milliseconds =
            |microseconds: u64| said!("{}.{} ms", "{}.{} 毫秒", microseconds / 1_000, microseconds % 1_000 / 100);
        screen.fields(&[
            (
                Label::Reads,
                said!(
                    "{} answered at {}/s, {} failed",
                    "以每秒 {1} 次应答 {0} 次，失败 {2} 次",
                    reads.answered,
                    reads.plan.rate,
                    reads.failed
                ),
            ),
            (
                Label::ReadLatency,
                said!(
                    "p50 {}, p95 {}, p99 {}, max {}",
                    "p50 {}，p95 {}，p99 {}，最大 {}",
                    milliseconds(reads.p50_us),
                    milliseconds(reads.p95_us),
                    milliseconds(reads.p99_us),
                    milliseconds(reads.max_us)
                ),
            ),
        ]);
    }
}

impl Show for LoadReport {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            (Label::Offered, said!("{} at {}/s", "{} 笔，每秒 {} 笔", self.offered, self.plan.rate)),
            (Label::Refused, plain(self.refused)),
            (Label::Committed, said!("{} in {} blocks", "{} 笔，写入 {} 个区块", self.committed, self.blocks)),
            (Label::Rate, said!("{:.0} committed/s", "每秒写入 {:.0} 笔", self.committed_per_second)),
            (
                Label::Latency,
                said!(
                    "p50 {} ms, p95 {} ms, p99 {} ms, max {} ms",
                    "p50 {} 毫秒，p95 {} 毫秒，p99 {} 毫秒，最大 {} 毫秒",
                    self.latency.p50_ms,
                    self.latency.p95_ms,
                    self.latency.p99_ms,
                    self.latency.max_ms
                ),
            ),
        ]);
    }
}

/// Sends a load of payments and says what came of it.
pub async fn run(session: &Session, arguments: &Arguments) -> Result<(), CommandError> {
    let plan = LoadPlan {
        rate: arguments.rate,
        seconds: arguments.seconds,
        participants: arguments.participants,
        lanes: arguments.lanes,
        drain_seconds: arguments.drain_seconds,
    };
    let operator = officer(session, &arguments.operator).await?;
    let settlement_agent = officer(session, &arguments.settlement_agent).await?;
    let client = session.client()?;
    let clients =
        session.nodes()?.iter().map(|node| Client::new(&[node], client.chain())).collect::<Result<Vec<Client>, _>>()?;
    screen::note(said!("enrolling {} participants and signing", "正在接纳 {} 个参与方并签署", plan.participants));
    let officers = LoadOfficers { operator: &operator, settlement_agent: &settlement_agent };
    let load = Load::prepare(clients, officers, plan).await?;
    screen::note(said!(
        "sending {} transactions a second for {} s",
        "以每秒 {} 笔发送交易，持续 {} 秒",
        plan.rate,
        plan.seconds
    ));
    let reads = async {
        if arguments.reads == 0 {
            return None;
        }
        let plan = ReadPlan { rate: arguments.reads, seconds: arguments.seconds };
        Some(plan.run(client.clone()).await)
    };
    let (load, reads) = tokio::join!(load.run(), reads);
    session.show(&Report { load: load?, reads })
}

async fn officer(session: &Session, name: &str) -> Result<Signer, CommandError> {
    let keys = [session.key_name(name)?];
    let participant = session.signer(&keys).await?;
    Ok(Signer { participant, keys: session.unlock(&keys)? })
}
