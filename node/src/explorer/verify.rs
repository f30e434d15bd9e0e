//! The verifier: evidence is checked in the page itself, by the program that the documentation has. Nothing is sent.

use maud::html;

use super::room::Room;
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;

/// Where it is found.
pub static DOOR: Door = Door { path: "/verify", html, json: None, csv: None };

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    call.query(&[])?;
    let words = room.words;
    let body = html! {
        h1 { (words.verify) }
        p { (words.verify_intro) }
        noscript { p.callout { (words.verify_script) } }
        // The script reads its words from here, so that they are where all others are.
        form #check .stack data-holds=(words.verify_holds) data-fails=(words.verify_fails) data-expected=(words.verify_expected) data-found=(words.verify_found) {
            p { label for="evidence" { (words.verify_evidence) } input #evidence type="file" required; }
            p { label for="checkpoint" { (words.verify_checkpoint) } input #checkpoint type="file" required; }
            p { button { (words.verify_run) } }
        }
        div #verdict aria-live="polite" {}
        p.quiet { (words.verify_program) ": " a href="/explorer/verify.mjs" { "verify.mjs" } }
        h2 { (words.verify_offline) }
        pre tabindex="0" { code { "yaosu receipt get TRANSACTION --output FILE\nyaosu receipt verify FILE" } }
    };
    let mut page = Page::new(words.verify.to_owned(), body);
    page.has_script = true;
    Ok(page)
}
