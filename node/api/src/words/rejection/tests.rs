//! Every rejection in both languages.

use yaosu_ledger::model::{
    AttestationKind, AttestationStatus, Basis, FreezeScope, FreezeStatus, Grade, Line, ListingKind, ListingStatus,
    NegotiationStatus, OrderStatus, ParticipantStatus, Purpose, RecallCause, Role, Side, SourceClass, UseAction,
};
use yaosu_ledger::policy::Clause;
use yaosu_ledger::rejection::Rejection as R;
use yaosu_ledger::sealed::ProofError;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{
    Amount, AssetId, AttestationId, ChainId, DemandId, Digest, FreezeId, Height, LicenceId, ListingId, NegotiationId,
    OrderId, ParticipantId, ProposalId, RecallId, Timestamp,
};

use super::super::{Language, Piece, Speaker};
use super::{hint, parts, rejection};

/// What is written in ASCII letters in Chinese too: commands, files, standards.
const CODES: [&str; 8] = [
    "yaosu key new",
    "yaosu listing create ASSET --right LINE",
    "yaosu licence may",
    "yaosu recall list",
    "docs/rules.md",
    "RFC 6838",
    "text/csv",
    "b3sum",
];

/// Names everything by signs that no sentence of ours has.
struct Voice(Language);

impl Speaker for Voice {
    fn language(&self) -> Language {
        self.0
    }

    fn party(&self, _: ParticipantId) -> String {
        "<party>".to_owned()
    }

    fn asset(&self, _: AssetId) -> String {
        "<asset>".to_owned()
    }

    fn money(&self, amount: Amount) -> String {
        format!("<{}>", amount.0)
    }

    fn time(&self, time: Timestamp) -> String {
        format!("<{}>", time.0)
    }

    fn hash(&self, digest: Digest) -> String {
        format!("<{}>", &digest.to_string()[..4])
    }
}

