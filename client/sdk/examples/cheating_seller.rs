//! A deliberately dishonest seller, to show that the protocol catches one. `scripts/demo` lets it lose its bond.
//!
//! It delivers an order as the protocol asks, but for one flipped bit: it reads the registered file, seals it under a
//! fresh key, and changes one chunk of the sealed bytes on their way into the depot. What it commits to are the changed
//! bytes, so that everything fits as long as the key is unknown: the buyer fetches, checks the roots and acknowledges.
//! Only when the key comes do the bytes turn out not to be the registered file. Then the buyer's `yaosu order receive`
//! finds the contradiction in the sealed tree and sends it as a proof of about three kilobytes. Every node judges it; price
//! and bond go to the buyer.
//!
//! It uses nothing but the public interface of this crate. The real client could not do it: `delivery::seal_file` refuses
//! to finish a delivery that is not the registered file.
//!
//! ```text
//! cargo run --release --package yaosu-sdk --example cheating_seller -- NODE KEY PASSWORD ORDER FILE DEPOT
//! ```

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use yaosu_api::Entity;
use yaosu_ledger::model::{Order, OrderStatus};
use yaosu_ledger::sealed::{CHUNK_BYTES, Secret, Sink};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Digest, OrderId, Text};
use yaosu_sdk::delivery::{self, CHUNKS, DeliveryError, Depot, NODES, SealedDelivery, Spool};
use yaosu_sdk::{BodyOptions, Client, Paging, ParticipantQuery, Signer, key_file};

const USAGE: &str = "usage: cheating_seller NODE KEY PASSWORD ORDER FILE DEPOT
  NODE      the address of a node, http://...
  KEY       the seller's key file; its public half lies beside it
  PASSWORD  a file whose first line is the key's password
  ORDER     an order that waits for its delivery
  FILE      the registered file
  DEPOT     a folder that the buyer can read";

/// How long the buyer may take to acknowledge.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_mins(2);

/// How often the ledger is asked whether the buyer has.
const POLL: Duration = Duration::from_millis(200);

/// How long a transaction may take to be committed.
const COMMITTED_WITHIN: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [node, key, password, order, file, depot] = arguments.as_slice() else { return Err(USAGE.into()) };
    let (file, depot) = (Path::new(file), std::path::absolute(depot)?);

    let client = Client::new(&[node], None)?;
    let signer = signer(&client, Path::new(key), Path::new(password)).await?;
    let order = client.order(order).await?;
    let to = order.record.delivery_key.ok_or("the order has no delivery key")?;

    // Sealed like an honest delivery, but through a sink that flips a bit on the way.
    let size_bytes = fs::metadata(file)?.len();
    let chunk = size_bytes / CHUNK_BYTES / 2;
    let secret = delivery::new_secret()?;
    let spool = tempfile::tempdir()?;
    let mut sink = Corrupting::new(Spool::new(spool.path(), &to)?, chunk * CHUNK_BYTES);
    delivery::seal(&mut File::open(file)?, file, size_bytes, &secret, &mut sink, &mut |_, _| {})?;
    let sealed = sink.finish(size_bytes, &secret)?;
    let chunks = size_bytes.div_ceil(CHUNK_BYTES);
    println!("sealed {chunks} chunks, and flipped one bit of chunk {chunk}");

    let location = put(&depot, order.id, &sealed).await?;
    let action = Action::Deliver { order: order.id, location, commitment: sealed.commitment };
    let delivered = client.execute(&signer, action, &BodyOptions::default(), COMMITTED_WITHIN).await?;
    println!("delivered in block {}: the ledger has the roots of the changed bytes", delivered.height);

    wait_until_acknowledged(&client, order.id).await?;
    println!("the buyer has acknowledged: without the key the changed bytes look like any others");

    let action = Action::RevealKey { order: order.id, sealed_key: delivery::seal_secret(&secret, &to)? };
    let revealed = client.execute(&signer, action, &BodyOptions::default(), COMMITTED_WITHIN).await?;
    println!("revealed the key in block {}, and hopes to be paid", revealed.height);
    Ok(())
}

/// Who the key acts for, with the key opened.
async fn signer(client: &Client, key: &Path, password: &Path) -> Result<Signer, Box<dyn Error>> {
    let wanted = ParticipantQuery { key: Some(key_file::public_key(key)?), role: None };
    let found = client.participants(&wanted, &Paging::default()).await?;
    let participant = found.items.first().ok_or("no participant has this key")?.id;
    let password = fs::read_to_string(password)?;
    let password = password.lines().next().unwrap_or_default();
    Ok(Signer::new(participant, key_file::open(key, password.as_bytes())?))
}

/// Puts the sealed files into the folder of the order; where the buyer finds them.
async fn put(depot: &Path, order: OrderId, sealed: &SealedDelivery) -> Result<Text<512>, Box<dyn Error>> {
    let depot = Depot::open(&Depot::address_of(depot)?, None, &[])?.of_order(order);
    let files: [(&str, PathBuf); 2] = [(CHUNKS, sealed.chunks()), (NODES, sealed.nodes())];
    for (name, path) in files {
        depot.put(name, &path, &mut |_, _| {}).await?;
    }
    Ok(Text::new(depot.location())?)
}

async fn wait_until_acknowledged(client: &Client, id: OrderId) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    while began.elapsed() < ACKNOWLEDGED_WITHIN {
        let Entity { record: Order { status, .. }, .. } = client.order(&id.to_string()).await?;
        match status {
            OrderStatus::Acknowledged => return Ok(()),
            OrderStatus::Delivered => tokio::time::sleep(POLL).await,
            other => return Err(format!("the order is {other}").into()),
        }
    }
    Err("the buyer does not acknowledge".into())
}

/// A spool that flips one bit of the sealed bytes, and remembers the root of what it let through.
struct Corrupting {
    spool: Spool,
    /// The byte whose lowest bit is flipped, counted from 0.
    place: u64,
    done: u64,
    hasher: blake3::Hasher,
}

impl Corrupting {
    fn new(spool: Spool, place: u64) -> Self {
        Self { spool, place, done: 0, hasher: blake3::Hasher::new() }
    }

    /// Commits to what was let through, changed as it is.
    fn finish(self, size_bytes: u64, secret: &Secret) -> Result<SealedDelivery, DeliveryError> {
        self.spool.finish(Digest(*self.hasher.finalize().as_bytes()), size_bytes, secret)
    }
}

impl Sink for Corrupting {
    type Error = DeliveryError;

    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), DeliveryError> {
        let mut bytes = bytes.to_vec();
        let place = self.place.checked_sub(self.done).and_then(|place| usize::try_from(place).ok());
        if let Some(byte) = place.and_then(|place| bytes.get_mut(place)) {
            *byte ^= 1;
        }
        self.done += bytes.len() as u64;
        self.hasher.update(&bytes);
        self.spool.ciphertext(&bytes)
    }

    fn nodes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), DeliveryError> {
        self.spool.nodes(offset, bytes)
    }
}
