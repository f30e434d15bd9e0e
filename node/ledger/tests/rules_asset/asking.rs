//! What is asked in the tests, and a town to ask in.

use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Duration, LicenceId, Timestamp};

use crate::town::*;

/// What somebody asks in some town, and the name of the rule that it breaks, or `ok`.
pub struct Row(pub &'static str, pub Town, pub &'static str, pub Action, pub &'static str);

/// An application for a registration, to be changed in one place.
pub struct Application {
    pub description: AssetDescription,
    pub rights: RightsClaim,
    pub content: VersionContent,
    pub parents: Vec<Parent>,
}

pub fn registering(change: impl FnOnce(&mut Application)) -> Action {
    let mut made = Application {
        description: description("new"),
        rights: SELF_PRODUCED,
        content: content("new"),
        parents: Vec::new(),
    };
    change(&mut made);
    let Application { description, rights, content, parents } = made;
    Action::RegisterAsset { description, rights, content, parents }
}

pub fn derived(parents: Vec<Parent>) -> Action {
    registering(|made| made.parents = parents)
}

pub fn parent(asset: AssetId, version: u32, licence: Option<LicenceId>) -> Parent {
    Parent { asset, version, licence, activity: Activity::Clean, recipe: None }
}

pub fn adding(asset: AssetId, words: &str) -> Action {
    Action::AddVersion { asset, content: content(words), parents: Vec::new() }
}

pub fn transferring(asset: AssetId, line: Line, to: &str) -> Action {
    Action::TransferRight { asset, line, to: id_of(to), evidence: None }
}

pub fn objecting(asset: AssetId, evidence: bool) -> Action {
    Action::Object { asset, statement: text("it is mine"), evidence: evidence.then(|| digest("contract")) }
}

pub fn ruling(asset: AssetId, objection: u16, upheld: bool) -> Action {
    Action::RuleObjection { asset, objection, upheld, reason: text("heard") }
}

pub fn granting(asset: AssetId, certificate: &str) -> Action {
    Action::GrantRegistration { asset, certificate: text(certificate) }
}

pub fn refusing(asset: AssetId) -> Action {
    Action::RefuseRegistration { asset, reason: text("unclear") }
}

pub fn cancelling(asset: AssetId) -> Action {
    Action::CancelRegistration { asset, reason: text("over") }
}

pub fn public(openness: Openness) -> Action {
    registering(|made| {
        made.description.source_class = SourceClass::Public;
        made.description.openness = openness;
    })
}

pub fn closed(approver: &str, review: Timestamp) -> Action {
    public(Openness::Closed { reason: ClosedReason::OtherLaw, approver: id_of(approver), review })
}

pub fn fields(names: impl IntoIterator<Item = String>) -> Action {
    let field = |name: String| Field { name: text(&name), kind: FieldKind::Any, nullable: true };
    let structure = Structure { fields: names.into_iter().map(field).collect(), rows: 1 };
    registering(|made| made.content.structure = Some(structure))
}

pub fn media_type(name: &str) -> Action {
    registering(|made| made.content.media_type = text(name))
}

pub fn keywords(words: &[&str]) -> Action {
    registering(|made| made.description.keywords = words.iter().map(|word| text(word)).collect())
}

pub fn claiming(line: Line, basis: Basis, evidence: bool, parents: Vec<Parent>) -> Action {
    registering(|made| {
        match line {
            Line::Hold => made.rights.hold = basis,
            Line::Use => made.rights.r#use = basis,
            Line::Operate => made.rights.operate = basis,
        }
        made.rights.evidence = evidence.then(|| digest("contract"));
        made.parents = parents;
    })
}

/// A town with an asset of Alice in the register ("map"), one of hers under notice ("plan"), one of hers refused
/// ("draft"), and an open asset of the city in the register ("trees").
pub struct Market {
    pub town: Town,
    pub map: AssetId,
    pub plan: AssetId,
    pub draft: AssetId,
    pub trees: AssetId,
}

impl Market {
    pub fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let trees = AssetId::created_by(town.must(CITY, open("trees")));
        town.grant(trees);
        let draft = town.applied(ALICE, "draft");
        town.must(REGISTRY, refusing(draft));
        let plan = town.applied(ALICE, "plan");
        town.pass(Duration(1));
        Self { town, map, plan, draft, trees }
    }
}

pub fn open(words: &str) -> Action {
    registering(|made| {
        made.description.source_class = SourceClass::Public;
        made.description.openness = Openness::Open;
        made.content = content(words);
    })
}
