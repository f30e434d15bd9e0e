//! What a certificate claims: computed from its evidence, and from nothing else.

use serde::Serialize;
use serde_json::{Value, json};
use yaosu_ledger::event::{Event, EventRecord};
use yaosu_ledger::model::{Asset, Licence, Participant, ParticipantStatus, Role};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Assets, KeyPart, Licences, Participants, Table};
use yaosu_ledger::{AssetId, ChainId, Handle, Height, LicenceId, ParticipantId, Text, Timestamp, TransactionId, codec};

use super::did_key::did_key;
use super::seconds;
use crate::evidence::{Evidence, EvidenceCode, Statement, exact, utc};

/// Why evidence makes no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Too few or too many.
    #[error(
        "a certificate has evidence of a licence, its asset, both parties, the issuer if it is an operator, and a transaction"
    )]
    Count,
    /// Evidence of something else stands at this place.
    #[error("evidence {place} is not of {what}")]
    Other {
        /// The place, from 1.
        place: usize,
        /// What must be there.
        what: &'static str,
    },
    /// Evidence of different chains.
    #[error("the evidence is not of one chain")]
    Chain,
    /// The key may issue no certificate of this licence.
    #[error("the key {key} is neither a key of the licensor nor of an active operator, by this evidence")]
    Issuer {
        /// The key.
        key: PublicKey,
    },
    /// A value that JSON does not hold exactly everywhere.
    #[error("{0}")]
    Inexact(String),
}

/// Somebody named in a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The identifier.
    pub id: ParticipantId,
    /// The handle.
    pub handle: Handle,
    /// The registered name.
    pub legal_name: Text<128>,
    /// The registered number.
    pub legal_id: Text<64>,
}

/// What a certificate claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// The chain.
    pub chain: ChainId,
    /// The licence.
    pub licence: LicenceId,
    /// The licence's record.
    pub record: Licence,
    /// The block after which the record stood so.
    pub height: Height,
    /// The time of that block.
    pub as_of: Timestamp,
    /// What the licence is of.
    pub asset: AssetId,
    /// The asset's title.
    pub title: Text<200>,
    /// Who gave it.
    pub licensor: Party,
    /// Who has it.
    pub licensee: Party,
    /// Who issued the certificate.
    pub issuer: Party,
    /// As what: `licensor` or `operator`.
    pub role: &'static str,
    /// The issuer's key.
    pub key: PublicKey,
    /// The transaction that the licence came of: it granted the licence, or placed the order whose deadline did.
    pub transaction: TransactionId,
}

impl Claims {
    /// What evidence claims under an issuer's key. In this order: the licence's record, the asset's, the licensor's, the
    /// licensee's, the issuer's if it is not the licensor, and the transaction that the licence came of.
    ///
    /// It is not asked here whether the evidence holds.
    ///
    /// # Errors
    /// [`ClaimsError`].
    pub fn of(evidence: &[Evidence], key: &PublicKey) -> Result<Self, ClaimsError> {
        let (first, last) = match evidence {
            [first, .., last] if matches!(evidence.len(), 5 | 6) => (first, last),
            _ => return Err(ClaimsError::Count),
        };
        let chain = first.chain();
        if evidence.iter().any(|one| one.chain() != chain) {
            return Err(ClaimsError::Chain);
        }
        let (licence, record) = record::<Licences>(evidence, 0, "a licence")?;
        let (asset, Asset { description, .. }) =
            record_of::<Assets>(evidence, 1, "the licence's asset", &record.asset)?;
        let (_, licensor) = record_of::<Participants>(evidence, 2, "the licensor", &record.licensor)?;
        let (_, licensee) = record_of::<Participants>(evidence, 3, "the licensee", &record.licensee)?;
        let has_key = |participant: &Participant| participant.enrolment.keys.keys.contains(key);
        let (issuer, role) = if evidence.len() == 6 {
            let (id, issuer) = self::record::<Participants>(evidence, 4, "the issuer")?;
            let operates = issuer.status == ParticipantStatus::Active && issuer.roles.contains(Role::Operator);
            (operates && has_key(&issuer)).then(|| (party(id, &issuer), "operator"))
        } else {
            has_key(&licensor).then(|| (party(record.licensor, &licensor), "licensor"))
        }
        .ok_or(ClaimsError::Issuer { key: *key })?;
        let other = ClaimsError::Other { place: evidence.len(), what: "the transaction that the licence came of" };
        let Statement::Transaction(found) = &last.statement else { return Err(other) };
        let made = found.events.iter().any(|proof| match codec::decode::<EventRecord>(&proof.bytes) {
            Ok(event) => makes(&event.event, licence, &record),
            Err(_) => false,
        });
        if !made {
            return Err(other);
        }
        Ok(Self {
            chain,
            licence,
            height: first.height(),
            as_of: first.time(),
            asset,
            title: description.title,
            licensor: party(record.licensor, &licensor),
            licensee: party(record.licensee, &licensee),
            issuer,
            role,
            key: *key,
            transaction: found.id(),
            record,
        })
    }

