//! `yaosu order deliver`, `receive`, `reveal`, `open-key`: the two sides of a sealed delivery.

use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use yaosu_api::Entity;
use yaosu_api::words::Label;
use yaosu_ledger::model::{Delivery, Order, OrderStatus};
use yaosu_ledger::sealed::{Commitment, Secret};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Digest, OrderId, Text};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::{self, DeliveryError, Depot, Inbox, Opened};

use super::super::asset;
use super::sealing::Sealing;
use super::target::{ReceiveArguments, Target};
use crate::command_error::{CommandError, Kind};
use crate::parse::Reference;
use crate::progress;
use crate::said::{bytes, maybe, plain, said, word};
use crate::screen::{self, Screen, Show};
use crate::session::Session;
use crate::write::{commit, write};

/// How often the ledger is asked whether the other side has acted.
const POLL: Duration = Duration::from_secs(1);

/// Where sealed files lie between seller and buyer.
#[derive(Debug, Args)]
pub struct DepotArguments {
    /// Where the sealed files go: a folder, or file://, http://, https://, s3:// [default: depot in the home folder]
    #[arg(long, value_name = "URL")]
    pub depot: Option<String>,
    /// The address under which the buyer finds the depot, if it is another one
    #[arg(long, value_name = "URL")]
    pub at: Option<String>,
}

/// A delivery.
#[derive(Debug, Args)]
pub struct DeliverArguments {
    /// Which order
    order: Reference,
    /// The file or folder that was registered
    file: PathBuf,
    #[command(flatten)]
    place: DepotArguments,
}

/// How far a buyer has come.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The sealed bytes are here, nothing was said to the ledger.
    Fetched,
    /// The registered bytes are in the file.
    Received,
    /// The seller sealed something else, and the ledger has judged it.
    MisbehaviourProved,
}

#[derive(Debug, Serialize)]
struct Received {
    order: OrderId,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    /// Where the archive was extracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
    content_root: Digest,
    size_bytes: u64,
    /// How long the proof was.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_bytes: Option<usize>,
    /// What is in the ledger because of it.
    transactions: Vec<String>,
}

impl Show for Received {
    fn show(&self, screen: &mut Screen) {
        screen.line(match self.outcome {
            Outcome::Fetched => {
                said!("the sealed bytes are here, and they are those of the delivery", "密封字节已收到，与交付一致")
            }
            Outcome::Received => said!("received, and it is the registered content", "已收到，且与登记内容一致"),
            Outcome::MisbehaviourProved => {
                said!(
                    "the seller sealed something else: proved, and the price is back with the bond",
                    "供方密封的是其他内容：已证实，价款连同保证金已退还"
                )
            }
        });
        screen.fields(&[
            (Label::Order, plain(self.order)),
            (Label::File, maybe(self.file.as_ref().map(|file| file.display()))),
            (Label::Folder, maybe(self.folder.as_ref().map(|folder| folder.display()))),
            (Label::ContentRoot, plain(self.content_root)),
            (Label::Size, bytes(self.size_bytes)),
            (Label::Proof, maybe(self.proof_bytes.map(bytes))),
        ]);
        for transaction in &self.transactions {
            screen.line(said!("- transaction {transaction}", "- 交易 {transaction}"));
        }
    }
}

/// What an S3 client is set up with.
fn depot_options() -> Vec<(String, String)> {
    std::env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect()
}

/// The depot that was named.
pub fn open_depot(session: &Session, place: &DepotArguments) -> Result<Depot, CommandError> {
    Ok(Depot::open(&address(session, place.depot.as_deref())?, place.at.as_deref(), &depot_options())?)
}

/// The address of a depot from what was typed: a path is one too.
fn address(session: &Session, given: Option<&str>) -> Result<String, CommandError> {
    let path = match given {
        Some(address) if address.contains("://") => return Ok(address.to_owned()),
        Some(path) => PathBuf::from(path),
        None => session.home.depot_path(),
    };
    let path = std::path::absolute(&path).map_err(|error| crate::home::io_error(&path, &error))?;
    Depot::address_of(&path).map_err(Into::into)
}