/// One of each, and of each proof that convicts nobody.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one of each rejection, and nothing else")]
fn all() -> Vec<R> {
    let (alice, map) = (ParticipantId(Digest([1; 32])), AssetId(Digest([2; 32])));
    let (hash, key) = (Digest([3; 32]), PublicKey([4; 32]));
    let (time, money) = (Timestamp(5), Amount(600));
    vec![
        R::WrongChain { found: ChainId(hash), expected: ChainId(hash) }, R::Expired { valid_until: time, now: time },
        R::UnknownSigner { signer: alice }, R::SignerNotActive { signer: alice, status: ParticipantStatus::Suspended },
        R::ApprovalOrder, R::BadSignature, R::ForeignKey { key },
        R::WrongApprovals { participant: alice, given: 7, needed: 7 }, R::UnknownParty { party: alice },
        R::SequenceUsed { expected: 7, found: 7 }, R::SequenceAhead { expected: 7, found: 7 },
        R::RoleMissing { signer: alice, needed: Role::Trader }, R::HandleTaken { holder: alice }, R::KeysMalformed,
        R::KeyWeak { key }, R::KeyTaken { key, holder: alice }, R::LegalIdentityEmpty, R::RelatedMalformed,
        R::UnknownParticipant { participant: alice }, R::AmountZero, R::ReferenceEmpty,
        R::RecipientUnknown { recipient: alice }, R::FundsShort { available: money, needed: money }, R::PaySelf,
        R::SupplyFull, R::UnknownAsset { asset: map }, R::DescriptionEmpty, R::KeywordsMalformed, R::GradeCore,
        R::OpennessUnfit { class: SourceClass::Public }, R::OpennessTermsEmpty,
        R::ClosureNotApproved { approver: alice }, R::ClosureReviewPast { review: time, now: time },
        R::SizeUnfit { size_bytes: 7 }, R::MediaTypeMalformed, R::StructureMalformed,
        R::BasisTransferred { line: Line::Operate },
        R::BasisUnlicensed { line: Line::Operate, basis: Basis::Licensed }, R::BasisNotOpen { line: Line::Operate },
        R::BasisUnproven { line: Line::Operate }, R::RootClaimed { content_root: hash, asset: map, holder: alice },
        R::RootUnchanged { content_root: hash }, R::VersionsFull { limit: 7 },
        R::NotHolder { asset: map, line: Line::Operate, holder: alice },
        R::WrongRegistration { asset: map, found: "registered", needed: "refused or cancelled" }, R::TransferToSelf,
        R::RecipientNotTrader { recipient: alice }, R::ObjectionsOpen { asset: map, open: 7 },
        R::BasisMissing { line: Line::Operate },
        R::OriginConcealed { asset: map, version: 7, licence: LicenceId(hash) }, R::ParentsTooMany { found: 7 },
        R::ParentTwice { asset: map, version: 7 }, R::UnknownParent { asset: map, version: 7 },
        R::ParentNotRegistered { asset: map }, R::ParentTooNew { asset: map, version: 7, height: Height(7) },
        R::LicenceNeeded { asset: map, version: 7 }, R::UnknownLicence { licence: LicenceId(hash) },
        R::LicenceForeign { licence: LicenceId(hash), licensee: alice },
        R::LicenceOfOther { licence: LicenceId(hash), asset: map, version: 7 },
        R::LicenceOver { licence: LicenceId(hash) },
        R::LicenceForbids { licence: LicenceId(hash), wanted: UseAction::Derive },
        R::GradeFalls { grade: Grade::Important, parent: map, parent_grade: Grade::Important },
        R::DerivationTooDeep { limit: 7 }, R::AncestorsTooMany { limit: 7 }, R::RoyaltiesTooHigh { sum: 7, limit: 7 },
        R::JudgeRelated { judge: alice, party: alice }, R::StatementEmpty, R::ReasonEmpty,
        R::ObjectionOwn { asset: map }, R::EvidenceMissing { asset: map }, R::ObjectionsFull { asset: map },
        R::UnknownObjection { asset: map, objection: 7 }, R::ObjectionRuled { asset: map, objection: 7 },
        R::NoticeRuns { asset: map, closes: time, now: time }, R::CertificateEmpty, R::CertificateTaken { asset: map },
        R::UnknownListing { listing: ListingId(hash) }, R::PlansUnfit { found: 7 },
        R::PriceUnfit { plan: 7, kind: ListingKind::Fixed }, R::SupplyUnfit { plan: 7 }, R::ExclusiveNotAlone,
        R::PolicyMalformed { plan: 7, part: "max_uses" }, R::UntilPast { until: time, now: time },
        R::UnknownVersion { asset: map, version: 7 }, R::ExclusivelyGiven { asset: map, order: OrderId(hash) },
        R::PolicyTooWide { plan: 7, licence: LicenceId(hash), part: "max_uses" }, R::NotSeller { seller: alice },
        R::WrongListingStatus { listing: ListingId(hash), found: ListingStatus::Paused, needed: "active or paused" },
        R::KindUnfit { kind: ListingKind::Fixed },
        R::WrongListingKind { listing: ListingId(hash), found: ListingKind::Fixed, needed: "open or fixed" },
        R::FormUnfit { plan: 7 }, R::LineUnfit { line: Line::Operate },
        R::UnknownNegotiation { negotiation: NegotiationId(hash) },
        R::NotNegotiating { negotiation: NegotiationId(hash) },
        R::NegotiationClosed { negotiation: NegotiationId(hash) },
        R::NotYourTurn { negotiation: NegotiationId(hash), turn: Side::Buyer }, R::RoundsFull { limit: 7 },
        R::TermsOther { negotiation: NegotiationId(hash) }, R::PartiesForeign, R::PartyNotActive { party: alice },
        R::NoRenewals { negotiation: NegotiationId(hash) }, R::UnknownDemand { demand: DemandId(hash) },
        R::DemandClosed { demand: DemandId(hash) }, R::DemandUnmet { demand: DemandId(hash), part: "the price" },
        R::DemandMalformed { part: "max_price" }, R::UnknownSubscription { licence: LicenceId(hash) },
        R::SubscriptionOver { licence: LicenceId(hash) }, R::PeriodsUnfit { periods: 7 },
        R::NotRenewable { licence: LicenceId(hash), end: "delisted" },
        R::VersionNotIncluded { licence: LicenceId(hash), version: 7 },
        R::VersionBeyondLicence { licence: LicenceId(hash), version: 7, part: "max_uses" },
        R::VersionRequested { order: OrderId(hash) },
        R::DeliveriesDeclined { licence: LicenceId(hash), version: 7, limit: 7 }, R::ScenarioMissing,
        R::ListingOver { until: time, now: time }, R::ListingStale { seller: alice },
        R::UnknownPlan { plan: 7, plans: 7 }, R::VersionOther { found: 7, offered: 7 },
        R::PriceAboveLimit { price: money, max_price: money }, R::PurposeForbidden { purpose: Purpose::Research },
        R::SellerBuys { seller: alice }, R::LicenseeUnfit { licensee: alice },
        R::ExclusiveTaken { asset: map, order: OrderId(hash) }, R::SoldOut { plan: 7, limit: 7 },
        R::NotExclusive { asset: map, licences: 7, orders: 7 }, R::LocationEmpty,
        R::UnknownOrder { order: OrderId(hash) }, R::NotBuyer { buyer: alice },
        R::WrongOrderStatus { order: OrderId(hash), found: OrderStatus::Placed, needed: OrderStatus::Placed },
        R::OrderLate { deadline: time, now: time }, R::BondUnfit { plan: 7, bond: money, least: money },
        R::BondShort { seller: alice, available: money, needed: money },
        R::CiphertextOther { found: hash, committed: hash }, R::NodesOther { found: hash, committed: hash },
        R::SealedKeyEmpty, R::SecretOther { found: hash, committed: hash },
        R::NotConvicted { error: ProofError::Parent }, R::ChallengedAlready { order: OrderId(hash) },
        R::DisputeUnstated, R::RefundTooHigh { refund: money, price: money }, R::DeliveryKeyMissing,
        R::NothingDisputed { order: OrderId(hash) },
        R::MeetEmpty { first: LicenceId(hash), other: LicenceId(hash), part: "max_uses" },
        R::NoSuchLicence { licence: LicenceId(hash) }, R::NotLicensee { licence: LicenceId(hash), licensee: alice },
        R::NotLicensor { licence: LicenceId(hash), licensor: alice },
        R::NotInForce { licence: LicenceId(hash), part: "max_uses" },
        R::SublicenceForbidden { licence: LicenceId(hash), part: "max_uses" },
        R::SublicenceMalformed { part: "max_uses" },
        R::SublicenceTooWide { licence: LicenceId(hash), part: "max_uses" },
        R::SublicenceOutlasts { licence: LicenceId(hash), until: time }, R::SublicenceOver { until: time, now: time },
        R::SublicenseeUnfit { licensee: alice }, R::LicencesFull { asset: map }, R::UnitsZero,
        R::UseOutOfSequence { expected: 7, found: 7 }, R::UseOffChain { expected: hash, found: hash },
        R::UseForbidden { licence: LicenceId(hash), part: "max_uses" }, R::StatementMissing, R::EvidenceNotGiven,
        R::NotParties { licence: LicenceId(hash) }, R::NoDeletionDue { licence: LicenceId(hash) },
        R::SuccessorUnfit { licence: LicenceId(hash), by: LicenceId(hash), part: "begin" },
        R::NotRecaller { asset: map, cause: RecallCause::Withdrawn },
        R::VersionRecalled { asset: map, version: 7, recall: RecallId(hash) },
        R::NotRecalled { recall: RecallId(hash), licence: LicenceId(hash) },
        R::RecallAcknowledgedBefore { recall: RecallId(hash), licence: LicenceId(hash) },
        R::NothingParked { asset: map }, R::ArbiterMissing { licence: LicenceId(hash) },
        R::UnknownAttestation { attestation: AttestationId(hash) }, R::ReportMissing,
        R::FindingsUnfit { kind: AttestationKind::Quality }, R::ValidityPast { valid_until: time, now: time },
        R::AttestationsFull { asset: map, version: 7, kind: AttestationKind::Quality },
        R::NotAssessor { assessor: alice },
        R::AttestationOver { attestation: AttestationId(hash), status: AttestationStatus::Withdrawn },
        R::AttestationMissing { asset: map, version: 7, kind: AttestationKind::Quality },
        R::ListingsFull { asset: map, limit: 7 }, R::GradeUnchanged { asset: map, grade: Grade::Important },
        R::GradeUnattested { asset: map, version: 7, grade: Grade::Important },
        R::GradeVersionsTooMany { asset: map, limit: 7 },
        R::GradeBelowSource { asset: map, grade: Grade::Important, source_asset: map, source_grade: Grade::Important },
        R::LegalBasisMissing, R::NotPublic { asset: map }, R::NotAuthority { asset: map },
        R::AuthorityTaken { asset: map, authority: alice }, R::OpennessUnchanged { asset: map },
        R::OpenNotFree { plan: 7 }, R::PublicNotFree { plan: 7, purpose: Purpose::Research },
        R::CeilingMissing { asset: map }, R::PriceAboveCeiling { plan: 7, price: money, ceiling: money },
        R::UnknownFreeze { freeze: FreezeId(hash) }, R::FreezeTargetUnknown,
        R::FreezeScopeUnfit { scope: FreezeScope::Funds }, R::FreezeUntilPast { until: time, now: time },
        R::FreezeTooLong { until: time, latest: time }, R::FreezesFull { limit: 7 },
        R::FreezeOver { freeze: FreezeId(hash), status: FreezeStatus::Lifted },
        R::FrozenNow { scope: FreezeScope::Funds, freeze: FreezeId(hash), until: time },
        R::AppealForeign { freeze: FreezeId(hash) }, R::AppealedAlready { freeze: FreezeId(hash) },
        R::NoAppeal { freeze: FreezeId(hash) }, R::UnknownProposal { proposal: ProposalId(hash) },
        R::ProposalClosed { proposal: ProposalId(hash) }, R::ApprovedAlready, R::ValidatorsMalformed,
        R::RulePackMalformed, R::StatusFinal { participant: alice }, R::NodeKnown { key }, R::NodeUnknown { key },
        R::LastOperators, R::RolesEmpty,
        R::NotConvicted { error: ProofError::OtherKey }, R::NotConvicted { error: ProofError::NotDelivered },
        R::NotConvicted { error: ProofError::OutOfRange { number: 7, count: 7 } },
        R::NotConvicted { error: ProofError::NoFault },
    ]
}

