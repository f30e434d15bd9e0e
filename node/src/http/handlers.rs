//! What answers each operation.

use axum::routing::{MethodRouter, get, post};
use yaosu_api::contract::Operation;

use super::api::{Api, read};
use super::{
    assets, attestations, blocks, chain, contract, demands, events, freezes, health, history, licences, listings,
    metrics, negotiations, openness, orders, participants, prepare, proposals, provenance, recalls, receipts,
    royalties, samples, search, transactions, written,
};

/// Whether a client may ask this operation to wait.
pub fn may_wait(operation: Operation) -> bool {
    matches!(operation, Operation::SubmitTransaction | Operation::Transaction)
}

/// What answers it. There is an arm for each, or this does not compile.
pub fn handler(operation: Operation) -> MethodRouter<Api> {
    match operation {
        Operation::PrepareTransaction => post(prepare::prepare),
        Operation::CheckTransaction => post(transactions::check),
        Operation::SubmitTransaction => post(transactions::submit),
        Operation::Transaction => get(transactions::show),
        Operation::TransactionReceipt => read(receipts::of_transaction),
        Operation::TransactionRecords => read(written::show),
        Operation::Events => get(events::stream),
        Operation::EventReceipt => read(receipts::of_event),
        Operation::Genesis => read(chain::genesis),
        Operation::Head => read(chain::head),
        Operation::Chain => read(chain::chain),
        Operation::Status => get(chain::status),
        Operation::Validators => read(chain::validators),
        Operation::Money => read(chain::money),
        Operation::Nodes => read(chain::nodes),
        Operation::Blocks => read(blocks::list),
        Operation::Block => read(blocks::show),
        Operation::RecordReceipt => read(receipts::of_record),
        Operation::Participants => read(participants::list),
        Operation::Participant => read(participants::show),
        Operation::Account => read(participants::account),
        Operation::Lane => get(participants::lane),
        Operation::ParticipantHistory => read(history::of_participant),
        Operation::Search => read(search::show),
        Operation::Assets => read(assets::list),
        Operation::Asset => read(assets::show),
        Operation::Versions => read(assets::versions),
        Operation::Objections => read(assets::objections),
        Operation::AssetHistory => read(history::of_asset),
        Operation::Provenance => read(provenance::show),
        Operation::AssetAttestations => read(attestations::of_asset),
        Operation::AssetOpenness => read(openness::of_asset),
        Operation::Royalties => read(royalties::show),
        Operation::SampleChoice => read(samples::choice),
        Operation::Openness => read(openness::list),
        Operation::Attestations => read(attestations::list),
        Operation::Attestation => read(attestations::show),
        Operation::AttestationHistory => read(history::of_attestation),
        Operation::Freezes => read(freezes::list),
        Operation::Freeze => read(freezes::show),
        Operation::FreezeHistory => read(history::of_freeze),
        Operation::Listings => read(listings::list),
        Operation::Listing => read(listings::show),
        Operation::ListingHistory => read(history::of_listing),
        Operation::Orders => read(orders::list),
        Operation::Order => read(orders::show),
        Operation::OrderHistory => read(history::of_order),
        Operation::Licences => read(licences::list),
        Operation::Licence => read(licences::show),
        Operation::LicenceHistory => read(history::of_licence),
        Operation::Uses => read(licences::uses),
        Operation::May => read(licences::may),
        Operation::Recalls => read(recalls::list),
        Operation::Recall => read(recalls::show),
        Operation::RecallDuties => read(recalls::duties),
        Operation::RecallHistory => read(history::of_recall),
        Operation::Negotiations => read(negotiations::list),
        Operation::Negotiation => read(negotiations::show),
        Operation::NegotiationHistory => read(history::of_negotiation),
        Operation::Demands => read(demands::list),
        Operation::Demand => read(demands::show),
        Operation::DemandHistory => read(history::of_demand),
        Operation::Proposals => read(proposals::list),
        Operation::Proposal => read(proposals::show),
        Operation::ProposalHistory => read(history::of_proposal),
        Operation::OpenApi => get(contract::document),
        Operation::Docs => get(contract::page),
        Operation::DocsStyle => get(contract::style),
        Operation::Health | Operation::Liveness => get(health::lives),
        Operation::Readiness => get(health::ready),
        Operation::Metrics => get(metrics::show),
    }
}
