//! What went wrong, told to people.

use maud::{Markup, html};
use yaosu_api::{Problem, ProblemCode};

use super::room::Room;

/// A problem: its kind in the page's language, then the particulars, which are in English as under `/v1`.
pub fn told(room: &Room, problem: &Problem) -> Markup {
    let kind = ProblemCode::ALL.iter().find(|code| code.code() == problem.code);
    html! {
        p.lead {
            @match (kind, problem.number) {
                (Some(kind), _) => (room.language.of(kind.title(), chinese(*kind))) ,
                (None, Some(number)) => { (room.words.refused_by_rule) " R" (number) },
                (None, None) => bdi lang="en" { (problem.title) },
            }
        }
        p lang="en" { bdi { (problem.detail) } }
        @if let Some(hint) = &problem.hint { p lang="en" { bdi { (hint) } } }
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
