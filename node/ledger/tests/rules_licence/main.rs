//! R561 to R587: policies, licences and their ends, uses, royalties along lineage, recalls.

mod policies;
mod recalls;
mod rejections;
mod royalties;
mod stories;
#[path = "../town/mod.rs"]
mod town;

use town::*;
use yaosu_ledger::model::*;
use yaosu_ledger::state::{Licences, Reader};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, BasisPoints, Digest, Duration, LicenceId};

/// Everything, five licences deep, to be destroyed at the end.
fn wide() -> Policy {
    Policy { sublicence_depth: 5, duties: Duties::NONE.with(Duty::DeleteOnEnd), ..free_policy() }
}

/// The same, one licence less deep.
fn under(policy: &Policy) -> Policy {
    Policy { sublicence_depth: policy.sublicence_depth - 1, ..policy.clone() }
}

/// The next record of a licence: one use of this kind.
fn record(town: &Town, licence: LicenceId, action: UseAction, purpose: Purpose, units: u64) -> Action {
    let found = town.get::<Licences>(&licence).expect("the licence is there");
    Action::RecordUse {
        licence,
        licensor: found.licensor,
        sequence: found.records,
        previous: found.head,
        action,
        purpose,
        sector: None,
        region: None,
        recipient: None,
        units,
        use_hash: digest("what was done"),
    }
}

fn read(town: &Town, licence: LicenceId, units: u64) -> Action {
    record(town, licence, UseAction::Read, Purpose::Research, units)
}

fn sublicense(licence: LicenceId, licensee: &str, policy: Policy) -> Action {
    Action::Sublicense { licence, licensee: id_of(licensee), policy, until: None }
}

fn breach(licence: LicenceId) -> Action {
    let cause = Termination::Breach { evidence: digest("evidence"), arbiter: None };
    Action::Terminate { licence, cause, statement: text("sold on without leave") }
}

/// The same, with somebody's approval.
fn judged_breach(licence: LicenceId, arbiter: &str) -> Action {
    let cause = Termination::Breach { evidence: digest("evidence"), arbiter: Some(id_of(arbiter)) };
    Action::Terminate { licence, cause, statement: text("sold on without leave") }
}

/// What a regulator does.
fn recall_of(asset: AssetId) -> Action {
    let (cause, statement) = (RecallCause::Contamination, digest("statement"));
    Action::Recall { asset, version: Some(1), cause, statement }
}

/// What a holder does.
fn withdrawal_of(asset: AssetId, version: Option<u32>) -> Action {
    Action::Recall { asset, version, cause: RecallCause::Withdrawn, statement: digest("statement") }
}

/// Registers what someone made from these versions 1, under these licences.
fn derive(town: &mut Town, maker: &str, words: &str, parents: &[(AssetId, Option<LicenceId>)]) -> AssetId {
    let asset = AssetId::created_by(town.must(maker, derived(words, parents)));
    town.grant(asset);
    asset
}

fn derived(words: &str, parents: &[(AssetId, Option<LicenceId>)]) -> Action {
    let parent = |&(asset, licence): &(AssetId, Option<LicenceId>)| Parent {
        asset,
        version: 1,
        licence,
        activity: Activity::Clean,
        recipe: None,
    };
    Action::RegisterAsset {
        description: description(words),
        rights: SELF_PRODUCED,
        content: content(words),
        parents: parents.iter().map(parent).collect(),
    }
}

/// A free policy with a royalty.
fn royalty(basis_points: u16) -> Policy {
    Policy { royalty: BasisPoints(basis_points), ..free_policy() }
}

impl Town {
    fn licence(&self, id: LicenceId) -> Licence {
        self.get::<Licences>(&id).expect("the licence is there")
    }

    fn sublicensed(&mut self, licensor: &str, action: Action) -> LicenceId {
        LicenceId::sublicensed_by(self.must(licensor, action))
    }
}

/// A town in which Bob has a licence of Alice's map, and Carol one under it.
struct Market {
    town: Town,
    map: AssetId,
    bob: LicenceId,
    carol: LicenceId,
}

impl Market {
    fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let bob = town.license(map, 1, BOB, wide());
        let carol = town.sublicensed(BOB, sublicense(bob, CAROL, under(&wide())));
        Self { town, map, bob, carol }
    }
}
