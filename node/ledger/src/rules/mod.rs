//! The rules: one transaction against one state gives events and changes, or the first rule that it breaks.
//!
//! Pure and total: the answer depends on the arguments alone. Order of the checks: the transaction as such (R1 to R11),
//! then the action's own rules in the order in which its function has them.

mod approvals;
mod asset;
mod attestation;
mod content;
mod deadline;
mod delivery;
mod demand;
mod derivation;
mod dispute;
mod freeze;
mod gate;
mod governance;
mod grade;
mod licence;
mod licensing;
mod listing;
mod money;
mod negotiation;
mod on_offer;
mod order;
mod participant;
mod public_data;
mod recall;
mod registration;
mod right_sale;
mod royalty;
mod settlement;
mod subscription;
mod upstream;

use crate::event::{Cause, Event, EventRecord};
use crate::model::{Participant, ParticipantStatus, Role};
use crate::policy::Request;
use crate::primitives::{ChainId, Height, ParticipantId, Timestamp, TransactionId};
use crate::rejection::Rejection;
use crate::state::{ChangeSet, Draft, Lanes, Participants, Reader};
use crate::transaction::{Action, Body, Envelope};

pub use deadline::{DUE_PER_BLOCK_MAX, DUE_WEIGHT_MAX, carry_out_due, next_deadline};
pub use governance::is_sound as is_sound_rule_pack;
pub use licence::{SUBLICENCES_PER_STEP, may};
pub use on_offer::on_offer;
pub(crate) use participant::{check as check_enrolment, write_new as write_new_participant};
pub use recall::RECALL_STEP_MAX;
pub use royalty::{Share, Split, split as split_royalties};

/// The block that a transaction is carried out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    /// The chain.
    pub chain: ChainId,
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: Timestamp,
}

/// What the rules of one action see and write to.
pub(crate) struct Scene<'a, 'b, R: Reader> {
    /// The state, with what this transaction has changed so far.
    pub draft: &'a mut Draft<'b, R>,
    /// The block.
    pub block: BlockContext,
    /// Who asks.
    pub signer: ParticipantId,
    /// The transaction.
    pub transaction: TransactionId,
    /// What has happened so far.
    pub events: Vec<Event>,
}

impl<R: Reader> Scene<'_, '_, R> {
    /// Demands a role of the signer.
    pub fn require_role(&self, needed: Role) -> Result<Participant, Rejection> {
        let participant = self.draft.get::<Participants>(&self.signer);
        participant
            .filter(|participant| participant.roles.contains(needed))
            .ok_or(Rejection::RoleMissing { signer: self.signer, needed })
    }

    /// The participant, if it is active.
    pub fn active(&self, participant: ParticipantId) -> Option<Participant> {
        self.draft.get::<Participants>(&participant).filter(|found| found.status == ParticipantStatus::Active)
    }
}

/// What a transaction does to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What happened, in order.
    pub events: Vec<EventRecord>,
    /// The records that change.
    pub changes: ChangeSet,
}

/// Decides one transaction: what would happen, or why nothing may.
///
/// The signatures themselves must have been checked ([`check_signatures`](crate::transaction::check_signatures)): that
/// needs no state. Whose keys signed, and whether they are enough, is decided here.
///
/// # Errors
/// [`Rejection`], the first rule broken. The transaction enters no block, and its number stays unused.
///
/// Source: `docs/rules.md`. Cost: a few reads and writes, each logarithmic in the number of records; registering and
/// deriving walk at most [`ANCESTORS_MAX`](crate::model::ANCESTORS_MAX) versions upstream, and so do listing, resuming,
/// ordering, and settling for royalties; a recall reaches at most [`RECALL_STEP_MAX`] licences and versions, the rest
/// follows in later blocks; refusing, cancelling and applying again walk the asset's own versions; what changes an asset's
/// standing in the market notes up to [`LIVE_LISTINGS_MAX`](crate::model::LIVE_LISTINGS_MAX) listings of it; a proof of
/// misbehaviour hashes a few kilobytes.
pub fn apply<R: Reader>(state: &R, block: BlockContext, envelope: &Envelope) -> Result<Outcome, Rejection> {
    let body = envelope.body();
    check_validity(block, body)?;
    approvals::check(state, envelope)?;
    decide(state, block, body, envelope.id())
}

/// What [`apply`] would answer if exactly those approved who must: a dry run, before anything is signed.
///
/// # Errors
/// As [`apply`], but for the rules on the approvals themselves: R5, R7, R8.
pub fn foresee<R: Reader>(state: &R, block: BlockContext, body: &Body) -> Result<Outcome, Rejection> {
    check_validity(block, body)?;
    approvals::check_parties(state, body)?;
    decide(state, block, body, body.id())
}

