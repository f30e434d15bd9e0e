//! `yaosu serve` as a process: what it does for orders, and that it does it once, whatever breaks meanwhile.

mod depot;
#[path = "../stub/door.rs"]
mod door;
mod market;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use yaosu_ledger::model::OrderStatus;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Digest, OrderId, Timestamp};
use yaosu_sdk::delivery::{Depot, Inbox, Opened};
use yaosu_sdk::key_file::{self, DeliverySecret, Seed};

use depot::SlowDepot;
use market::{ASSET, CHAIN, Market};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until something is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "it took too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn bob() -> DeliverySecret {
    DeliverySecret::from_bytes(&[5; 32])
}

/// A seller's home, and a market that knows the seller.
struct Shop {
    folder: TempDir,
    market: Market,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let home = folder.path().join("home");
        for name in ["home", "home/keys", "data"] {
            fs::create_dir(folder.path().join(name)).expect("the folder is there");
        }
        fs::write(home.join("password"), "secret\n").expect("the folder is there");
        let seed = Seed::from_bytes(&[7; 32]);
        key_file::create(&home.join("keys/acme.pem"), &seed, b"secret").expect("the folder is there");
        let contents = [10, 300_000].map(|length| (0..=250).cycle().take(length).collect());
        let market = Market::open(seed.signing_key().public(), contents.into());
        let config = format!(
            "profile = \"test\"\n[profiles.test]\nnodes = [\"{}\"]\nchain = \"{CHAIN}\"\nas = \"acme\"\n\
             password_file = \"password\"\n",
            market.door.address()
        );
        fs::write(home.join("config.toml"), config).expect("the folder is there");
        Self { folder, market }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts the content of a version where it is looked for.
    fn stock(&self, version: usize) {
        let bytes = self.market.ledger().contents[version - 1].clone();
        fs::write(self.path("data").join(format!("{version}.bin")), bytes).expect("the folder is there");
    }

    fn serve(&self, log: &str) -> Server {
        self.serve_to(self.path("depot"), log)
    }

    fn serve_to(&self, depot: impl AsRef<OsStr>, log: &str) -> Server {
        let data = self.path("data");
        let log = self.path(log);
        let process = Command::new(env!("CARGO_BIN_EXE_yaosu"))
            .args(["--json", "serve", "--folder"])
            .arg(data)
            .arg("--depot")
            .arg(depot)
            .env_clear()
            .env("YAOSU_HOME", self.path("home"))
            .stdout(File::create(&log).expect("the folder is there"))
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program was built");
        let server = Server { process, log };
        until("it serves", || server.step("serving", None));
        server
    }

    /// As the buyer: fetches what lies in the depot and opens it with the key that is open to all.
    fn buyer_has(&self, id: OrderId) -> Vec<u8> {
        let order = self.market.order(id);
        let delivery = order.delivery.expect("it is delivered");
        let content = self.market.ledger().contents[order.version as usize - 1].clone();
        let inbox = Inbox::open(&self.path("inbox"), content.len() as u64).expect("the folder is ours");
        let depot = Depot::at(delivery.location.as_str(), &[]).expect("it is a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let arrived = runtime.block_on(inbox.receive(&depot, &bob(), &mut |_, _| {})).expect("it is sealed to bob");
        assert_eq!(arrived.ciphertext_root, delivery.commitment.ciphertext_root);
        assert_eq!(arrived.nodes_root, delivery.commitment.nodes_root);
        let root = yaosu_ledger::Digest(*blake3::hash(&content).as_bytes());
        let secret = delivery.secret.expect("it is open");
        let output = self.path("output");
        let opened = inbox.open_with(&secret, &root, &output, &mut |_, _| {}).expect("it can be read");
        assert_eq!(opened, Opened::Content);
        fs::read(output).expect("it was written")
    }

    fn secrets(&self, id: OrderId) -> usize {
        let folder = self.path("home/outgoing").join(id.to_string());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "secret")).count()
    }

    fn wait_for(&self, id: OrderId, status: OrderStatus) {
        until(&format!("the order is {status}"), || (self.market.order(id).status == status).then_some(()));
    }
}

/// The process. Killed when dropped.
struct Server {
    process: Child,
    log: PathBuf,
}

impl Server {
    /// The first step of this name, for this order.
    fn step(&self, name: &str, order: Option<OrderId>) -> Option<Value> {
        steps(&self.log)
            .into_iter()
            .find(|step| step["step"] == name && order.is_none_or(|order| step["order"] == serde_json::json!(order)))
    }

