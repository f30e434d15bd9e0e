//! Files that pages load: the style sheet, the icon and the verifier's scripts, from the program itself.

use axum::Router;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::http::api::Api;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};

/// Where the style sheet is.
pub const STYLE: &str = "/explorer/style.css";
/// Where the icon is.
pub const ICON: &str = "/explorer/icon.svg";
/// Where the script of the page is that checks evidence.
pub const CHECK: &str = "/explorer/check.mjs";

/// The program that checks evidence, as `docs/verifiers` has it.
const VERIFIER: &str = include_str!("../../../docs/verifiers/verify.mjs");

/// Where they are found.
pub fn routes() -> Router<Api> {
    Router::new()
        .route(STYLE, file("text/css; charset=utf-8", include_str!("style.css")))
        .route(ICON, file("image/svg+xml", include_str!("icon.svg")))
        .route(CHECK, file("text/javascript; charset=utf-8", include_str!("check.mjs")))
        .route("/explorer/verify.mjs", file("text/javascript; charset=utf-8", VERIFIER))
}

fn file(content_type: &'static str, content: &'static str) -> MethodRouter<Api> {
    let tag = blake3::hash(content.as_bytes()).to_hex().to_string();
    get(async move |call: Call| -> Result<Response, ApiError> {
        call.query(&[])?;
        let reply = Reply::text(content_type, content.as_bytes().to_vec(), Keep::Tagged(tag.clone()));
        Ok(reply.into_response(&call.headers))
    })
}