fn is_chinese(text: &str) -> bool {
    !text.is_ascii() && !text.chars().any(|character| character.is_ascii_alphabetic())
}

/// Goal: whoever is refused is told why and what to do in either language, and neither has words of the other; the
/// English ones are the ledger's own.
/// Method: every rejection that the ledger has.
#[test]
fn every_rejection_has_its_words() {
    let all = all();
    for (_, name, ..) in R::ALL {
        assert!(all.iter().any(|one| one.name() == *name), "{name} is not looked at");
    }
    for one in &all {
        let (name, sentence, (hint_in_english, hint_in_chinese)) = (one.name(), rejection(one), hint(one));
        assert_eq!(sentence.text(&Voice(Language::English)), one.to_string(), "{name}");
        assert_eq!(hint_in_english, one.hint(), "{name}");
        let told = sentence.text(&Voice(Language::Chinese));
        assert!(!told.contains('{') && !told.contains(&one.to_string()), "{name}: {told}");
        assert!(is_chinese(sentence.chinese), "{name}: {}", sentence.chinese);
        for piece in &sentence.pieces {
            if let Piece::Words(_, chinese) = piece {
                assert!(is_chinese(chinese), "{name}: {chinese}");
            }
        }
        let hint = CODES.iter().fold(hint_in_chinese.to_owned(), |hint, code| hint.replace(code, ""));
        assert!(is_chinese(&hint), "{name}: {hint_in_chinese}");
    }
}

