//! `yaosu key`

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::model::DeliveryKey;
use yaosu_ledger::signature::PublicKey;
use yaosu_sdk::key_file::{self, DeliverySecret, Seed};

use crate::command_error::CommandError;
use crate::home::io_error;
use crate::parse;
use crate::said::{maybe, plain, said};
use crate::screen::{Screen, Show};
use crate::session::Session;

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a key, and one that deliveries are sealed to: encrypted PKCS#8 files that OpenSSL reads too
    New {
        /// What to call it
        #[arg(value_parser = parse::name)]
        name: String,
    },
    /// Show the public half of a key
    Show {
        /// Its name
        #[arg(value_parser = parse::name)]
        name: String,
    },
    /// Show all keys
    List,
}

#[derive(Debug, Serialize)]
struct KeyView {
    name: String,
    /// Absent if the key came without its `.pub` file.
    public: Option<PublicKey>,
    /// What deliveries are sealed to; absent if there is no such key.
    delivery: Option<DeliveryKey>,
    file: PathBuf,
}

impl Show for KeyView {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            (Label::Key, plain(&self.name)),
            (Label::Public, maybe(self.public.as_ref())),
            (Label::DeliveryKey, maybe(self.delivery.as_ref())),
            (Label::File, plain(self.file.display())),
        ]);
    }
}

#[derive(Debug, Serialize)]
struct KeyList {
    keys: Vec<KeyView>,
}

impl Show for KeyList {
    fn show(&self, screen: &mut Screen) {
        let rows = self.keys.iter().map(|key| {
            let public = key.public.as_ref().map_or_else(|| said!("no .pub file", "没有 .pub 文件"), plain);
            vec![plain(&key.name), public]
        });
        screen.table(&[Label::Name, Label::Public], rows.collect());
    }
}

/// Carries out a verb.
pub fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::New { name } => {
            let (file, beside) = (session.home.key_path(&name), session.home.delivery_key_path(&name));
            for path in [&file, &beside] {
                if path.exists() {
                    return Err(key_file::KeyFileError::Exists { path: path.clone() }.into());
                }
            }
            let folder = session.home.keys_path();
            fs::create_dir_all(&folder).map_err(|error| io_error(&folder, &error))?;
            let password = session.new_password()?;
            let delivery = key_file::create_delivery(&beside, &DeliverySecret::generate()?, &password)?;
            let public = key_file::create(&file, &Seed::generate()?, &password)?;
            session.show(&KeyView { name, public: Some(public), delivery: Some(delivery), file })
        }
        Verb::Show { name } => {
            let file = session.home.key_path(&name);
            let public = key_file::public_key(&file)?;
            let delivery = key_file::delivery_key(&session.home.delivery_key_path(&name)).ok();
            session.show(&KeyView { name, public: Some(public), delivery, file })
        }
        Verb::List => {
            let keys = session.home.key_names()?.into_iter().map(|name| {
                let file = session.home.key_path(&name);
                let delivery = key_file::delivery_key(&session.home.delivery_key_path(&name)).ok();
                KeyView { name, public: key_file::public_key(&file).ok(), delivery, file }
            });
            session.show(&KeyList { keys: keys.collect() })
        }
    }
}
