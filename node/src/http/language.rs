//! The language that a request is answered in: of the path of a page, of `lang`, or of the headers.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use yaosu_api::words::Language;

/// The language that problems are told in. A `lang` that is none is a problem itself, told as if it were not there.
pub fn of_request(request: &Request) -> Language {
    let path = request.uri().path();
    if path.strip_prefix("/zh").is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Language::Chinese;
    }
    let query = request.uri().query().unwrap_or("");
    let named = query.split('&').find_map(|pair| pair.strip_prefix("lang=")?.parse().ok());
    named.unwrap_or_else(|| of_headers(request.headers()))
}

/// The one that `Accept-Language` prefers (RFC 9110, section 12.5.4): English if it names neither, or not as it should.
pub fn of_headers(headers: &HeaderMap) -> Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut best = (0, Language::English);
    for range in values.flat_map(|value| value.split(',')) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let language = match tag.trim().split('-').next() {
            Some(tag) if tag.eq_ignore_ascii_case("zh") => Language::Chinese,
            Some(tag) if tag.eq_ignore_ascii_case("en") => Language::English,
            _ => continue,
        };
        let weight = weight.trim().strip_prefix("q=").map_or(0, thousandths);
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

/// A weight from 0 to 1 with at most three digits behind the point, in thousandths; 0 for anything else.
fn thousandths(weight: &str) -> u32 {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = format!("{whole}{rest:0<3}");
    let is_weight = whole.len() == 1 && rest.len() <= 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_weight { digits.parse().map_or(0, |weight: u32| weight.min(1_000)) } else { 0 }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    /// Goal: whoever asks for Chinese in any of the usual ways is told in Chinese, and nobody else.
    #[test]
    fn a_request_says_its_language() {
        #[rustfmt::skip]
        let rows = [
            ("/v1/head",             "",                          Language::English),
            ("/v1/head",             "zh-CN,zh;q=0.9,en;q=0.8",   Language::Chinese),
            ("/v1/head",             "en, zh;q=0.9",              Language::English),
            ("/v1/head",             "en;q=0.8, ZH-hans",         Language::Chinese),
            ("/v1/head",             "de, zh;q=0.5",              Language::Chinese),
            ("/v1/head",             "zh;q=0, en;q=0.001",        Language::English),
            ("/v1/head",             "zh;q=x",                    Language::English),
            ("/v1/head?lang=zh",     "en",                        Language::Chinese),
            ("/v1/head?a=b&lang=en", "zh",                        Language::English),
            ("/v1/head?lang=fr",     "zh",                        Language::Chinese),
            ("/zh/assets/1.json",    "en",                        Language::Chinese),
            ("/zhx",                 "en",                        Language::English),
        ];
        for (path, header, language) in rows {
            let request = Request::builder().uri(path).header("accept-language", header).body(Body::empty());
            assert_eq!(of_request(&request.expect("a request")), language, "{path} {header:?}");
        }
    }
}
