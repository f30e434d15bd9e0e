//! `yaosu serve`: the seller's side of all orders without a person.
//!
//! What the ledger says of an order decides what is done, never what was seen or remembered: events only say when to
//! look. So nothing is lost if this program or the node stops at any place; a start looks at all open orders.

mod agenda;
mod news;
mod step;
mod work;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Instant;

use clap::Args;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use yaosu_api::EventView;
use yaosu_ledger::model::OrderStatus;
use yaosu_ledger::state::Subject;
use yaosu_ledger::{Height, OrderId, ParticipantId};
use yaosu_sdk::delivery::{Shelf, create_synced};
use yaosu_sdk::{OrderQuery, Paging, Signer};

use super::order::exchange::{DepotArguments, open_depot};
use super::order::{kept, sealing};
use crate::command_error::{CommandError, Kind};
use crate::interrupts::Interrupts;
use crate::parse::AssetVersion;
use crate::said::{Said, said};
use crate::session::Session;
use agenda::Agenda;
use news::News;
use step::{Step, What};
use work::{Outcome, Room, Worker};

/// How many orders are worked on at the same time.
const ORDERS_AT_ONCE: usize = 32;

/// Orders of a page when open ones are looked up.
const PAGE: usize = 500;

/// What is served, from where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file or folder that holds an asset; again for each
    #[arg(long = "from", value_name = "ASSET[@VERSION]=PATH")]
    named: Vec<Source>,
    /// A folder with files (and folders, each one archive) that are known by their hash; again for each
    #[arg(long = "folder", value_name = "DIR", required_unless_present = "named")]
    folders: Vec<PathBuf>,
    #[command(flatten)]
    place: DepotArguments,
}

/// Where an asset lies.
#[derive(Clone, Debug)]
struct Source {
    asset: AssetVersion,
    path: PathBuf,
}

impl FromStr for Source {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        match text.split_once('=') {
            Some((asset, path)) if !path.is_empty() => Ok(Self { asset: asset.parse()?, path: path.into() }),
            _ => Err(said!(
                "{text:?} is not of the form ASSET[@VERSION]=PATH",
                "{text:?} 的形式不是 ASSET[@VERSION]=PATH"
            )),
        }
    }
}

/// Serves orders until it is interrupted.
pub async fn run(session: &Session, arguments: Arguments) -> Result<(), CommandError> {
    let global = &session.global;
    if global.dry_run || global.no_wait || global.save.is_some() {
        return Err(CommandError::usage(said!(
            "a server signs and waits: --dry-run, --no-wait and --save are not for it",
            "服务须签署并等待：不能使用 --dry-run、--no-wait 和 --save"
        )));
    }
    let mut stop = Interrupts::listen()?;
    let signer = sole_signer(session).await?;
    let outgoing = session.home.outgoing_path();
    create_synced(&outgoing)?;
    let _only = sealing::lock(
        &outgoing.join("serve.lock"),
        &said!("orders of this home are served", "为此主文件夹的合同提供服务"),
    )?;
    let shelf = shelf(session, &arguments).await?;
    let depot = open_depot(session, &arguments.place)?;
    let location = depot.location().to_owned();
    let worker = Worker::new(session, signer, shelf, depot);

    let mut agenda = Agenda::default();
    let (open, as_of) = open_orders(session, worker.seller()).await?;
    // A secret that is kept of an order that has ended meanwhile is forgotten by looking at the order.
    for order in open.into_iter().chain(kept::outgoing_orders(session).await?) {
        agenda.stir(order, Instant::now());
    }
    let mut news = news::follow(session.client()?, as_of);
    let detail = said!(
        "{} open orders to look at from block {as_of} on, depot {location}",
        "自区块 {as_of} 起查看 {} 份未结束的合同，存放处 {location}",
        agenda.count()
    );
    Step::new(What::Serving, detail).tell(global.json)?;

    let mut running = FuturesUnordered::new();
    let mut stopping = false;
    loop {
        while !stopping
            && running.len() < ORDERS_AT_ONCE
            && let Some((order, finished)) = agenda.take(Instant::now())
        {
            running.push(work_on(&worker, order, finished, None));
        }
        if stopping && running.is_empty() {
            break;
        }
        let may_begin = !stopping && running.len() < ORDERS_AT_ONCE;
        let due = if may_begin { agenda.next_due() } else { None };
        tokio::select! {
            Some((order, result)) = running.next() => note_result(session, &mut agenda, order, result)?,
            Some(heard) = news.recv(), if !stopping => note_news(session, &mut agenda, worker.seller(), heard)?,
            room = worker.room(), if may_begin && agenda.wants_room() => {
                let next = agenda.take_delivery();
                running.extend(next.map(|(order, finished)| work_on(&worker, order, finished, Some(room))));
            }
            () = until(due), if !stopping => {}
            () = stop.next() => {
                if stopping {
                    return Err(CommandError::failed(said!("stopped before all was brought to its end", "未全部完成即已停止"))
                        .hint(said!("the same command goes on where it was", "同一命令可从中断处继续")));
                }
                stopping = true;
                let detail = said!("{} steps are brought to their end; once more stops at once", "正在完成 {} 个步骤；再次中断则立即停止", running.len());
                Step::new(What::Stopping, detail).tell(global.json)?;
            }
        }
    }
    Step::new(What::Stopped, said!("the same command goes on where it was", "同一命令可从中断处继续")).tell(global.json)
}

