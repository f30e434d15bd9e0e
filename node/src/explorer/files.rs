//! Files that pages load: the style sheet, the icon and the program that checks evidence, from the program itself.

use std::sync::LazyLock;

use axum::Router;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use sha2::{Digest as _, Sha256};

use crate::http::api::Api;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};

/// Where the style sheet is.
pub const STYLE: &str = "/explorer/style.css";
/// Where the icon is.
pub const ICON: &str = "/explorer/icon.svg";
/// Where the program is that checks evidence.
pub const PROGRAM: &str = "/explorer/verify.mjs";

/// What the style sheet says.
pub const STYLE_TEXT: &str = include_str!("style.css");
/// The icon.
pub const ICON_TEXT: &str = include_str!("icon.svg");

/// The program that checks evidence, as `docs/verifiers` has it.
const VERIFIER: &str = include_str!("../../../docs/verifiers/verify.mjs");

/// The script of the page that checks evidence: the program, and behind it what shows its results. In one piece, so that
/// a page that somebody saved works by itself.
pub static SCRIPT_TEXT: LazyLock<String> = LazyLock::new(|| {
    let (import, page) = include_str!("check.mjs").split_once('\n').expect("the first line is the import");
    debug_assert!(import.starts_with("import "), "the page's script begins with what it takes from the program");
    // In a block of its own: its names are not the program's.
    format!("{VERIFIER}\n{{\n{page}}}\n")
});

/// What a page may load that has everything in itself: its own style and script, by their hashes, and pictures that stand
/// in it. It may connect to nothing.
pub static POLICY_ALONE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; form-action 'self'; base-uri 'none'",
        source(STYLE_TEXT),
        source(&SCRIPT_TEXT)
    )
});

/// The same as the header has it, which may say more than a page can of itself.
pub static POLICY_ALONE_SERVED: LazyLock<String> =
    LazyLock::new(|| format!("{}; frame-ancestors 'none'", *POLICY_ALONE));

/// The icon as an address that has it in itself.
pub static ICON_DATA: LazyLock<String> =
    LazyLock::new(|| format!("data:image/svg+xml;base64,{}", base64(ICON_TEXT.as_bytes())));

/// A text's hash as a policy names it.
pub fn source(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4_usize {
            let digit = usize::try_from((bits >> (18 - 6 * place)) & 63).expect("6 bits");
            text.push(if place <= group.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    text
}

/// Where they are found.
pub fn routes() -> Router<Api> {
    Router::new()
        .route(STYLE, file("text/css; charset=utf-8", STYLE_TEXT))
        .route(ICON, file("image/svg+xml", ICON_TEXT))
        .route(PROGRAM, file("text/javascript; charset=utf-8", VERIFIER))
}

fn file(content_type: &'static str, content: &'static str) -> MethodRouter<Api> {
    let tag = blake3::hash(content.as_bytes()).to_hex().to_string();
    get(async move |call: Call| -> Result<Response, ApiError> {
        call.query(&[])?;
        let reply = Reply::text(content_type, content.as_bytes().to_vec(), Keep::Tagged(tag.clone()));
        Ok(reply.into_response(&call.headers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(source("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    /// Goal: what stands in a page as it is ends nowhere before its end.
    #[test]
    fn nothing_that_stands_in_a_page_ends_early() {
        for text in [STYLE_TEXT, SCRIPT_TEXT.as_str()] {
            let text = text.to_ascii_lowercase();
            assert!(!text.contains("</script") && !text.contains("</style") && !text.contains("<!--"));
        }
    }
}
