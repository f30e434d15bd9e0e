//! Goal: people find what they mean, in either language, by parts of names and by words that mean the same.

use crate::market::{Market, description, text};
use crate::support::Town;

/// Titles, keywords and descriptions as sellers write them.
fn library() -> Town {
    let mut market = Market::default();
    market.enrol("alice");
    #[rustfmt::skip]
    let rows: [(u64, &str, &[&str], &str); 9] = [
        (1, "西雅图每日气象数据",           &["降水", "风速"],           "2012 至 2015 年每日的降水、气温与风速。"),
        (2, "Seattle weather, daily",      &["rain", "wind"],          "Daily precipitation, temperatures and wind."),
        (3, "上海市公交刷卡记录",           &["交通"],                   "脱敏后的公交刷卡数据，按站点汇总。"),
        (4, "Café visits in Zürich",       &["retail"],                "Footfall of cafés, measured hourly."),
        (5, "中国电力负荷曲线",             &["能源", "电网"],           "各省 96 点负荷，含天气影响因子。"),
        (6, "Grain prices",                &["agriculture"],           "Wholesale prices of wheat and maize. Weather is not in it."),
        (7, "数据元件质量评估模型",         &["模型"],                   "为数据元件打分。"),
        (8, "ＧＰＳ轨迹样本",               &[],                        "出租车的轨迹。"),
        (9, "龙井茶园土壤检测",             &["农业"],                   "茶园土壤酸碱度。"),
    ];
    for (number, title, keywords, words) in rows {
        let mut about = description(title, keywords, words);
        about.sector = text("");
        market.register(number, "alice", about);
    }
    Town::of(market)
}

#[test]
fn both_languages_find_what_they_name() {
    let town = library();
    #[rustfmt::skip]
    let rows: [(&str, u64, &[u64]); 26] = [
        // text                      first  others among the results
        ("气象数据",                  1,     &[]),
        ("天气",                        2,     &[1, 5]),
        ("数据",                        7,     &[1, 3]),
        ("西雅图",                    1,     &[2]),
        ("西雅图的天气",              1,     &[2]),
        ("每日气象",                  1,     &[2]),
        ("weather",                  2,     &[1, 5, 6]),
        ("WEATHER seattle",          2,     &[1]),
        ("rains",                    2,     &[1]),
        ("temperature",              2,     &[1]),
        ("公交",                      3,     &[]),
        ("公交刷卡",                  3,     &[]),
        ("刷卡记录",                  3,     &[]),
        ("bus shanghai",             3,     &[]),
        ("cafe zurich",              4,     &[]),
        ("CAFÉ",                     4,     &[]),
        ("visit",                    4,     &[]),
        ("footf",                    4,     &[]),
        ("负荷",                      5,     &[]),
        ("electricity china",        5,     &[]),
        ("price of grain",           6,     &[]),
        ("数据元件",                  7,     &[]),
        ("gps",                      8,     &[]),
        ("ｇｐｓ 轨迹",               8,     &[]),
        ("茶",                        9,     &[]),
        ("龙井茶叶土壤",              9,     &[]),
    ];
    for (text, first, others) in rows {
        let found = town.find(text);
        assert_eq!(found.first(), Some(&first), "{text}: {found:?}");
        for other in others {
            assert!(found.contains(other), "{text} finds {other}: {found:?}");
        }
    }
}

/// Words that do not stand together are not taken for ones that do.
#[test]
fn what_is_not_meant_is_not_found() {
    let town = library();
    #[rustfmt::skip]
    let rows: [(&str, &[u64]); 6] = [
        ("公交",          &[1, 2, 4, 5, 6, 7, 8, 9]),
        ("weather grain", &[1, 2, 3, 4, 5]),
        ("图每日的",      &[2, 3, 4, 5, 6, 7, 8, 9]),
        ("象牙",          &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("zzz",           &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("seattle grain", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ];
    for (text, absent) in rows {
        let found = town.find(text);
        assert!(absent.iter().all(|number| !found.contains(number)), "{text}: {found:?}");
    }
}

/// The title counts more than the keywords, and those more than the rest.
#[test]
fn the_title_comes_first() {
    let mut market = Market::default();
    market.enrol("alice");
    let filler = "words that say little about anything at all";
    market.register(1, "alice", description("Other things", &["plain"], &format!("{filler} harbour")));
    market.register(2, "alice", description("Other things", &["harbour"], &format!("{filler} again")));
    market.register(3, "alice", description("Harbour things", &["plain"], &format!("{filler} again")));
    market.register(4, "alice", description("其他资料", &["一般"], "海港的吞吐量，逐年。"));
    market.register(5, "alice", description("海港资料", &["一般"], "其他，逐年。"));
    let town = Town::of(market);
    assert_eq!(town.find("harbour"), [3, 2, 1]);
    assert_eq!(town.find("海港"), [5, 4]);
}
