//! A node behind an open door, and a plain client in front of it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::*;
use yaosu_ledger::signature::{self, Context, SigningKey};
use yaosu_ledger::state::{Draft, Lanes, Reader as _, State};
use yaosu_ledger::transaction::{Action, Body, Envelope};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, VoteKind, VoteStatement};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, Currency, Digest, Duration as Span, Handle, ParticipantId, Text, Timestamp,
};
use yaosu_replica::{Limits as MempoolLimits, Recovered, Replica};
use yaosu_store::{Options, Store};

use super::super::{Limits, Metrics, serve};
use crate::handle::{NodeHandle, Parts};
use crate::intake::Intake;
use crate::replica_thread::{self, Query, Step};
use crate::search::{Follower, Search};
use crate::status::{Board, StatusBoard};

/// Operator, and the fee account.
pub const EXCHANGE: &str = "exchange";
/// Operator without a validator, regulator and assessor.
pub const DEPOT: &str = "depot";
/// Trader.
pub const ALICE: &str = "alice";
/// Trader.
pub const BOB: &str = "bob";

/// Nothing takes this long, whatever else the machine does.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The identifier of someone.
pub fn id_of(name: &str) -> ParticipantId {
    ParticipantId::of_genesis(name)
}

/// The key of someone.
pub fn key_of(name: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    SigningKey::from_seed(seed)
}

/// A text that fits.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("the tests' texts fit")
}

fn founder(name: &str, roles: Roles) -> Founder {
    Founder {
        enrolment: Enrolment {
            handle: Handle::new(name).expect("the tests' names are handles"),
            legal_name: text(name),
            legal_id: text(name),
            keys: KeySet { keys: vec![key_of(name).public()], threshold: 1 },
            delivery_key: Some(Digest([7; 32])),
            related: Vec::new(),
        },
        roles,
        balance: Amount(1_000_000),
    }
}

fn genesis() -> Genesis {
    let window = Span::seconds(1_000);
    let (operator, trader) = (Roles::NONE.with(Role::Operator), Roles::NONE.with(Role::Trader));
    let supervisor = operator.with(Role::Regulator).with(Role::Assessor);
    let participants = [(EXCHANGE, operator), (DEPOT, supervisor), (ALICE, trader), (BOB, trader)];
    Genesis {
        name: text("town"),
        currency: Currency::new("CNY").expect("three letters"),
        time: Timestamp(1_000_000),
        rule_pack: RulePack {
            number: 1,
            notice_window: window,
            delivery_window: window,
            acknowledgement_window: window,
            settlement_window: window,
            proposal_window: window,
            enactment_delay: Span(1),
            fee: BasisPoints(100),
            fee_account: id_of(EXCHANGE),
            key_window: window,
            arbitration_window: window,
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: window,
            recall_window: window,
            required_attestations: Vec::new(),
            freeze_max: yaosu_ledger::Duration::seconds(1_000),
            negotiation_window: Span::seconds(60),
        },
        participants: participants.into_iter().map(|(name, roles)| founder(name, roles)).collect(),
        validators: vec![FoundingValidator {
            operator: Handle::new(EXCHANGE).expect("a handle"),
            key: key_of("validator").public(),
            power: 1,
            network_key: key_of("machine").public(),
        }],
    }
}

/// A node behind an open door.
pub struct Town {
    /// Where the door is.
    pub address: SocketAddr,
    /// The node.
    pub handle: NodeHandle,
    /// Says that the node stops.
    pub shutdown: watch::Sender<bool>,
    /// Ends when the door is shut.
    pub door: JoinHandle<std::io::Result<()>>,
    /// What the node knows of itself.
    pub status: StatusBoard,
    tip: Arc<ArcSwap<Tip>>,
    index: Option<Mutex<Follower>>,
    steps: mpsc::Sender<Step>,
    /// Keeps the ways open that the tests have no use for.
    _others: Box<dyn std::any::Any>,
    _folder: TempDir,
}

impl Town {
    /// A node with the usual limits.
    pub async fn new() -> Self {
        Self::with(Limits::default(), MempoolLimits::default()).await
    }

    /// A node with the usual limits and an index of the catalogue, which follows at once.
    pub async fn with_search() -> Self {
        Self::start(Limits::default(), MempoolLimits::default(), true).await
    }

    /// A node with these limits, without an index of the catalogue.
    pub async fn with(limits: Limits, mempool: MempoolLimits) -> Self {
        Self::start(limits, mempool, false).await
    }

