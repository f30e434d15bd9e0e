//! `yaosu profile`

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::ChainId;
use yaosu_sdk::Client;

use crate::command_error::{CommandError, Kind};
use crate::home::Profile;
use crate::parse;
use crate::said::{list, maybe, plain, said, yes};
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
            (Label::Profile, plain(&self.name)),
            (Label::InUse, yes(self.in_use)),
            (Label::Chain, plain(chain)),
            (Label::Nodes, list(nodes.iter().map(plain))),
            (Label::SignsAs, maybe(signer.as_ref())),
            (Label::PasswordFile, maybe(password_file.as_ref().map(|path| path.display()))),
            (Label::Genesis, plain(self.genesis.display())),
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
            let mark = maybe(view.in_use.then_some("*"));
            let nodes = list(view.profile.nodes.iter().map(plain));
            let signer = maybe(view.profile.signer.as_ref());
            vec![mark, plain(&view.name), parse::short(view.profile.chain), nodes, signer]
        });
        screen.table(&[Label::Unnamed, Label::Name, Label::Chain, Label::Nodes, Label::SignsAs], rows.collect());
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
                CommandError::new(Kind::NotFound, said!("there is no profile yet", "尚无配置"))
                    .hint(plain("yaosu profile add NAME --node URL"))
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
        return Err(CommandError::usage(said!("a profile names a node", "配置须指明节点"))
            .hint(plain("yaosu profile add NAME --node URL")));
    }
    let client = Client::new(&nodes, chain)?;
    // The head is asked first: it tells another chain than the one that is wanted.
    let head = client.head().await?;
    let genesis = client.genesis().await?;
    let found = genesis.chain();
    if found != head.chain {
        let message = said!(
            "the node is of chain {}, but its genesis document founds chain {found}",
            "该节点属于链 {}，但其创世文档创立的是链 {found}",
            head.chain
        );
        return Err(CommandError::new(Kind::Unsafe, message).hint(said!("don't trust this node", "请勿信任该节点")));
    }
    if let Some(known) = session.config.profiles.get(&name)
        && known.chain != found
    {
        let message = said!(
            "profile {name} is of chain {}, this node is of chain {found}",
            "配置 {name} 属于链 {}，该节点属于链 {found}",
            known.chain
        );
        return Err(
            CommandError::new(Kind::Unsafe, message).hint(said!("give the new chain another name", "请为新链另取名称"))
        );
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
            .map_err(|error| CommandError::usage(plain(format_args!("--password-file: {error}"))))?,
    };
    let mut config = session.config.clone();
    config.profiles.insert(name.clone(), profile.clone());
    let in_use = config.profile.get_or_insert_with(|| name.clone()) == &name;
    session.home.write_config(&config)?;
    if chain.is_none() {
        screen::note(said!(
            "Chain {found} ({}) is trusted from now on because the node says so: compare the identifier with another source.",
            "自此信任链 {found}（{}），依据仅为该节点所述：请与其他来源核对标识。",
            genesis.name
        ));
    }
    session.show(&ProfileView { name, in_use, profile, genesis: genesis_path })
}

fn view(session: &Session, name: &str) -> Result<ProfileView, CommandError> {
    let profile = session.config.profiles.get(name).ok_or_else(|| {
        CommandError::new(Kind::NotFound, said!("there is no profile {name:?}", "没有配置 {name:?}"))
            .hint(said!("`yaosu profile list` shows those there are", "`yaosu profile list` 列出已有配置"))
    })?;
    Ok(ProfileView {
        name: name.to_owned(),
        in_use: session.config.profile.as_deref() == Some(name),
        profile: profile.clone(),
        genesis: session.home.genesis_path(profile.chain),
    })
}
