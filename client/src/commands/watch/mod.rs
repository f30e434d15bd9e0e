//! `yaosu watch`: events for programs of others.
//!
//! At least once: the place is written down when the command has taken an event, so that a watch that is killed in
//! between hands the same event out again. Never out of order, and never past an event that was not taken.

mod cursor;
mod filter;
mod hook;

use std::path::PathBuf;

use clap::Args;
use yaosu_api::{EventPosition, EventView};
use yaosu_ledger::Duration;
use yaosu_sdk::{EventFollower, SdkError};

use crate::backoff::pause_after;
use crate::command_error::{CommandError, Kind};
use crate::interrupts::Interrupts;
use crate::parse::{self, Reference};
use crate::said::{Said, said};
use crate::screen;
use crate::session::Session;
use cursor::Cursor;
use filter::Filter;
use hook::Hook;

/// Events that are passed over before the place is written down: after a restart they are passed over again.
const PASSED_OVER_MAX: u32 = 1_000;

/// What is handed to whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Run this command line (by /bin/sh) for each event, with the event as one line of JSON on its standard input and
    /// `YAOSU_EVENT_POSITION` and `YAOSU_EVENT_TYPE` in its environment. If it ends with another code than 0, the same event is
    /// handed to it again, after 1 s, 2 s, 4 s and so on up to 1 min
    #[arg(long, value_name = "COMMAND")]
    exec: String,

    /// Keep in this file which events were taken, and go on there. An event whose command ended while this program was
    /// killed is handed out once more
    #[arg(long, value_name = "FILE")]
    cursor: PathBuf,

    /// Begin behind this event, if the cursor is new: HEIGHT.INDEX; 0.0 for all [default: now]
    #[arg(long, value_name = "POSITION", value_parser = str::parse::<EventPosition>)]
    after: Option<EventPosition>,

    /// Hand on events of this type only, as `paid`; again for each
    #[arg(long = "type", value_name = "TYPE", value_parser = filter::parse_type)]
    types: Vec<String>,

    /// Hand on what is about this participant only; again for each
    #[arg(long = "participant", value_name = "PARTICIPANT")]
    participants: Vec<Reference>,

    /// End after so many events that were taken
    #[arg(long, value_name = "N")]
    limit: Option<u64>,

    /// End with code 1 when the command has failed so often for one event [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    attempts: Option<u32>,

    /// Kill the command if it takes longer for one event
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = parse::duration)]
    timeout: Duration,
}

/// Why a watch ends before its end.
enum End {
    /// It was asked to stop.
    Stopped,
    /// It can't go on.
    Failed(CommandError),
}

impl<E: Into<CommandError>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// One run.
struct Watch<'a> {
    session: &'a Session,
    cursor: Cursor,
    filter: Filter,
    hook: Hook,
    attempts: Option<u32>,
    stop: Interrupts,
    /// The last event that was passed over, and how many since the place was written down.
    passed_over: Option<(EventPosition, u32)>,
}

/// Hands on events until it is interrupted.
pub async fn run(session: &Session, arguments: Arguments) -> Result<(), CommandError> {
    let stop = Interrupts::listen()?;
    let cursor = Cursor::open(&arguments.cursor)?;
    let hook = Hook::new(arguments.exec, core::time::Duration::from_millis(arguments.timeout.0));
    let filter = Filter { types: arguments.types, participants: Vec::new() };
    let mut watch = Watch { session, cursor, filter, hook, attempts: arguments.attempts, stop, passed_over: None };
    let result = watch.follow(&arguments.participants, arguments.after, arguments.limit).await;
    let saved = watch.save();
    match result {
        Err(End::Failed(error)) => Err(error),
        Ok(()) | Err(End::Stopped) => saved,
    }
}

