//! A record of every table.

use super::*;

/// A record of a table: the table's name, the record's key, and its bytes.
pub struct Row {
    pub table: &'static str,
    pub key: Vec<u8>,
    pub record: Vec<u8>,
    /// Whether these bytes are a record of the table.
    pub decodes: fn(&[u8]) -> bool,
}

pub fn row<T: Table>(key: &T::Key, record: &T::Record) -> Row {
    let decodes = |bytes: &[u8]| codec::decode_own::<T::Record>(bytes).is_ok();
    Row { table: T::NAME, key: T::key(key), record: codec::encode(record), decodes }
}

pub fn participant() -> Participant {
    Participant {
        enrolment: enrolment(),
        roles: Roles::NONE.with(Role::Trader),
        status: ParticipantStatus::Active,
        sponsor: Some(id_of("exchange")),
        since: NOW,
    }
}

pub fn version() -> Version {
    Version {
        content: content(),
        depth: 2,
        owes: BasisPoints(2_500),
        created: NOW,
        height: Height(70_000),
        transaction: TransactionId(digest("transaction")),
    }
}

/// An asset in each state of registration.
pub fn assets() -> Vec<Asset> {
    let line = |basis| TitleLine { holder: id_of("alice"), basis, evidence: Some(digest("evidence")), since: NOW };
    [
        Registration::PublicNotice { closes: NOW },
        Registration::Registered { certificate: text("2026-0001"), registrar: id_of("registry"), since: NOW },
        Registration::Refused { reason: text("no basis") },
        Registration::Cancelled { by: id_of("alice"), reason: text("withdrawn") },
    ]
    .map(|registration| Asset {
        description: description(),
        lines: [line(Basis::Collected), line(Basis::Licensed), line(Basis::Transferred)],
        registration,
        open_objections: 1,
        objections: 300,
        latest_version: 3,
        created: NOW,
    })
    .to_vec()
}

pub fn derivation() -> Derivation {
    Derivation {
        licence: Some(licence()),
        activity: Activity::Train,
        recipe: Some(digest("recipe")),
        royalty: BasisPoints(750),
    }
}

pub fn trade() -> Trade {
    Trade { live_licences: 300, open_orders: 2, exclusive: Some(order()) }
}

pub fn objection() -> Objection {
    Objection {
        objector: id_of("bob"),
        statement: text("it is mine"),
        evidence: Some(digest("evidence")),
        status: ObjectionStatus::Upheld,
        since: NOW,
    }
}

pub fn offer() -> Listing {
    let plan = |supply| Plan { terms: terms(supply), reserved: 300, sold: 2 };
    Listing {
        asset: asset(),
        version: 3,
        seller: id_of("alice"),
        kind: ListingKind::Fixed,
        plans: vec![plan(Supply::Unlimited), plan(Supply::Limited(70_000))],
        status: ListingStatus::Paused,
        until: Some(NOW),
        created: NOW,
        right: Some(RightOffer { line: Line::Hold, price: Amount(70_000) }),
        pause: Some(PauseCause::Attestation),
    }
}

pub fn purchase() -> Order {
    Order {
        origin: Origin::Plan { listing: listing(), plan: 1 },
        asset: asset(),
        version: 3,
        seller: id_of("alice"),
        buyer: id_of("bob"),
        payer: id_of("carol"),
        licensee: id_of("dave"),
        delivery_key: Some(digest("delivery key")),
        purpose: Purpose::Retail,
        scenario: digest("scenario"),
        price: Amount(120_000),
        fee: Amount(3_000),
        fee_ratio: BasisPoints(250),
        fee_account: id_of("exchange"),
        bonds: Bonds { seller: Amount(12_000), buyer: Amount(6_000) },
        windows: Windows {
            delivery: Duration::seconds(3_600),
            acknowledgement: Duration::seconds(7_200),
            key: Duration::seconds(1_800),
            settlement: Duration::seconds(60),
            arbitration: Duration::seconds(1_200_000),
        },
        status: OrderStatus::Split,
        refund_cause: Some(RefundCause::NotAcknowledged),
        deadline: Some(NOW),
        delivery: Some(Delivery {
            location: text("https://example.org/data"),
            commitment: commitment(),
            time: NOW,
            sealed_key: Some(sealed_key()),
            challenged: true,
            secret: Some(secret()),
        }),
        dispute: Some(Dispute {
            statement: digest("statement"),
            since: NOW,
            ruling: Some(Ruling {
                arbiter: id_of("arbiter"),
                refund: Amount(70_000),
                reason: text("half of the days are missing"),
                time: NOW,
            }),
        }),
        placed: NOW,
    }
}

pub fn grant() -> Licence {
    Licence {
        order: order(),
        asset: asset(),
        versions: VersionScope::From(3),
        royalty_version: 3,
        licensor: id_of("alice"),
        licensee: id_of("bob"),
        policy: policy(),
        exclusive: true,
        from: NOW,
        until: Some(Timestamp(NOW.0 + 1)),
        parent: Some(LicenceId(digest("parent"))),
        depth: 1,
        uses: 300,
        status: LicenceStatus::Terminated,
        ended: Some(NOW),
        cause: Some(LicenceEnd::Breach),
        records: 299,
        head: digest("head"),
        sublicences: 298,
        deletion: Deletion::Due { deadline: Timestamp(NOW.0 + 2) },
        recall: Some(recall()),
        recall_deadline: Some(Timestamp(NOW.0 + 3)),
        due: Some(Timestamp(NOW.0 + 2)),
    }
}

fn deletions() -> [Deletion; 3] {
    [
        Deletion::NotDue,
        Deletion::Overdue { deadline: NOW },
        Deletion::Stated { statement: digest("statement"), time: NOW, late: true },
    ]
}

