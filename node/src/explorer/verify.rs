//! The verifier: evidence is checked in the page itself, by the program that the documentation has. Nothing is sent. The
//! page has all that it needs in itself: saved to a disk it works without a node and without a network.

use maud::{PreEscaped, html};

use super::files::PROGRAM;
use super::room::Room;
use super::route::{Door, Page};
use super::verify_words::json;
use crate::http::call::Call;
use crate::http::problem::ApiError;

/// Where it is found.
pub static DOOR: Door = Door { path: "/verify", html, json: None, csv: None };

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    call.query(&[])?;
    let words = room.words;
    let step = |text: &str, command: &str| {
        html! { li { (text) @if !command.is_empty() { pre tabindex="0" { code { (command) } } } } }
    };
    let body = html! {
        h1 { (words.verify) }
        p { (words.verify_intro) }
        noscript { p.callout { (words.verify_script) } }
        form #check .stack {
            p { label for="evidence" { (words.verify_evidence) } input #evidence type="file" required; }
            p { label for="checkpoint" { (words.verify_checkpoint) } input #checkpoint type="file" required; }
            p { label for="data" { (words.verify_data) } input #data type="file"; }
            p { button { (words.verify_run) } }
        }
        div #verdict aria-live="polite" {}
        h2 { (words.verify_files) }
        ol {
            (step(words.verify_get, "yaosu receipt get TRANSACTION --output evidence.json\nyaosu receipt record licence LICENCE --output evidence.json\nyaosu receipt record version ASSET@1 --output evidence.json"))
            (step(words.verify_trust, "yaosu receipt checkpoint --output checkpoint.json"))
            (step(words.verify_compare, ""))
        }
        h2 { (words.verify_offline) }
        p.served { (words.verify_save) " " a href=(room.to("/verify")) download=(words.verify_file_name) { (words.verify_save_link) } }
        p { (words.verify_command) }
        pre tabindex="0" { code { "yaosu receipt verify evidence.json --checkpoint checkpoint.json" } }
        p.quiet.served { (words.verify_program) ": " a href=(PROGRAM) { "verify.mjs" } }
        // The script reads its words from here.
        script #words type="application/json" { (PreEscaped(json(room.language))) }
    };
    let mut page = Page::new(words.verify.to_owned(), body);
    page.is_alone = true;
    Ok(page)
}
