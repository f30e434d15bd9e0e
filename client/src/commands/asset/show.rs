//! How assets, their versions and objections look.

use yaosu_api::{Entity, ObjectionView, VersionView, words};
use yaosu_ledger::model::{Asset, AssetDescription, Line, Openness, Registration, TitleLine};
use yaosu_ledger::{AssetId, ParticipantId, Text};

use super::super::Row;
use crate::parse::{group, short, show_time};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext};

/// Everyone that is mentioned.
pub fn participants(asset: &Asset) -> Vec<ParticipantId> {
    let mut found: Vec<ParticipantId> = asset.lines.iter().map(|line| line.holder).collect();
    if let Registration::Registered { registrar, .. } = asset.registration {
        found.push(registrar);
    }
    if let Openness::Closed { approver, .. } = asset.description.openness {
        found.push(approver);
    }
    found
}

impl Show for InContext<Entity<AssetId, Asset>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let AssetDescription {
            title,
            description,
            kind,
            source_class,
            sector,
            grade,
            openness,
            keywords,
            spatial,
            temporal,
            update_cycle,
        } = &record.description;
        let keywords: Vec<&str> = keywords.iter().map(Text::as_str).collect();
        let mut fields = vec![
            ("asset", title.to_string()),
            ("id", id.to_string()),
            ("description", description.to_string()),
            ("kind", kind.to_string()),
            ("source class", source_class.to_string()),
            ("sector", sector.to_string()),
            ("grade", grade.to_string()),
            ("openness", words::openness(openness).text(&self.context)),
            ("keywords", keywords.join(", ")),
            ("spatial", spatial.to_string()),
            ("temporal", temporal.to_string()),
            ("update cycle", update_cycle.to_string()),
            ("registration", registration_words(&record.registration, &self.context)),
            ("objections", format!("{} open of {}", record.open_objections, record.objections)),
            ("versions", record.latest_version.to_string()),
            ("created", show_time(record.created)),
        ];
        for line in Line::ALL {
            let TitleLine { holder, basis, since, .. } = record.line(*line);
            let holder = self.context.name(*holder);
            fields.push((line.name(), format!("{holder}, {basis}, since {}", show_time(*since))));
        }
        screen.fields(&fields);
    }
}

fn registration_words(registration: &Registration, context: &Context) -> String {
    match registration {
        Registration::PublicNotice { closes } => {
            format!("public notice, open to objections until {}", show_time(*closes))
        }
        Registration::Registered { certificate, registrar, since } => {
            format!("registered under number {certificate} by {} since {}", context.name(*registrar), show_time(*since))
        }
        Registration::Refused { reason } => format!("refused: {reason}"),
        Registration::Cancelled { reason, .. } => format!("cancelled: {reason}"),
    }
}

impl Row for Entity<AssetId, Asset> {
    const HEADER: &'static [&'static str] = &["id", "title", "grade", "registration", "versions", "operator"];

    fn row(&self, context: &Context) -> Vec<String> {
        let Asset { description, registration, latest_version, .. } = &self.record;
        vec![
            short(self.id),
            description.title.to_string(),
            description.grade.to_string(),
            registration.name().to_owned(),
            latest_version.to_string(),
            context.name(self.record.line(Line::Operate).holder),
        ]
    }
}

impl Row for VersionView {
    const HEADER: &'static [&'static str] = &["version", "content root", "bytes", "type", "columns", "rows", "created"];

    fn row(&self, _: &Context) -> Vec<String> {
        let content = &self.version.content;
        let structure = content.structure.as_ref();
        vec![
            self.number.to_string(),
            content.content_root.to_string(),
            group(content.size_bytes),
            content.media_type.to_string(),
            structure.map_or_else(String::new, |structure| structure.fields.len().to_string()),
            structure.map_or_else(String::new, |structure| group(structure.rows)),
            show_time(self.version.created),
        ]
    }
}

impl Row for ObjectionView {
    const HEADER: &'static [&'static str] = &["number", "status", "by", "since", "statement"];

    fn row(&self, context: &Context) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.objection.status.to_string(),
            context.name(self.objection.objector),
            show_time(self.objection.since),
            self.objection.statement.to_string(),
        ]
    }
}
