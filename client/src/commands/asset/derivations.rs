//! `yaosu asset derivations`: what others' pipelines made, from the events of OpenLineage.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use yaosu_sdk::standards::openlineage::{self, Derivations, Draft, Parent};

use super::super::document;
use crate::command_error::CommandError;
use crate::describe::count;
use crate::screen::{Screen, Show};
use crate::session::Session;

/// What events gave.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Read(Derivations);

impl Show for Read {
    fn show(&self, screen: &mut Screen) {
        let Derivations { drafts, refused, .. } = &self.0;
        for Draft { data_set, run, job, time, parents, left_out } in drafts {
            screen.line(format!("{data_set}, made by run {run} of {job} at {time}"));
            for parent in parents {
                screen.line(format!("  --from {}", from(parent)));
            }
            if !left_out.is_empty() {
                screen.line(format!("  left out: {}", left_out.join(", ")));
            }
        }
        for refused in refused {
            screen.line(format!("run {} is refused: {}", refused.run, refused.reason));
        }
        let open = drafts.iter().flat_map(|draft| &draft.parents).any(|parent| from(parent).contains('<'));
        let yours = if open { "; what stands in <> is yours to say" } else { "" };
        screen.line(format!("{}, {} refused{yours}", count(drafts.len(), "draft"), refused.len()));
    }
}

/// As `--from` takes it.
fn from(parent: &Parent) -> String {
    let Parent { data_set, asset, version, licence, activity } = parent;
    let asset = asset.map_or_else(|| format!("<asset of {data_set}>"), |asset| asset.to_string());
    let version = version.map_or_else(String::new, |version| format!("@{version}"));
    let licence = licence.map_or_else(|| "<licence or own>".to_owned(), |licence| licence.to_string());
    let activity = activity.map_or_else(|| "<activity>".to_owned(), |activity| activity.to_string());
    format!("{asset}{version}={licence}:{activity}")
}

/// Reads a file of events.
pub async fn run(session: &Session, file: &Path) -> Result<(), CommandError> {
    let mut events = Vec::new();
    for value in serde_json::Deserializer::from_slice(&document::read(file)?).into_iter::<Value>() {
        match value.map_err(|error| CommandError::failed(format!("{} is no JSON: {error}", file.display())))? {
            Value::Array(items) => events.extend(items),
            event => events.push(event),
        }
    }
    let found = openlineage::read(&events, document::names(session).await?).map_err(document::unfit)?;
    session.show(&Read(found))
}
