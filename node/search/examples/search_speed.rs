//! Measures searches over a catalogue of so many listings (100 000 if none is named) and prints how long they take.
//!
//! `cargo run --release -p yaosu-search --example search_speed [LISTINGS]`

#![allow(clippy::print_stdout, reason = "an example says what it found")]

use std::time::{Duration, Instant};

use yaosu_ledger::model::{AssetKind, Grade, ListingKind};
use yaosu_ledger::state::{Draft, State};
use yaosu_ledger::{Amount, BlockId, ChainId, Digest, Height};
use yaosu_search::{Facet, Filters, Index, Position, Request, Sort};

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/search/market.rs"]
mod market;

use market::{Market, description, digest, put_asset, put_listing, text};

/// Searches that are timed.
const SEARCHES: u64 = 2_000;

const PLACES: [&str; 12] =
    ["西雅图", "上海市", "北京", "深圳", "杭州", "成都", "Seattle", "Shanghai", "Zürich", "London", "Nairobi", "Lima"];
const TIMES: [&str; 6] = ["每日", "每小时", "年度", "daily", "hourly", "quarterly"];
const SUBJECTS: [&str; 24] = [
    "气象",
    "空气质量",
    "公交刷卡",
    "地铁客流",
    "电力负荷",
    "医保结算",
    "企业信用",
    "粮食价格",
    "土壤检测",
    "卫星遥感",
    "港口吞吐",
    "快递轨迹",
    "weather",
    "air quality",
    "bus rides",
    "taxi trips",
    "power load",
    "hospital visits",
    "credit scores",
    "grain prices",
    "soil samples",
    "satellite images",
    "port calls",
    "parcel routes",
];
const FORMS: [&str; 8] = ["数据", "数据集", "记录", "统计", "data", "dataset", "records", "statistics"];
const SECTORS: [&str; 10] =
    ["meteorology", "transport", "energy", "health", "finance", "agriculture", "logistics", "space", "retail", "政务"];
const TEXTS: [&str; 24] = [
    "",
    "气象数据",
    "天气",
    "数据",
    "weather",
    "seattle weather",
    "西雅图的天气数据",
    "air quality hourly",
    "上海公交刷卡记录",
    "data",
    "soil",
    "grain price",
    "企业信用",
    "每日",
    "satellite images of lima",
    "快递",
    "hospital visits in zurich quarterly",
    "茶",
    "parcel",
    "不存在的词语",
    "zzz",
    "港口吞吐统计",
    "records 统计",
    "2019",
];

/// A draw that is the same each time.
fn draw<T>(seed: u64, items: &[T]) -> &T {
    let bytes = digest(seed.wrapping_add(1 << 50));
    let number = u64::from_be_bytes(*bytes.as_bytes().first_chunk().expect("32 bytes"));
    &items[usize::try_from(number % u64::try_from(items.len()).expect("few")).expect("few")]
}

fn put(draft: &mut Draft<'_, State>, number: u64) {
    let seed = number * 32;
    let (place, time) = (draw(seed, &PLACES), draw(seed + 1, &TIMES));
    let (subject, form) = (*draw(seed + 2, &SUBJECTS), draw(seed + 3, &FORMS));
    let years = 2000 + number % 25;
    let title = format!("{place} {time} {subject} {form} {years}");
    let words: Vec<&str> = (4..20).map(|more| *draw(seed + more, &SUBJECTS)).collect();
    let words = format!("{title}，编号 {number}。{}。 Collected in {place}, {time}, from {years}.", words.join("、"));
    let mut about = description(&title, &[subject, *draw(seed + 20, &SUBJECTS)], &words);
    let sector: &&str = draw(seed + 21, &SECTORS);
    about.sector = text(sector);
    about.kind = *draw(seed + 22, AssetKind::ALL);
    about.grade = *draw(seed + 23, Grade::ALL);
    put_asset(draft, number, "alice", about);
    let kind = *draw(seed + 24, &[ListingKind::Open, ListingKind::Fixed, ListingKind::Negotiated]);
    let price = if kind == ListingKind::Open { 0 } else { 100 * (1 + number % 5_000) };
    put_listing(draft, number, number, "alice", kind, Some(price));
}

/// A mix of texts, filters, orders and pages.
fn request(number: u64) -> Request {
    let text = (*draw(number * 8, &TEXTS)).to_owned();
    let mut filters = Filters { offered: true, ..Filters::default() };
    if number.is_multiple_of(3) {
        filters.values[0] = Facet::Kind.number("resource");
    }
    if number.is_multiple_of(5) {
        filters.sector = Some((*draw(number * 8 + 1, &SECTORS)).into());
    }
    if number.is_multiple_of(7) {
        filters.price_max = Some(Amount(100_000));
    }
    let usual = if text.is_empty() { Sort::Newest } else { Sort::Relevance };
    let sort = if number.is_multiple_of(4) { Sort::Price } else { usual };
    Request { text, filters, sort, limit: 20, after: None }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listings: u64 = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let mut market = Market::default();
    market.enrol("alice");
    market.change(|draft| (1..=listings).for_each(|number| put(draft, number)));

    let folder = tempfile::tempdir()?;
    let mut index = Index::open(&folder.path().join("search"))?;
    let position =
        |height| Position { chain: ChainId(Digest::ZERO), height: Height(height), block: BlockId(Digest::ZERO) };
    let began = Instant::now();
    index.reconcile(market.state(), position(1), || false)?;
    println!("made of {listings} listings in {} ms", began.elapsed().as_millis());
    let began = Instant::now();
    index.reconcile(market.state(), position(2), || false)?;
    println!("looked through after a start in {} ms", began.elapsed().as_millis());
    let before = market.state().clone();
    market.change(|draft| (1..=10).for_each(|number| put_asset(draft, number, "alice", description("New", &[], ""))));
    let began = Instant::now();
    let written = index.advance(&before, market.state(), position(3))?;
    println!("a block that changes {written} assets followed in {} ms", began.elapsed().as_millis());
    let bytes: u64 =
        std::fs::read_dir(index.folder())?.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum();
    println!("{} KiB on disk", bytes / 1024);

    let snapshot = index.snapshot();
    let mut times: Vec<(Duration, u64, u64)> = Vec::new();
    for number in 0..SEARCHES {
        let request = request(number);
        let began = Instant::now();
        let found = snapshot.search(&request)?;
        times.push((began.elapsed(), number, found.total));
    }
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].0.as_micros();
    println!("{SEARCHES} searches: p50 {} us, p95 {} us, p99 {} us, most {} us", at(50), at(95), at(99), at(100));
    for (time, number, total) in times.iter().rev().take(3) {
        let request = request(*number);
        println!("  slow: {} us, {total} found: {:?} by {:?}", time.as_micros(), request.text, request.sort);
    }
    Ok(())
}
