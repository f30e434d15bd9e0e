//! `yaosu participant`

use std::path::Path;

use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_api::words::Label;
use yaosu_ledger::model::{Enrolment, KeySet, Participant, Role};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Digest, Handle, ParticipantId, Text};
use yaosu_sdk::{ParticipantQuery, key_file};

use super::{PageArguments, Row, named, show_history, show_page};
use crate::command_error::CommandError;
use crate::describe::roles_words;
use crate::parse::{Reference, short, show_time};
use crate::said::{Said, coded, maybe, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with participants.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Take in a trader. Signed by an operator; other roles come by `yaosu proposal create enrol`
    Enrol(EnrolArguments),
    /// Replace all your keys. The identifier stays
    RotateKeys(KeyArguments),
    /// Show a participant
    Show {
        /// Who
        participant: Reference,
    },
    /// Show participants
    List {
        /// Only those with this role
        #[arg(long, value_parser = named(Role::ALL, Role::name))]
        role: Option<Role>,
        /// Only who has this key: 64 digits, or a file
        #[arg(long, value_name = "KEY", value_parser = public_key)]
        key: Option<PublicKey>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what happened to a participant, the latest first
    History {
        /// Who
        participant: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// What somebody says of themselves.
#[derive(Debug, Args)]
pub struct EnrolArguments {
    /// The handle: 3 to 32 of a-z, 0-9 and '-'
    handle: Handle,
    /// The name in the register of companies
    #[arg(long, value_name = "NAME")]
    legal_name: Text<128>,
    /// The number there, e.g. the unified social credit code
    #[arg(long, value_name = "NUMBER")]
    legal_id: Text<64>,
    #[command(flatten)]
    keys: KeyArguments,
    /// A related party, which it must not judge; again for each
    #[arg(long, value_name = "WHO")]
    related: Vec<Reference>,
}

/// The keys that act for somebody.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// A public key: 64 digits, or the file of a key; again for each
    #[arg(long = "key", value_name = "KEY", required = true, value_parser = public_key)]
    keys: Vec<PublicKey>,
    /// How many of the keys must sign
    #[arg(long, value_name = "N", default_value_t = 1)]
    threshold: u8,
    /// The X25519 key that deliveries are sealed to: 64 digits
    #[arg(long, value_name = "KEY")]
    delivery_key: Option<Digest>,
}

impl KeyArguments {
    fn key_set(&self) -> KeySet {
        let mut keys = self.keys.clone();
        keys.sort_unstable();
        keys.dedup();
        KeySet { keys, threshold: self.threshold }
    }
}

impl EnrolArguments {
    /// The enrolment, with related parties looked up.
    ///
    /// # Errors
    /// A related party is not known.
    pub async fn enrolment(&self, session: &Session) -> Result<Enrolment, CommandError> {
        let mut related = Vec::with_capacity(self.related.len());
        for reference in &self.related {
            related.push(session.participant_id(reference).await?);
        }
        related.sort_unstable();
        related.dedup();
        Ok(Enrolment {
            handle: self.handle.clone(),
            legal_name: self.legal_name.clone(),
            legal_id: self.legal_id.clone(),
            keys: self.keys.key_set(),
            delivery_key: self.keys.delivery_key,
            related,
        })
    }
}

/// A public key: 64 digits, or the file of a key or of its public half.
///
/// # Errors
/// What would be taken, in words.
pub fn public_key(text: &str) -> Result<PublicKey, Said> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let path = Path::new(text);
    let path = if path.extension().is_some_and(|extension| extension == "pub") {
        path.with_extension("pem")
    } else {
        path.to_owned()
    };
    key_file::public_key(&path).map_err(|error| {
        said!(
            "neither 64 digits of hex nor the file of a key: {error}",
            "既不是 64 位十六进制数，也不是密钥文件：{error}"
        )
    })
}

impl Show for InContext<Entity<ParticipantId, Participant>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Enrolment { handle, legal_name, legal_id, keys, delivery_key, related } = &record.enrolment;
        let mut fields = vec![
            (Label::Participant, plain(handle)),
            (Label::Id, plain(id)),
            (Label::LegalName, plain(legal_name)),
            (Label::LegalId, plain(legal_id)),
            (Label::Status, coded(&record.status)),
            (Label::Roles, roles_words(record.roles)),
            (Label::Since, show_time(record.since)),
            (Label::Sponsor, maybe(record.sponsor.map(|sponsor| self.context.name(sponsor)))),
            (Label::Threshold, said!("{} of {} keys", "{1} 个密钥中的 {0} 个", keys.threshold, keys.keys.len())),
        ];
        fields.extend(keys.keys.iter().map(|key| (Label::Key, plain(key))));
        fields.push((Label::DeliveryKey, maybe(delivery_key.as_ref())));
        fields.extend(related.iter().map(|party| (Label::Related, self.context.name(*party))));
        screen.fields(&fields);
    }
}

impl Row for Entity<ParticipantId, Participant> {
    const HEADER: &'static [Label] = &[Label::Handle, Label::Id, Label::LegalName, Label::Roles, Label::Status];

    fn row(&self, _: &Context) -> Vec<Said> {
        let Participant { enrolment, roles, status, .. } = &self.record;
        vec![plain(&enrolment.handle), short(self.id), plain(&enrolment.legal_name), roles_words(*roles), word(&status)]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Enrol(arguments) => {
            let enrolment = arguments.enrolment(session).await?;
            write(session, Action::EnrolTrader { enrolment }).await
        }
        Verb::RotateKeys(arguments) => {
            let keys = arguments.key_set();
            write(session, Action::RotateKeys { keys, delivery_key: arguments.delivery_key }).await
        }
        Verb::Show { participant } => {
            let value = session.client()?.participant(participant.as_str()).await?;
            let others = value.record.sponsor.into_iter().chain(value.record.enrolment.related.iter().copied());
            let context = session.context(others.collect::<Vec<_>>(), []).await;
            session.show(&InContext { value, context })
        }
        Verb::List { role, key, page } => {
            let found = session.client()?.participants(&ParticipantQuery { role, key }, &page.paging()).await?;
            show_page(session, found, Context::default())
        }
        Verb::History { participant, page } => {
            let found = session.client()?.participant_history(participant.as_str(), &page.paging()).await?;
            show_history(session, found).await
        }
    }
}