impl Watch<'_> {
    async fn follow(
        &mut self,
        participants: &[Reference],
        first: Option<EventPosition>,
        limit: Option<u64>,
    ) -> Result<(), End> {
        let mut follower = self.connect(participants, first).await?;
        let mut left = limit.unwrap_or(u64::MAX);
        while left > 0 {
            let event = self.next(&mut follower).await?;
            if self.filter.takes(&event) {
                self.hand_on(&event).await?;
                self.cursor.advance(event.position)?;
                self.passed_over = None;
                left = left.saturating_sub(1);
            } else {
                self.pass_over(event.position)?;
            }
        }
        Ok(())
    }

    /// Finds the place and the names, once a node answers.
    async fn connect(
        &mut self,
        participants: &[Reference],
        first: Option<EventPosition>,
    ) -> Result<EventFollower, End> {
        let client = self.session.client()?;
        let mut failures = 0;
        loop {
            let found = async {
                let head = client.head().await?;
                let mut ids = Vec::new();
                for participant in participants {
                    ids.push(client.participant(participant.as_str()).await?.id);
                }
                Ok::<_, SdkError>((head, ids))
            };
            let found = tokio::select! {
                found = found => found,
                () = self.stop.next() => return Err(End::Stopped),
            };
            match found {
                Ok((head, ids)) => {
                    let after = self.cursor.begin(&head, first)?;
                    self.filter.participants = ids;
                    // The end of a block has no event of its own: no index is as high.
                    screen::note(if after.index == u32::MAX {
                        said!("watching behind block {}", "自区块 {} 之后开始监听", after.height)
                    } else {
                        said!("watching behind event {after}", "自事件 {after} 之后开始监听")
                    });
                    return Ok(client.events(Some(after)));
                }
                Err(error) => self.wait_to_ask_again(error, &mut failures).await?,
            }
        }
    }

    /// The next event, waited for through broken connections and restarts of the node.
    async fn next(&mut self, follower: &mut EventFollower) -> Result<EventView, End> {
        let mut failures = 0;
        loop {
            let error = tokio::select! {
                event = follower.next() => match event {
                    Ok(event) => return Ok(event),
                    Err(error) => error,
                },
                () = self.stop.next() => return Err(End::Stopped),
            };
            self.wait_to_ask_again(error, &mut failures).await?;
            // Another chain may stand at the same address now: the place means nothing there.
            match self.session.client()?.head().await {
                Ok(head) => {
                    self.cursor.begin(&head, None)?;
                }
                Err(error) => self.wait_to_ask_again(error, &mut failures).await?,
            }
        }
    }

    /// Waits after a node has not answered. What waiting does not mend is an error.
    async fn wait_to_ask_again(&mut self, error: SdkError, failures: &mut u32) -> Result<(), End> {
        let error = CommandError::from(error);
        // An answer that is not understood may be a gateway's before a node that starts.
        if !matches!(error.kind, Kind::Unreachable | Kind::TimedOut | Kind::Failed) {
            return Err(End::Failed(error));
        }
        self.pause(&error.message, failures).await
    }

    /// Says what failed and waits, longer each time.
    async fn pause(&mut self, message: &Said, failures: &mut u32) -> Result<(), End> {
        let pause = pause_after(*failures);
        *failures = failures.saturating_add(1);
        screen::note(said!("{message}; again in {} s", "{message}；{} 秒后重试", pause.as_secs()));
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.stop.next() => Err(End::Stopped),
        }
    }

    /// Hands an event to the command until it takes it.
    async fn hand_on(&mut self, event: &EventView) -> Result<(), End> {
        let mut failures = 0_u32;
        loop {
            // A system that has no room for a process now may have some later: that is a failure as any other.
            let started = self.hook.start(event);
            let mut running = std::pin::pin!(async { started?.finish().await });
            let (taken, stopping) = tokio::select! {
                taken = &mut running => (taken, false),
                () = self.stop.next() => {
                    screen::note(said!("stopping when the command has ended; once more stops at once", "命令结束后停止；再次中断则立即停止"));
                    tokio::select! {
                        taken = &mut running => (taken, true),
                        () = self.stop.next() => return Err(End::Failed(stopped_early(event.position))),
                    }
                }
            };
            match taken {
                Ok(()) if stopping => {
                    self.cursor.advance(event.position)?;
                    return Err(End::Stopped);
                }
                Ok(()) => return Ok(()),
                Err(_) if stopping => return Err(End::Stopped),
                Err(reason) => {
                    let position = event.position;
                    let message =
                        said!("event {position} was not taken: {reason}", "事件 {position} 未被接收：{reason}");
                    if self.attempts.is_some_and(|attempts| failures.saturating_add(1) >= attempts) {
                        return Err(End::Failed(
                            CommandError::failed(message)
                                .hint(said!("the same command begins with this event", "同一命令从该事件开始")),
                        ));
                    }
                    self.pause(&message, &mut failures).await?;
                }
            }
        }
    }

    fn pass_over(&mut self, position: EventPosition) -> Result<(), CommandError> {
        let count = self.passed_over.map_or(0, |(_, count)| count).saturating_add(1);
        self.passed_over = Some((position, count));
        if count >= PASSED_OVER_MAX { self.save() } else { Ok(()) }
    }

    /// Writes down what was passed over.
    fn save(&mut self) -> Result<(), CommandError> {
        match self.passed_over.take() {
            Some((position, _)) => self.cursor.advance(position),
            None => Ok(()),
        }
    }
}

fn stopped_early(position: EventPosition) -> CommandError {
    CommandError::failed(said!(
        "stopped while the command had event {position}: it was killed",
        "命令处理事件 {position} 时停止：已终止该命令"
    ))
    .hint(said!("the same command hands the event out once more", "同一命令会再次交出该事件"))
}