    /// The evidence code of the transaction.
    #[must_use]
    pub fn evidence_code(&self) -> EvidenceCode {
        EvidenceCode::of(self.transaction)
    }

    /// The credential without its proof.
    pub(super) fn credential(&self, evidence: &[Evidence]) -> Value {
        let evidence = evidence.iter().map(|one| json!({ "type": "YaosuEvidence", "document": one.to_value() }));
        let mut credential = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:yaosu:certificate:1:" }],
            "type": ["VerifiableCredential", "DataLicenceCertificate"],
            "issuer": {
                "id": did_key(&self.key),
                "participant": self.issuer.id,
                "handle": self.issuer.handle,
                "role": self.role,
            },
            "validFrom": seconds(self.record.from),
            "credentialSubject": {
                "id": format!("urn:yaosu:{}:licence:{}", self.chain, self.licence),
                "type": "DataLicence",
                "chain": self.chain,
                "licence": self.licence,
                "height": self.height,
                "as_of": utc(self.as_of),
                "asset": { "id": self.asset, "title": self.title },
                "licensor": self.licensor,
                "licensee": self.licensee,
                "record": self.record,
                "transaction": self.transaction,
                "evidence_code": self.evidence_code().to_string(),
            },
            "evidence": evidence.collect::<Vec<_>>(),
        });
        if let Some(until) = self.record.until {
            credential["validUntil"] = seconds(until).into();
        }
        exact(credential)
    }
}

/// Whether a licence came of this: it was granted, or the order was placed that a deadline settled.
fn makes(event: &Event, id: LicenceId, licence: &Licence) -> bool {
    match event {
        Event::LicenceGranted { licence, .. } | Event::Sublicensed { licence, .. } => *licence == id,
        Event::OrderPlaced { order, .. } => licence.parent.is_none() && *order == licence.order,
        _ => false,
    }
}

fn party(id: ParticipantId, participant: &Participant) -> Party {
    let enrolment = &participant.enrolment;
    Party {
        id,
        handle: enrolment.handle.clone(),
        legal_name: enrolment.legal_name.clone(),
        legal_id: enrolment.legal_id.clone(),
    }
}

/// The record that evidence is of, with its key.
fn record<T: Table>(
    evidence: &[Evidence],
    place: usize,
    what: &'static str,
) -> Result<(T::Key, T::Record), ClaimsError> {
    let read = || {
        let Statement::Record(found) = &evidence.get(place)?.statement else { return None };
        let (number, mut rest) = found.key.split_first()?;
        let key = T::Key::read(&mut rest).filter(|_| *number == T::NUMBER && rest.is_empty())?;
        Some((key, codec::decode_own(found.value.as_deref()?).ok()?))
    };
    read().ok_or(ClaimsError::Other { place: place + 1, what })
}

fn record_of<T: Table<Key: PartialEq>>(
    evidence: &[Evidence],
    place: usize,
    what: &'static str,
    wanted: &T::Key,
) -> Result<(T::Key, T::Record), ClaimsError> {
    record::<T>(evidence, place, what)
        .ok()
        .filter(|(key, _)| key == wanted)
        .ok_or(ClaimsError::Other { place: place + 1, what })
}
