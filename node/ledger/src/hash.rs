//! Domain-separated BLAKE3: each use of the hash has a key of its own, so that no digest made for one is valid as another.
//!
//! The key of a domain is `BLAKE3.derive_key(context, "")`; a digest is BLAKE3's keyed hash under it. The one exception
//! in Yaosu is the content root of an asset, which is the plain hash, so that `b3sum` prints it.

use std::sync::LazyLock;

use crate::primitives::Digest;

macro_rules! domains {
    ($($(#[$doc:meta])* $name:ident = $context:literal),* $(,)?) => {
        /// What a digest is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Domain { $($(#[$doc])* $name),* }

        impl Domain {
            /// Every domain, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The `derive_key` context. Never changed once released: see `docs/wire.md`.
            #[must_use]
            pub const fn context(self) -> &'static str {
                match self { $(Self::$name => concat!("yaosu 2026-11-24 ", $context)),* }
            }
        }
    };
}

domains! {
    /// The genesis document.
    ChainId = "chain id",
    /// A transaction's body.
    TransactionId = "transaction id",
    /// A block's header.
    BlockId = "block id",
    /// A validator set.
    ValidatorSet = "validator set",
    /// A participant named by genesis.
    GenesisParticipantId = "genesis participant id",
    /// A participant.
    ParticipantId = "participant id",
    /// An asset.
    AssetId = "asset id",
    /// A listing.
    ListingId = "listing id",
    /// An order.
    OrderId = "order id",
    /// A licence.
    LicenceId = "licence id",
    /// A proposal.
    ProposalId = "proposal id",
    /// A freeze.
    FreezeId = "freeze id",
    /// A whole signed transaction, as a leaf of the transactions root.
    TransactionLeaf = "transaction leaf",
    /// An event, as a leaf of the events root.
    EventLeaf = "event leaf",
    /// Two children of a Merkle list.
    MerkleNode = "merkle node",
    /// A Merkle list's length and top.
    MerkleRoot = "merkle root",
    /// A key of the state, as a path in the state tree.
    StateKey = "state key",
    /// A value of the state.
    StateValue = "state value",
    /// A leaf of the state tree.
    StateLeaf = "state leaf",
    /// An inner node of the state tree.
    StateNode = "state node",
    /// A record of the journal.
    JournalRecord = "journal record",
    /// A slot of the signer record.
    SignerRecord = "signer record",
    /// A gossip message's identity.
    GossipMessage = "gossip message",
    /// What opens the stream of a proposed block, as the stream's identity.
    ProposalStream = "proposal stream",
    /// Some bytes of a proposed block.
    ProposalPart = "proposal part",
    /// A negotiation.
    NegotiationId = "negotiation id",
    /// A demand.
    DemandId = "demand id",
    /// The key and salt of a sealed delivery.
    KeyCommitment = "key commitment",
    /// Which slices of a registered file the ledger chooses.
    SampleChoice = "sample choice",
    /// A licence under another.
    SublicenceId = "sublicence id",
    /// A recall.
    RecallId = "recall id",
    /// A use of a licence, with the one before it.
    UseRecord = "use record",
    /// An attestation.
    AttestationId = "attestation id",
    /// The check digits of an evidence code.
    EvidenceCode = "evidence code",
}

static KEYS: LazyLock<Vec<[u8; 32]>> =
    LazyLock::new(|| Domain::ALL.iter().map(|domain| blake3::derive_key(domain.context(), &[])).collect());

fn key(domain: Domain) -> &'static [u8; 32] {
    // A domain's number is its place in `ALL`: both are made from one list.
    &KEYS[domain as usize]
}

/// The digest of some bytes in a domain.
#[must_use]
pub fn digest(domain: Domain, bytes: &[u8]) -> Digest {
    Digest(*blake3::keyed_hash(key(domain), bytes).as_bytes())
}

/// The digest of two digests one after the other in a domain.
#[must_use]
pub fn digest_pair(domain: Domain, left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&left.0);
    bytes[32..].copy_from_slice(&right.0);
    digest(domain, &bytes)
}
