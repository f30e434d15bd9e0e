//! The log: how it begins, and which lines are written, which can be changed while the node runs.

use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use crate::config::{LogConfig, LogFormat, nearest};
use crate::error::NodeError;

/// The engine's modules and its actors' runtime, quieter than the node's own: they write lines for every vote at `info`.
const ENGINE: [&str; 7] = [
    "arc_malachitebft_app",
    "arc_malachitebft_app_channel",
    "arc_malachitebft_core_consensus",
    "arc_malachitebft_core_driver",
    "arc_malachitebft_engine",
    "arc_malachitebft_sync",
    "ractor",
];

/// Parts of a node by the names that people give them, with their modules.
const PARTS: [(&str, &[&str]); 7] = [
    ("node", &["yaosu_node"]),
    ("network", &["yaosu_network"]),
    ("replica", &["yaosu_replica"]),
    ("store", &["yaosu_store"]),
    ("bft", &["yaosu_bft"]),
    ("ledger", &["yaosu_ledger"]),
    ("engine", &ENGINE),
];

/// From the fewest lines to the most.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The log of this process. Cheap to clone.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    handle: reload::Handle<EnvFilter, Registry>,
    /// The filter as it was asked for.
    filter: Mutex<String>,
}

impl Log {
    /// Begins the log of this process, on standard error.
    ///
    /// # Errors
    /// [`NodeError::Config`] if the filter is none, [`NodeError::Ended`] if the process has a log already.
    pub fn begin(config: &LogConfig) -> Result<Self, NodeError> {
        let filter =
            parse(&config.filter).map_err(|message| NodeError::Config { place: "log.filter".into(), message })?;
        let (filter, handle) = reload::Layer::new(filter);
        let lines = fmt::layer().with_writer(std::io::stderr);
        let lines = match config.format {
            LogFormat::Text => lines.with_ansi(false).boxed(),
            LogFormat::Json => lines.json().boxed(),
        };
        tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .try_init()
            .map_err(|error| NodeError::Ended(format!("can't begin the log: {error}")))?;
        Ok(Self(Arc::new(Inner { handle, filter: Mutex::new(config.filter.clone()) })))
    }

    /// Which lines are written, as it was asked for.
    #[must_use]
    pub fn filter(&self) -> String {
        self.0.filter.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says which lines are written from now on, until the node ends.
    ///
    /// # Errors
    /// What is wrong with the filter.
    pub fn change(&self, filter: &str) -> Result<(), String> {
        let parsed = parse(filter)?;
        // Held until both are changed, so that what is shown is what holds.
        let mut shown = self.0.filter.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.handle.reload(parsed).map_err(|error| error.to_string())?;
        filter.clone_into(&mut shown);
        Ok(())
    }
}

/// Whether a log can begin with this.
///
/// # Errors
/// [`NodeError::Config`].
pub fn check(config: &LogConfig) -> Result<(), NodeError> {
    of_config(config).map(drop)
}

fn of_config(config: &LogConfig) -> Result<EnvFilter, NodeError> {
    parse(&config.filter).map_err(|message| NodeError::Config { place: "log.filter".into(), message })
}

/// A filter as `tracing` knows it, with a few names for the modules that are meant, and none of its traps: a word that is
/// no level would be the name of a module that does not exist, and would silence all others.
fn parse(text: &str) -> Result<EnvFilter, String> {
    // What is not spoken of is logged as by default: who asks one part for more does not ask the others for silence.
    let usual = std::iter::once("info".to_owned());
    let engine = ENGINE.iter().map(|module| format!("{module}=warn"));
    let mut directives: Vec<String> = usual.chain(engine).collect();
    // What the operator asks for comes last, and so wins.
    for directive in text.split(',').map(str::trim).filter(|directive| !directive.is_empty()) {
        let place = directive.find(['[', '=']);
        let Some(place) = place else {
            level(directive)?;
            directives.push(directive.into());
            continue;
        };
        let (name, rest) = directive.split_at(place);
        if let Some(word) = rest.strip_prefix('=') {
            level(word)?;
        }
        if let Some((_, modules)) = PARTS.iter().find(|(part, _)| *part == name) {
            directives.extend(modules.iter().map(|module| format!("{module}{rest}")));
        } else if let Some(part) = nearest(name, PARTS.map(|(part, _)| part)) {
            return Err(format!("{name:?} is no part of the node; did you mean {part}{rest}?"));
        } else {
            directives.push(directive.into());
        }
    }
    EnvFilter::builder().parse(directives.join(",")).map_err(|error| format!("{text:?}: {error}"))
}

fn level(word: &str) -> Result<(), String> {
    let word = word.to_lowercase();
    if LEVELS.contains(&word.as_str()) {
        return Ok(());
    }
    if PARTS.iter().any(|(part, _)| *part == word) {
        return Err(format!("{word:?} is a part of the node, not a level; did you mean {word}=debug?"));
    }
    let meant = nearest(&word, LEVELS).map_or_else(
        || format!("the levels are {}; for one part: network=debug", LEVELS.join(", ")),
        |meant| format!("did you mean {meant}?"),
    );
    Err(format!("{word:?} is no level; {meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The directives that are understood, but for those that are there unless others are asked for.
    fn understood(text: &str) -> String {
        let filter = parse(text).expect(text).to_string();
        let mut directives: Vec<&str> = filter
            .split(',')
            .filter(|directive| !ENGINE.iter().any(|module| *directive == format!("{module}=warn")))
            .collect();
        directives.sort_unstable();
        directives.join(",")
    }

    /// Goal: parts have short names, and everything else is as `tracing` knows it.
    #[test]
    fn filters_are_understood() {
        #[rustfmt::skip]
        let rows = [
            ("info",                         "info"),
            ("INFO",                         "info"),
            ("info,network=debug",           "info,yaosu_network=debug"),
            (" info , network=debug,",       "info,yaosu_network=debug"),
            ("warn,yaosu_network=trace",     "warn,yaosu_network=trace"),
            ("info,libp2p_gossipsub=debug",  "info,libp2p_gossipsub=debug"),
            ("off,store[write{height=1}]=debug", "off,yaosu_store[write{height=1}]=debug"),
            // Who asks one part for more does not ask the others for silence.
            ("network=debug",                "info,yaosu_network=debug"),
            ("",                             "info"),
        ];
        for (text, expected) in rows {
            // The order within a filter is its own.
            let mut expected: Vec<&str> = expected.split(',').collect();
            expected.sort_unstable();
            let found = understood(text);
            let mut found: Vec<&str> = found.split(',').collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
        let engine = parse("info,engine=debug").expect("good").to_string();
        assert!(ENGINE.iter().all(|module| engine.contains(&format!("{module}=debug"))), "{engine}");
        assert!(!engine.contains("=warn"), "{engine}");
    }

    /// Goal: no slip silences the log.
    #[test]
    fn slips_are_refused() {
        for (text, said) in [
            ("debgu", "did you mean debug?"),
            ("info,network=debgu", "did you mean debug?"),
            ("network", "did you mean network=debug?"),
            ("yaosu_network", "the levels are off, error, warn, info, debug, trace"),
            ("a=b=c", "the levels are"),
            ("netwrok=debug", "did you mean network=debug?"),
            ("info,[", "info,["),
        ] {
            let error = parse(text).map(|filter| filter.to_string()).expect_err(text);
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
