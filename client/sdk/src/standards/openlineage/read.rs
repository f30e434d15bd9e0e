//! Runs of others as drafts of derivations.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use yaosu_ledger::model::Activity;
use yaosu_ledger::{AssetId, LicenceId};

use super::super::closed::Object;
use super::super::{Names, Unfit};
use super::{CONTENT, DERIVATION};

/// The `format` of what is made of events.
pub const FORMAT: &str = "yaosu-derivations/1";

/// Something that a data set was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Parent {
    /// The data set, by namespace and name.
    pub data_set: String,
    /// The asset, if it is one of this chain; else to be found.
    pub asset: Option<AssetId>,
    /// Its version, if it is said; else the one that was the latest then.
    pub version: Option<u32>,
    /// The licence that allowed it, if it is said; else to be named, or one's own.
    pub licence: Option<LicenceId>,
    /// How, if it is said; else to be named.
    pub activity: Option<Activity>,
}

/// A data set and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The run that made it.
    pub run: String,
    /// The job that the run was of, by namespace and name.
    pub job: String,
    /// When the run ended.
    pub time: String,
    /// The data set, by namespace and name.
    pub data_set: String,
    /// What it was made from.
    pub parents: Vec<Parent>,
    /// What the events say and a derivation has no place for.
    pub left_out: Vec<String>,
}

/// A run that gives no draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The run.
    pub run: String,
    /// Why.
    pub reason: String,
}

/// What events gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Derivations {
    /// [`FORMAT`].
    pub format: String,
    /// Drafts of derivations.
    pub drafts: Vec<Draft>,
    /// Runs that made nothing that could be recorded.
    pub refused: Vec<Refused>,
}

/// What the events of a run say together.
#[derive(Debug, Default)]
struct Run {
    job: String,
    state: Option<(String, String)>,
    inputs: BTreeMap<String, Parent>,
    outputs: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

/// Reads events in any order. What the events of one run say is put together; one that ended well makes a draft for each of
/// its outputs.
///
/// # Errors
/// [`Unfit`]: one of them is no event of a run.
pub fn read(events: &[Value], names: Names) -> Result<Derivations, Unfit> {
    let mut runs: BTreeMap<String, Run> = BTreeMap::new();
    for (number, event) in events.iter().enumerate() {
        let place = format!("event[{number}]");
        let event = Object::open(event, &place)?;
        if event.get("run").is_none() {
            return Err(Unfit::new(
                event.at("run"),
                "this is missing: a job or a data set that no run is of has made nothing",
            ));
        }
        let run = Object::open(event.need("run")?, &event.at("run"))?;
        runs.entry(run.text("runId")?.to_owned()).or_default().add(&event, &run, names)?;
    }
    let mut derivations = Derivations { format: FORMAT.to_owned(), drafts: Vec::new(), refused: Vec::new() };
    for (id, run) in runs {
        match run.drafts(&id) {
            Ok(drafts) => derivations.drafts.extend(drafts),
            Err(reason) => derivations.refused.push(Refused { run: id, reason }),
        }
    }
    Ok(derivations)
}

impl Run {
    fn add(&mut self, event: &Object<'_>, run: &Object<'_>, names: Names) -> Result<(), Unfit> {
        let known = ["eventType", "eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"];
        self.leave(event, &known);
        self.leave(run, &["runId", "facets"]);
        self.leave_facets(run, &[])?;
        let job = Object::open(event.need("job")?, &event.at("job"))?;
        let name = name(&job)?;
        if !self.job.is_empty() && self.job != name {
            return Err(Unfit::new(event.at("job"), format!("{name} is not {}, the job of the run so far", self.job)));
        }
        self.job = name;
        self.leave(&job, &["namespace", "name", "facets"]);
        self.leave_facets(&job, &["jobType"])?;
        let time = event.text("eventTime")?;
        if let Some(kind) = event.optional_text("eventType")? {
            let is_end = matches!(kind, "COMPLETE" | "ABORT" | "FAIL");
            if !is_end && !matches!(kind, "START" | "RUNNING" | "OTHER") {
                return Err(Unfit::new(event.at("eventType"), format!("{kind:?} is no state of a run")));
            }
            if is_end {
                let state = (kind.to_owned(), time.to_owned());
                if self.state.as_ref().is_some_and(|known| known.0 != state.0) {
                    return Err(Unfit::new(event.at("eventType"), "the run has ended in another way before"));
                }
                self.state = Some(state);
            }
        }
        for (place, input) in event.items("inputs") {
            let input = Object::open(input, &place)?;
            let found = self.parent(&input, names)?;
            let known = self.inputs.entry(name_with_version(&found)).or_insert_with(|| found.clone());
            known.licence = known.licence.or(found.licence);
            known.activity = known.activity.or(found.activity);
        }
        for (place, output) in event.items("outputs") {
            let output = Object::open(output, &place)?;
            self.leave(&output, &["namespace", "name", "facets"]);
            self.leave_facets(&output, &["version", CONTENT])?;
            self.outputs.insert(self::name(&output)?);
        }
        Ok(())
    }