/// Seals and delivers. An order has one secret, so that a second call gives the same sealed bytes as the first.
pub async fn deliver(session: &Session, arguments: DeliverArguments) -> Result<(), CommandError> {
    let order = session.client()?.order(arguments.order.as_str()).await?;
    if session.global.dry_run {
        return try_delivery(session, &order, &arguments).await;
    }
    let depot = open_depot(session, &arguments.place)?;
    let sealing = Sealing::prepare(session, &order).await?;
    let sealed = progress::with_bar(&said!("sealing", "密封"), |progress| sealing.seal(&arguments.file, progress))?;
    let bar = progress::start(&said!("sending", "发送"));
    let result = sealing.send(&sealed, &depot, &mut |done, total| progress::advance(&bar, done, total)).await;
    bar.finish_and_clear();
    write(session, result?).await
}

/// What the ledger would say of a delivery. Sealing may take long, and sending too, so that neither is done for it: what is
/// tried has other roots than the delivery would have, and no rule looks at them.
async fn try_delivery(
    session: &Session,
    order: &Entity<OrderId, Order>,
    DeliverArguments { file, place, .. }: &DeliverArguments,
) -> Result<(), CommandError> {
    let Fingerprint { size_bytes, .. } = expected(session, &order.record).await?;
    let found = fs::metadata(file).map_err(|error| crate::home::io_error(file, &error))?;
    if found.is_file() && found.len() != size_bytes {
        let what = file.display().to_string();
        return Err(DeliveryError::Length { what, expected: size_bytes, found: found.len() }.into());
    }
    let address = address(session, place.depot.as_deref())?;
    let depot = place.at.as_deref().unwrap_or(&address);
    let location = Text::new(delivery::location_of_order(depot, order.id))
        .map_err(|error| CommandError::usage(said!("the location: {error}", "位置：{error}")))?;
    let nothing = Digest::ZERO;
    let commitment = Commitment { ciphertext_root: nothing, nodes_root: nothing, key_commitment: nothing };
    screen::note(said!(
        "nothing is sealed or sent, and the file is not hashed: the ledger is asked with zeros for its roots",
        "未密封也未发送任何内容，文件未计算哈希：以零作为根询问账本"
    ));
    write(session, Action::Deliver { order: order.id, location, commitment }).await
}

/// What the ledger would say of the buyer's next step, as far as it does not hang on what lies in the depot.
async fn try_receipt(session: &Session, order: &Entity<OrderId, Order>) -> Result<(), CommandError> {
    let action = match order.record.status {
        OrderStatus::Delivered => acknowledgement(order)?,
        OrderStatus::KeyRevealed => Action::AcceptDelivery { order: order.id },
        status => {
            let status = word(&status);
            return Err(CommandError::failed(said!(
                "order {} is {status}: the buyer has nothing to sign",
                "合同 {} 的状态为{status}：需方无需签署",
                order.id
            ))
            .hint(plain(format_args!("yaosu order show {}", order.id))));
        }
    };
    screen::note(said!(
        "nothing is fetched or opened: the ledger is asked as if the sealed bytes and the content were right",
        "未获取也未开启任何内容：假定密封字节与内容均无误询问账本"
    ));
    write(session, action).await
}

/// What the ledger says of the content that was ordered.
pub async fn expected(session: &Session, order: &Order) -> Result<Fingerprint, CommandError> {
    let content = asset::content_of(session, order.asset, order.version).await?;
    Ok(Fingerprint { content_root: content.content_root, size_bytes: content.size_bytes })
}

/// The secret of an order that this home has delivered.
pub fn secret_of(session: &Session, order: &Entity<OrderId, Order>) -> Result<Secret, CommandError> {
    let Some(Delivery { commitment, .. }) = &order.record.delivery else {
        return Err(CommandError::failed(said!("order {} is not delivered yet", "合同 {} 尚未交付", order.id)));
    };
    let path = session.home.secret_path(order.id, commitment.key_commitment);
    delivery::kept_secret(&path)?.ok_or_else(|| {
        CommandError::new(
            Kind::NotFound,
            said!("the secret of order {} is not here", "合同 {} 的交付密钥不在此处", order.id),
        )
        .hint(said!(
            "it was kept in {} of the home that delivered",
            "它保存在交付方主文件夹的 {} 中",
            path.display()
        ))
    })
}

