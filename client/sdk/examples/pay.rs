//! A payment: foreseen, signed, sent, waited for, and proved offline.
//!
//! ```text
//! yaosu-node dev --detach --wait --config-out market.json
//! cargo run --package yaosu-sdk --example pay -- market.json
//! ```

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod dev_network;

use std::error::Error;
use std::time::Duration;

use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Text};
use yaosu_sdk::{BodyOptions, SdkError, evidence};

use dev_network::DevNetwork;

/// How long the payment may take to be committed.
const COMMITTED_WITHIN: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let network = DevNetwork::open()?;
    let client = network.client()?;
    let alice = network.signer("alice")?;
    let bob = client.participant("bob").await?;

    // What would come of it, before anything is signed.
    let pay = |amount| Action::Pay { to: bob.id, amount: Amount(amount), memo: Text::default() };
    let options = BodyOptions { valid_for: Some(Duration::from_mins(10)), ..BodyOptions::default() };
    let body = client.prepare(alice.participant, pay(1_250), &options).await?;
    client.foresee(&body).await?;

    // The same transaction again gives the same answer: after a timeout it may be sent once more.
    let transaction = alice.sign(body);
    let commitment = client.commit(&transaction, COMMITTED_WITHIN).await?;
    println!("committed {} in block {}", commitment.id, commitment.height);

    // What the rules refuse has a number that never changes.
    let body = client.prepare(alice.participant, pay(0), &options).await?;
    match client.foresee(&body).await {
        Err(SdkError::Problem(problem)) => println!("refused by rule R{}", problem.number.unwrap_or_default()),
        other => return Err(format!("a payment of nothing was not refused: {other:?}").into()),
    }

    // A proof for somebody who trusts no node, but knows the genesis document.
    let genesis = client.genesis().await?;
    if Some(genesis.chain()) != client.chain() {
        return Err("the node gave the genesis document of another chain".into());
    }
    let trusted = evidence::checkpoint(&genesis)?;
    let evidence = client.transaction_evidence(&commitment.id.to_string()).await?;
    let verification = evidence.verify(&trusted);
    if let Some(check) = verification.failed() {
        return Err(format!("the evidence does not hold: {check:?}").into());
    }
    println!("proved by {} checks, offline", verification.checks.len());
    Ok(())
}
