//! Which record of the state evidence is wanted of.

use clap::{Args, ValueEnum};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{
    Accounts, Assets, Attestations, Certificates, Constants, ContentRoots, Demands, Freezes, Handles, Keys, Licences,
    Listings, Negotiations, Orders, Participants, Proposals, PublicCharges, Recalls, RulePacks, Table, Validators,
    Versions,
};
use yaosu_ledger::{Digest, Handle, Text};

use crate::command_error::CommandError;
use crate::parse::{AssetVersion, Reference};
use crate::said::{plain, said};
use crate::session::Session;

/// A record, by its kind and what it goes by.
#[derive(Debug, Args)]
pub struct Wanted {
    /// What kind of record
    #[arg(value_name = "KIND")]
    kind: RecordKind,
    /// Which: an identifier, of which the first digits will do if there is such a record; ASSET@VERSION for a version, a
    /// handle, a certificate's number, a key, or the hash of content. None for the validators, the rule pack and the chain
    #[arg(value_name = "ID")]
    id: Option<String>,
}

/// Kinds of records.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RecordKind {
    /// A participant
    Participant,
    /// Whose handle it is
    Handle,
    /// Whose key it is
    Key,
    /// A participant's money
    Account,
    /// An asset
    Asset,
    /// A version of an asset
    Version,
    /// Who has content in the register or under notice
    Content,
    /// Which asset has a registration certificate's number
    Certificate,
    /// Who answers for public data
    PublicCharge,
    /// A listing
    Listing,
    /// A negotiation
    Negotiation,
    /// A demand
    Demand,
    /// An order
    Order,
    /// A licence
    Licence,
    /// A recall
    Recall,
    /// An attestation
    Attestation,
    /// A freeze
    Freeze,
    /// A proposal
    Proposal,
    /// Who decides the next height
    Validators,
    /// The market's numbers
    RulePack,
    /// The name and the currency of the chain
    Chain,
}

/// The key of the record with an identifier: as it is typed if it is whole, so that its absence can be proved too; else of
/// the record that the node finds by it.
macro_rules! key_of {
    ($table:ty, $client:ident.$find:ident($text:ident)) => {{
        let id = match $text.parse() {
            Ok(id) => id,
            Err(_) => $client.$find(reference($text)?.as_str()).await?.id,
        };
        <$table>::key(&id)
    }};
}

impl Wanted {
    /// The record's key in the state.
    ///
    /// # Errors
    /// Nothing is called so.
    pub async fn key(&self, session: &Session) -> Result<Vec<u8>, CommandError> {
        let text = match (self.kind, &self.id) {
            (RecordKind::Validators | RecordKind::RulePack | RecordKind::Chain, Some(_)) => {
                return Err(CommandError::usage(said!(
                    "there is one of these only, it goes by no identifier",
                    "此类记录只有一条，没有标识"
                )));
            }
            (RecordKind::Validators | RecordKind::RulePack | RecordKind::Chain, None) => "",
            (_, Some(id)) => id.as_str(),
            (_, None) => {
                return Err(CommandError::usage(said!(
                    "which one? it goes by an identifier: see --help",
                    "哪一条？须给出标识：见 --help"
                )));
            }
        };
        let client = session.client()?;
        Ok(match self.kind {
            RecordKind::Participant => key_of!(Participants, client.participant(text)),
            RecordKind::Account => key_of!(Accounts, client.participant(text)),
            RecordKind::Handle => Handles::key(&Handle::new(text).map_err(usage)?),
            RecordKind::Key => Keys::key(&text.parse::<PublicKey>().map_err(usage)?),
            RecordKind::Asset => key_of!(Assets, client.asset(text)),
            RecordKind::PublicCharge => key_of!(PublicCharges, client.asset(text)),
            RecordKind::Version => {
                let AssetVersion { asset, version } = text.parse().map_err(CommandError::usage)?;
                let version = version.ok_or_else(|| {
                    CommandError::usage(said!("which version? write ASSET@VERSION", "哪一版？请写成 ASSET@VERSION"))
                })?;
                let id = match asset.as_str().parse() {
                    Ok(id) => id,
                    Err(_) => client.asset(asset.as_str()).await?.id,
                };
                Versions::key(&(id, version))
            }
            RecordKind::Content => ContentRoots::key(&text.parse::<Digest>().map_err(usage)?),
            RecordKind::Certificate => Certificates::key(&Text::new(text).map_err(usage)?),
            RecordKind::Listing => key_of!(Listings, client.listing(text)),
            RecordKind::Negotiation => key_of!(Negotiations, client.negotiation(text)),
            RecordKind::Demand => key_of!(Demands, client.demand(text)),
            RecordKind::Order => key_of!(Orders, client.order(text)),
            RecordKind::Licence => key_of!(Licences, client.licence(text)),
            RecordKind::Recall => key_of!(Recalls, client.recall(text)),
            RecordKind::Attestation => key_of!(Attestations, client.attestation(text)),
            RecordKind::Freeze => key_of!(Freezes, client.freeze(text)),
            RecordKind::Proposal => key_of!(Proposals, client.proposal(text)),
            RecordKind::Validators => Validators::key(&()),
            RecordKind::RulePack => RulePacks::key(&()),
            RecordKind::Chain => Constants::key(&()),
        })
    }
}

fn reference(text: &str) -> Result<Reference, CommandError> {
    text.parse().map_err(CommandError::usage)
}

fn usage(error: impl core::fmt::Display) -> CommandError {
    CommandError::usage(plain(error))
}