    fn interrupt(mut self) -> ExitStatus {
        let id = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw).expect("an id");
        rustix::process::kill_process(id, rustix::process::Signal::INT).expect("the process is ours");
        until("it stops", || self.process.try_wait().expect("the process is ours"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// What it has told, a line each.
fn steps(log: &Path) -> Vec<Value> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| serde_json::from_str(line).expect("each line is a JSON object")).collect()
}

/// Goal: an order comes through every stage without a person; one that can't be served holds up nobody, and comes
/// through when its file is there; a secret is kept as long as the order is open, no longer.
#[test]
fn orders_are_served_to_their_end() {
    let shop = Shop::new();
    shop.stock(1);
    let lacking = shop.market.place(11, 2, bob().public());
    let server = shop.serve("log");
    let failed = until("it fails", || server.step("failed", Some(lacking)));
    assert!(failed["retry_ms"].as_u64().is_some_and(|pause| pause >= 1_000), "{failed}");
    assert!(failed["detail"].as_str().is_some_and(|text| text.contains(&ASSET.to_string())), "{failed}");

    let order = shop.market.place(12, 1, bob().public());
    shop.wait_for(order, OrderStatus::Delivered);
    assert_eq!(shop.secrets(order), 1);
    shop.market.turn(order, OrderStatus::Acknowledged);
    shop.wait_for(order, OrderStatus::KeyRevealed);
    shop.market.turn(order, OrderStatus::KeyChallenged);
    shop.wait_for(order, OrderStatus::KeyRevealed);
    assert_eq!(shop.buyer_has(order), shop.market.ledger().contents[0]);
    shop.market.turn(order, OrderStatus::Disputed);
    let other = shop.market.place(13, 1, bob().public());
    shop.wait_for(other, OrderStatus::Delivered);
    assert_eq!(shop.secrets(order), 1, "a dispute is no end");
    shop.market.turn(order, OrderStatus::Settled);
    until("it ends", || server.step("ended", Some(order)));
    assert_eq!(shop.secrets(order), 0);

    shop.stock(2);
    shop.wait_for(lacking, OrderStatus::Delivered);
    for (name, count) in [("deliver", 1), ("reveal-key", 1), ("open-key", 1)] {
        assert_eq!(shop.market.count(name, order), count, "{name}");
    }
    let strange = |step: &Value| step["step"] == "failed" && step["order"] != serde_json::json!(lacking);
    assert!(!steps(&server.log).iter().any(strange));
    assert!(server.interrupt().success());
    let last = steps(&shop.path("log")).pop().expect("it told something");
    assert_eq!(last["step"], "stopped");
}

/// Goal: killed while nobody knows whether the ledger has the delivery, it offers the very same again, so that what lies
/// in the depot fits whichever offer is taken; the other one is refused, and the order is delivered once.
#[test]
fn a_kill_delivers_nothing_twice() {
    let shop = Shop::new();
    shop.stock(2);
    shop.market.ledger().held = true;
    let order = shop.market.place(11, 2, bob().public());
    for round in 1..=3 {
        let mut server = shop.serve(&format!("log-{round}"));
        until("it offers", || (shop.market.ledger().waiting.len() == round).then_some(()));
        assert_eq!(shop.secrets(order), 1, "the secret is on the disk before the offer");
        server.process.kill().expect("the process is ours");
    }
    let offers: Vec<Action> =
        shop.market.ledger().waiting.iter().map(|transaction| transaction.body.action.clone()).collect();
    assert!(offers.iter().all(|offer| *offer == offers[0]), "{offers:?}");

    shop.market.release();
    assert_eq!((shop.market.count("deliver", order), shop.market.order(order).status), (1, OrderStatus::Delivered));
    // While nobody serves, the buyer goes on: the start sees it.
    shop.market.turn(order, OrderStatus::KeyChallenged);
    let server = shop.serve("log-4");
    shop.wait_for(order, OrderStatus::KeyRevealed);
    assert_eq!(shop.buyer_has(order), shop.market.ledger().contents[1]);
    assert_eq!(shop.market.count("deliver", order), 1);
    assert!(server.interrupt().success());

    // What ended while nobody served is forgotten by the next start.
    shop.market.turn(order, OrderStatus::Refunded);
    let server = shop.serve("log-5");
    until("it ends", || server.step("ended", Some(order)));
    assert_eq!(shop.secrets(order), 0);
}

/// Goal: a node that goes away and comes back is asked again, and what happened meanwhile is not missed.
#[test]
fn a_node_may_be_away() {
    let mut shop = Shop::new();
    shop.stock(1);
    let server = shop.serve("log");
    let first = shop.market.place(11, 1, bob().public());
    shop.wait_for(first, OrderStatus::Delivered);
    shop.market.door.shut();
    until("it notices", || server.step("disconnected", None));
    let second = shop.market.place(12, 1, bob().public());
    shop.market.turn(first, OrderStatus::Acknowledged);
    shop.market.door.open_again();
    shop.wait_for(second, OrderStatus::Delivered);
    shop.wait_for(first, OrderStatus::KeyRevealed);
    until("it says so", || server.step("connected", None));
    assert_eq!((shop.market.count("deliver", first), shop.market.count("reveal-key", first)), (1, 1));
    assert!(server.interrupt().success());
}

/// Goal: a depot that takes nothing is told, and taken to when it is back.
#[test]
fn a_depot_may_be_away() {
    let shop = Shop::new();
    shop.stock(1);
    let server = shop.serve("log");
    let depot = shop.path("depot");
    fs::remove_dir(&depot).expect("it is empty");
    fs::write(&depot, "in the way").expect("the folder is there");
    let order = shop.market.place(11, 1, bob().public());
    until("it fails", || server.step("failed", Some(order)));
    fs::remove_file(&depot).expect("it is ours");
    fs::create_dir(&depot).expect("nothing is in the way");
    shop.wait_for(order, OrderStatus::Delivered);
    assert_eq!(shop.market.count("deliver", order), 1);
}

/// Goal: however many deliveries wait for a slow depot, a key is revealed meanwhile: else who orders much and acknowledges
/// one order would win the bond.
/// Method: a depot that takes connections and never answers, and more orders than are worked on at the same time.
#[test]
fn keys_are_revealed_while_deliveries_wait() {
    let shop = Shop::new();
    shop.stock(1);
    let server = shop.serve("log-1");
    let order = shop.market.place(1, 1, bob().public());
    shop.wait_for(order, OrderStatus::Delivered);
    assert!(server.interrupt().success());
    let depot = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    for byte in 2..=80 {
        shop.market.place(byte, 1, bob().public());
    }
    let _server = shop.serve_to(format!("http://{}", depot.local_addr().expect("it is bound")), "log-2");
    let _sending = depot.accept().expect("a delivery is being sent");
    shop.market.turn(order, OrderStatus::Acknowledged);
    shop.wait_for(order, OrderStatus::KeyRevealed);
}

fn numbered(byte: u8) -> OrderId {
    OrderId(Digest([byte; 32]))
}

/// Goal: of deliveries that wait, the one with the nearest deadline is sent next, whoever came first: else who orders much
/// would win others' bonds.
/// Method: two orders are held by the depot, and others come meanwhile; then one of the two is let go.
#[test]
fn the_nearest_deadline_is_delivered_first() {
    let shop = Shop::new();
    shop.stock(1);
    let depot = SlowDepot::open([1, 2].map(numbered));
    let place = |byte, hours: u64| shop.market.place_until(byte, 1, bob().public(), Timestamp(hours * 3_600_000));
    let _server = shop.serve_to(depot.door.address(), "log");
    let done = place(3, 1);
    shop.wait_for(done, OrderStatus::Delivered);
    let held = [place(1, 1), place(2, 1)];
    until("both are being sent", || (depot.begun().len() == 3).then_some(()));
    // Neither in the order of their numbers, nor as they come.
    let waiting = [(10, 50), (11, 20), (12, 90), (13, 10), (14, 30), (15, 80), (16, 60), (17, 40), (18, 70)];
    for (byte, hours) in waiting {
        place(byte, hours);
    }
    until("all are known", || {
        waiting.iter().all(|(byte, _)| shop.market.ledger().asked.contains(&numbered(*byte))).then_some(())
    });
    // What takes several questions of the same program: the answers to those before have been read.
    shop.market.turn(done, OrderStatus::Acknowledged);
    shop.wait_for(done, OrderStatus::KeyRevealed);
    assert_eq!(depot.begun().len(), 3);
    depot.let_go(held[0]);
    until("all are sent", || (depot.begun().len() == 3 + waiting.len()).then_some(()));
    let expected = [13, 11, 14, 17, 10, 16, 18, 15, 12].map(numbered);
    assert_eq!(depot.begun()[3..], expected);
}

/// Goal: a delivery that is not done by its order's deadline makes room for others.
#[test]
fn a_delivery_ends_at_the_deadline() {
    let shop = Shop::new();
    shop.stock(1);
    let depot = SlowDepot::open([1, 2].map(numbered));
    let server = shop.serve_to(depot.door.address(), "log");
    let held = [1, 2].map(|byte| shop.market.place_until(byte, 1, bob().public(), Timestamp(3_000)));
    until("both are being sent", || (depot.begun().len() == 2).then_some(()));
    let other = shop.market.place(3, 1, bob().public());
    for order in held {
        let failed = until("it is given up", || server.step("failed", Some(order)));
        assert!(failed["detail"].as_str().is_some_and(|text| text.contains("deadline")), "{failed}");
    }
    shop.wait_for(other, OrderStatus::Delivered);
}

/// Goal: two programs never serve the orders of one home at the same time.
#[test]
fn one_server_a_home() {
    let shop = Shop::new();
    let _server = shop.serve("log");
    let mut second = Command::new(env!("CARGO_BIN_EXE_yaosu"))
        .args(["serve", "--folder"])
        .arg(shop.path("data"))
        .env_clear()
        .env("YAOSU_HOME", shop.path("home"))
        .stderr(File::create(shop.path("second")).expect("the folder is there"))
        .spawn()
        .map(|process| Server { process, log: shop.path("none") })
        .expect("the program was built");
    let ended = until("it is refused", || second.process.try_wait().expect("the process is ours"));
    assert_eq!(ended.code(), Some(1));
    assert!(fs::read_to_string(shop.path("second")).expect("it is there").contains("by another program"));
}

/// Goal: a trial asks the ledger, and does nothing else: nothing is sealed, sent, fetched, kept or signed. What can't be
/// right is told, and so is what the ledger refuses.
#[test]
fn a_trial_only_asks() {
    let shop = Shop::new();
    shop.stock(1);
    shop.stock(2);
    let order = shop.market.place(11, 1, bob().public());
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_yaosu"))
            .args(arguments)
            .env_clear()
            .env("YAOSU_HOME", shop.path("home"))
            .output()
            .expect("the program was built")
    };
    let (id, depot) = (order.to_string(), shop.path("depot"));
    let [right, wrong] = ["data/1.bin", "data/2.bin"].map(|name| shop.path(name).display().to_string());
    let deliver = |file: &str| {
        run(&["--json", "--dry-run", "order", "deliver", &id, file, "--depot", &depot.display().to_string()])
    };
    let output = shop.path("output").display().to_string();
    let receive = || run(&["--json", "--dry-run", "order", "receive", &id, "--output", &output]);
    let words = |output: std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();

