//! What went wrong, told to people.

use maud::{Markup, html};
use yaosu_api::words::{Language, quoted};
use yaosu_api::{Problem, ProblemCode};

use super::room::Room;
use crate::http::problem::{ApiError, Chinese};

/// A problem that came from elsewhere: its kind in the page's language, then the particulars, which are in English as
/// under `/v1`.
pub fn told(room: &Room, problem: &Problem) -> Markup {
    html! {
        (lead(room, problem))
        p lang="en" { bdi { (problem.detail) } }
        @if let Some(hint) = &problem.hint { p lang="en" { bdi { (hint) } } }
    }
}

/// What went wrong with a page, in its language.
pub fn error_told(room: &Room, error: &ApiError) -> Markup {
    let problem = error.problem();
    if room.language == Language::English {
        return told(room, problem);
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
                (Some(kind), _) => (room.language.of(kind.title(), chinese(*kind))) ,
                (None, Some(number)) => { (room.words.refused_by_rule) " R" (number) },
                (None, None) => bdi lang="en" { (problem.title) },
            }
        }
    }
}

const fn chinese(kind: ProblemCode) -> &'static str {
    match kind {
        ProblemCode::BadRequest => "无法理解该请求",
        ProblemCode::Malformed => "提交的字节不是一笔交易",
        ProblemCode::NotFound => "没有找到所请求的内容",
        ProblemCode::Ambiguous => "有多个对象以此开头",
        ProblemCode::TooLarge => "请求内容过大",
        ProblemCode::Busy => "节点目前没有空余容量",
        ProblemCode::NumberWaiting => "该序号下已有另一笔交易在等待",
        ProblemCode::Orphaned => "前一笔交易没有到达",
        ProblemCode::MethodNotAllowed => "该路径不支持此方法",
        ProblemCode::UnsupportedMediaType => "该路径不支持此内容类型",
        ProblemCode::Timeout => "未能及时得出结果",
        ProblemCode::Unavailable => "节点目前无法答复",
        ProblemCode::Internal => "节点发生故障",
    }
}
