//! Rejections: why a well-formed transaction changes nothing.
//!
//! Data, not failures. Numbers are permanent: appended, never changed, never used again. Each is a rule of
//! `docs/rules.md` (R1, R2, ...) and has its row in the tests. The first rule that is broken answers, in the order in
//! which the rules are checked, so that every replica gives the same reason.

use crate::model::{
    AttestationKind, AttestationStatus, Basis, FreezeScope, FreezeStatus, Grade, Line, ListingKind, ListingStatus,
    OrderStatus, ParticipantStatus, Purpose, RecallCause, Role, Side, SourceClass, UseAction,
};
use crate::primitives::{
    Amount, AssetId, AttestationId, ChainId, DemandId, Digest, FreezeId, Height, LicenceId, ListingId, NegotiationId,
    OrderId, ParticipantId, ProposalId, RecallId, Timestamp,
};
use crate::sealed::ProofError;
use crate::signature::PublicKey;

macro_rules! rejections {
    ($(
        $number:literal $name:ident $({ $($part:ident: $type:ty),* $(,)? })?
        field $field:literal, says $message:literal, hint $hint:literal;
    )*) => {
        /// Why a well-formed transaction changes nothing.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[allow(missing_docs, reason = "each variant's text says what it means")]
        pub enum Rejection { $(#[error($message)] $name $({ $($part: $type),* })?),* }

        impl Rejection {
            /// The rule's number, permanent.
            #[must_use]
            pub const fn number(&self) -> u16 {
                match self { $(Self::$name { .. } => $number),* }
            }

            /// The rule's name, permanent.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name)),* }
            }

            /// The field of the transaction that broke the rule.
            #[must_use]
            pub const fn field(&self) -> &'static str {
                match self { $(Self::$name { .. } => $field),* }
            }

            /// What to do about it.
            #[must_use]
            pub const fn hint(&self) -> &'static str {
                match self { $(Self::$name { .. } => $hint),* }
            }

            /// Number, name, field and text of every rule, in the order of the numbers.
            pub const ALL: &[(u16, &str, &str, &str)] =
                &[$(($number, stringify!($name), $field, $message)),*];
        }
    };
}

impl Rejection {
    /// Whether it is about the approvals and not about what they approve (R5 to R8). A transaction's identifier covers the
    /// body alone, so anyone can send the same body under other approvals: this says nothing of the copy that its signer sent.
    #[must_use]
    pub const fn is_of_approvals(&self) -> bool {
        matches!(self, Self::ApprovalOrder | Self::BadSignature | Self::ForeignKey { .. } | Self::WrongApprovals { .. })
    }
}

