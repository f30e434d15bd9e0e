//! `yaosu events`

use core::time::Duration;
use std::time::Instant;

use clap::Subcommand;
use yaosu_api::{EventPosition, EventView, words};
use yaosu_sdk::SdkError;

use crate::command_error::{CommandError, Kind};
use crate::parse::show_time;
use crate::said::{plain, said};
use crate::screen::{self, Screen, Show};
use crate::session::{InContext, Session};
use crate::write::context_of;

/// How long a node may be away before following ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// What can be done with events.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Print each event as it happens, without gaps, until interrupted. With --json, one a line
    Follow {
        /// Begin behind this event: HEIGHT.INDEX [default: now]
        #[arg(long, value_name = "POSITION", value_parser = str::parse::<EventPosition>)]
        after: Option<EventPosition>,
        /// End after so many events
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
    },
}

impl Show for InContext<EventView> {
    fn show(&self, screen: &mut Screen) {
        let EventView { position, time, record } = &self.value;
        let event = words::event(&record.event).text(&self.context);
        screen.line(plain(format_args!("{position}  {}  {event}", show_time(*time))));
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let Verb::Follow { after, limit } = verb;
    let client = session.client()?;
    if let Some(after) = after {
        let head = client.head().await?.height;
        if after.height > head {
            return Err(CommandError::new(
                Kind::NotFound,
                said!("there is no event {after} yet: the chain is at {head}", "尚无事件 {after}：链的高度为 {head}"),
            )
            .hint(said!("without --after it begins now", "不带 --after 则从现在开始")));
        }
    }
    let mut follower = client.events(after);
    let mut left = limit.unwrap_or(u64::MAX);
    let mut away: Option<Instant> = None;
    while left > 0 {
        let value = match follower.next().await {
            Ok(event) => event,
            // Before the first event there is no place to go on from: what happens meanwhile would be missed.
            Err(error @ SdkError::Unreachable(_)) if follower.position().is_some() => {
                let since = *away.get_or_insert_with(Instant::now);
                if since.elapsed() > PATIENCE {
                    return Err(error.into());
                }
                let error = CommandError::from(error).message;
                screen::note(said!("{error}; trying again", "{error}；正在重试"));
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        away = None;
        left = left.saturating_sub(1);
        let context = context_of(session, [&value.record.event]).await;
        screen::print_line(&InContext { value, context }, session.global.json)?;
    }
    Ok(())
}
