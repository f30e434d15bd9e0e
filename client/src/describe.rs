//! What will be signed, with what the node knows of it; and small words of results.

mod division;

use yaosu_api::words::{self, Facts, Sentence};
use yaosu_ledger::ParticipantId;
use yaosu_ledger::model::{Origin, Roles};
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;

use crate::said::{Said, list, plain, said, word};
use crate::session::Session;

pub use division::division;

/// What somebody asks for, in one sentence in the session's language. What can't be asked for now is left out.
pub async fn action(session: &Session, signer: ParticipantId, action: &Action) -> Said {
    told(session, &words::action(signer, action, &facts(session, action).await)).await
}

/// The same of what is in the ledger already. When a licence ended before it was renewed is not known any more.
pub async fn committed_action(session: &Session, signer: ParticipantId, action: &Action) -> Said {
    let facts = Facts { licence: None, ..facts(session, action).await };
    told(session, &words::action(signer, action, &facts)).await
}

async fn told(session: &Session, sentence: &Sentence) -> Said {
    let context = session.context_of(sentence.subjects()).await;
    plain(sentence.full(&context))
}

/// What the node knows about what an action names.
async fn facts(session: &Session, action: &Action) -> Facts {
    let mut facts = Facts::default();
    let (Ok(client), Some(wanted)) = (session.client(), Facts::wanted(action)) else { return facts };
    let id = wanted.identifier().to_string();
    match wanted {
        Subject::Listing(_) => facts.listing = client.listing(&id).await.ok().map(|found| found.record),
        Subject::Order(_) => facts.order = client.order(&id).await.ok().map(|found| found.record),
        Subject::Negotiation(_) => facts.negotiation = client.negotiation(&id).await.ok().map(|found| found.record),
        Subject::Demand(_) => facts.demand = client.demand(&id).await.ok().map(|found| found.record),
        Subject::Licence(_) => {
            facts.licence = client.licence(&id).await.ok().map(|found| found.record);
            if let Some(licence) = &facts.licence {
                facts.order = client.order(&licence.order.to_string()).await.ok().map(|found| found.record);
            }
        }
        _ => {}
    }
    facts
}

/// Whether money or rights move by it, so that a person is asked before it is signed.
pub const fn moves(action: &Action) -> bool {
    match action {
        Action::RotateKeys { .. }
        | Action::Issue { .. }
        | Action::Redeem { .. }
        | Action::Pay { .. }
        | Action::CancelRegistration { .. }
        | Action::TransferRight { .. }
        | Action::CreateListing { .. }
        | Action::PlaceOrder { .. }
        | Action::RejectDelivery { .. }
        | Action::OfferRight { .. }
        | Action::BuyRight { .. }
        | Action::OpenNegotiation { .. }
        | Action::AnswerDemand { .. }
        | Action::CounterOffer { .. }
        | Action::AcceptOffer { .. }
        | Action::RenewSubscription { .. }
        | Action::RevealKey { .. }
        | Action::AcceptDelivery { .. }
        | Action::ProveMisbehaviour { .. }
        | Action::OpenKey { .. }
        | Action::OpenQualityDispute { .. }
        | Action::RuleDispute { .. }
        | Action::Sublicense { .. }
        | Action::Terminate { .. }
        | Action::Supersede { .. }
        | Action::Recall { .. }
        | Action::AcknowledgeRecall { .. }
        | Action::Regrade { .. }
        | Action::DeclareGrade { .. }
        | Action::ChangeOpenness { .. }
        | Action::AuthoriseOperation { .. }
        | Action::SetPriceCeiling { .. }
        | Action::Freeze { .. }
        | Action::LiftFreeze { .. }
        | Action::RuleAppeal { .. } => true,
        Action::EnrolTrader { .. }
        | Action::Propose { .. }
        | Action::Approve { .. }
        | Action::RegisterAsset { .. }
        | Action::AddVersion { .. }
        | Action::ApplyAgain { .. }
        | Action::Object { .. }
        | Action::RuleObjection { .. }
        | Action::GrantRegistration { .. }
        | Action::RefuseRegistration { .. }
        | Action::PauseListing { .. }
        | Action::ResumeListing { .. }
        | Action::EndListing { .. }
        | Action::Deliver { .. }
        | Action::Acknowledge { .. }
        | Action::ChallengeKey { .. }
        | Action::RecordUse { .. }
        | Action::StateDeletion { .. }
        | Action::ReleaseParked { .. }
        | Action::Attest { .. }
        | Action::WithdrawAttestation { .. }
        | Action::AppealFreeze { .. }
        | Action::Delist { .. }
        | Action::WithdrawOffer { .. }
        | Action::EndRenewals { .. }
        | Action::CreateDemand { .. }
        | Action::EndDemand { .. }
        | Action::RequestVersion { .. } => false,
    }
}

/// What an order comes from.
pub fn origin(origin: &Origin) -> Said {
    match origin {
        Origin::Plan { listing, plan } => said!("listing {listing}, plan {plan}", "挂牌 {listing}，方案 {plan}"),
        Origin::Negotiation(negotiation) => said!("negotiation {negotiation}", "磋商 {negotiation}"),
        Origin::Licence(licence) => said!("subscription {licence}", "订阅 {licence}"),
    }
}

/// Roles as a list.
pub fn roles_words(roles: Roles) -> Said {
    list(roles.iter().map(|role| word(&role)))
}