async fn work_on(
    worker: &Worker<'_>,
    order: OrderId,
    finished: BTreeSet<OrderStatus>,
    room: Option<Room>,
) -> (OrderId, Result<Outcome, CommandError>) {
    (order, worker.advance(order, &finished, room).await)
}

/// Tells how a piece of work ended, and when the order is looked at again.
fn note_result(
    session: &Session,
    agenda: &mut Agenda,
    order: OrderId,
    result: Result<Outcome, CommandError>,
) -> Result<(), CommandError> {
    let now = Instant::now();
    let step = match result {
        Ok(Outcome::Waiting) => {
            agenda.done(order, None, now);
            return Ok(());
        }
        Ok(Outcome::Deliverable(deadline)) => {
            agenda.wait_for_room(order, deadline, now);
            return Ok(());
        }
        Ok(Outcome::Finished(status, step)) => {
            agenda.done(order, Some(status), now);
            step
        }
        Ok(Outcome::Ended(step)) => {
            agenda.remove(order);
            step
        }
        Ok(Outcome::Strange) => {
            agenda.remove(order);
            return Ok(());
        }
        Err(error) => {
            let pause = agenda.failed(order, now);
            Step::new(What::Failed, error.message).of(order).retried(pause)
        }
    };
    step.tell(session.global.json)
}

fn note_news(session: &Session, agenda: &mut Agenda, seller: ParticipantId, news: News) -> Result<(), CommandError> {
    let step = match news {
        News::Event(event) => {
            if let Some(order) = concerned(&event, seller, agenda) {
                agenda.stir(order, Instant::now());
            }
            return Ok(());
        }
        News::Lost(reason) => Step::new(What::Disconnected, reason),
        News::Back => Step::new(What::Connected, said!("nothing was missed", "没有遗漏")),
    };
    step.tell(session.global.json)
}

/// The order of this seller that an event is about.
fn concerned(event: &EventView, seller: ParticipantId, agenda: &Agenda) -> Option<OrderId> {
    let subjects = event.record.event.subjects();
    let ours = subjects.contains(&Subject::Participant(seller));
    subjects.into_iter().find_map(|subject| match subject {
        Subject::Order(order) if ours || agenda.knows(order) => Some(order),
        _ => None,
    })
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

/// The seller with its keys opened: a server has nobody to ask later, nor anyone else's approval.
async fn sole_signer(session: &Session) -> Result<Signer, CommandError> {
    let names = session.key_names()?;
    let participant = session.signer(&names).await?;
    let found = session.client()?.participant(&participant.to_string()).await?;
    let keys = &found.record.enrolment.keys;
    let given = names.iter().filter(|name| keys.keys.contains(&name.public)).count();
    if given < usize::from(keys.threshold) {
        let message = said!(
            "{} approves with {} keys, {given} are named",
            "{} 须用 {} 个密钥批准，已指定 {given} 个",
            found.record.enrolment.handle,
            keys.threshold
        );
        return Err(CommandError::new(Kind::NotAuthorised, message)
            .hint(said!("name as many: --as NAME --as NAME", "请指定足够的密钥：--as NAME --as NAME")));
    }
    Ok(Signer { participant, keys: session.unlock(&names)? })
}

async fn shelf(session: &Session, arguments: &Arguments) -> Result<Shelf, CommandError> {
    let mut shelf = Shelf::default();
    for Source { asset, path } in &arguments.named {
        let found = session.client()?.asset(asset.asset.as_str()).await?;
        shelf.name(found.id, asset.version, path.clone());
    }
    for folder in &arguments.folders {
        if !folder.is_dir() {
            return Err(CommandError::new(
                Kind::NotFound,
                said!("{} is not a folder", "{} 不是文件夹", folder.display()),
            ));
        }
        shelf.add_folder(folder.clone());
    }
    Ok(shelf)
}

/// The orders of a seller that have not ended, and the height that this is the state of, or an earlier one.
async fn open_orders(session: &Session, seller: ParticipantId) -> Result<(Vec<OrderId>, Height), CommandError> {
    let client = session.client()?;
    // Taken before: what happens while the pages are read is heard of again, which does no harm.
    let mut as_of = client.head().await?.height;
    let mut orders = Vec::new();
    for status in OrderStatus::ALL.iter().filter(|status| !status.is_end()) {
        let wanted = OrderQuery { seller: Some(seller.to_string()), status: Some(*status), ..OrderQuery::default() };
        let mut paging = Paging { limit: Some(PAGE), cursor: None };
        loop {
            let page = client.orders(&wanted, &paging).await?;
            as_of = as_of.min(page.as_of);
            orders.extend(page.items.into_iter().map(|item| item.id));
            match page.cursor {
                Some(cursor) => paging.cursor = Some(cursor),
                None => break,
            }
        }
    }
    Ok((orders, as_of))
}
