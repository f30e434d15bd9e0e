//! How assets, their versions and objections look.

use yaosu_api::words::{Label, Named};
use yaosu_api::{Entity, ObjectionView, VersionView, words};
use yaosu_ledger::model::{Asset, AssetDescription, Line, Openness, Registration, TitleLine};
use yaosu_ledger::{AssetId, ParticipantId};

use super::super::Row;
use crate::parse::{group, short, show_time};
use crate::said::{Said, coded, list, maybe, plain, said, told, word};
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
        let mut fields = vec![
            (Label::Asset, plain(title)),
            (Label::Id, plain(id)),
            (Label::Description, plain(description)),
            (Label::Kind, coded(&kind)),
            (Label::SourceClass, coded(&source_class)),
            (Label::Sector, plain(sector)),
            (Label::Grade, coded(&grade)),
            (Label::Openness, plain(words::openness(openness).text(&self.context))),
            (Label::Keywords, list(keywords.iter().map(plain))),
            (Label::Spatial, plain(spatial)),
            (Label::Temporal, plain(temporal)),
            (Label::UpdateCycle, coded(&update_cycle)),
            (Label::Registration, registration_words(&record.registration, &self.context)),
            (
                Label::Objections,
                said!("{} open of {}", "共 {1} 件，待处理 {0} 件", record.open_objections, record.objections),
            ),
            (Label::Versions, plain(record.latest_version)),
            (Label::Created, show_time(record.created)),
        ];
        for line in Line::ALL {
            let TitleLine { holder, basis, since, .. } = record.line(*line);
            let holder = self.context.name(*holder);
            let basis = word(basis);
            let held = said!("{holder}, {basis}, since {}", "{holder}，{basis}，自 {} 起", show_time(*since));
            fields.push((label_of(*line), held));
        }
        screen.fields(&fields);
    }
}

/// The label of a line of rights.
const fn label_of(line: Line) -> Label {
    match line {
        Line::Hold => Label::Hold,
        Line::Use => Label::Use,
        Line::Operate => Label::Operate,
    }
}

fn registration_words(registration: &Registration, context: &Context) -> Said {
    match registration {
        Registration::PublicNotice { closes } => {
            said!("public notice, open to objections until {}", "公示中，可提异议至 {}", show_time(*closes))
        }
        Registration::Registered { certificate, registrar, since } => {
            said!(
                "registered under number {certificate} by {} since {}",
                "已由 {} 登记，证书编号 {certificate}，自 {} 起",
                context.name(*registrar),
                show_time(*since)
            )
        }
        Registration::Refused { reason } => said!("refused: {reason}", "未予登记：{reason}"),
        Registration::Cancelled { reason, .. } => said!("cancelled: {reason}", "已注销：{reason}"),
    }
}

impl Row for Entity<AssetId, Asset> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Title, Label::Grade, Label::Registration, Label::Versions, Label::RightToOperate];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Asset { description, registration, latest_version, .. } = &self.record;
        vec![
            short(self.id),
            plain(&description.title),
            word(&description.grade),
            told!(registration.name(), "{}", Named::words(registration).1),
            plain(latest_version),
            context.name(self.record.line(Line::Operate).holder),
        ]
    }
}

impl Row for VersionView {
    const HEADER: &'static [Label] =
        &[Label::Version, Label::ContentRoot, Label::Bytes, Label::Type, Label::Columns, Label::Rows, Label::Created];

    fn row(&self, _: &Context) -> Vec<Said> {
        let content = &self.version.content;
        let structure = content.structure.as_ref();
        vec![
            plain(self.number),
            plain(content.content_root),
            plain(group(content.size_bytes)),
            plain(&content.media_type),
            maybe(structure.map(|structure| structure.fields.len())),
            maybe(structure.map(|structure| group(structure.rows))),
            show_time(self.version.created),
        ]
    }
}

impl Row for ObjectionView {
    const HEADER: &'static [Label] = &[Label::Number, Label::Status, Label::By, Label::Since, Label::Statement];

    fn row(&self, context: &Context) -> Vec<Said> {
        vec![
            plain(self.number),
            word(&self.objection.status),
            context.name(self.objection.objector),
            show_time(self.objection.since),
            plain(&self.objection.statement),
        ]
    }
}
