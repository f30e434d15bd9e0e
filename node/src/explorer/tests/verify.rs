//! The page that checks evidence. What it does with files, a browser tries: `scripts/browser`.

use super::super::files;
use crate::http::tests::town::Town;

/// Goal: the page that checks evidence needs nothing but itself, and may run nothing but its own script: by its policy in
/// the header, and in the page for copies on a disk.
#[tokio::test]
async fn the_page_that_checks_evidence_stands_alone() {
    let town = Town::new().await;
    for (path, word) in [("/verify", "The evidence does not hold."), ("/zh/verify", "存证不成立。")] {
        let answer = town.get(path).await;
        let page = answer.text();
        let between = |start: &str, end: &str| {
            let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("{path} has no {start}"));
            rest.split_once(end).expect("it ends").0.to_owned()
        };
        let policy = answer.header("content-security-policy");
        let own = between("http-equiv=\"Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
        assert_eq!(policy, format!("{own}; frame-ancestors 'none'"));
        let words = between("<script id=\"words\" type=\"application/json\">", "</script>");
        assert!(serde_json::from_str::<serde_json::Value>(&words).is_ok() && words.contains(word), "{words}");
        let script = between("<script type=\"module\">", "</script>");
        assert!(script.contains("export function verify(") && !script.contains("import { fileDigest"), "{path}");
        for (kind, text) in [("style-src", between("<style>", "</style>")), ("script-src", script)] {
            let named = format!("{kind} '{}';", files::source(&text));
            assert!(policy.contains(&named), "{policy} has not {named}");
        }
        assert!(!policy.contains("connect-src") && policy.contains("img-src data:;"), "{policy}");
        let loaded = ["<img src=\"", "<link rel=\"icon\" type=\"image/svg+xml\" href=\""];
        assert!(loaded.iter().all(|start| between(start, "\"").starts_with("data:image/svg+xml;base64,")), "{path}");
        assert!(!page.contains("rel=\"stylesheet\"") && !page.contains("<script src"), "{path}");
        assert_eq!(page.matches("<script").count(), 2, "{path}");
    }
}