/// R1, R2.
fn check_validity(block: BlockContext, body: &Body) -> Result<(), Rejection> {
    if body.chain != block.chain {
        return Err(Rejection::WrongChain { found: body.chain, expected: block.chain });
    }
    match body.valid_until {
        Some(valid_until) if block.time >= valid_until => Err(Rejection::Expired { valid_until, now: block.time }),
        _ => Ok(()),
    }
}

/// R10, R11, and the rules of the action.
fn decide<R: Reader>(
    state: &R,
    block: BlockContext,
    body: &Body,
    transaction: TransactionId,
) -> Result<Outcome, Rejection> {
    let lane = (body.signer, body.lane);
    let expected = state.get::<Lanes>(&lane).unwrap_or(0);
    if body.sequence < expected {
        return Err(Rejection::SequenceUsed { expected, found: body.sequence });
    }
    if body.sequence > expected {
        return Err(Rejection::SequenceAhead { expected, found: body.sequence });
    }

    let mut draft = Draft::new(state);
    draft.put::<Lanes>(&lane, &expected.saturating_add(1));
    let mut scene = Scene { draft: &mut draft, block, signer: body.signer, transaction, events: Vec::new() };
    carry_out(&mut scene, &body.action)?;
    let cause = Cause::Transaction(transaction);
    let events = scene.events.into_iter().map(|event| EventRecord { cause, event }).collect();
    Ok(Outcome { events, changes: draft.into_changes() })
}

