//! Records as no rule would make them, two of each kind that differ in all that a list can be filtered by.

use yaosu_ledger::model::*;
use yaosu_ledger::state::*;
use yaosu_ledger::{
    Amount, AssetId, AttestationId, BasisPoints, Digest, Duration, FreezeId, LicenceId, ListingId, OrderId, ProposalId,
    RecallId, Timestamp,
};

use super::deals::{deal, wanted};
use super::town::{ALICE, BOB, DEPOT, EXCHANGE, Town, asset, asset_id, content, id_of};

/// The first bytes of the identifier of a first thing; `22` those of a second.
const FIRST: u8 = 0x11;
const NOW: Timestamp = Timestamp(1_000_000);

fn digest(number: u8) -> Digest {
    Digest([number; 32])
}

/// All that may be allowed.
pub fn policy() -> Policy {
    Policy {
        actions: Actions::NONE.with(UseAction::Read),
        purposes: Purposes::NONE.with(Purpose::Research),
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: Some(3),
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    }
}

/// Puts two of everything into the state: an identifier is `11` or `22` thirty-two times.
pub fn put_two_of_each(town: &Town) {
    town.edit(|draft| {
        for number in [FIRST, 0x22] {
            put(draft, number);
        }
    });
}

fn put(draft: &mut Draft<'_, State>, number: u8) {
    let first = number == FIRST;
    let (one, other) = if first { (ALICE, BOB) } else { (BOB, ALICE) };
    let (one, other) = (id_of(one), id_of(other));
    let supervisor = id_of(if first { EXCHANGE } else { DEPOT });
    let id = asset_id(&[number; 32]);
    draft.put::<Assets>(&id, &public(first));
    draft.put::<Versions>(
        &(id, 1),
        &Version {
            content: content(number),
            depth: 0,
            owes: BasisPoints(0),
            created: NOW,
            height: yaosu_ledger::Height(1),
            transaction: yaosu_ledger::TransactionId(digest(number)),
        },
    );
    draft.put::<PublicCharges>(
        &id,
        &PublicCharge { authority: supervisor, authorisation: None, since: NOW, ceiling: None },
    );
    let attestation = AttestationId(digest(number));
    let found = Attestation {
        kind: if first { AttestationKind::Source } else { AttestationKind::Security },
        asset: id,
        version: 1,
        assessor: supervisor,
        report: digest(1),
        verdict: Verdict::Pass,
        findings: Findings::None,
        issued: NOW,
        valid_until: Timestamp(NOW.0 + 1),
        status: if first { AttestationStatus::Issued } else { AttestationStatus::Withdrawn },
    };
    draft.put::<Attestations>(&attestation, &found);
    draft.put::<IssuedAttestations>(&(id, 1, found.kind, supervisor), &attestation);
    draft.put::<Freezes>(
        &FreezeId(digest(number)),
        &Freeze {
            regulator: supervisor,
            target: if first { Subject::Participant(one) } else { Subject::Asset(id) },
            scope: if first { FreezeScope::Funds } else { FreezeScope::Trade },
            legal_basis: digest(1),
            since: NOW,
            until: Timestamp(NOW.0 + 1),
            status: if first { FreezeStatus::Active } else { FreezeStatus::Lifted },
            appeal: None,
        },
    );
    put_trade(draft, number, id, [one, other]);
    put_recall(draft, number, id, one);
    draft.put::<Proposals>(
        &ProposalId(digest(number)),
        &Proposal {
            proposer: supervisor,
            measure: Measure::DismissNode { key: super::town::key_of("machine").public() },
            approvals: vec![supervisor],
            status: if first { ProposalStatus::Open } else { ProposalStatus::Approved },
            deadline: None,
        },
    );
}

fn public(is_open: bool) -> Asset {
    let mut public = asset("public", ALICE);
    public.description.source_class = SourceClass::Public;
    public.description.openness = if is_open {
        Openness::Open
    } else {
        Openness::Closed { reason: ClosedReason::PersonalInformation, approver: id_of(EXCHANGE), review: NOW }
    };
    public
}