/// Goal: whatever a rejection names is told too, in either language.
/// Method: the Chinese text has as many gaps as the ledger's has.
#[test]
fn nothing_that_is_named_is_left_out() {
    for one in all() {
        let parts =
            R::ALL.iter().find(|(_, name, ..)| *name == one.name()).expect("it is there").3.matches('{').count();
        let told = rejection(&one).pieces.len() - 1;
        assert!(told == parts || matches!(one, R::NotConvicted { .. }), "{}: {told} of {parts}", one.name());
    }
}

/// Goal: a name that only the ledger's code has is never shown to who reads in Chinese.
#[test]
fn names_in_rejections_have_words() {
    let listings = ListingStatus::ALL.iter().map(|status| status.name());
    let negotiations = NegotiationStatus::ALL.iter().map(|status| status.name());
    let pieces: Vec<Piece> = Clause::ALL
        .iter()
        .map(|clause| parts::clause(clause.name()))
        .chain(
            [
                "public-notice",
                "registered",
                "refused",
                "cancelled",
                "refused or cancelled",
                "public-notice or registered",
            ]
            .map(parts::registration),
        )
        .chain([parts::registration("registered, or cancelled by its holder")])
        .chain(listings.clone().chain(["active or paused"]).map(parts::listing_status))
        .chain(["open or fixed", "negotiated", "right-sale"].map(parts::listing_kind))
        .chain(listings.chain(negotiations).map(parts::end))
        .chain(
            ["title", "sector", "actions", "max_price", "the sector", "the kind", "what is allowed", "the price"]
                .map(parts::wanted),
        )
        .chain(["identifier", "asset", "status", "begin", "duties"].map(parts::successor))
        .collect();
    for piece in pieces {
        assert!(matches!(piece, Piece::Words(_, chinese) if is_chinese(chinese)), "{piece:?}");
    }
}