    async fn start(limits: Limits, mempool: MempoolLimits, has_search: bool) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let genesis = genesis();
        let tip = genesis.tip().expect("the document founds a chain");
        let records = tip.state.records().map(|(key, value)| (key.to_vec(), Arc::clone(value)));
        Store::create(folder.path(), &genesis, records).expect("the folder is empty");
        let (store, _) = Store::open(folder.path(), Options::default()).expect("the store was made just now");
        let reader = store.reader();
        let recovered = Recovered { tip, proposed: Vec::new() };
        let replica = Replica::recover(recovered, Some(id_of(EXCHANGE)), mempool).expect("nothing was proposed");
        let thread = replica_thread::start(replica, store).expect("there is room for a thread");
        let status = StatusBoard::new(Board {
            peer: "me".into(),
            operator: Some(id_of(EXCHANGE)),
            consensus_key: true,
            signing: true,
            peers_height: yaosu_ledger::Height(0),
            peers: Vec::new(),
            peers_needed: 0,
            network: yaosu_network::Counts { bans: 3, ..Default::default() },
            signer: yaosu_bft::signer::SignerCounts { signed: 5, withheld: 2 },
            started: true,
        });
        let queries: mpsc::Sender<Query> = thread.queries;
        let index = has_search.then(|| Follower::new(folder.path().join("search")));
        let search = index.as_ref().map_or_else(Search::off, Follower::search);
        let handle = NodeHandle::new(Parts {
            genesis,
            tip: Arc::clone(&thread.tip),
            store: reader,
            heights: thread.heights,
            queries,
            intake: Intake::open(thread.transactions),
            status: status.clone(),
            search,
            past: thread.past,
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let (shutdown, stops) = watch::channel(false);
        let metrics = Metrics::apart(folder.path().to_owned());
        let door = tokio::spawn(serve(listener, handle.clone(), limits, metrics, stops));
        let others = Box::new((thread.demand, thread.gossip, thread.ended));
        let town = Self {
            address,
            handle,
            shutdown,
            door,
            status,
            tip: thread.tip,
            index: index.map(Mutex::new),
            steps: thread.steps,
            _others: others,
            _folder: folder,
        };
        town.follow();
        town
    }

    /// Brings the index to the state as it is, as the thread of a node does.
    fn follow(&self) {
        if let Some(index) = &self.index {
            index.lock().expect("no test breaks it").follow(&self.tip.load(), &|| false);
        }
    }

    /// Decides a block with all that waits.
    pub async fn decide(&self) {
        let tip = self.handle.tip();
        let height = tip.height.next();
        let (reply, block) = oneshot::channel();
        self.step(Step::ValueRequested { height, round: 0, reply }).await;
        let block = block.await.expect("the replica offers a block").id();
        let statement = VoteStatement { kind: VoteKind::Precommit, height, round: 0, block: Some(block) };
        let payload = yaosu_ledger::codec::encode(&statement);
        let signature = key_of("validator").sign(Context::Vote, &tip.chain, &payload);
        assert!(signature::verify(&key_of("validator").public(), &statement.message(&tip.chain), &signature));
        let signatures = vec![CommitSignature { operator: id_of(EXCHANGE), signature }];
        let (reply, done) = oneshot::channel();
        let certificate = CommitCertificate { height, round: 0, block, signatures };
        self.step(Step::Decided { certificate, reply }).await;
        done.await.expect("the replica decides");
        self.follow();
    }

    async fn step(&self, step: Step) {
        assert!(self.steps.send(step).await.is_ok(), "the replica's thread is there");
    }

    /// A state as no rule would make it, until the next block is decided.
    pub fn edit(&self, change: impl FnOnce(&mut Draft<'_, State>)) {
        let tip = self.tip.load_full();
        let mut draft = Draft::new(&tip.state);
        change(&mut draft);
        let state = tip.state.with(&draft.into_changes());
        self.tip.store(Arc::new(Tip { state, ..(*tip).clone() }));
        self.follow();
    }

    /// An action signed with this number of lane 0.
    pub fn sign(&self, signer: &str, sequence: u64, action: Action) -> Envelope {
        let body = Body {
            chain: self.handle.tip().chain,
            signer: id_of(signer),
            lane: 0,
            sequence,
            valid_until: None,
            action,
        };
        Envelope::new(body.sign(&[&key_of(signer)]))
    }

    /// Signs with the next number, sends and expects it to be admitted; the path of the transaction.
    pub async fn send(&self, signer: &str, action: Action) -> Envelope {
        let committed = self.handle.tip().state.get::<Lanes>(&(id_of(signer), 0)).unwrap_or(0);
        let number = self.handle.next_number(id_of(signer), 0).await.max(committed);
        let envelope = self.sign(signer, number, action);
        let answer = self.post(envelope.bytes()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        envelope
    }

    /// Sends bytes as a transaction.
    pub async fn post(&self, bytes: &[u8]) -> Answer {
        self.post_to("/v1/transactions", bytes).await
    }

    /// Sends bytes as a transaction to this path.
    pub async fn post_to(&self, path: &str, bytes: &[u8]) -> Answer {
        self.ask("POST", path, &[("content-type", "application/octet-stream")], bytes).await
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], &[]).await
    }

    /// Asks for a path, and expects JSON with status 200.
    pub async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// One request on a connection of its own.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        Self::ask_on(self.connect().await, method, path, headers, body).await
    }

