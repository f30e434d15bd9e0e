//! What the things of a chain are called in documents: URNs under the chain's identifier, as in licence certificates.

use yaosu_ledger::{AssetId, ChainId, LicenceId, ListingId, ParticipantId};

/// The names of a chain's things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// The chain.
    pub chain: ChainId,
}

impl Names {
    /// An asset.
    #[must_use]
    pub fn asset(&self, asset: AssetId) -> String {
        self.name("asset", asset)
    }

    /// A version of an asset.
    #[must_use]
    pub fn version(&self, asset: AssetId, version: u32) -> String {
        format!("{}:version:{version}", self.asset(asset))
    }

    /// A version of an asset and every later one.
    #[must_use]
    pub fn versions_from(&self, asset: AssetId, version: u32) -> String {
        format!("{}:versions-from:{version}", self.asset(asset))
    }

    /// A participant.
    #[must_use]
    pub fn participant(&self, participant: ParticipantId) -> String {
        self.name("participant", participant)
    }

    /// A licence.
    #[must_use]
    pub fn licence(&self, licence: LicenceId) -> String {
        self.name("licence", licence)
    }

    /// A plan of a listing, by its place from 0.
    #[must_use]
    pub fn plan(&self, listing: ListingId, plan: usize) -> String {
        format!("{}:plan:{plan}", self.name("listing", listing))
    }

    /// The participant of a name.
    #[must_use]
    pub fn read_participant(&self, name: &str) -> Option<ParticipantId> {
        name.strip_prefix(&format!("urn:yaosu:{}:participant:", self.chain))?.parse().ok()
    }

    fn name(&self, kind: &str, id: impl core::fmt::Display) -> String {
        format!("urn:yaosu:{}:{kind}:{id}", self.chain)
    }
}
