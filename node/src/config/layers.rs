//! How a key gets its value: `--set` on the command line, else a variable of the environment, else `config.toml` in the
//! home folder, else its default.
//!
//! `YAOSU_NODE__API__LISTEN` sets `api.listen`: two underscores stand between section and key.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use toml::de::{DeTable, DeValue};

use super::suggestion::nearest;
use super::{Config, Home, Key};
use crate::error::NodeError;

/// Begins the names of the variables.
pub const VARIABLES: &str = "YAOSU_NODE__";

/// Keys that a command line sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Overrides {
    /// Set a key of the configuration for this run, e.g. --set api.listen=127.0.0.1:9000. May be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// Where the value of a key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Source {
    /// `--set`.
    Flag,
    /// The environment.
    Variable {
        /// The variable.
        name: String,
    },
    /// The configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Nobody has set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => formatter.write_str("--set"),
            Self::Variable { name } => write!(formatter, "variable {name}"),
            Self::File { path, line } => write!(formatter, "{}, line {line}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// A configuration, and where it comes from.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The values.
    pub config: Config,
    /// Where those come from that are not defaults, by the name of the key.
    sources: BTreeMap<String, Source>,
}

impl Settings {
    /// Puts all layers over each other. Without a home folder there is no file.
    ///
    /// # Errors
    /// [`NodeError::Config`], with the file's line, the variable's name or the flag; [`NodeError::NotInitialised`].
    pub fn read(
        home: Option<&Home>,
        overrides: &Overrides,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, NodeError> {
        let mut layers = Layers::default();
        if let Some(home) = home {
            layers.file(home)?;
        }
        for (name, value) in environment {
            if let Some(key) = name.strip_prefix(VARIABLES) {
                let place = format!("variable {name}");
                let key =
                    key.split_once("__").ok_or_else(|| wrong(&place, "expected YAOSU_NODE__SECTION__KEY".into()))?;
                let key = find(&key.0.to_lowercase(), &key.1.to_lowercase(), Key::variable)
                    .map_err(|message| wrong(&place, message))?;
                layers.set(key, &value, &place, Source::Variable { name })?;
            }
        }
        for assignment in &overrides.set {
            let place = format!("--set {assignment}");
            let expected = || wrong(&place, "expected --set SECTION.KEY=VALUE".into());
            let (key, value) = assignment.split_once('=').ok_or_else(expected)?;
            let (section, name) = key.split_once('.').ok_or_else(expected)?;
            let key = find(section, name, |key| key.to_string()).map_err(|message| wrong(&place, message))?;
            layers.set(key, value, &place, Source::Flag)?;
        }
        Ok(layers.settings)
    }

    /// Where the value of a key comes from.
    pub fn source(&self, key: Key) -> Source {
        self.sources.get(&key.to_string()).cloned().unwrap_or(Source::Default)
    }
}

fn wrong(place: &str, message: String) -> NodeError {
    NodeError::Config { place: place.into(), message }
}

/// The key of this name, or what to say of a name that no key has. `shown` writes a key as it is written where the name
/// was found.
fn find(section: &str, name: &str, shown: impl Fn(Key) -> String) -> Result<Key, String> {
    if let Some(key) = Config::keys().find(|key| key.section == section && key.name == name) {
        return Ok(key);
    }
    let unknown = format!("there is no key `{section}.{name}`");
    let keys: Vec<(Key, String)> = Config::keys().map(|key| (key, key.to_string())).collect();
    // The right name in the wrong section is meant, however different the sections are.
    let mut elsewhere = keys.iter().filter(|(key, _)| key.name == name).map(|(_, text)| text.as_str());
    let meant = match (elsewhere.next(), elsewhere.next()) {
        (Some(only), None) => Some(only),
        _ => nearest(&format!("{section}.{name}"), keys.iter().map(|(_, text)| text.as_str())),
    };
    if let Some((key, _)) = keys.iter().find(|(_, text)| Some(text.as_str()) == meant) {
        return Err(format!("{unknown}; did you mean {}?", shown(*key)));
    }
    let in_section: Vec<&str> =
        keys.iter().filter(|(key, _)| key.section == section).map(|(key, _)| key.name).collect();
    if in_section.is_empty() {
        return Err(format!("{unknown}; the sections are {}", sections().join(", ")));
    }
    Err(format!("{unknown}; the keys of {section} are {}", in_section.join(", ")))
}

/// The names of all sections, in the order of the reference.
fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = Config::keys().map(|key| key.section).collect();
    sections.dedup();
    sections
}