    /// Asks for a path from another address than [`Town::get`] does.
    pub async fn get_from(&self, address: Ipv4Addr, path: &str) -> Answer {
        Self::ask_on(self.connect_from(address).await, "GET", path, &[], &[]).await
    }

    async fn ask_on(mut stream: TcpStream, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        let length = body.len().to_string();
        let length = ("content-length", length.as_str());
        for (name, value) in headers.iter().chain(Some(&length).filter(|_| method == "POST")) {
            request.extend([name, ": ", value, "\r\n"]);
        }
        request.push_str("\r\n");
        // The door may answer and close before it has read everything.
        let _refused = stream.write_all(request.as_bytes()).await;
        let _refused = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let _reset = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the door answers and closes");
        Answer::parse(&bytes)
    }

    /// A connection.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the door is open")
    }

    /// A connection from another address.
    pub async fn connect_from(&self, address: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((address, 0).into()).expect("all addresses that begin with 127 are this machine's");
        socket.connect(self.address).await.expect("the door is open")
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Takes an answer apart; status 0 if there is none.
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let Some(end) = end else { return Self { status: 0, headers: BTreeMap::new(), body: bytes.to_vec() } };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Expects a problem document of this status and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> serde_json::Value {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        problem
    }
}

/// A payment.
pub fn pay(to: &str, amount: u64) -> Action {
    Action::Pay { to: id_of(to), amount: Amount(amount), memo: text("for tests") }
}

/// Registers something of one's own whose content root this is.
pub fn register(title: &str, root: u8) -> Action {
    Action::RegisterAsset {
        description: description(title),
        rights: RightsClaim {
            hold: Basis::SelfProduced,
            r#use: Basis::SelfProduced,
            operate: Basis::SelfProduced,
            evidence: None,
        },
        content: content(root),
        parents: Vec::new(),
    }
}

/// An enterprise's data.
pub fn description(title: &str) -> AssetDescription {
    AssetDescription {
        title: text(title),
        description: text("what it is"),
        kind: AssetKind::Resource,
        source_class: SourceClass::Enterprise,
        sector: text("meteorology"),
        grade: Grade::General1,
        openness: Openness::NotPublic,
        keywords: vec![text("rain"), text("wind")],
        spatial: text("US-WA Seattle"),
        temporal: text("2012-01-01/2015-12-31"),
        update_cycle: UpdateCycle::Once,
    }
}

/// Content with this root.
pub fn content(root: u8) -> VersionContent {
    VersionContent {
        content_root: Digest([root; 32]),
        size_bytes: 5,
        media_type: text("text/plain"),
        structure: None,
        metadata_hash: None,
    }
}

/// An asset as no rule would make it.
pub fn asset(title: &str, holder: &str) -> Asset {
    let line =
        TitleLine { holder: id_of(holder), basis: Basis::SelfProduced, evidence: None, since: Timestamp(1_000_000) };
    Asset {
        description: description(title),
        lines: [line; 3],
        registration: Registration::Registered {
            certificate: text("1"),
            registrar: id_of(EXCHANGE),
            since: Timestamp(1_000_000),
        },
        open_objections: 0,
        objections: 0,
        latest_version: 1,
        created: Timestamp(1_000_000),
    }
}

/// An identifier that begins so.
pub fn asset_id(first: &[u8]) -> AssetId {
    let mut bytes = [0; 32];
    bytes[..first.len()].copy_from_slice(first);
    AssetId(Digest(bytes))
}

/// Waits until something holds.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