    let tried = deliver(&right);
    assert!(tried.status.success(), "{}", words(tried));
    let asked = shop.market.ledger().tried.clone();
    let [Action::Deliver { order: named, location, .. }] = asked.as_slice() else { panic!("a delivery: {asked:?}") };
    assert_eq!(*named, order);
    assert_eq!(location.as_str(), format!("{}/{order}", Depot::address_of(&depot).expect("it is absolute")));
    for name in ["depot", "home/outgoing", "home/spool"] {
        assert!(!shop.path(name).exists(), "{name} was made");
    }
    let refused = deliver(&wrong);
    assert!(!refused.status.success());
    assert!(words(refused).contains("300000"), "it has another length");
    let refused = receive();
    assert!(!refused.status.success());
    assert!(words(refused).contains("is placed"));

    let server = shop.serve("log");
    shop.wait_for(order, OrderStatus::Delivered);
    assert!(server.interrupt().success());
    let refused = deliver(&right);
    assert!(!refused.status.success());
    assert!(words(refused).contains("another stage"));
    let tried = receive();
    assert!(tried.status.success(), "{}", words(tried));
    let last = shop.market.ledger().tried.last().cloned();
    assert!(matches!(last, Some(Action::Acknowledge { .. })), "{last:?}");
    assert_eq!(shop.market.ledger().done.len(), 1, "what was served, and nothing that was tried");
    for name in ["output", "home/incoming"] {
        assert!(!shop.path(name).exists(), "{name} was made");
    }
    let saved = run(&["order", "receive", &id, "--output", &output, "--save", &shop.path("t").display().to_string()]);
    assert!(!saved.status.success());
    assert!(words(saved).contains("several transactions"));
}