fn use_record() -> UseRecord {
    UseRecord {
        action: UseAction::Redistribute,
        purpose: Purpose::Research,
        sector: Some(text("energy")),
        region: Some(text("CN-31")),
        recipient: Some(id_of("dave")),
        units: 300,
        use_hash: digest("use"),
        previous: digest("previous"),
        time: NOW,
    }
}

fn withdrawal() -> Recall {
    Recall {
        asset: asset(),
        first_version: 2,
        last_version: 300,
        cause: RecallCause::Contamination,
        statement: digest("statement"),
        by: id_of("alice"),
        since: NOW,
        window: Duration::seconds(80_000),
        spread: RecallSpread::Complete,
        next_version: 301,
        due: Some(NOW),
        versions: 300,
        licences: 299,
        open: 298,
    }
}

fn recall_duty() -> RecallDuty {
    RecallDuty {
        licensee: id_of("bob"),
        asset: asset(),
        version: 3,
        deadline: NOW,
        status: RecallDutyStatus::Overdue,
        acknowledged: Some(Timestamp(NOW.0 + 1)),
    }
}

pub fn decision() -> Proposal {
    Proposal {
        proposer: id_of("exchange"),
        measure: Measure::DismissNode { key: key_of("reader").public() },
        approvals: vec![id_of("exchange")],
        status: ProposalStatus::Approved,
        deadline: Some(NOW),
    }
}

/// A record of every table, in the order of the tables; of deadlines and assets one for each kind.
pub fn rows() -> Vec<Row> {
    let alice: ParticipantId = id_of("alice");
    let mut rows = vec![
        row::<Participants>(&alice, &participant()),
        row::<Handles>(&handle("acme-weather"), &alice),
        row::<Keys>(&key_of("alice").public(), &alice),
        row::<Lanes>(&(alice, 7), &300),
        row::<Accounts>(&alice, &Account { available: Amount(70_000), held: Amount(300) }),
        row::<Supplies>(&(), &MoneySupply { issued: Amount(u64::MAX), redeemed: Amount(300) }),
    ];
    rows.extend(assets().iter().map(|found| row::<Assets>(&asset(), found)));
    rows.extend([
        row::<Versions>(&(asset(), 3), &version()),
        row::<ContentRoots>(&digest("content"), &asset()),
        row::<Derivations>(&(asset(), 3, asset(), 2), &derivation()),
        row::<DerivedVersions>(&(asset(), 2, asset(), 3), &()),
        row::<Trades>(&asset(), &trade()),
        row::<Objections>(&(asset(), 300), &objection()),
        row::<Certificates>(&text("2026-0001"), &asset()),
        row::<Listings>(&listing(), &offer()),
        row::<Orders>(&order(), &purchase()),
        row::<Licences>(&licence(), &grant()),
    ]);
    rows.extend(deletions().map(|deletion| row::<Licences>(&licence(), &Licence { deletion, ..grant() })));
    let subjects = [
        Subject::Participant(alice),
        Subject::Asset(asset()),
        Subject::Listing(listing()),
        Subject::Order(order()),
        Subject::Licence(licence()),
        Subject::Proposal(proposal()),
        Subject::Recall(recall()),
        Subject::Attestation(attestation()),
        Subject::Freeze(freeze()),
        Subject::Negotiation(dealing::negotiation()),
        Subject::Demand(dealing::demand()),
    ];
    rows.extend(subjects.map(|subject| row::<Deadlines>(&(NOW, subject), &())));
    rows.extend([
        row::<Proposals>(&proposal(), &decision()),
        row::<Nodes>(&key_of("reader").public(), &node()),
        row::<Validators>(&(), &validator_set()),
        row::<RulePacks>(&(), &rule_pack()),
        row::<Absences>(&alice, &Absence { missed: 3, passed_over_until: Height(70_000) }),
        row::<Constants>(
            &(),
            &Constant { name: text("要素 town"), currency: Currency::new("CNY").expect("three letters") },
        ),
        row::<ContentUses>(&(digest("content"), asset()), &()),
        row::<Operators>(&id_of("exchange"), &()),
        row::<ContentOrigins>(&(digest("content"), id_of("alice")), &(asset(), 3)),
        row::<LiveLicences>(&(asset(), 3, licence()), &()),
        row::<Sublicences>(&(licence(), LicenceId(digest("under"))), &()),
        row::<Uses>(&(licence(), 300), &use_record()),
        row::<Parked>(&asset(), &Amount(70_000)),
        row::<Recalls>(&recall(), &withdrawal()),
        row::<RecallDuties>(&(recall(), licence()), &recall_duty()),
        row::<RecalledVersions>(&(asset(), 3), &recall()),
        row::<RecallQueue>(
            &(recall(), asset(), 3),
            &RecallWork { licence: Some(licence()), subscription: None, child: Some((asset(), 4)) },
        ),
    ]);
    rows.extend(attestations().iter().map(|found| row::<Attestations>(&attestation(), found)));
    rows.extend([
        row::<IssuedAttestations>(&(asset(), 3, AttestationKind::Valuation, alice), &attestation()),
        row::<LiveListings>(&(asset(), listing()), &Some(NOW)),
        row::<ListingReviews>(&(NOW, listing()), &()),
        row::<Freezes>(&freeze(), &stop()),
        row::<ActiveFreezes>(
            &(Subject::Asset(asset()), freeze()),
            &ActiveFreeze { scope: FreezeScope::All, since: NOW, until: NOW },
        ),
        row::<PublicCharges>(&asset(), &charge()),
    ]);
    rows.extend(dealing::rows());
    rows
}

/// The smallest digest there is, for names of nothing.
pub const NOTHING: Digest = Digest::ZERO;
