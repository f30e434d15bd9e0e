//! What went wrong, told to people.

use maud::{Markup, html};
use yaosu_api::words::{self, Language};
use yaosu_api::{Problem, ProblemCode};
use yaosu_ledger::rejection::Rejection;

use super::room::Room;
use super::sentence::render;
use crate::http::problem::ApiError;

/// What went wrong, in the page's language: the kind, then the particulars. What a rule says speaks of things, which are
/// links.
pub fn told(room: &Room, problem: &Problem, rejection: Option<&Rejection>) -> Markup {
    html! {
        (lead(room, problem))
        @match rejection {
            Some(rejection) => p lang=[english(room)] { (render(&words::rejection(rejection), room)) },
            None => p lang=[english(room)] { bdi { (problem.detail) } },
        }
        @if let Some(hint) = &problem.hint { p lang=[english(room)] { bdi { (hint) } } }
    }
}

/// The language of what is told in English.
fn english(room: &Room) -> Option<&'static str> {
    (room.language == Language::English).then_some(Language::English.tag())
}

/// What went wrong with a page.
pub fn error_told(room: &Room, error: &ApiError) -> Markup {
    told(room, &error.told(room), error.rejection())
}

fn lead(room: &Room, problem: &Problem) -> Markup {
    let kind = ProblemCode::ALL.iter().find(|code| code.code() == problem.code);
    html! {
        p.lead {
            @match (kind, problem.number) {
                (Some(kind), _) => (room.name(kind)),
                (None, Some(number)) => { (room.words.refused_by_rule) " R" (number) },
                (None, None) => bdi lang="en" { (problem.title) },
            }
        }
    }
}
