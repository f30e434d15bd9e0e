//! `yaosu asset derivations`: what others' pipelines made, from the events of OpenLineage.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use yaosu_sdk::standards::openlineage::{self, Derivations, Draft, Parent};

use super::super::document;
use crate::command_error::CommandError;
use crate::said::{Said, count, plain, said};
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
            screen.line(said!(
                "{data_set}, made by run {run} of {job} at {time}",
                "{data_set}，由 {job} 的运行 {run} 于 {time} 生成"
            ));
            for parent in parents {
                screen.line(plain(format_args!("  --from {}", from(parent))));
            }
            if !left_out.is_empty() {
                screen.line(said!("  left out: {}", "  未采用：{}", left_out.join(", ")));
            }
        }
        for refused in refused {
            screen.line(said!("run {} is refused: {}", "运行 {} 未采纳：{}", refused.run, refused.reason));
        }
        let open = drafts.iter().flat_map(|draft| &draft.parents).any(|parent| from(parent).as_str().contains('<'));
        let yours = if open {
            said!("; what stands in <> is yours to say", "；<> 中的内容须由您补充")
        } else {
            Said::default()
        };
        screen.line(said!(
            "{}, {} refused{yours}",
            "{}，{} 份未采纳{yours}",
            count(drafts.len(), "draft", "份草稿"),
            refused.len()
        ));
    }
}

/// As `--from` takes it.
fn from(parent: &Parent) -> Said {
    let Parent { data_set, asset, version, licence, activity } = parent;
    let asset = asset.map_or_else(|| said!("<asset of {data_set}>", "<{data_set} 的数据资产>"), plain);
    let version = version.map_or_else(String::new, |version| format!("@{version}"));
    let licence = licence.map_or_else(|| said!("<licence or own>", "<许可或 own>"), plain);
    let activity = activity.map_or_else(|| said!("<activity>", "<活动>"), plain);
    plain(format_args!("{asset}{version}={licence}:{activity}"))
}

/// Reads a file of events.
pub async fn run(session: &Session, file: &Path) -> Result<(), CommandError> {
    let mut events = Vec::new();
    for value in serde_json::Deserializer::from_slice(&document::read(file)?).into_iter::<Value>() {
        match value.map_err(|error| {
            CommandError::failed(said!("{} is no JSON: {error}", "{} 不是 JSON：{error}", file.display()))
        })? {
            Value::Array(items) => events.extend(items),
            event => events.push(event),
        }
    }
    let found = openlineage::read(&events, document::names(session).await?).map_err(document::unfit)?;
    session.show(&Read(found))
}