/// Goal: a refusal reads as people write.
#[test]
fn refusals_read_as_people_write() {
    let (alice, map) = (ParticipantId(Digest([1; 32])), AssetId(Digest([2; 32])));
    let (order, licence) = (OrderId(Digest([0xab; 32])), LicenceId(Digest([0xcd; 32])));
    #[rustfmt::skip]
    let rows = [
        (R::FundsShort { available: Amount(25), needed: Amount(10_000) }, "需要 <10000>，可用 <25>"),
        (R::RoleMissing { signer: alice, needed: Role::Operator }, "<party> 没有交易机构的角色"),
        (R::NotHolder { asset: map, line: Line::Operate, holder: alice }, "<asset> 的数据经营权属于 <party>"),
        (R::WrongOrderStatus { order, found: OrderStatus::Settled, needed: OrderStatus::Delivered },
            "合同 <abab>的状态为已结算，须为已交付"),
        (R::PolicyTooWide { plan: 1, licence, part: "recipients" },
            "方案 1 的使用控制中，接收方超出制作该版本所依据的许可 <cdcd>"),
        (R::NotRenewable { licence, end: "delisted" }, "许可 <cdcd>所依据的挂牌或磋商已摘牌"),
    ];
    for (one, told) in rows {
        assert_eq!(rejection(&one).text(&Voice(Language::Chinese)), told);
    }
}
