//! `yaosu watch` as a process: each event reaches the command at least once and in order, whatever is killed meanwhile.

#[path = "../stub/door.rs"]
mod door;
mod feed;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit, test_kill_process};
use serde_json::Value;
use tempfile::TempDir;

use feed::Feed;

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
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A chain, and a folder in which commands leave what they were given.
struct Place {
    folder: TempDir,
    feed: Feed,
}

/// A watch that runs. Killed when dropped.
struct Watch {
    process: Child,
    log: PathBuf,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the test"), feed: Feed::open() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a watch in the folder.
    fn watch(&self, exec: &str, more: &[&str]) -> Watch {
        let log = self.path("log");
        let file = File::create(&log).expect("the folder is there");
        let process = Command::new(env!("CARGO_BIN_EXE_yaosu"))
            .args(["watch", "--cursor", "cursor", "--exec", exec])
            .args(more)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").expect("there is one"))
            .env("YAOSU_HOME", self.path("home"))
            .env("YAOSU_NODE", self.feed.door.address())
            .current_dir(self.folder.path())
            .stderr(file)
            .spawn()
            .expect("the program was built");
        Watch { process, log }
    }

    /// The lines of a file; none if it is not there.
    fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The positions of the events that a command has left as JSON lines.
    fn positions(&self, name: &str) -> Vec<String> {
        let position = |line: &String| {
            let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            event["position"].as_str().expect("an event has a position").to_owned()
        };
        self.lines(name).iter().map(position).collect()
    }

    fn wait_for_lines(&self, name: &str, count: usize) {
        until(&format!("{count} lines in {name}"), || (self.lines(name).len() >= count).then_some(()));
    }

    fn cursor(&self) -> String {
        self.cursor_if_any().expect("there is one")
    }

    fn cursor_if_any(&self) -> Option<String> {
        let text = fs::read_to_string(self.path("cursor")).ok()?;
        let cursor: Value = serde_json::from_str(&text).expect("it is whole");
        Some(cursor["after"].as_str().expect("a position").to_owned())
    }
}

impl Watch {
    fn signal(&self, signal: Signal) {
        kill_process(pid(self.process.id()), signal).expect("the process is ours");
    }

    fn end(&mut self) -> ExitStatus {
        until("the watch ends", || self.process.try_wait().expect("the process is ours"))
    }

    fn must_end(&mut self, code: i32) -> String {
        let status = self.end();
        let log = self.log();
        assert_eq!(status.code(), Some(code), "{log}");
        assert!(!log.contains("panicked"), "{log}");
        log
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("there is one")
    }