/// The seller's next step, once the buyer has the bytes.
pub fn revelation(session: &Session, order: &Entity<OrderId, Order>) -> Result<Action, CommandError> {
    let secret = secret_of(session, order)?;
    let to = order
        .record
        .delivery_key
        .ok_or_else(|| CommandError::failed(said!("the order has no delivery key", "该合同没有交付密钥")))?;
    Ok(Action::RevealKey { order: order.id, sealed_key: delivery::seal_secret(&secret, &to)? })
}

/// Reveals the key to the buyer.
pub async fn reveal(session: &Session, order: &Reference) -> Result<(), CommandError> {
    let order = session.client()?.order(order.as_str()).await?;
    write(session, revelation(session, &order)?).await
}

/// Opens the key to all.
pub async fn open_key(session: &Session, order: &Reference) -> Result<(), CommandError> {
    let order = session.client()?.order(order.as_str()).await?;
    write(session, Action::OpenKey { order: order.id, secret: secret_of(session, &order)? }).await
}

/// The buyer's side, from wherever the order stands. It can be interrupted anywhere and called again.
pub async fn receive(session: &Session, arguments: ReceiveArguments) -> Result<(), CommandError> {
    if session.global.save.is_some() || session.global.no_wait {
        return Err(CommandError::usage(said!(
            "receiving takes several transactions, each after the one before",
            "接收须依次提交多笔交易"
        ))
        .hint(said!(
            "leave --save and --no-wait out; or stop before them with --fetch-only",
            "请去掉 --save 和 --no-wait；或用 --fetch-only 只获取"
        )));
    }
    let mut order = session.client()?.order(arguments.order.as_str()).await?;
    if session.global.dry_run {
        return try_receipt(session, &order).await;
    }
    let Fingerprint { content_root, size_bytes } = expected(session, &order.record).await?;
    let mut received = Received {
        order: order.id,
        outcome: Outcome::Fetched,
        file: None,
        folder: None,
        content_root,
        size_bytes,
        proof_bytes: None,
        transactions: Vec::new(),
    };
    let target =
        if arguments.fetch_only { Target::default() } else { arguments.target.look(content_root, size_bytes)? };
    let inbox = fetch(session, &order, size_bytes).await?;
    if arguments.fetch_only {
        return session.show(&received);
    }
    loop {
        let action = match order.record.status {
            OrderStatus::Delivered => Some(acknowledgement(&order)?),
            OrderStatus::KeyRevealed | OrderStatus::Settled | OrderStatus::Split => {
                match open(session, &order, &inbox, &content_root, &target)? {
                    Step::Challenge => Some(Action::ChallengeKey { order: order.id }),
                    Step::Prove(action, bytes) => {
                        received.transactions.push(commit(session, *action).await?.id.to_string());
                        received.outcome = Outcome::MisbehaviourProved;
                        received.proof_bytes = Some(bytes);
                        inbox.discard()?;
                        return session.show(&received);
                    }
                    Step::Received => {
                        received.outcome = Outcome::Received;
                        (received.file, received.folder) = (target.output, target.extract);
                        if order.record.status == OrderStatus::KeyRevealed && !arguments.no_accept {
                            let action = Action::AcceptDelivery { order: order.id };
                            received.transactions.push(commit(session, action).await?.id.to_string());
                        }
                        inbox.discard()?;
                        return session.show(&received);
                    }
                }
            }
            OrderStatus::Acknowledged | OrderStatus::KeyChallenged => None,
            status @ (OrderStatus::Placed | OrderStatus::Disputed | OrderStatus::Refunded) => {
                let status = word(&status);
                return Err(CommandError::failed(said!("order {} is {status}", "合同 {} 的状态为{status}", order.id))
                    .hint(plain(format_args!("yaosu order show {}", order.id))));
            }
        };
        if let Some(action) = action {
            received.transactions.push(commit(session, action).await?.id.to_string());
            order = session.client()?.order(&order.id.to_string()).await?;
            continue;
        }
        screen::note(said!("waiting for the seller's key", "等待供方披露密钥"));
        let before = order.record.status;
        while order.record.status == before {
            tokio::time::sleep(POLL).await;
            order = session.client()?.order(&order.id.to_string()).await?;
        }
    }
}