rejections! {
    // The transaction as such.
    1 WrongChain { found: ChainId, expected: ChainId }
        field "chain", says "signed for chain {found}, this is chain {expected}",
        hint "use the profile or the genesis file of this chain and sign again";
    2 Expired { valid_until: Timestamp, now: Timestamp }
        field "valid_until", says "valid until {valid_until}, block time is {now}",
        hint "sign it again with a later valid_until";
    3 UnknownSigner { signer: ParticipantId }
        field "signer", says "{signer} is not a participant",
        hint "ask an operator to enrol it";
    4 SignerNotActive { signer: ParticipantId, status: ParticipantStatus }
        field "signer", says "{signer} is {status} and may not act",
        hint "ask the operators to reinstate it";
    5 ApprovalOrder
        field "approvals", says "approvals stand in ascending order of keys, each key once, at most 32",
        hint "sort the approvals by key";
    6 BadSignature
        field "approvals", says "a signature does not belong to its key and this transaction",
        hint "sign the transaction again: it was changed, or signed by another key or for another chain";
    7 ForeignKey { key: PublicKey }
        field "approvals", says "key {key} belongs to nobody who must approve",
        hint "sign with a key that the participant has now";
    8 WrongApprovals { participant: ParticipantId, given: u8, needed: u8 }
        field "approvals", says "{given} keys of {participant} approve, exactly {needed} must",
        hint "collect as many approvals as the participant's threshold says";
    9 UnknownParty { party: ParticipantId }
        field "action", says "{party} must approve and is not an active participant",
        hint "check the identifier";
    10 SequenceUsed { expected: u64, found: u64 }
        field "sequence", says "number {found} of this lane was used before, {expected} is next",
        hint "it was committed already, or another program uses this lane: take another lane";
    11 SequenceAhead { expected: u64, found: u64 }
        field "sequence", says "number {found} of this lane comes after {expected}, which is not there yet",
        hint "send the missing transactions of this lane first";
    12 RoleMissing { signer: ParticipantId, needed: Role }
        field "signer", says "{signer} does not have the role {needed}",
        hint "sign as a participant with that role; operators give roles by proposal";

    // Participants.
    101 HandleTaken { holder: ParticipantId }
        field "enrolment.handle", says "the handle belongs to {holder}",
        hint "choose another handle";
    102 KeysMalformed
        field "keys", says "1 to 8 keys in ascending order, none twice, and a threshold from 1 to their number",
        hint "sort the keys and choose a threshold they can meet";
    103 KeyWeak { key: PublicKey }
        field "keys", says "{key} is not a sound ed25519 public key",
        hint "make a key with: yaosu key new";
    104 KeyTaken { key: PublicKey, holder: ParticipantId }
        field "keys", says "key {key} belongs to {holder}",
        hint "use a key of its own for each participant";
    105 LegalIdentityEmpty
        field "enrolment.legal_name", says "legal name and legal id must not be empty",
        hint "give the name and number of the register of companies";
    106 RelatedMalformed
        field "enrolment.related", says "at most 32 related parties, ascending, none twice",
        hint "sort the related parties";
    107 UnknownParticipant { participant: ParticipantId }
        field "participant", says "{participant} is not a participant",
        hint "check the identifier";

    // Money.
    201 AmountZero
        field "amount", says "the amount must be above 0",
        hint "give an amount in fen above 0";
    202 ReferenceEmpty
        field "bank_reference", says "the bank's reference must not be empty",
        hint "give the reference of the bank's booking";
    203 RecipientUnknown { recipient: ParticipantId }
        field "to", says "{recipient} is not a participant that can receive",
        hint "check the recipient; it must be active";
    204 FundsShort { available: Amount, needed: Amount }
        field "amount", says "{needed} fen are needed, {available} fen are available",
        hint "receive money first; what is held in escrow is not available";
    205 PaySelf
        field "to", says "payer and recipient are the same",
        hint "check the recipient";
    206 SupplyFull
        field "amount", says "more money than the ledger can count",
        hint "issue less";

    // Assets: what they are and who has which right to them.
    301 UnknownAsset { asset: AssetId }
        field "asset", says "{asset} is not an asset",
        hint "check the identifier";
    302 DescriptionEmpty
        field "description", says "title and sector must not be empty",
        hint "give the asset a title and name its sector, e.g. meteorology";
    303 KeywordsMalformed
        field "description.keywords", says "at most 16 keywords, none empty, ascending, none twice",
        hint "sort the keywords and leave out what stands twice";
    304 GradeCore
        field "description.grade", says "core data is never registered and never traded",
        hint "keep it off the market";
    305 OpennessUnfit { class: SourceClass }
        field "description.openness", says "the openness does not fit {class} data: public data is open, conditional or closed, other data is not-public",
        hint "choose the openness by the source class";
    306 OpennessTermsEmpty
        field "description.openness.terms", says "conditional openness names its terms",
        hint "say the conditions, or open the data without any";
    307 ClosureNotApproved { approver: ParticipantId }
        field "description.openness.approver", says "{approver} is not an active public authority",
        hint "name the authority that approved the closing";
    308 ClosureReviewPast { review: Timestamp, now: Timestamp }
        field "description.openness.review", says "the review at {review} is not in the future, block time is {now}",
        hint "name a later day on which the closing is looked at again";
    309 SizeUnfit { size_bytes: u64 }
        field "content.size_bytes", says "a size of {size_bytes} bytes does not fit the content root: no bytes and the hash of no bytes go together",
        hint "take size and hash (b3sum) of the same file";
    310 MediaTypeMalformed
        field "content.media_type", says "the media type is not of the form type/subtype",
        hint "write it as in RFC 6838 without parameters, e.g. text/csv";
    311 StructureMalformed
        field "content.structure.fields", says "at most 256 fields, each with a name that no other has",
        hint "give every column a header of its own";
    312 BasisTransferred { line: Line }
        field "rights", says "the right {line} can't come by transfer when its asset is registered",
        hint "say how the data came about; transferred is what transfer-right writes";
    313 BasisUnlicensed { line: Line, basis: Basis }
        field "rights", says "the right {line} is claimed as {basis}, but no parent has a licence",
        hint "name the version that it was made from, with the licence";
    314 BasisNotOpen { line: Line }
        field "rights", says "the right {line} is claimed under an open licence, but no parent is an open asset",
        hint "name the open version that it was made from";
    315 BasisUnproven { line: Line }
        field "rights.evidence", says "the right {line} is claimed as authorised by a public authority, without evidence",
        hint "give the hash of the authorisation";
    316 RootClaimed { content_root: Digest, asset: AssetId, holder: ParticipantId }
        field "content.content_root", says "{content_root} is the content of {asset}, which {holder} holds",
        hint "name it as a parent with a licence; or object to that registration if the data is yours";
    317 RootUnchanged { content_root: Digest }
        field "content.content_root", says "{content_root} is the content of the latest version already",
        hint "a new version needs new content";
    318 VersionsFull { limit: u32 }
        field "asset", says "the asset has {limit} versions, and can have no more",
        hint "register another asset that goes on from here";
    319 NotHolder { asset: AssetId, line: Line, holder: ParticipantId }
        field "signer", says "the right {line} to {asset} belongs to {holder}",
        hint "sign as the holder";
    320 WrongRegistration { asset: AssetId, found: &'static str, needed: &'static str }
        field "asset", says "the registration of {asset} is {found}, it must be {needed}",
        hint "look up where the registration stands";
    321 TransferToSelf
        field "to", says "the right belongs to the recipient already",
        hint "check the recipient";
    322 RecipientNotTrader { recipient: ParticipantId }
        field "to", says "{recipient} is neither trader nor public authority, and can't hold a right",
        hint "check the recipient's roles";
    323 ObjectionsOpen { asset: AssetId, open: u16 }
        field "asset", says "{open} objections to {asset} are not ruled yet",
        hint "wait until a registrar has ruled them";
    324 BasisMissing { line: Line }
        field "rights", says "there is no lawful basis for the right {line}",
        hint "find out by what licence or agreement it may be held, used and traded; without one it can't be registered";
    325 OriginConcealed { asset: AssetId, version: u32, licence: LicenceId }
        field "parents", says "the signer has registered this content as version {version} of {asset}, which was made under {licence}",
        hint "name the same sources under the same licences, or use the version that is there";

    // Derivations.
    331 ParentsTooMany { found: usize }
        field "parents", says "{found} parents are over the limit of 16",
        hint "join some of them in a version of its own first";
    332 ParentTwice { asset: AssetId, version: u32 }
        field "parents", says "version {version} of {asset} stands twice",
        hint "name each version once";
    333 UnknownParent { asset: AssetId, version: u32 }
        field "parents", says "there is no version {version} of {asset}",
        hint "check identifier and number";
    334 ParentNotRegistered { asset: AssetId }
        field "parents", says "{asset} is not in the register",
        hint "wait for its registration";
    335 ParentTooNew { asset: AssetId, version: u32, height: Height }
        field "parents", says "version {version} of {asset} came in this very block {height}",
        hint "send it again: the next block takes it";
    336 LicenceNeeded { asset: AssetId, version: u32 }
        field "parents.licence", says "the signer has no right to use {asset}, and names no licence of version {version}",
        hint "order a licence that allows to derive";
    337 UnknownLicence { licence: LicenceId }
        field "parents.licence", says "{licence} is not a licence",
        hint "check the identifier";
    338 LicenceForeign { licence: LicenceId, licensee: ParticipantId }
        field "parents.licence", says "{licence} is a licence of {licensee}",
        hint "sign as the licensee, or order a licence of your own";
    339 LicenceOfOther { licence: LicenceId, asset: AssetId, version: u32 }
        field "parents.licence", says "{licence} does not cover version {version} of {asset}",
        hint "name the licence of this very version";
    340 LicenceOver { licence: LicenceId }
        field "parents.licence", says "{licence} is not in force any more",
        hint "order another one";
    341 LicenceForbids { licence: LicenceId, wanted: UseAction }
        field "parents.licence", says "{licence} does not allow to {wanted}",
        hint "order a licence that does";
    342 GradeFalls { grade: Grade, parent: AssetId, parent_grade: Grade }
        field "description.grade", says "grade {grade} is below the {parent_grade} of its source {parent}",
        hint "grade what is made from data as highly as the data";
    343 DerivationTooDeep { limit: u8 }
        field "parents", says "more than {limit} derivations would stand above one another",
        hint "derive from an earlier version";
    344 AncestorsTooMany { limit: usize }
        field "parents", says "more than {limit} versions would be upstream",
        hint "derive from fewer sources";
    345 RoyaltiesTooHigh { sum: u32, limit: u16 }
        field "parents", says "royalties of {sum} basis points would go upstream, at most {limit} may",
        hint "derive from fewer sources, or order licences with lower royalties";

    // Registration (登记).
    351 JudgeRelated { judge: ParticipantId, party: ParticipantId }
        field "signer", says "{judge} may not judge {party}, who is related or the same",
        hint "somebody else of that role must decide";
    352 StatementEmpty
        field "statement", says "an objection says why",
        hint "give your reasons";
    353 ReasonEmpty
        field "reason", says "a decision says why",
        hint "give your reasons";
    354 ObjectionOwn { asset: AssetId }
        field "signer", says "the holder of {asset} may not object to its own registration",
        hint "cancel it instead";
    355 EvidenceMissing { asset: AssetId }
        field "evidence", says "the notice of {asset} is over: an objection needs evidence now",
        hint "give the hash of the evidence";
    356 ObjectionsFull { asset: AssetId }
        field "asset", says "{asset} has as many objections as it can have",
        hint "wait until a registrar has ruled some";
    357 UnknownObjection { asset: AssetId, objection: u16 }
        field "objection", says "there is no objection {objection} to {asset}",
        hint "check the number; objections count from 0";
    358 ObjectionRuled { asset: AssetId, objection: u16 }
        field "objection", says "objection {objection} to {asset} was ruled before",
        hint "a ruling is final; new evidence makes a new objection";
    359 NoticeRuns { asset: AssetId, closes: Timestamp, now: Timestamp }
        field "asset", says "the notice of {asset} closes at {closes}, block time is {now}",
        hint "decide after the notice";
    360 CertificateEmpty
        field "certificate", says "the certificate's number must not be empty",
        hint "give the number under which the register has it";
    361 CertificateTaken { asset: AssetId }
        field "certificate", says "this number is on the certificate of {asset}",
        hint "give every certificate a number of its own";

    // Listings.
    401 UnknownListing { listing: ListingId }
        field "listing", says "{listing} is not a listing",
        hint "check the identifier";
    402 PlansUnfit { found: usize }
        field "plans", says "{found} plans: a listing has 1 to 8, a negotiated one may have none",
        hint "offer what is bought most";
    403 PriceUnfit { plan: usize, kind: ListingKind }
        field "plans.price", says "the price of plan {plan} does not fit: in an open listing all plans are free, in any other none is",
        hint "set the price, or choose the other kind of listing";
    404 SupplyUnfit { plan: usize }
        field "plans.supply", says "the supply of plan {plan} does not fit: an open plan is unlimited, a limited one gives at least 1, negotiated terms are unlimited or exclusive",
        hint "choose the supply by the kind of listing";
    405 ExclusiveNotAlone
        field "plans.supply", says "an exclusive plan must be the only plan of its listing",
        hint "make a listing of its own for it";
    406 PolicyMalformed { plan: usize, part: &'static str }
        field "plans.policy", says "{part} in the policy of plan {plan} is not sound",
        hint "name actions and purposes, sort scopes, let limits be above 0 and the royalty at most 9 000 basis points";
    407 UntilPast { until: Timestamp, now: Timestamp }
        field "until", says "the end at {until} is not in the future, block time is {now}",
        hint "name a later end, or none";
    408 UnknownVersion { asset: AssetId, version: u32 }
        field "version", says "there is no version {version} of {asset}",
        hint "look up the asset's versions; they count from 1";
    409 ExclusivelyGiven { asset: AssetId, order: OrderId }
        field "asset", says "{asset} is promised or given to order {order} for itself alone",
        hint "wait until that order is refunded or its licence ends";
    410 PolicyTooWide { plan: usize, licence: LicenceId, part: &'static str }
        field "plans.policy", says "{part} in the policy of plan {plan} goes beyond {licence}, under which the version was made",
        hint "narrow the policy, or order a wider licence and derive again";
    411 NotSeller { seller: ParticipantId }
        field "signer", says "the seller is {seller}",
        hint "sign as the seller";
    412 WrongListingStatus { listing: ListingId, found: ListingStatus, needed: &'static str }
        field "listing", says "{listing} is {found}, it must be {needed}",
        hint "look up where the listing stands";

    421 KindUnfit { kind: ListingKind }
        field "kind", says "a listing with plans can't be of the kind {kind}",
        hint "offer a right by itself: yaosu listing create ASSET --right LINE";
    422 WrongListingKind { listing: ListingId, found: ListingKind, needed: &'static str }
        field "listing", says "{listing} is {found}, it must be {needed}",
        hint "order on an open or fixed listing, negotiate on a negotiated one, buy the right on a right-sale";
    423 FormUnfit { plan: usize }
        field "plans.form", says "plan {plan} can't be a subscription so: it has a price, a period up to ten years, and no other duration",
        hint "leave the duration out: each period that is paid lasts as long as the period says";
    424 LineUnfit { line: Line }
        field "line", says "the right {line} is not sold",
        hint "sell hold or operate; what others may do is licensed";

    // Negotiations and demands.
    431 UnknownNegotiation { negotiation: NegotiationId }
        field "negotiation", says "{negotiation} is not a negotiation",
        hint "check the identifier";
    432 NotNegotiating { negotiation: NegotiationId }
        field "signer", says "{negotiation} is not the signer's to answer or to leave",
        hint "sign as one of them, or open a negotiation of your own";
    433 NegotiationClosed { negotiation: NegotiationId }
        field "negotiation", says "{negotiation} is over",
        hint "open another one";
    434 NotYourTurn { negotiation: NegotiationId, turn: Side }
        field "signer", says "in {negotiation} it is the {turn}'s turn",
        hint "wait for an answer, or withdraw";
    435 RoundsFull { limit: u8 }
        field "negotiation", says "{limit} offers were made, and no more can be",
        hint "accept the last one, or withdraw";
    436 TermsOther { negotiation: NegotiationId }
        field "terms", says "these are not the terms of the last offer in {negotiation}",
        hint "look up the last offer, and accept or counter that";
    437 PartiesForeign
        field "payer", says "only the buyer says who pays and who gets the licence",
        hint "leave payer and licensee out";
    438 PartyNotActive { party: ParticipantId }
        field "negotiation", says "{party}, who would buy or pay, may not act now",
        hint "wait for its reinstatement, or let the buyer offer again with another payer";
    439 NoRenewals { negotiation: NegotiationId }
        field "negotiation", says "{negotiation} has no renewals to end",
        hint "check the identifier: they are ended once, and only of what was agreed by the period";
    441 UnknownDemand { demand: DemandId }
        field "demand", says "{demand} is not a demand",
        hint "check the identifier";
    442 DemandClosed { demand: DemandId }
        field "demand", says "{demand} takes no offers any more",
        hint "look for an open one";
    443 DemandUnmet { demand: DemandId, part: &'static str }
        field "demand", says "{part} is not what {demand} asks for",
        hint "look up the demand: sector and kind of the asset, actions, and the highest price";
    444 DemandMalformed { part: &'static str }
        field "wanted", says "{part} must not be empty or 0",
        hint "say what is needed, of which sector, to do what, and for how much at most";

    // Subscriptions.
    451 UnknownSubscription { licence: LicenceId }
        field "licence", says "{licence} is not a subscription",
        hint "look up your licences: a subscription covers a version and all later ones";
    453 SubscriptionOver { licence: LicenceId }
        field "licence", says "{licence} is not in force any more",
        hint "order a new subscription";
    454 PeriodsUnfit { periods: u8 }
        field "periods", says "{periods} periods: a renewal pays for 1 to 120",
        hint "pay for fewer, and renew again later";
    455 NotRenewable { licence: LicenceId, end: &'static str }
        field "licence", says "what {licence} comes from is {end}",
        hint "it runs until its end; look for another listing";
    456 VersionNotIncluded { licence: LicenceId, version: u32 }
        field "version", says "{licence} does not include version {version}",
        hint "it includes the version that it was bought for and all later ones";
    457 VersionBeyondLicence { licence: LicenceId, version: u32, part: &'static str }
        field "version", says "{part} in the policy of {licence} goes beyond the licences that version {version} was made under",
        hint "ask the seller for terms that fit this version";
    458 VersionRequested { order: OrderId }
        field "version", says "this version was ordered before, by {order}",
        hint "each version is delivered once, and again only if its order was refunded";
    459 DeliveriesDeclined { licence: LicenceId, version: u32, limit: u8 }
        field "version", says "{limit} deliveries of version {version} under {licence} were rejected or not acknowledged",
        hint "ask the seller for the version, or request a later one";

    // Orders and licences.
    501 ScenarioMissing
        field "scenario", says "an order names its scenario: no scenario, no trade",
        hint "give the hash of the scenario in words";
    502 ListingOver { until: Timestamp, now: Timestamp }
        field "listing", says "the listing ended at {until}, block time is {now}",
        hint "ask the seller for another one";
    503 ListingStale { seller: ParticipantId }
        field "listing", says "{seller} is not active or may not trade the asset any more",
        hint "look for a listing of whoever holds the right to operate it now";
    504 UnknownPlan { plan: u8, plans: usize }
        field "plan", says "there is no plan {plan}: the listing has {plans}, counted from 0",
        hint "look up the listing's plans";
    505 VersionOther { found: u32, offered: u32 }
        field "version", says "version {found} is ordered, version {offered} is offered",
        hint "order the version that is offered";
    506 PriceAboveLimit { price: Amount, max_price: Amount }
        field "max_price", says "the price is {price} fen, at most {max_price} fen would be paid",
        hint "raise the limit if the price is right";
    507 PurposeForbidden { purpose: Purpose }
        field "purpose", says "the plan's policy does not allow the purpose {purpose}",
        hint "choose a plan that does";
    508 SellerBuys { seller: ParticipantId }
        field "listing", says "{seller} sells this, and can't be its buyer, payer or licensee",
        hint "the holder needs no licence of its own data";
    509 LicenseeUnfit { licensee: ParticipantId }
        field "licensee", says "{licensee} is neither trader nor public authority, and can't hold a licence",
        hint "check the licensee's roles";
    510 ExclusiveTaken { asset: AssetId, order: OrderId }
        field "listing", says "{asset} is promised or given to order {order} for itself alone",
        hint "wait until that order is refunded or its licence ends";
    511 SoldOut { plan: u8, limit: u32 }
        field "plan", says "all {limit} licences of plan {plan} are sold or reserved",
        hint "try again later: a reserved one comes free when its order is refunded";
    512 NotExclusive { asset: AssetId, licences: u32, orders: u32 }
        field "plan", says "{asset} has {licences} licences in force and {orders} open orders, and can't be given to one alone",
        hint "wait until they have ended";
    513 LocationEmpty
        field "location", says "a delivery says where the bytes are",
        hint "give a URL, or words that the buyer understands";
    514 UnknownOrder { order: OrderId }
        field "order", says "{order} is not an order",
        hint "check the identifier";
    515 NotBuyer { buyer: ParticipantId }
        field "signer", says "the buyer is {buyer}",
        hint "sign as the buyer";
    516 WrongOrderStatus { order: OrderId, found: OrderStatus, needed: OrderStatus }
        field "order", says "{order} is {found}, it must be {needed}",
        hint "look up where the order stands";
    517 OrderLate { deadline: Timestamp, now: Timestamp }
        field "order", says "the time was over at {deadline}, block time is {now}",
        hint "the order goes on by itself: look up where it stands";
    // 518 was RootOther: what is acknowledged is sealed, so that nobody can compare it with the registered content.
    519 BondUnfit { plan: usize, bond: Amount, least: Amount }
        field "plans.bond", says "a bond of {bond} fen does not fit plan {plan}: a free plan has none, this one at least {least} fen",
        hint "put as much at stake as the rule pack asks for";
    520 BondShort { seller: ParticipantId, available: Amount, needed: Amount }
        field "listing", says "{seller} puts {needed} fen at stake with an order, {available} fen are available",
        hint "ask the seller to have enough money; the bond of another order may come free";
    521 CiphertextOther { found: Digest, committed: Digest }
        field "ciphertext_root", says "the root of the encrypted chunks is {found}, the delivery committed to {committed}",
        hint "fetch the bytes again, or reject the delivery";
    522 NodesOther { found: Digest, committed: Digest }
        field "nodes_root", says "the root of the encrypted nodes is {found}, the delivery committed to {committed}",
        hint "fetch the bytes again, or reject the delivery";
    523 SealedKeyEmpty
        field "sealed_key", says "a sealed key is 1 to 512 bytes",
        hint "seal the secret to the order's delivery key";
    524 SecretOther { found: Digest, committed: Digest }
        field "secret", says "the commitment of the secret is {found}, the delivery committed to {committed}",
        hint "give the secret of this very order; a buyer who got another one challenges the key";
    525 NotConvicted { error: ProofError }
        field "proof", says "the proof convicts nobody: {error}",
        hint "make the proof from the bytes that were acknowledged, with the key of this order";
    526 ChallengedAlready { order: OrderId }
        field "order", says "the key of {order} was challenged before, and is open",
        hint "take the secret from the order";
    527 DisputeUnstated
        field "statement", says "a dispute names the statement of what is wrong",
        hint "give the hash of the statement in words";
    528 RefundTooHigh { refund: Amount, price: Amount }
        field "refund", says "{refund} fen would go back of a price of {price} fen",
        hint "a ruling is bounded by the price";
    529 DeliveryKeyMissing
        field "delivery_key", says "neither the order nor its buyer has a key that a delivery could be sealed to",
        hint "give the order a delivery key, or give the buyer one with rotate-keys";
    530 NothingDisputed { order: OrderId }
        field "order", says "nothing was paid for {order}, so that a ruling could give nothing back",
        hint "reject or prove what was delivered wrongly; a later version may be requested again";

    // Licences, royalties and recalls.
    561 MeetEmpty { first: LicenceId, other: LicenceId, part: &'static str }
        field "parents.licence", says "{other} has no {part} in common with the licences before it, {first} among them: nothing would be allowed with the data",
        hint "derive from sources whose licences have something in common";
    562 NoSuchLicence { licence: LicenceId }
        field "licence", says "{licence} is not a licence",
        hint "check the identifier";
    563 NotLicensee { licence: LicenceId, licensee: ParticipantId }
        field "signer", says "{licence} is a licence of {licensee}",
        hint "sign as the licensee";
    564 NotLicensor { licence: LicenceId, licensor: ParticipantId }
        field "licensor", says "{licence} was given by {licensor}",
        hint "the licensor must sign";
    565 NotInForce { licence: LicenceId, part: &'static str }
        field "licence", says "{licence} is not in force, by its {part}",
        hint "look up where the licence stands";
    566 SublicenceForbidden { licence: LicenceId, part: &'static str }
        field "policy", says "{part} in {licence} do not allow to sublicense to this licensee",
        hint "ask for a licence that does";
    567 SublicenceMalformed { part: &'static str }
        field "policy", says "{part} in the policy is not sound",
        hint "name actions and purposes, sort scopes, let limits be above 0 and the royalty at most 9 000 basis points";
    568 SublicenceTooWide { licence: LicenceId, part: &'static str }
        field "policy", says "{part} in the policy goes beyond {licence}",
        hint "narrow the policy";
    569 SublicenceOutlasts { licence: LicenceId, until: Timestamp }
        field "until", says "{licence} ends at {until}, and nothing under it ends later or never",
        hint "name an end that is not later";
    570 SublicenceOver { until: Timestamp, now: Timestamp }
        field "until", says "the end at {until} is not in the future, block time is {now}",
        hint "name a later end";
    571 SublicenseeUnfit { licensee: ParticipantId }
        field "licensee", says "{licensee} can't have a licence of this: it is neither trader nor public authority, or stands above it already",
        hint "check the licensee";
    572 LicencesFull { asset: AssetId }
        field "licence", says "{asset} has as many licences as can be counted",
        hint "wait until some have ended";
    573 UnitsZero
        field "units", says "a record is of one use at least",
        hint "give the number of uses";
    574 UseOutOfSequence { expected: u64, found: u64 }
        field "sequence", says "record {found} is given, {expected} is next",
        hint "look up the licence and number the record anew";
    575 UseOffChain { expected: Digest, found: Digest }
        field "previous", says "the record before has the hash {expected}, not {found}",
        hint "look up the licence and make the record anew";
    576 UseForbidden { licence: LicenceId, part: &'static str }
        field "action", says "{part} in {licence} do not allow this use",
        hint "ask what is allowed with: yaosu licence may";
    577 StatementMissing
        field "statement", says "a statement must not be empty",
        hint "say why, or give the hash of the statement in words";
    578 EvidenceNotGiven
        field "cause", says "a breach names its evidence, a regulator the legal basis",
        hint "give the hash of the document";
    579 NotParties { licence: LicenceId }
        field "signer", says "the licensor and the licensee of {licence} must both sign",
        hint "sign as one of them and name the other";
    580 NoDeletionDue { licence: LicenceId }
        field "licence", says "no deletion is owed under {licence}",
        hint "look up where the licence stands";
    581 SuccessorUnfit { licence: LicenceId, by: LicenceId, part: &'static str }
        field "by", says "{by} can't stand in the place of {licence}: its {part} is not what is needed",
        hint "name a later licence of the same holder and version with all duties of this one";
    582 NotRecaller { asset: AssetId, cause: RecallCause }
        field "signer", says "a recall of {asset} for the cause {cause} is not yours to make",
        hint "who holds or may trade it withdraws it, a regulator or a registrar recalls it for any other cause";
    583 VersionRecalled { asset: AssetId, version: u32, recall: RecallId }
        field "version", says "version {version} of {asset} was recalled or withdrawn by {recall}",
        hint "use a version that was not";
    584 NotRecalled { recall: RecallId, licence: LicenceId }
        field "recall", says "{recall} has not reached {licence}",
        hint "look up what recalls demand of you: yaosu recall list";
    585 RecallAcknowledgedBefore { recall: RecallId, licence: LicenceId }
        field "recall", says "{recall} was acknowledged for {licence} before",
        hint "nothing more is to be done";
    586 NothingParked { asset: AssetId }
        field "asset", says "no royalties of {asset} are parked",
        hint "look up the royalties of the asset";
    587 ArbiterMissing { licence: LicenceId }
        field "cause.arbiter", says "a breach of {licence} needs an arbiter who approves: it was paid for, or who is named is none",
        hint "let an active arbiter who is related to neither side sign as well";

    // Attestations.
    601 UnknownAttestation { attestation: AttestationId }
        field "attestation", says "{attestation} is not an attestation",
        hint "check the identifier";
    602 ReportMissing
        field "report", says "an attestation names its report",
        hint "give the hash of the report";
    603 FindingsUnfit { kind: AttestationKind }
        field "findings", says "the findings do not fit the kind {kind}: six scores of at most 10 000 for quality, a range for valuation, a grade for de-identification, nothing for the others",
        hint "give what the kind has";
    604 ValidityPast { valid_until: Timestamp, now: Timestamp }
        field "valid_until", says "the end at {valid_until} is not in the future, block time is {now}",
        hint "name a later end";
    605 AttestationsFull { asset: AssetId, version: u32, kind: AttestationKind }
        field "asset", says "version {version} of {asset} has as many attestations of kind {kind} in force as it can have",
        hint "wait until one of them has ended";
    606 NotAssessor { assessor: ParticipantId }
        field "signer", says "the assessor is {assessor}",
        hint "sign as the assessor";
    607 AttestationOver { attestation: AttestationId, status: AttestationStatus }
        field "attestation", says "{attestation} is {status}, or its time is over",
        hint "look up where the attestation stands";
    608 AttestationMissing { asset: AssetId, version: u32, kind: AttestationKind }
        field "listing", says "version {version} of {asset} is not traded without a {kind} attestation in force, of an assessor who is not related to its holders",
        hint "ask an assessor for one; the rule pack says which kinds are needed";
    609 ListingsFull { asset: AssetId, limit: usize }
        field "asset", says "{limit} of your listings of {asset} take orders already, and no more may",
        hint "end or pause one of them";

    // Grades.
    611 GradeUnchanged { asset: AssetId, grade: Grade }
        field "grade", says "{asset} is graded {grade} already",
        hint "check the grade";
    612 GradeUnattested { asset: AssetId, version: u32, grade: Grade }
        field "grade", says "version {version} of {asset} has no de-identification attestation in force that lets it be {grade}",
        hint "a holder only raises the grade; ask an assessor, or a regulator";
    613 GradeVersionsTooMany { asset: AssetId, limit: u32 }
        field "asset", says "{asset} has more than {limit} versions, too many to be graded lower by its holder",
        hint "register the de-identified data as an asset of its own, or ask a regulator";
    614 GradeBelowSource { asset: AssetId, grade: Grade, source_asset: AssetId, source_grade: Grade }
        field "listing", says "{asset} is graded {grade}, below the {source_grade} of {source_asset} that it was made from",
        hint "the holder grades it as highly as its source, or has it de-identified and attested";
    615 LegalBasisMissing
        field "legal_basis", says "an act of supervision names its legal basis",
        hint "give the hash of the legal basis";

    // Public data.
    621 NotPublic { asset: AssetId }
        field "asset", says "{asset} is not public data",
        hint "openness, authorities and price ceilings are of public data only";
    622 NotAuthority { asset: AssetId }
        field "signer", says "the signer is not the public authority in charge of {asset}",
        hint "sign as the authority in charge, or take charge of it with the holder's approval";
    623 AuthorityTaken { asset: AssetId, authority: ParticipantId }
        field "asset", says "{authority} is in charge of {asset}",
        hint "ask that authority";
    624 OpennessUnchanged { asset: AssetId }
        field "openness", says "this is the openness of {asset} already",
        hint "check the openness";
    625 OpenNotFree { plan: usize }
        field "plans.price", says "plan {plan} has a price, and the data is open without conditions",
        hint "offer it free; or the authority makes it open on conditions";
    626 PublicNotFree { plan: usize, purpose: Purpose }
        field "plans.price", says "plan {plan} has a price for the purpose {purpose}, for which public data is free",
        hint "leave the purpose out, and offer it free in an open listing";
    627 CeilingMissing { asset: AssetId }
        field "plans.price", says "no price may be asked for {asset}: the public authority has set no ceiling",
        hint "offer it free, or ask the authority to set a ceiling";
    628 PriceAboveCeiling { plan: usize, price: Amount, ceiling: Amount }
        field "plans.price", says "plan {plan} costs {price} fen, the public authority lets {ceiling} fen be asked for as long as it lasts",
        hint "lower the price; a ceiling is for a year, and what lasts for less may cost its part";

    // Freezes.
    631 UnknownFreeze { freeze: FreezeId }
        field "freeze", says "{freeze} is not a freeze",
        hint "check the identifier";
    632 FreezeTargetUnknown
        field "target", says "the target is not a participant, an asset, a listing, a negotiation, a demand, an order or a licence that is there",
        hint "check kind and identifier";
    633 FreezeScopeUnfit { scope: FreezeScope }
        field "scope", says "the scope {scope} stops nothing of such a target",
        hint "funds are of participants, use of participants, assets and licences, delivery of all but licences, trade of all but orders and licences";
    634 FreezeUntilPast { until: Timestamp, now: Timestamp }
        field "until", says "the end at {until} is not in the future, block time is {now}",
        hint "name a later end";
    635 FreezeTooLong { until: Timestamp, latest: Timestamp }
        field "until", says "the end at {until} is later than {latest}, the latest that the rule pack allows now",
        hint "name an earlier end; a longer freeze needs a new decision when this one ends";
    636 FreezesFull { limit: usize }
        field "target", says "{limit} freezes are in force on it, and no more may be",
        hint "lift one of them first";
    637 FreezeOver { freeze: FreezeId, status: FreezeStatus }
        field "freeze", says "{freeze} is {status}, or its time is over",
        hint "look up where the freeze stands";
    638 FrozenNow { scope: FreezeScope, freeze: FreezeId, until: Timestamp }
        field "action", says "{scope} is frozen by {freeze} until {until}",
        hint "wait, or appeal against the freeze";
    639 AppealForeign { freeze: FreezeId }
        field "signer", says "{freeze} does not concern the signer",
        hint "whoever is frozen, or has a right to what is frozen, appeals";
    640 AppealedAlready { freeze: FreezeId }
        field "freeze", says "there was an appeal against {freeze}",
        hint "a freeze is appealed against once; it also ends by itself";
    641 NoAppeal { freeze: FreezeId }
        field "freeze", says "no appeal against {freeze} waits for a ruling",
        hint "look up the freeze";

    // Governance.
    701 UnknownProposal { proposal: ProposalId }
        field "proposal", says "{proposal} is not a proposal",
        hint "check the identifier";
    702 ProposalClosed { proposal: ProposalId }
        field "proposal", says "{proposal} takes no approvals any more",
        hint "propose it again";
    703 ApprovedAlready
        field "proposal", says "this operator approved it before",
        hint "other operators must approve";
    704 ValidatorsMalformed
        field "measure.validators", says "1 to 100 validators of active operators with sound keys, each operator and key once, power 1 to 4294967296",
        hint "check operators, keys and powers";
    705 RulePackMalformed
        field "measure.pack", says "windows and freezes are at most ten years, the fee at most 3 000 basis points, the number one above the last, the fee account an active participant, what listings need ascends by class and grade",
        hint "check the pack against docs/rules.md";
    706 StatusFinal { participant: ParticipantId }
        field "measure.status", says "{participant} is revoked, which is for ever, or would not change",
        hint "enrol it anew under another handle";
    707 NodeKnown { key: PublicKey }
        field "measure.key", says "node {key} is admitted already",
        hint "dismiss it first";
    708 NodeUnknown { key: PublicKey }
        field "measure.key", says "node {key} is not admitted",
        hint "check the key";
    709 LastOperators
        field "measure", says "at least one active operator and one validator must remain",
        hint "bring in another operator first";
    710 RolesEmpty
        field "measure.roles", says "a participant needs at least one role",
        hint "name the roles";
}