#[expect(clippy::too_many_lines, reason = "an arm for each, and nothing else")]
fn carry_out<R: Reader>(scene: &mut Scene<'_, '_, R>, action: &Action) -> Result<(), Rejection> {
    match action {
        Action::EnrolTrader { enrolment } => participant::enrol_trader(scene, enrolment),
        Action::RotateKeys { keys, delivery_key } => participant::rotate_keys(scene, keys, *delivery_key),
        Action::Propose { measure } => governance::propose(scene, measure),
        Action::Approve { proposal } => governance::approve(scene, *proposal),
        Action::Issue { to, amount, bank_reference } => money::issue(scene, *to, *amount, bank_reference),
        Action::Redeem { from, amount, bank_reference } => money::redeem(scene, *from, *amount, bank_reference),
        Action::Pay { to, amount, memo } => money::pay(scene, *to, *amount, memo),
        Action::RegisterAsset { description, rights, content, parents } => {
            asset::register(scene, description, *rights, content, parents)
        }
        Action::AddVersion { asset, content, parents } => asset::add_version(scene, *asset, content, parents),
        Action::ApplyAgain { asset } => registration::apply_again(scene, *asset),
        Action::Object { asset, statement, evidence } => registration::object(scene, *asset, statement, *evidence),
        Action::RuleObjection { asset, objection, upheld, reason } => {
            registration::rule_objection(scene, *asset, *objection, *upheld, reason)
        }
        Action::GrantRegistration { asset, certificate } => registration::grant(scene, *asset, certificate),
        Action::RefuseRegistration { asset, reason } => registration::refuse(scene, *asset, reason),
        Action::CancelRegistration { asset, reason } => registration::cancel(scene, *asset, reason),
        Action::TransferRight { asset, line, to, evidence } => {
            asset::transfer_right(scene, *asset, *line, *to, *evidence)
        }
        Action::CreateListing { asset, version, kind, plans, until } => {
            listing::create(scene, *asset, *version, *kind, plans, *until)
        }
        Action::PauseListing { listing } => listing::pause(scene, *listing),
        Action::ResumeListing { listing } => listing::resume(scene, *listing),
        Action::EndListing { listing } => listing::end(scene, *listing),
        Action::PlaceOrder { listing, plan, version, max_price, payer, licensee, delivery_key, purpose, scenario } => {
            order::place(
                scene,
                &order::Request {
                    listing: *listing,
                    plan: *plan,
                    version: *version,
                    max_price: *max_price,
                    payer: *payer,
                    licensee: *licensee,
                    delivery_key: *delivery_key,
                    purpose: *purpose,
                    scenario: *scenario,
                },
            )
        }
        Action::Deliver { order, location, commitment } => delivery::deliver(scene, *order, location, *commitment),
        Action::Acknowledge { order, ciphertext_root, nodes_root } => {
            delivery::acknowledge(scene, *order, *ciphertext_root, *nodes_root)
        }
        Action::RejectDelivery { order, reason } => delivery::reject(scene, *order, reason),
        Action::RevealKey { order, sealed_key } => delivery::reveal_key(scene, *order, sealed_key),
        Action::AcceptDelivery { order } => delivery::accept(scene, *order),
        Action::ProveMisbehaviour { order, secret, proof } => {
            delivery::prove_misbehaviour(scene, *order, secret, proof)
        }
        Action::ChallengeKey { order } => delivery::challenge_key(scene, *order),
        Action::OpenKey { order, secret } => delivery::open_key(scene, *order, secret),
        Action::OpenQualityDispute { order, statement } => dispute::open(scene, *order, *statement),
        Action::RuleDispute { order, refund, reason } => dispute::rule(scene, *order, *refund, reason),
        Action::Sublicense { licence, licensee, policy, until } => {
            licensing::sublicense(scene, *licence, *licensee, policy, *until)
        }
        Action::RecordUse {
            licence,
            licensor,
            sequence,
            previous,
            action,
            purpose,
            sector,
            region,
            recipient,
            units,
            use_hash,
        } => {
            let request = Request {
                action: *action,
                purpose: *purpose,
                sector: sector.clone(),
                region: region.clone(),
                recipient: *recipient,
                uses: *units,
            };
            licensing::record_use(
                scene,
                &licensing::Use {
                    licence: *licence,
                    licensor: *licensor,
                    sequence: *sequence,
                    previous: *previous,
                    request: &request,
                    kept: *use_hash,
                },
            )
        }
        Action::Terminate { licence, cause, statement } => licensing::terminate(scene, *licence, *cause, statement),
        Action::Supersede { licence, by } => licensing::supersede(scene, *licence, *by),
        Action::StateDeletion { licence, statement } => licensing::state_deletion(scene, *licence, *statement),
        Action::Recall { asset, version, cause, statement } => {
            recall::recall(scene, *asset, *version, *cause, *statement)
        }
        Action::AcknowledgeRecall { recall, licence } => recall::acknowledge(scene, *recall, *licence),
        Action::ReleaseParked { asset } => royalty::release_parked(scene, *asset),
        Action::Attest { kind, asset, version, report, verdict, findings, valid_until } => attestation::attest(
            scene,
            &attestation::Opinion {
                kind: *kind,
                asset: *asset,
                version: *version,
                report: *report,
                verdict: *verdict,
                findings: *findings,
                valid_until: *valid_until,
            },
        ),
        Action::WithdrawAttestation { attestation, reason } => attestation::withdraw(scene, *attestation, reason),
        Action::Regrade { asset, grade, legal_basis } => grade::regrade(scene, *asset, *grade, *legal_basis),
        Action::DeclareGrade { asset, grade } => grade::declare(scene, *asset, *grade),
        Action::ChangeOpenness { asset, openness } => public_data::change_openness(scene, *asset, openness),
        Action::AuthoriseOperation { asset, holder, authorisation } => {
            public_data::authorise(scene, *asset, *holder, *authorisation)
        }
        Action::SetPriceCeiling { asset, ceiling, legal_basis } => {
            public_data::set_ceiling(scene, *asset, *ceiling, *legal_basis)
        }
        Action::Freeze { target, scope, legal_basis, until } => {
            freeze::freeze(scene, *target, *scope, *legal_basis, *until)
        }
        Action::LiftFreeze { freeze, reason } => freeze::lift(scene, *freeze, reason),
        Action::AppealFreeze { freeze, statement, evidence } => freeze::appeal(scene, *freeze, statement, *evidence),
        Action::RuleAppeal { freeze, overturned, reason } => freeze::rule_appeal(scene, *freeze, *overturned, reason),
        Action::OfferRight { asset, line, price, until } => right_sale::offer(scene, *asset, *line, *price, *until),
        Action::BuyRight { listing, max_price, payer } => right_sale::buy(scene, *listing, *max_price, *payer),
        Action::Delist { listing, reason } => listing::delist(scene, *listing, reason),
        Action::OpenNegotiation { listing, version, terms, payer, licensee, delivery_key, purpose, scenario } => {
            negotiation::open(
                scene,
                &negotiation::Request {
                    listing: *listing,
                    version: *version,
                    terms,
                    parties: negotiation::Parties { payer: *payer, licensee: *licensee },
                    delivery_key: *delivery_key,
                    purpose: *purpose,
                    scenario: *scenario,
                },
            )
        }
        Action::AnswerDemand { demand, asset, version, terms } => {
            negotiation::answer_demand(scene, *demand, *asset, *version, terms)
        }
        Action::CounterOffer { negotiation, terms, payer, licensee } => {
            let parties = negotiation::Parties { payer: *payer, licensee: *licensee };
            negotiation::counter(scene, *negotiation, terms, parties)
        }
        Action::AcceptOffer { negotiation, terms, payer, licensee } => {
            let parties = negotiation::Parties { payer: *payer, licensee: *licensee };
            negotiation::accept(scene, *negotiation, terms, parties)
        }
        Action::WithdrawOffer { negotiation } => negotiation::withdraw(scene, *negotiation),
        Action::EndRenewals { negotiation } => negotiation::end_renewals(scene, *negotiation),
        Action::CreateDemand { wanted, delivery_key, until } => demand::create(scene, wanted, *delivery_key, *until),
        Action::EndDemand { demand } => demand::end(scene, *demand),
        Action::RenewSubscription { licence, periods, payer } => subscription::renew(scene, *licence, *periods, *payer),
        Action::RequestVersion { licence, version, delivery_key } => {
            subscription::request_version(scene, *licence, *version, *delivery_key)
        }
    }
}