/// Layers that are put over each other.
#[derive(Default)]
struct Layers {
    /// What is set so far, as it would stand in one file.
    table: toml::Table,
    settings: Settings,
}

impl Layers {
    /// The file, which is under all others.
    fn file(&mut self, home: &Home) -> Result<(), NodeError> {
        let path = home.config();
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => NodeError::NotInitialised { home: home.path().to_owned() },
            _ => NodeError::io("read", &path, error),
        })?;
        let place = path.display().to_string();
        let parsed = DeTable::parse(&text).map_err(|error| wrong(&place, error.to_string()))?;
        let line_at = |byte: usize| text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1;
        for (section, keys) in parsed.get_ref() {
            let name = section.get_ref();
            let line = line_at(section.span().start);
            let say = |message: String, line: usize| wrong(&format!("{place}, line {line}"), message);
            if !sections().contains(&name.as_ref()) {
                let meant = nearest(name, sections()).map_or_else(
                    || format!("the sections are {}", sections().join(", ")),
                    |meant| format!("did you mean [{meant}]?"),
                );
                return Err(say(format!("there is no section `{name}`; {meant}"), line));
            }
            let DeValue::Table(keys) = keys.get_ref() else {
                return Err(say(format!("`{name}` is a section: write [{name}], and its keys below"), line));
            };
            for key in keys.keys() {
                let line = line_at(key.span().start);
                let found = find(name, key.get_ref(), |key| key.to_string()).map_err(|message| say(message, line))?;
                self.settings.sources.insert(found.to_string(), Source::File { path: path.clone(), line });
            }
        }
        // As it stands, so that an error shows its line.
        self.settings.config = toml::from_str(&text).map_err(|error| wrong(&place, error.to_string()))?;
        self.table = text.parse().map_err(|error: toml::de::Error| wrong(&place, error.to_string()))?;
        Ok(())
    }

    /// One key over what is there: a number or a list where its value reads as one, else a text.
    fn set(&mut self, key: Key, value: &str, place: &str, source: Source) -> Result<(), NodeError> {
        let value = format!("value = {value}")
            .parse::<toml::Table>()
            .ok()
            .and_then(|mut parsed| parsed.remove("value"))
            .unwrap_or_else(|| toml::Value::String(value.into()));
        let section = self.table.entry(key.section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        section.as_table_mut().expect("a section of a good file is a table").insert(key.name.into(), value);
        self.settings.config = toml::Value::Table(self.table.clone())
            .try_into()
            .map_err(|error: toml::de::Error| wrong(place, error.message().to_owned()))?;
        self.settings.sources.insert(key.to_string(), source);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A home folder with this configuration.
    fn home(text: &str) -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = Home::new(folder.path());
        std::fs::write(home.config(), text).expect("the configuration is written");
        (folder, home)
    }

    /// Names and values.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn read(text: &str, flags: &[&str], variables: Variables) -> Result<Settings, String> {
        let (_folder, home) = home(text);
        let overrides = Overrides { set: flags.iter().map(|flag| (*flag).to_owned()).collect() };
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::read(Some(&home), &overrides, variables).map_err(|error| {
            assert_eq!(error.exit_code(), 2, "{error}");
            error.to_string()
        })
    }

    /// Goal: the flag is over the variable, that over the file, that over the default, and each says that it was it.
    #[test]
    fn layers_lie_in_order() {
        let file = "# a comment\n[mempool]\ntransactions = 2\n";
        let variables = [("YAOSU_NODE__MEMPOOL__TRANSACTIONS", "3"), ("YAOSU_OTHER__THING", "9")];
        let flags = ["mempool.transactions=4"];
        #[rustfmt::skip]
        let rows: [(&str, &[&str], Variables, usize, &str); 4] = [
            ("[store]\n", &[],    &[],        50_000, "default"),
            (file,        &[],    &[],        2,      "config.toml, line 3"),
            (file,        &[],    &variables, 3,      "variable YAOSU_NODE__MEMPOOL__TRANSACTIONS"),
            (file,        &flags, &variables, 4,      "--set"),
        ];
        let key = Config::keys().find(|key| key.to_string() == "mempool.transactions").expect("there is this key");
        for (file, flags, variables, value, source) in rows {
            let settings = read(file, flags, variables).expect("the configuration is good");
            assert_eq!(settings.config.mempool.transactions, value);
            let found = settings.source(key).to_string();
            assert!(found.ends_with(source), "{found} is not {source}");
            assert_eq!(settings.config.value(key), toml::Value::Integer(i64::try_from(value).expect("it is small")));
        }
    }

    /// Goal: every mistake is named with its place, and what was meant.
    #[test]
    fn mistakes_are_named_with_what_was_meant() {
        #[rustfmt::skip]
        let files: [(&str, &[&str]); 8] = [
            ("\n[mempool]\ntransactoins = 5\n", &["config.toml, line 3: ", "`mempool.transactoins`", "did you mean mempool.transactions?"]),
            ("[mempool]\ncache_megabytes = 5\n", &["line 2", "did you mean store.cache_megabytes?"]),
            ("[mempool]\ncolour = 5\n",        &["line 2", "the keys of mempool are transactions, megabytes, of_participant"]),
            ("[mempol]\n",                     &["line 1", "did you mean [mempool]?"]),
            ("[colours]\n",                    &["the sections are network, api, consensus, mempool, store, log"]),
            ("mempool = 5\n",                  &["line 1", "write [mempool]"]),
            ("[mempool]\ntransactions = \"x\"\n", &["config.toml: ", "line 2", "invalid type"]),
            ("[mempool\n",                     &["config.toml: ", "line 1"]),
        ];
        for (file, said) in files {
            let error = read(file, &[], &[]).expect_err(file);
            for said in said {
                assert!(error.contains(said), "{said} is not in {error}");
            }
        }
        #[rustfmt::skip]
        let variables = [
            ("YAOSU_NODE__API__LISTN",          "1",       "did you mean YAOSU_NODE__API__LISTEN?"),
            ("YAOSU_NODE__API",                 "1",       "expected YAOSU_NODE__SECTION__KEY"),
            ("YAOSU_NODE__API__LISTEN",         "nowhere", "socket address"),
            ("YAOSU_NODE__MEMPOOL__MEGABYTES",  "-1",      "invalid value"),
        ];
        for (name, value, said) in variables {
            let error = read("", &[], &[(name, value)]).expect_err(name);
            assert!(error.starts_with(&format!("variable {name}: ")) && error.contains(said), "{said}: {error}");
        }
        for (flag, said) in [
            ("api.listn=1", "did you mean api.listen?"),
            ("api.listen", "expected --set SECTION.KEY=VALUE"),
            ("listen=1", "expected --set SECTION.KEY=VALUE"),
            ("api.listen=nowhere", "socket address"),
        ] {
            let error = read("", &[flag], &[]).expect_err(flag);
            assert!(error.starts_with(&format!("--set {flag}: ")) && error.contains(said), "{said}: {error}");
        }
    }

    /// Goal: numbers, lists and texts are told apart as a person would.
    #[test]
    fn values_are_read_as_they_look() {
        let flags = ["network.peers=[\"/ip4/1.2.3.4/tcp/5/p2p/x\"]", "log.filter=info,network=debug", "api.waits=7"];
        let settings = read("", &flags, &[]).expect("they are good");
        assert_eq!(settings.config.network.peers, ["/ip4/1.2.3.4/tcp/5/p2p/x"]);
        assert_eq!(settings.config.log.filter, "info,network=debug");
        assert_eq!(settings.config.api.waits, 7);
    }
}
