//! Events in their order and without gaps, from a place that was written down.
//!
//! ```text
//! cargo run --package yaosu-sdk --example follow -- market.json 0.0 5
//! ```
//!
//! prints five events from the beginning, each with its place; the place of the last one is where the next run goes on.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod dev_network;

use std::error::Error;
use std::time::Duration;

use yaosu_api::EventPosition;
use yaosu_sdk::SdkError;

use dev_network::DevNetwork;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = DevNetwork::open()?.client()?;
    let mut arguments = std::env::args().skip(2);
    let after: EventPosition = arguments.next().ok_or("name a place: HEIGHT.INDEX")?.parse()?;
    let mut left: u32 = arguments.next().ok_or("name a number of events")?.parse()?;

    let mut follower = client.events(Some(after));
    while left > 0 {
        match follower.next().await {
            Ok(event) => {
                println!("{} {}", event.position, serde_json::to_string(&event.record.event)?);
                left -= 1;
            }
            // The next call makes a new connection and goes on behind the last event that was given.
            Err(error @ SdkError::Unreachable(_)) => {
                eprintln!("{error}; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
