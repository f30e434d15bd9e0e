//! `yaosu profile`

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use yaosu_ledger::ChainId;
use yaosu_sdk::Client;

use crate::command_error::{CommandError, Kind};
use crate::home::Profile;
use crate::parse;
use crate::screen::{self, Screen, Show};
use crate::session::Session;

/// What can be done with profiles.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Remember a chain: trust the genesis document that its node gives now, and no other from then on
    Add {
        /// What to call it
        #[arg(value_parser = parse::name)]
        name: String,
        /// A further node, asked when that of --node can't be reached; again for each
        #[arg(long = "fallback", value_name = "URL")]
        nodes: Vec<String>,
        /// Take this chain and no other: its identifier, from somebody you trust
        #[arg(long, value_name = "ID")]
        chain: Option<ChainId>,
    },
    /// Show all profiles
    List,
    /// Use this profile from now on
    Use {
        /// Its name
        #[arg(value_parser = parse::name)]
        name: String,
    },
    /// Show a profile, or the one in use
    Show {
        /// Its name
        #[arg(value_parser = parse::name)]
        name: Option<String>,
    },
}

/// A profile as it is shown.
#[derive(Debug, Serialize)]
struct ProfileView {
    name: String,
    in_use: bool,
    #[serde(flatten)]
    profile: Profile,
    /// Where its genesis document is kept.
    genesis: PathBuf,
}

impl Show for ProfileView {
    fn show(&self, screen: &mut Screen) {
        let Profile { nodes, chain, signer, password_file } = &self.profile;
        screen.fields(&[
            ("profile", self.name.clone()),
            ("in use", if self.in_use { "yes" } else { "no" }.to_owned()),
            ("chain", chain.to_string()),
            ("nodes", nodes.join(", ")),
            ("as", signer.clone().unwrap_or_default()),
            ("password file", password_file.as_ref().map_or_else(String::new, |path| path.display().to_string())),
            ("genesis", self.genesis.display().to_string()),
        ]);
    }
}

#[derive(Debug, Serialize)]
struct ProfileList {
    profiles: Vec<ProfileView>,
}

impl Show for ProfileList {
    fn show(&self, screen: &mut Screen) {
        let rows = self.profiles.iter().map(|view| {
            let mark = if view.in_use { "*" } else { "" }.to_owned();
            let nodes = view.profile.nodes.join(", ");
            let signer = view.profile.signer.clone().unwrap_or_default();
            vec![mark, view.name.clone(), parse::short(view.profile.chain), nodes, signer]
        });
        screen.table(&["", "name", "chain", "nodes", "as"], rows.collect());
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Add { name, nodes, chain } => add(session, name, nodes, chain).await,
        Verb::List => {
            let profiles = session.config.profiles.keys().map(|name| view(session, name)).collect::<Result<_, _>>()?;
            session.show(&ProfileList { profiles })
        }
        Verb::Use { name } => {
            let shown = view(session, &name)?;
            let mut config = session.config.clone();
            config.profile = Some(name);
            session.home.write_config(&config)?;
            session.show(&ProfileView { in_use: true, ..shown })
        }
        Verb::Show { name } => {
            let name = name.or_else(|| session.global.profile.clone()).or_else(|| session.config.profile.clone());
            let name = name.ok_or_else(|| {
                CommandError::new(Kind::NotFound, "there is no profile yet").hint("yaosu profile add NAME --node URL")
            })?;
            session.show(&view(session, &name)?)
        }
    }
}

async fn add(
    session: &Session,
    name: String,
    mut nodes: Vec<String>,
    chain: Option<ChainId>,
) -> Result<(), CommandError> {
    if let Some(node) = &session.global.node {
        nodes.insert(0, node.clone());
    }
    if nodes.is_empty() {
        return Err(CommandError::usage("a profile names a node").hint("yaosu profile add NAME --node URL"));
    }
    let client = Client::new(&nodes, chain)?;
    // The head is asked first: it tells another chain than the one that is wanted.
    let head = client.head().await?;
    let genesis = client.genesis().await?;
    let found = genesis.chain();
    if found != head.chain {
        let message = format!("the node is of chain {}, but its genesis document founds chain {found}", head.chain);
        return Err(CommandError::new(Kind::Unsafe, message).hint("don't trust this node"));
    }
    if let Some(known) = session.config.profiles.get(&name)
        && known.chain != found
    {
        let message = format!("profile {name} is of chain {}, this node is of chain {found}", known.chain);
        return Err(CommandError::new(Kind::Unsafe, message).hint("give the new chain another name"));
    }
    let genesis_path = session.home.write_genesis(&genesis)?;
    let profile = Profile {
        nodes,
        chain: found,
        signer: session.global.r#as.first().cloned(),
        password_file: session
            .global
            .password_file
            .as_ref()
            .map(std::path::absolute)
            .transpose()
            .map_err(|error| CommandError::usage(format!("--password-file: {error}")))?,
    };
    let mut config = session.config.clone();
    config.profiles.insert(name.clone(), profile.clone());
    let in_use = config.profile.get_or_insert_with(|| name.clone()) == &name;
    session.home.write_config(&config)?;
    if chain.is_none() {
        screen::note(format!(
            "Chain {found} ({}) is trusted from now on because the node says so: compare the identifier with another \
             source.",
            genesis.name
        ));
    }
    session.show(&ProfileView { name, in_use, profile, genesis: genesis_path })
}

fn view(session: &Session, name: &str) -> Result<ProfileView, CommandError> {
    let profile = session.config.profiles.get(name).ok_or_else(|| {
        CommandError::new(Kind::NotFound, format!("there is no profile {name:?}"))
            .hint("`yaosu profile list` shows those there are")
    })?;
    Ok(ProfileView {
        name: name.to_owned(),
        in_use: session.config.profile.as_deref() == Some(name),
        profile: profile.clone(),
        genesis: session.home.genesis_path(profile.chain),
    })
}
