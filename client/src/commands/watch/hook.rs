//! The command that is given the events.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use yaosu_api::EventView;

use super::filter;
use crate::said::{Said, plain, said};

/// A command line for the shell.
#[derive(Debug)]
pub struct Hook {
    command: String,
    /// How long one event may take.
    timeout: Duration,
}

/// One event that the command is working on. Its processes are killed when this is dropped before it has ended.
#[derive(Debug)]
pub struct Running {
    process: Child,
    ended: bool,
    text: Vec<u8>,
    timeout: Duration,
}

impl Hook {
    /// A command line, with the time for one event.
    pub const fn new(command: String, timeout: Duration) -> Self {
        Self { command, timeout }
    }

    /// Starts the command for an event.
    ///
    /// # Errors
    /// Why the event was not taken, in words: there is no shell, or the system has no room for it now.
    pub fn start(&self, event: &EventView) -> Result<Running, Said> {
        let text = serde_json::to_string(event).map_err(plain)? + "\n";
        let process = Command::new("/bin/sh")
            .args(["-c", &self.command])
            .env("YAOSU_EVENT_POSITION", event.position.to_string())
            .env("YAOSU_EVENT_TYPE", filter::type_of(event))
            .stdin(Stdio::piped())
            // A group of its own: Ctrl-C reaches this program only, and what the shell starts can be killed with it.
            .process_group(0)
            .spawn()
            .map_err(|error| said!("/bin/sh can't be started: {error}", "无法启动 /bin/sh：{error}"))?;
        Ok(Running { process, ended: false, text: text.into_bytes(), timeout: self.timeout })
    }
}

impl Running {
    /// Gives it the event and waits until it has ended.
    ///
    /// # Errors
    /// Why the event was not taken, in words.
    pub async fn finish(mut self) -> Result<(), Said> {
        let timeout = self.timeout;
        match tokio::time::timeout(timeout, self.ended()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(said!("the command ended with {status}", "命令结束状态为 {status}")),
            Ok(Err(error)) => Err(said!("the command can't be waited for: {error}", "无法等待命令结束：{error}")),
            Err(_) => Err(said!(
                "the command took over {} ms and was killed",
                "命令超过 {} 毫秒，已被终止",
                timeout.as_millis()
            )),
        }
    }

    async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        let mut stdin = self.process.stdin.take().expect("it was asked for");
        let text = std::mem::take(&mut self.text);
        // A command that reads nothing, or not all, has ended or will: only how it ends counts.
        let mut give = std::pin::pin!(async move {
            let _unread = stdin.write_all(&text).await;
        });
        let mut given = false;
        let status = loop {
            tokio::select! {
                status = self.process.wait() => break status?,
                () = &mut give, if !given => given = true,
            }
        };
        self.ended = true;
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let (false, Some(group)) = (self.ended, id) {
            // It may have ended by itself in this moment.
            let _ended = kill_process_group(group, Signal::KILL);
        }
    }
}
