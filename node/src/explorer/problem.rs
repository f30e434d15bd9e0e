//! What went wrong, told to people.

use maud::{Markup, html};
use yaosu_api::words::{self, Language, quoted};
use yaosu_api::{Problem, ProblemCode};
use yaosu_ledger::rejection::Rejection;

use super::room::Room;
use super::sentence::render;
use crate::http::problem::{ApiError, Chinese};

/// Why a transaction was refused: the kind, then the particulars. What a rule says speaks of things, which are links.
pub fn refusal(room: &Room, problem: &Problem, rejection: Option<&Rejection>) -> Markup {
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

/// What went wrong with a page, in its language.
pub fn error_told(room: &Room, error: &ApiError) -> Markup {
    let problem = error.problem();
    if let Some(rejection) = error.rejection() {
        return refusal(room, &error.told(room), Some(rejection));
    }
    if room.language == Language::English {
        return refusal(room, problem, None);
    }
    let Chinese { detail, hint } = error.chinese().clone();
    let (detail, hint) = match detail {
        Some(detail) => (Some(detail), hint),
        None => wrong_value(room, problem),
    };
    html! {
        (lead(room, problem))
        @match detail {
            Some(detail) => p { bdi { (detail) } },
            None => p lang="en" { bdi { (problem.detail) } },
        }
        @match (hint, &problem.hint) {
            (Some(hint), _) => p { bdi { (hint) } },
            (None, Some(hint)) => p lang="en" { bdi { (hint) } },
            (None, None) => {},
        }
    }
}

/// A parameter's value that is none, and what it may be: whoever reads a value says why it is none in English alone.
fn wrong_value(room: &Room, problem: &Problem) -> (Option<String>, Option<String>) {
    let Some((name, value)) = room.query.iter().find(|(name, _)| problem.field.as_deref() == Some(name)) else {
        return (None, None);
    };
    if name == "cursor" {
        return (Some("不是有效的翻页位置".to_owned()), Some("请原样使用上一页给出的翻页位置".to_owned()));
    }
    let detail = format!("{}不是参数 {name} 的有效值", quoted(value, Language::Chinese));
    let choices = problem.detail.rsplit_once(" is none of ").map(|(_, choices)| format!("可用的值：{choices}"));
    (Some(detail), choices)
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
