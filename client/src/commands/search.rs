//! `yaosu search`

use clap::Args;
use yaosu_api::words::{self, Label};
use yaosu_api::{FoundAsset, SearchView};
use yaosu_ledger::model::{AssetKind, Grade, ListingKind, SourceClass};
use yaosu_ledger::{Amount, Text};
use yaosu_sdk::SearchQuery;

use super::{PageArguments, named};
use crate::command_error::CommandError;
use crate::parse::{Reference, amount, short};
use crate::said::{Said, list, plain, said, told, word};
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

const HEADER: [Label; 6] = [Label::Id, Label::Title, Label::Sector, Label::Kind, Label::Offers, Label::LowestPrice];

impl Show for InContext<SearchView> {
    fn show(&self, screen: &mut Screen) {
        let SearchView { as_of, total, items, facets, .. } = &self.value;
        screen.table(&HEADER, items.iter().map(|item| cells(item, &self.context)).collect());
        let shown = items.len();
        screen.line(said!("{shown} of {total} at height {as_of}", "共 {total} 项，显示 {shown} 项，截至高度 {as_of}"));
        for (facet, counts) in facets.iter().filter(|(_, counts)| !counts.is_empty()) {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
            let counts =
                list(counts.into_iter().map(|(name, count)| plain(format_args!("{} {count}", value(facet, name)))));
            let (english, chinese) = words::facet(facet).unwrap_or((facet, facet));
            let facet = told!(english, "{chinese}");
            screen.line(said!("{facet}: {counts}", "{facet}：{counts}"));
        }
    }
}

/// A facet's value as it is given to narrow a search down, in Chinese behind its word.
fn value(facet: &str, name: &str) -> Said {
    match words::facet_value(facet, name) {
        Some((_, chinese)) => told!(name, "{chinese}（{name}）"),
        None => plain(name),
    }
}

fn cells(found: &FoundAsset, context: &Context) -> Vec<Said> {
    let about = &found.asset.description;
    let kinds = ListingKind::ALL.iter().filter(|kind| found.offers.iter().any(|one| one.kind == **kind));
    let price = found.offers.iter().filter_map(|offer| offer.price).min();
    vec![
        short(found.id),
        plain(&about.title),
        plain(&about.sector),
        word(&about.kind),
        list(kinds.map(|kind| word(&kind))),
        price.map_or_else(Said::default, |price| context.money(price)),
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
        screen::note(said!("there is more: --cursor {cursor}", "还有更多：--cursor {cursor}"));
    }
    Ok(())
}