    fn parent(&mut self, input: &Object<'_>, names: Names) -> Result<Parent, Unfit> {
        self.leave(input, &["namespace", "name", "facets", "inputFacets"]);
        self.leave_facets(input, &["version", CONTENT])?;
        let is_own = input.text("namespace")? == format!("urn:yaosu:{}", names.chain);
        let asset = input.text("name")?.strip_prefix("asset:").filter(|_| is_own).and_then(|id| id.parse().ok());
        if is_own && asset.is_none() {
            return Err(Unfit::new(input.at("name"), "there is no such thing on the chain"));
        }
        let mut parent = Parent { data_set: name(input)?, asset, version: None, licence: None, activity: None };
        if let Some(facets) = input.get("facets") {
            let facets = Object::open(facets, &input.at("facets"))?;
            if let Some(version) = facets.get("version") {
                let version = Object::open(version, &facets.at("version"))?;
                let text = version.text("datasetVersion")?;
                parent.version = text.parse().ok().filter(|number| *number > 0);
                if parent.version.is_none() {
                    self.left_out.insert(format!("{} {text}", without_numbers(&version.at("datasetVersion"))));
                }
            }
        }
        if let Some(facets) = input.get("inputFacets") {
            let facets = Object::open(facets, &input.at("inputFacets"))?;
            self.leave(&facets, &[DERIVATION]);
            if let Some(derivation) = facets.get(DERIVATION) {
                let derivation = Object::open(derivation, &facets.at(DERIVATION))?;
                self.leave(&derivation, &["licence", "activity", "_producer", "_schemaURL"]);
                let fault = |name: &str, error: String| Unfit::new(derivation.at(name), error);
                let licence = derivation.optional_text("licence")?.map(str::parse).transpose();
                parent.licence =
                    licence.map_err(|error: yaosu_ledger::HexError| fault("licence", error.to_string()))?;
                let activity = derivation.optional_text("activity")?.map(str::parse).transpose();
                parent.activity = activity.map_err(|error| fault("activity", error))?;
            }
        }
        Ok(parent)
    }

    fn leave(&mut self, object: &Object<'_>, known: &[&str]) {
        self.left_out.extend(object.others(known).iter().map(|place| without_numbers(place)));
    }

    fn leave_facets(&mut self, object: &Object<'_>, known: &[&str]) -> Result<(), Unfit> {
        if let Some(facets) = object.get("facets") {
            self.leave(&Object::open(facets, &object.at("facets"))?, known);
        }
        Ok(())
    }

    fn drafts(self, id: &str) -> Result<Vec<Draft>, String> {
        let Self { job, state, inputs, outputs, left_out } = self;
        let time = match state {
            Some((kind, time)) if kind == "COMPLETE" => time,
            Some((kind, _)) => return Err(format!("it ended with {kind}")),
            None => return Err("it has not ended".to_owned()),
        };
        if outputs.is_empty() {
            return Err("it has no output".to_owned());
        }
        if inputs.is_empty() {
            return Err("it has no input: what it made is a source, and no derivation".to_owned());
        }
        let parents: Vec<Parent> = inputs.into_values().collect();
        let left_out: Vec<String> = left_out.into_iter().collect();
        Ok(outputs
            .into_iter()
            .map(|data_set| Draft {
                run: id.to_owned(),
                job: job.clone(),
                time: time.clone(),
                data_set,
                parents: parents.clone(),
                left_out: left_out.clone(),
            })
            .collect())
    }
}

fn name(object: &Object<'_>) -> Result<String, Unfit> {
    Ok(format!("{} {}", object.text("namespace")?, object.text("name")?))
}

/// Versions of one data set are different inputs.
fn name_with_version(parent: &Parent) -> String {
    format!("{} {}", parent.data_set, parent.version.unwrap_or(0))
}

/// A place of any event or data set: what is left out is said once.
fn without_numbers(place: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in place.strip_prefix("event").unwrap_or(place).chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.trim_start_matches('.').to_owned()
}
