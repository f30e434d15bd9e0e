//! Assets, their versions and objections.

use yaosu_api::{Entity, ObjectionView, VersionView};
use yaosu_ledger::AssetId;
use yaosu_ledger::model::Asset;
use yaosu_ledger::state::{Assets, Objections, Versions};

use super::call::{Call, Query, none_of};
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference::{find, find_participant};
use super::reply::Reply;
use super::view::View;

/// The names that [`Registration::name`](yaosu_ledger::model::Registration::name) gives.
const REGISTRATIONS: [&str; 4] = ["public-notice", "registered", "refused", "cancelled"];

/// Bytes of a search text at most.
const SEARCH_BYTES_MAX: usize = 256;

/// `?holder=`: someone with any of the three rights. `?registration=`: where the registration stands. `?query=`: words
/// that all occur in title, description, keywords, sector, place or time, whatever their case.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["holder", "registration", "query"]))?;
    let part = Part::of(&query)?;
    let holder = participant(view, &query, "holder")?;
    let registration = registration(&query)?;
    let words = words(&query)?;
    records::list::<Assets>(view, &part, |record| {
        holder.is_none_or(|holder| record.lines.iter().any(|line| line.holder == holder))
            && registration.is_none_or(|name| record.registration.name() == name)
            && has_words(record, &words)
    })
}

/// A filter that names a participant, in any of the ways in which one can be named.
pub fn participant(view: &View, query: &Query, name: &str) -> Result<Option<yaosu_ledger::ParticipantId>, ApiError> {
    query.text(name).map(|text| find_participant(view.state(), text).map_err(|error| error.about(name))).transpose()
}

fn registration(query: &Query) -> Result<Option<&str>, ApiError> {
    let Some(text) = query.text("registration") else { return Ok(None) };
    if REGISTRATIONS.contains(&text) {
        Ok(Some(text))
    } else {
        Err(none_of("registration", text, &REGISTRATIONS.join(", ")))
    }
}

fn words(query: &Query) -> Result<Vec<String>, ApiError> {
    let text = query.text("query").unwrap_or("");
    if text.len() > SEARCH_BYTES_MAX {
        let english = format!("a search is at most {SEARCH_BYTES_MAX} bytes long");
        return Err(ApiError::bad("query", (english, format!("搜索文字至多 {SEARCH_BYTES_MAX} 字节"))));
    }
    Ok(text.split_whitespace().map(str::to_lowercase).collect())
}

fn has_words(asset: &Asset, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let about = &asset.description;
    let texts = [about.title.as_str(), about.description.as_str(), about.sector.as_str(), about.spatial.as_str()];
    let keywords = about.keywords.iter().map(yaosu_ledger::Text::as_str);
    let texts: Vec<String> =
        texts.into_iter().chain([about.temporal.as_str()]).chain(keywords).map(str::to_lowercase).collect();
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

/// The asset that a path names.
pub fn named(view: &View, call: &Call) -> Result<Entity<AssetId, Asset>, ApiError> {
    let (id, record) = find::<Assets>(view.state(), "asset", call.path("ref"))?;
    Ok(Entity { id, record })
}

/// That an asset has no version of this number.
pub fn no_version(Entity { id, record }: &Entity<AssetId, Asset>, number: u32) -> ApiError {
    let latest = record.latest_version;
    ApiError::not_found((format!("asset {id} has no version {number}"), format!("资产 {id} 没有第 {number} 版")))
        .with_hint((format!("its versions are 1 to {latest}"), format!("其版本为 1 至 {latest}")))
}

/// One asset.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    Ok(Reply::json(&named(view, call)?, view.keep()))
}

/// Its versions, the first one first.
pub fn versions(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let part = Part::of(&call.query(&page::PARAMETERS)?)?;
    let asset = named(view, call)?.id;
    let page = page::of_table::<Versions, _>(
        view.state(),
        view.height(),
        asset.as_bytes(),
        &part,
        |(asset, number), version| Ok(Some(VersionView { asset, number, version })),
    )?;
    Ok(Reply::json(&page, view.keep()))
}

/// Objections to its registration, the first one first.
pub fn objections(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let part = Part::of(&call.query(&page::PARAMETERS)?)?;
    let asset = named(view, call)?.id;
    let page = page::of_table::<Objections, _>(
        view.state(),
        view.height(),
        asset.as_bytes(),
        &part,
        |(_, number), objection| Ok(Some(ObjectionView { number, objection })),
    )?;
    Ok(Reply::json(&page, view.keep()))
}
