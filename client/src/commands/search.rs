//! `yaosu search`

use clap::Args;
use yaosu_api::words::{self, Language, Named as _};
use yaosu_api::{FoundAsset, SearchView};
use yaosu_ledger::model::{AssetKind, Grade, ListingKind, SourceClass};
use yaosu_ledger::{Amount, Text};
use yaosu_sdk::SearchQuery;

use super::{PageArguments, named};
use crate::command_error::CommandError;
use crate::parse::{Reference, amount, short};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, InContext, Session};

/// What is looked for. The options are called as the filters of the interface, which has TEXT as `q`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Words, in any order; words that mean the same do as well, also in the other language [default: everything]
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Only those of this field of life
    #[arg(long, value_name = "SECTOR")]
    sector: Option<Text<32>>,
    /// Only this sort of thing
    #[arg(long, value_parser = named(AssetKind::ALL, AssetKind::name))]
    kind: Option<AssetKind>,
    /// Only data that is of these at the source
    #[arg(long, value_parser = named(SourceClass::ALL, SourceClass::name))]
    source_class: Option<SourceClass>,
    /// Only data that is so open
    #[arg(long, value_parser = ["not-public", "open", "conditional", "closed"])]
    openness: Option<String>,
    /// Only those of this grade
    #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
    grade: Option<Grade>,
    /// Only those whose registration stands there
    #[arg(long, value_parser = ["public-notice", "registered", "refused", "cancelled"])]
    registration: Option<String>,
    /// Only those of which this participant holds a right
    #[arg(long, value_name = "WHO")]
    holder: Option<Reference>,
    /// Only those that are on offer in this way
    #[arg(long, value_parser = named(ListingKind::ALL, ListingKind::name))]
    listing_kind: Option<ListingKind>,
    /// Only those that are on offer for this or less
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price_max: Option<Amount>,
    /// What is on offer, or all that is in the catalogue
    #[arg(long, default_value = "offered", value_parser = ["offered", "all"])]
    scope: String,
    /// What comes first [default: relevance with a text, newest without]
    #[arg(long, value_parser = ["relevance", "newest", "price"])]
    sort: Option<String>,
    #[command(flatten)]
    page: PageArguments,
}

/// Columns in English and in Chinese.
const HEADER: [(&str, &str); 6] = [
    ("id", "标识"),
    ("title", "名称"),
    ("sector", "领域"),
    ("kind", "类型"),
    ("offers", "在售方式"),
    ("from", "最低价"),
];

impl Show for InContext<SearchView> {
    fn show(&self, screen: &mut Screen) {
        let SearchView { as_of, total, items, facets, .. } = &self.value;
        let language = self.context.language;
        let header = HEADER.map(|(english, chinese)| language.of(english, chinese));
        if items.is_empty() {
            screen.line(language.of("none", "无"));
        } else {
            screen.table(&header, items.iter().map(|item| cells(item, &self.context)).collect());
        }
        let shown = items.len();
        let english = format!("{shown} of {total} at height {as_of}");
        screen.line(language.of(english, format!("共 {total} 项，显示 {shown} 项，截至高度 {as_of}")));
        for (facet, counts) in facets.iter().filter(|(_, counts)| !counts.is_empty()) {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
            let counts: Vec<String> =
                counts.into_iter().map(|(name, count)| format!("{} {count}", value(facet, name, language))).collect();
            let (english, chinese) = words::facet(facet).unwrap_or((facet, facet));
            let title = language.of(english, chinese);
            screen.line(format!("{title}{}{}", language.of(": ", "："), counts.join(language.of(", ", "、"))));
        }
    }
}

/// A facet's value as it is given to narrow a search down, in Chinese behind its word.
fn value(facet: &str, name: &str, language: Language) -> String {
    match (language, words::facet_value(facet, name)) {
        (Language::Chinese, Some((_, chinese))) => format!("{chinese}（{name}）"),
        _ => name.to_owned(),
    }
}

fn cells(found: &FoundAsset, context: &Context) -> Vec<String> {
    let language = context.language;
    let about = &found.asset.description;
    let kinds: Vec<&str> = ListingKind::ALL
        .iter()
        .filter(|kind| found.offers.iter().any(|one| one.kind == **kind))
        .map(|kind| language.of(kind.name(), kind.word(language)))
        .collect();
    let price = found.offers.iter().filter_map(|offer| offer.price).min();
    vec![
        short(found.id),
        about.title.to_string(),
        about.sector.to_string(),
        language.of(about.kind.name(), about.kind.word(language)).to_owned(),
        kinds.join(language.of(", ", "、")),
        price.map_or_else(String::new, |price| context.money(price)),
    ]
}

/// Searches.
pub async fn run(session: &Session, arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { text, sector, kind, source_class, openness, grade, registration, holder, .. } = arguments;
    let Arguments { listing_kind, price_max, scope, sort, page, .. } = arguments;
    let wanted = SearchQuery {
        text: Some(text.join(" ")).filter(|text| !text.is_empty()),
        sector: sector.map(|sector| sector.to_string()),
        kind,
        source_class,
        openness,
        grade,
        registration,
        holder: holder.map(|holder| holder.to_string()),
        listing_kind,
        price_max,
        all: scope == "all",
        sort,
    };
    let client = session.client()?;
    let found = client.search(&wanted, &page.paging()).await?;
    let cursor = found.cursor.clone();
    let context = session.context([], []).await;
    session.show(&InContext { value: found, context })?;
    if let (Some(cursor), false) = (cursor, session.global.json) {
        let more = session.language().of("there is more", "还有更多");
        screen::note(format!("{more}: --cursor {cursor}"));
    }
    Ok(())
}