/// Fetches what is not here yet, and compares it with the commitment.
async fn fetch(session: &Session, order: &Entity<OrderId, Order>, size_bytes: u64) -> Result<Inbox, CommandError> {
    let Some(Delivery { location, commitment, .. }) = &order.record.delivery else {
        return Err(CommandError::failed(said!("order {} is not delivered yet", "合同 {} 尚未交付", order.id))
            .hint(plain(format_args!("yaosu order show {}", order.id))));
    };
    let key = order
        .record
        .delivery_key
        .ok_or_else(|| CommandError::failed(said!("the order has no delivery key", "该合同没有交付密钥")))?;
    let key = session.delivery_secret(&key)?;
    let inbox = Inbox::open(&session.home.inbox_path(order.id), size_bytes)?;
    let depot = Depot::at(location.as_str(), &depot_options())?;
    let bar = progress::start(&said!("fetching", "获取"));
    let result = inbox.receive(&depot, &key, &mut |done, total| progress::advance(&bar, done, total)).await;
    bar.finish_and_clear();
    let arrived = result?;
    if (arrived.ciphertext_root, arrived.nodes_root) == (commitment.ciphertext_root, commitment.nodes_root) {
        return Ok(inbox);
    }
    inbox.discard()?;
    Err(CommandError::new(
        Kind::Unverified,
        said!("what lies in the depot is not what the delivery is bound to", "存放处的内容与交付所承诺的不符"),
    )
    .hint(said!("the same command fetches it once more", "同一命令可重新获取"))
    .hint(said!("or: yaosu order reject {} --reason TEXT", "或：yaosu order reject {} --reason TEXT", order.id)))
}

fn acknowledgement(order: &Entity<OrderId, Order>) -> Result<Action, CommandError> {
    let commitment = order.record.delivery.as_ref().map(|delivery| delivery.commitment);
    let commitment =
        commitment.ok_or_else(|| CommandError::failed(said!("the order is not delivered", "该合同尚未交付")))?;
    let (ciphertext_root, nodes_root) = (commitment.ciphertext_root, commitment.nodes_root);
    Ok(Action::Acknowledge { order: order.id, ciphertext_root, nodes_root })
}

/// What the revealed key leads to.
enum Step {
    Received,
    Challenge,
    /// The proof and its length.
    Prove(Box<Action>, usize),
}

fn open(
    session: &Session,
    order: &Entity<OrderId, Order>,
    inbox: &Inbox,
    content_root: &Digest,
    target: &Target,
) -> Result<Step, CommandError> {
    if target.is_there {
        target.extract_from_output()?;
        return Ok(Step::Received);
    }
    let (Some(delivery), Some(key)) = (&order.record.delivery, &order.record.delivery_key) else {
        return Err(CommandError::failed(said!("the order is not delivered", "该合同尚未交付")));
    };
    let secret = match (delivery.secret, &delivery.sealed_key) {
        (Some(secret), _) => Some(secret),
        (None, Some(sealed)) => {
            let committed = delivery.commitment.key_commitment;
            let opened = delivery::open_secret(sealed, &session.delivery_secret(key)?);
            opened.ok().filter(|secret| secret.commitment() == committed)
        }
        (None, None) => None,
    };
    let Some(secret) = secret else { return Ok(Step::Challenge) };
    let opened = target.fill(|output| {
        progress::with_bar(&said!("opening", "开启"), |progress| {
            inbox.open_with(&secret, content_root, output, progress)
        })
    })?;
    Ok(match opened {
        Opened::Content => Step::Received,
        Opened::Misbehaviour(proof) => {
            let bytes = yaosu_ledger::codec::encode(proof.as_ref()).len();
            Step::Prove(Box::new(Action::ProveMisbehaviour { order: order.id, secret, proof: *proof }), bytes)
        }
    })
}
