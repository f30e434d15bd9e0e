//! All kinds of transactions, each with how often it is drawn and by what. A new action does not compile until it has its
//! line here, and no run passes until it was applied.

use yaosu_ledger::ParticipantId;
use yaosu_ledger::transaction::Action;

use super::dice::Dice;
use super::draws::{assets, deals, governance, licences, market, money, orders, people, supervision};
use super::sight::Sight;

/// Who asks for what.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who signs.
    pub signer: ParticipantId,
    /// What is asked for.
    pub action: Action,
}

macro_rules! kinds {
    ($($weight:literal $kind:ident $draw:path;)*) => {
        /// A kind of transaction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($kind),* }

        impl Kind {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// How often each is drawn, against the others.
            const WEIGHTS: &[(usize, Self)] = &[$(($weight, Self::$kind)),*];

            /// The kind of an action.
            pub const fn of(action: &Action) -> Self {
                match action { $(Action::$kind { .. } => Self::$kind),* }
            }

            /// A transaction of this kind, if there is anything to ask it of.
            pub fn draw(self, sight: &Sight<'_>, dice: &mut Dice) -> Option<Ask> {
                let (signer, action) = match self { $(Self::$kind => $draw(sight, dice)?),* };
                assert_eq!(Self::of(&action), self, "a draw draws its own kind");
                Some(Ask { signer, action })
            }
        }
    };
}

kinds! {
    4 EnrolTrader people::enrol_trader;
    5 RotateKeys people::rotate_keys;
    14 Propose governance::propose;
    30 Approve governance::approve;
    5 Issue money::issue;
    3 Redeem money::redeem;
    5 Pay money::pay;
    40 RegisterAsset assets::register;
    20 AddVersion assets::add_version;
    14 ApplyAgain assets::apply_again;
    4 Object assets::object;
    14 RuleObjection assets::rule_objection;
    60 GrantRegistration assets::grant;
    2 RefuseRegistration assets::refuse;
    2 CancelRegistration assets::cancel;
    6 TransferRight assets::transfer;
    50 CreateListing market::create_listing;
    3 PauseListing market::pause;
    14 ResumeListing market::resume;
    3 EndListing market::end;
    80 PlaceOrder orders::place;
    80 Deliver orders::deliver;
    80 Acknowledge orders::acknowledge;
    6 RejectDelivery orders::reject;
    80 RevealKey orders::reveal;
    24 AcceptDelivery orders::accept;
    24 ProveMisbehaviour orders::prove;
    14 ChallengeKey orders::challenge;
    20 OpenKey orders::open_key;
    14 OpenQualityDispute orders::dispute;
    24 RuleDispute orders::rule;
    24 Sublicense licences::sublicense;
    34 RecordUse licences::record_use;
    4 Terminate licences::terminate;
    6 Supersede licences::supersede;
    8 StateDeletion licences::state_deletion;
    3 Recall licences::recall;
    8 AcknowledgeRecall licences::acknowledge_recall;
    40 ReleaseParked licences::release_parked;
    24 Attest supervision::attest;
    3 WithdrawAttestation supervision::withdraw;
    3 Regrade supervision::regrade;
    5 DeclareGrade supervision::declare;
    6 ChangeOpenness supervision::change_openness;
    4 AuthoriseOperation supervision::authorise;
    8 SetPriceCeiling supervision::set_ceiling;
    14 Freeze supervision::freeze;
    8 LiftFreeze supervision::lift;
    6 AppealFreeze supervision::appeal;
    10 RuleAppeal supervision::rule_appeal;
    8 OfferRight market::offer_right;
    10 BuyRight market::buy_right;
    2 Delist market::delist;
    24 OpenNegotiation deals::open;
    16 AnswerDemand deals::answer;
    14 CounterOffer deals::counter;
    40 AcceptOffer deals::accept;
    4 WithdrawOffer deals::withdraw;
    4 EndRenewals deals::end_renewals;
    10 CreateDemand deals::create_demand;
    2 EndDemand deals::end_demand;
    12 RenewSubscription deals::renew;
    40 RequestVersion deals::request_version;
}

impl Kind {
    /// Any kind, the likelier the more weight it has.
    pub fn any(dice: &mut Dice) -> Self {
        dice.weighted(Self::WEIGHTS)
    }
}