fn put_trade(draft: &mut Draft<'_, State>, number: u8, asset: AssetId, [one, other]: [yaosu_ledger::ParticipantId; 2]) {
    let first = number == FIRST;
    let (listing, order, licence) = (ListingId(digest(number)), OrderId(digest(number)), LicenceId(digest(number)));
    draft.put::<Listings>(
        &listing,
        &Listing {
            asset,
            version: 1,
            seller: one,
            kind: ListingKind::Fixed,
            plans: Vec::new(),
            status: if first { ListingStatus::Active } else { ListingStatus::Ended },
            until: None,
            created: NOW,
            right: None,
            pause: None,
        },
    );
    let window = Duration::seconds(1);
    draft.put::<Orders>(
        &order,
        &Order {
            origin: Origin::Plan { listing, plan: 0 },
            asset,
            version: 1,
            seller: one,
            buyer: other,
            payer: if first { id_of(EXCHANGE) } else { id_of(DEPOT) },
            licensee: if first { id_of(DEPOT) } else { id_of(EXCHANGE) },
            delivery_key: None,
            purpose: Purpose::Research,
            scenario: digest(1),
            price: Amount(1),
            fee: Amount(0),
            fee_ratio: BasisPoints(0),
            fee_account: one,
            bonds: Bonds { seller: Amount(0), buyer: Amount(0) },
            windows: Windows {
                delivery: window,
                acknowledgement: window,
                key: window,
                settlement: window,
                arbitration: window,
            },
            status: if first { OrderStatus::Placed } else { OrderStatus::Settled },
            refund_cause: None,
            deadline: None,
            delivery: None,
            dispute: None,
            placed: NOW,
        },
    );
    draft.put::<Licences>(
        &licence,
        &Licence {
            order,
            asset,
            versions: VersionScope::Only(1),
            royalty_version: 1,
            licensor: one,
            licensee: other,
            policy: policy(),
            exclusive: false,
            from: NOW,
            until: None,
            parent: None,
            depth: 0,
            uses: 2,
            status: if first { LicenceStatus::Active } else { LicenceStatus::Terminated },
            ended: None,
            cause: None,
            records: 2,
            head: digest(0),
            sublicences: 0,
            deletion: Deletion::NotDue,
            recall: None,
            recall_deadline: None,
            due: None,
        },
    );
    for sequence in 0..2 {
        draft.put::<Uses>(
            &(licence, sequence),
            &UseRecord {
                action: UseAction::Read,
                purpose: Purpose::Research,
                sector: None,
                region: None,
                recipient: None,
                units: 1,
                use_hash: digest(1),
                previous: digest(0),
                time: NOW,
            },
        );
    }
}

fn put_recall(draft: &mut Draft<'_, State>, number: u8, asset: AssetId, by: yaosu_ledger::ParticipantId) {
    let recall = RecallId(digest(number));
    draft.put::<Recalls>(
        &recall,
        &Recall {
            asset,
            first_version: 1,
            last_version: 1,
            cause: RecallCause::Contamination,
            statement: digest(1),
            by,
            since: NOW,
            window: Duration::seconds(1),
            spread: RecallSpread::Complete,
            next_version: 2,
            due: None,
            versions: 1,
            licences: 2,
            open: 1,
        },
    );
    for (licensee, status, licence) in [(ALICE, RecallDutyStatus::Open, 0x11), (BOB, RecallDutyStatus::Overdue, 0x22)] {
        draft.put::<RecallDuties>(
            &(recall, LicenceId(digest(licence))),
            &RecallDuty { licensee: id_of(licensee), asset, version: 1, deadline: NOW, status, acknowledged: None },
        );
    }
}

/// Puts a negotiation and a demand into the state, both called `11` thirty-two times.
pub fn put_deals(town: &Town) {
    let demand = yaosu_ledger::DemandId(digest(FIRST));
    town.edit(|draft| {
        let negotiation = deal(Ground::Demand(demand), NegotiationStatus::Open);
        draft.put::<Negotiations>(&yaosu_ledger::NegotiationId(digest(FIRST)), &negotiation);
        let wanted = wanted("rain", "meteorology");
        draft.put::<Demands>(
            &demand,
            &Demand {
                buyer: id_of(BOB),
                wanted,
                delivery_key: None,
                status: DemandStatus::Open,
                until: NOW,
                met_by: None,
                created: NOW,
            },
        );
    });
}