    /// Waits until it has said this.
    fn wait_for(&self, text: &str) {
        until(&format!("it says {text:?} in {}", self.log.display()), || self.log().contains(text).then_some(()));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn pid(id: u32) -> Pid {
    i32::try_from(id).ok().and_then(Pid::from_raw).expect("a process has a number")
}

/// The order without what was handed out again: each event where it came first.
fn without_repeats(positions: &[String]) -> Vec<String> {
    let mut seen = Vec::new();
    for position in positions {
        if !seen.contains(position) {
            seen.push(position.clone());
        }
    }
    seen
}

/// Goal: a command gets each event whole, on its standard input and in its environment, and the watch ends when told.
#[test]
fn each_event_is_given_to_the_command() {
    let place = Place::new();
    let earlier = place.feed.block();
    let mut watch = place.watch(
        "cat >> out; echo \"$YAOSU_EVENT_POSITION $YAOSU_EVENT_TYPE\" >> environment",
        &["--after", "0.0", "--limit", "3"],
    );
    place.wait_for_lines("environment", 1);
    let [later, _] = place.feed.block();
    watch.must_end(0);
    // 0.0 is before all blocks.
    assert_eq!(place.positions("out"), [earlier[0].as_str(), &earlier[1], &later]);
    let expected: Vec<String> = place.positions("out").iter().map(|position| format!("{position} paid")).collect();
    assert_eq!(place.lines("environment"), expected);
    assert_eq!(place.cursor(), later);
    let event: Value = serde_json::from_str(&place.lines("out")[0]).expect("JSON");
    assert_eq!((&event["event"]["type"], &event["event"]["amount"]), (&"paid".into(), &5.into()));
}

/// Goal: a new cursor begins now, and what happens between two runs is not missed.
#[test]
fn a_watch_goes_on_where_it_was() {
    let place = Place::new();
    place.feed.block();
    let mut watch = place.watch("cat >> out", &[]);
    watch.wait_for("watching behind block 1\n");
    watch.signal(Signal::TERM);
    watch.must_end(0);
    let second = place.feed.block();
    let mut watch = place.watch("cat >> out", &["--limit", "2", "--after", "0.0"]);
    watch.must_end(0);
    assert_eq!(place.positions("out"), second, "the first block was before, and --after is for new cursors");
}

/// Goal: killed while the command has an event, which it may have taken or not, the watch hands that one out again:
/// nothing is lost, and nothing before it is repeated.
#[test]
fn what_was_in_hand_when_killed_is_handed_out_again() {
    let place = Place::new();
    let [first, second] = place.feed.block();
    fs::write(place.path("hold"), "").expect("the folder is there");
    // Takes the second event and does not end as long as it is held.
    let exec = "cat >> out; if [ $YAOSU_EVENT_POSITION = 1.1 ]; then while [ -e hold ]; do sleep 0.01; done; fi";
    let mut watch = place.watch(exec, &["--after", "0.0"]);
    place.wait_for_lines("out", 2);
    assert_eq!(place.cursor(), first, "what the command has not ended for is not taken");
    watch.signal(Signal::KILL);
    watch.end();
    fs::remove_file(place.path("hold")).expect("it is there");
    let [third, _] = place.feed.block();
    place.watch(exec, &["--limit", "2"]).must_end(0);
    assert_eq!(place.positions("out"), [&first, &second, &second, &third].map(String::as_str));
}

/// Goal: `kill -9` at any moment loses no event and changes no order, while events go on.
#[test]
fn killed_again_and_again_it_loses_nothing() {
    let place = Place::new();
    let mut all = Vec::new();
    for round in 1..=12 {
        all.extend(place.feed.block());
        let mut watch = place.watch("cat >> out", &["--after", "0.0"]);
        // Each round is killed at another place, some of them right when a line has appeared.
        place.wait_for_lines("out", round);
        all.extend(place.feed.block());
        watch.signal(Signal::KILL);
        watch.end();
    }
    let before = without_repeats(&place.positions("out")).len();
    assert!(before >= 1, "some were taken");
    let last = all.last().expect("there are some").clone();
    let mut watch = place.watch("cat >> out", &[]);
    until("the last event is taken", || (place.cursor() == last).then_some(()));
    watch.signal(Signal::INT);
    watch.must_end(0);
    let found = place.positions("out");
    assert_eq!(without_repeats(&found), all);
    assert!(found.len() <= all.len() + 12, "at most one is repeated for each kill: {found:?}");
}

/// Goal: what a command does not take it gets again, later each time, and nothing else before.
#[test]
fn a_failing_command_is_tried_again() {
    let place = Place::new();
    let [first, second] = place.feed.block();
    // Fails twice for each event, without reading it to its end.
    let exec =
        "echo $YAOSU_EVENT_POSITION >> tries; [ $(grep -c $YAOSU_EVENT_POSITION tries) -gt 2 ] || exit 3; cat >> out";
    let began = Instant::now();
    let mut watch = place.watch(exec, &["--after", "0.0", "--limit", "1"]);
    let log = watch.must_end(0);
    assert!(began.elapsed() >= Duration::from_secs(3), "one second and two were waited");
    assert_eq!(place.lines("tries"), [&first, &first, &first].map(String::as_str));
    assert_eq!(place.positions("out"), [first.as_str()]);
    assert!(log.contains("event 1.0 was not taken: the command ended with exit status: 3; again in 1 s"), "{log}");
    assert!(log.contains("again in 2 s"), "{log}");

    // Whoever gives up does not go past it.
    let log = place.watch("exit 4", &["--attempts", "2"]).must_end(1);
    assert!(log.contains("error: event 1.1 was not taken"), "{log}");
    assert_eq!(place.cursor(), first);
    place.watch("cat >> out", &["--limit", "1"]).must_end(0);
    assert_eq!(place.positions("out"), [first, second]);
}

/// Goal: a system that has no room for one process more costs no event: that is tried again and counted as any other
/// failure.
/// Method: the watch may open no further file for a while, so that there are no pipes for a command.
#[test]
fn a_command_that_cannot_be_started_is_tried_again() {
    let place = Place::new();
    let [first, second] = place.feed.block();
    let usual = getrlimit(Resource::Nofile);
    let allow = |watch: &Watch, files: Option<u64>| {
        let limit = Rlimit { current: files, maximum: usual.maximum };
        prlimit(Some(pid(watch.process.id())), Resource::Nofile, limit).expect("the process is ours");
    };
    let mut watch = place.watch("cat >> out", &["--after", "0.0", "--limit", "4"]);
    until("both are taken", || (place.cursor_if_any().as_ref() == Some(&second)).then_some(()));
    allow(&watch, Some(3));
    let [third, fourth] = place.feed.block();
    watch.wait_for("event 2.0 was not taken: /bin/sh can't be started: ");
    watch.wait_for("again in 2 s");
    allow(&watch, usual.current);
    watch.must_end(0);
    assert_eq!(place.positions("out"), [first, second, third, fourth.clone()]);

    let mut watch = place.watch("cat >> out", &["--attempts", "2"]);
    watch.wait_for("watching behind event 2.1");
    allow(&watch, Some(3));
    place.feed.block();
    let log = watch.must_end(1);
    assert!(log.contains("error: event 3.0 was not taken: /bin/sh can't be started"), "{log}");
    assert_eq!(place.cursor(), fourth);
}

/// Goal: a command that hangs does not hold up the watch for ever, and nothing of it stays behind.
#[test]
fn a_hanging_command_is_killed() {
    let place = Place::new();
    place.feed.block();
    let exec = "sleep 1000 & echo $! > child; wait";
    let log = place.watch(exec, &["--after", "0.0", "--timeout", "500ms", "--attempts", "1"]).must_end(1);
    assert!(log.contains("the command took over 500 ms and was killed"), "{log}");
    let child: u32 = place.lines("child")[0].parse().expect("a number");
    until("what it started is gone", || {
        let state = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        (test_kill_process(pid(child)).is_err() || state.contains(") Z ")).then_some(())
    });
}

/// Goal: asked to stop, the watch lets the command end and writes down what it took; asked twice, it stops at once.
#[test]
fn a_watch_stops_when_the_command_has_ended() {
    let place = Place::new();
    let [first, second] = place.feed.block();
    fs::write(place.path("hold"), "").expect("the folder is there");
    let exec = "cat >> out; while [ -e hold ]; do sleep 0.01; done";
    let mut watch = place.watch(exec, &["--after", "0.0"]);
    place.wait_for_lines("out", 1);
    watch.signal(Signal::TERM);
    watch.wait_for("stopping when the command has ended");
    fs::remove_file(place.path("hold")).expect("it is there");
    watch.must_end(0);
    assert_eq!(place.cursor(), first);

    fs::write(place.path("hold"), "").expect("the folder is there");
    let mut watch = place.watch(exec, &[]);
    place.wait_for_lines("out", 2);
    watch.signal(Signal::INT);
    watch.wait_for("once more stops at once");
    watch.signal(Signal::INT);
    let log = watch.must_end(1);
    assert!(log.contains("it was killed"), "{log}");
    assert_eq!(place.positions("out"), [&first, &second].map(String::as_str));
    assert_eq!(place.cursor(), first, "the second was not taken");
}

/// Goal: a node that goes away and comes back costs no event.
#[test]
fn a_watch_outlives_the_node() {
    let mut place = Place::new();
    let first = place.feed.block();
    place.feed.door.shut();
    let mut watch = place.watch("cat >> out", &["--after", "0.0", "--limit", "4"]);
    watch.wait_for("can't be reached");
    place.feed.door.open_again();
    place.wait_for_lines("out", 2);
    place.feed.door.shut();
    watch.wait_for("/v1/events?after=0.0 can't be reached");
    let second = place.feed.block();
    place.feed.door.open_again();
    watch.must_end(0);
    assert_eq!(place.positions("out"), [first, second].concat());
}

/// Goal: only what was asked for is handed on, and what was passed over is not looked at again for ever.
#[test]
fn events_are_filtered() {
    let place = Place::new();
    let blocks = [place.feed.block(), place.feed.block()];
    let arguments = ["--after", "0.0", "--limit", "2", "--type", "paid", "--participant", "bob"];
    place.watch("cat >> out", &arguments).must_end(0);
    assert_eq!(place.positions("out"), [&blocks[0][0], &blocks[1][0]].map(String::as_str));
    let mut watch = place.watch("cat >> out", &["--type", "issued"]);
    watch.wait_for("watching behind event 2.0");
    let [_, last] = place.feed.block();
    until("all was passed over", || {
        watch.signal(Signal::TERM);
        watch.end();
        (place.cursor() == last).then_some(()).or_else(|| {
            watch = place.watch("cat >> out", &["--type", "issued"]);
            watch.wait_for("watching behind");
            None
        })
    });
    assert_eq!(place.positions("out").len(), 2);
}

/// Goal: a place in one chain is never taken for a place in another, and a file that is something else is left alone.
#[test]
fn a_cursor_is_of_one_chain_and_one_watch() {
    let mut place = Place::new();
    place.feed.block();
    let mut watch = place.watch("cat >> out", &[]);
    watch.wait_for("watching behind block 1\n");
    let log = place.path("log");
    let mut other = place.watch("cat >> out", &[]);
    assert!(other.must_end(1).contains("used by another program"), "{log:?}");
    place.feed.door.shut();
    place.feed.begin_anew();
    place.feed.door.open_again();
    assert_eq!(watch.end().code(), Some(9), "a chain that began anew is another chain");
    assert!(place.watch("cat >> out", &[]).must_end(9).contains("the cursor cursor is of chain abab"));
    assert!(place.watch("cat >> out", &["--after", "7.0"]).must_end(9).contains("is of chain"));
    fs::remove_file(place.path("cursor")).expect("it is there");
    assert!(place.watch("cat >> out", &["--after", "7.0"]).must_end(3).contains("there is no event 7.0 yet"));
    fs::write(place.path("cursor"), "precious").expect("the folder is there");
    assert!(place.watch("cat >> out", &[]).must_end(1).contains("is no cursor"));
    assert_eq!(fs::read_to_string(place.path("cursor")).expect("it is there"), "precious");
    assert!(!Path::new(&place.path("out")).exists());
}
