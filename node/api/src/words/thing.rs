//! The things that sentences speak of, each by its identifier.

use yaosu_ledger::state::Subject;
use yaosu_ledger::{
    AttestationId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ProposalId, RecallId,
};

use super::sentence::Piece::{self, Thing};

macro_rules! things {
    ($($name:ident $kind:ident $id:ident),*) => {$(
        pub const fn $name(id: $id) -> Piece {
            Thing(Subject::$kind(id))
        }
    )*};
}

things! {
    listing Listing ListingId, order Order OrderId, licence Licence LicenceId, negotiation Negotiation NegotiationId,
    proposal Proposal ProposalId, recall Recall RecallId, attestation Attestation AttestationId, freeze Freeze FreezeId,
    demand Demand DemandId
}
