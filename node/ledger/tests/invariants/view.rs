//! The records of the state, decoded: a mirror that is kept from the changes alone, cheap to clone, so that a check sees
//! what was before a step and what is after it.

use imbl::OrdMap;
use yaosu_ledger::state::*;

macro_rules! view {
    ($($field:ident: $table:ident),* $(,)?) => {
        /// All records that a check or a draw looks at.
        #[derive(Clone, Default)]
        pub struct View {
            $(pub $field: OrdMap<<$table as Table>::Key, <$table as Table>::Record>),*
        }

        impl View {
            /// Takes over one record as it stands in a state now.
            fn take(&mut self, state: &State, key: &[u8]) {
                let mut rest = &key[1..];
                match key[0] {
                    $(<$table as Table>::NUMBER => {
                        let key = KeyPart::read(&mut rest).expect("the ledger has written the key");
                        match state.get::<$table>(&key) {
                            Some(record) => self.$field.insert(key, record),
                            None => self.$field.remove(&key),
                        };
                    })*
                    _ => {}
                }
            }
        }
    };
}

view! {
    participants: Participants,
    accounts: Accounts,
    supplies: Supplies,
    assets: Assets,
    versions: Versions,
    derivations: Derivations,
    trades: Trades,
    objections: Objections,
    listings: Listings,
    orders: Orders,
    licences: Licences,
    deadlines: Deadlines,
    proposals: Proposals,
    nodes: Nodes,
    packs: RulePacks,
    parked: Parked,
    recalls: Recalls,
    duties: RecallDuties,
    recalled: RecalledVersions,
    uses: Uses,
    attestations: Attestations,
    freezes: Freezes,
    charges: PublicCharges,
    negotiations: Negotiations,
    demands: Demands,
    requests: VersionRequests,
    live_licences: LiveLicences,
    sublicences: Sublicences,
    live_listings: LiveListings,
    reviews: ListingReviews,
    content_roots: ContentRoots,
    content_uses: ContentUses,
    derived_versions: DerivedVersions,
    issued: IssuedAttestations,
    active_freezes: ActiveFreezes,
}

impl View {
    /// All of a state.
    pub fn of(state: &State) -> Self {
        let mut view = Self::default();
        for (key, _) in state.records() {
            view.take(state, key);
        }
        view
    }

    /// Follows a state to where these changes have brought it.
    pub fn follow(&mut self, state: &State, changes: &ChangeSet) {
        for (key, _) in changes {
            self.take(state, key);
        }
    }
}
