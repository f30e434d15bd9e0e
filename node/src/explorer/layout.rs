//! The frame of every page: head, navigation, language, foot.

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use yaosu_ledger::Text;

use super::files::{ICON, ICON_DATA, POLICY_ALONE, SCRIPT_TEXT, STYLE, STYLE_TEXT};
use super::problem::error_told;
use super::room::{Room, short, with_query};
use super::route::{Page, prefix};
use crate::http::problem::ApiError;

/// Which other forms a page has.
#[derive(Clone, Copy, Default)]
pub struct Forms {
    /// As JSON.
    pub json: bool,
    /// As comma-separated values.
    pub csv: bool,
    /// Whether the page's filters are theirs too.
    pub is_list: bool,
}

/// A page in its frame.
pub fn frame(room: &Room, page: &Page, forms: Forms) -> Markup {
    let words = room.words;
    let market = room.market.as_ref().map_or("Yaosu", Text::as_str);
    let other = room.language.other();
    let query = || room.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let same_in_other = {
        let path = format!("{}{}", prefix(other), room.path);
        with_query(&path, query())
    };
    let file = if room.path == "/" { "/index".to_owned() } else { room.path.clone() };
    let form = |ending: &str| {
        let filters = query().filter(|(name, _)| forms.is_list && *name != "cursor");
        with_query(&room.to(&format!("{file}.{ending}")), filters)
    };
    let icon = if page.is_alone { ICON_DATA.as_str() } else { ICON };
    html! {
        (DOCTYPE)
        html lang=(room.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) " · " (market) }
                @if page.is_alone {
                    // A copy on a disk has no header that says it.
                    meta http-equiv="Content-Security-Policy" content=(*POLICY_ALONE);
                    style { (PreEscaped(STYLE_TEXT)) }
                } @else {
                    link rel="stylesheet" href=(STYLE);
                }
                link rel="icon" type="image/svg+xml" href=(icon);
            }
            body {
                a.skip href="#content" { (words.skip) }
                header {
                    a.brand href=(room.to("/")) { img src=(icon) alt="" width="24" height="24"; (market) }
                    nav aria-label=(words.menu) {
                        ul {
                            @for (path, word) in menu(room) {
                                li { a href=(room.to(path)) aria-current=[(room.path == path).then_some("page")] { (word) } }
                            }
                        }
                    }
                    form.search role="search" aria-label=(words.search) action=(room.to("/find")) {
                        input type="search" name="q" aria-label=(words.search) placeholder=(words.search_hint) maxlength="200";
                        button { (words.search) }
                    }
                    a.language href=(same_in_other) lang=(other.tag()) hreflang=(other.tag()) { (other.name()) }
                }
                main id="content" tabindex="-1" { (page.body) }
                footer {
                    p {
                        (words.as_of) " " (room.height(room.view.height())) " · "
                        (words.chain) " " code title=(room.view.tip().chain) { (short(&room.view.tip().chain)) }
                    }
                    @if forms.json || forms.csv {
                        p {
                            (words.other_forms) ": "
                            @if forms.json { a href=(form("json")) { "JSON" } " " }
                            @if forms.csv { a href=(form("csv")) { "CSV" } }
                        }
                    }
                }
                @if page.is_alone { script type="module" { (PreEscaped(SCRIPT_TEXT.as_str())) } }
            }
        }
    }
}

fn menu(room: &Room) -> [(&'static str, &'static str); 9] {
    let words = room.words;
    [
        ("/assets", words.catalogue),
        ("/listings", words.listings),
        ("/orders", words.orders),
        ("/licences", words.licences),
        ("/participants", words.participants),
        ("/blocks", words.blocks),
        ("/network", words.network),
        ("/openness", words.openness_board),
        ("/verify", words.verify),
    ]
}

/// What went wrong, as a page.
pub fn error(room: &Room, error: &ApiError) -> (StatusCode, Markup) {
    let problem = error.problem();
    let body = html! {
        h1 { (room.words.error) }
        (error_told(room, error))
        p { a href=(room.to("/")) { (room.words.error_home) } }
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, frame(room, &Page::new(format!("{} {}", problem.status, room.words.error), body), Forms::default()))
}
