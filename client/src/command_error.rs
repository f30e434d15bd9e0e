//! The one error of the command line: what kind it is, what happened, and what to do next.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory as _;
use serde::Serialize;
use yaosu_api::words::{Label, Named as _};
use yaosu_api::{Problem, ProblemCode};
use yaosu_ledger::TransactionId;
use yaosu_sdk::key_file::KeyFileError;
use yaosu_sdk::{SdkError, TransactionFileError};

use crate::cli::Cli;
use crate::said::{Said, list, plain, said, told};
use crate::screen::harmless;
use crate::sdk_words;

/// Kinds of failure; each has an exit code of its own, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Anything else.
    Failed,
    /// The command was not given as it must be.
    Usage,
    /// There is no such thing.
    NotFound,
    /// The signer may not do this, or the key could not be used.
    NotAuthorised,
    /// No node answers.
    Unreachable,
    /// Something is not what it should be: a file, a receipt.
    Unverified,
    /// The ledger's rules refuse it.
    Refused,
    /// Not decided in time; it still may be.
    TimedOut,
    /// Going on could do harm.
    Unsafe,
}

impl Kind {
    /// The exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::NotAuthorised => 4,
            Self::Unreachable => 5,
            Self::Unverified => 6,
            Self::Refused => 7,
            Self::TimedOut => 8,
            Self::Unsafe => 9,
        }
    }
}

/// The ledger's rule that refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its permanent number.
    pub number: u16,
    /// Its permanent name.
    pub name: String,
}

/// What exactly is refused.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Origin {
    /// The rule that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// The part of the request that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The transaction that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionId>,
}

/// Why a command did not do what it was asked to.
#[derive(Clone, Debug, Serialize)]
pub struct CommandError {
    /// What kind it is.
    pub kind: Kind,
    /// What happened.
    pub message: Said,
    /// Where it comes from, as far as that is known.
    #[serde(flatten)]
    pub origin: Box<Origin>,
    /// What to do next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Said>,
}

/// The rules that say who may do something, not what may be done: docs/rules.md.
const RULES_OF_AUTHORITY: &[u16] = &[3, 4, 7, 8, 12, 319, 411, 515];

/// The rule of a missing role.
pub const RULE_ROLE_MISSING: u16 = 12;

impl CommandError {
    /// An error of this kind.
    pub fn new(kind: Kind, message: impl Into<Said>) -> Self {
        Self { kind, message: message.into(), origin: Box::default(), hints: Vec::new() }
    }

    /// The command was not given as it must be.
    pub fn usage(message: impl Into<Said>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Anything that fits no other kind.
    pub fn failed(message: impl Into<Said>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// The same with something to do about it.
    pub fn hint(mut self, hint: impl Into<Said>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same about this transaction.
    pub fn about(mut self, transaction: TransactionId) -> Self {
        self.origin.transaction = Some(transaction);
        self
    }

    /// Whether this rule refused.
    pub fn is_rule(&self, number: u16) -> bool {
        self.origin.rule.as_ref().is_some_and(|rule| rule.number == number)
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.exit_code())
    }

    /// Writes the error for people, or as one JSON object.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut impl Write, json: bool) -> io::Result<()> {
        if json {
            let text = serde_json::to_string(&serde_json::json!({ "error": self })).map_err(io::Error::other)?;
            return writeln!(out, "{text}");
        }
        tell(out, &said!("error: {}", "错误：{}", self.message))?;
        let rule = self
            .origin
            .rule
            .as_ref()
            .map(|Rule { number, name }| said!("rule R{number} {name}", "规则 R{number} {name}"));
        let field = self.origin.field.as_ref().map(|field| said!("field {field}", "字段 {field}"));
        let origin = list(rule.into_iter().chain(field));
        if !origin.is_empty() {
            tell(out, &plain(format_args!("  {origin}")))?;
        }
        self.hints.iter().try_for_each(|hint| tell(out, &said!("hint: {hint}", "提示：{hint}")))
    }
}

/// Writes a line of it.
fn tell(out: &mut impl Write, text: &Said) -> io::Result<()> {
    writeln!(out, "{}", harmless(text.as_str()))
}

impl From<Problem> for CommandError {
    fn from(problem: Problem) -> Self {
        let kind = match problem.number {
            Some(number) if RULES_OF_AUTHORITY.contains(&number) => Kind::NotAuthorised,
            Some(_) => Kind::Refused,
            None => kind_of(&problem),
        };
        let rule = problem.number.map(|number| Rule { number, name: problem.code.clone() });
        let message = match rule {
            Some(_) => said!("the ledger refuses: {}", "账本拒绝：{}", problem.detail),
            None => in_words(&problem),
        };
        let origin = Box::new(Origin { rule, field: problem.field, transaction: None });
        let hint =
            problem.hint.map(plain).or_else(|| where_to_look(&problem.detail).filter(|_| kind == Kind::NotFound));
        Self { kind, message, origin, hints: hint.into_iter().collect() }
    }
}

/// What a node says that is no refusal by a rule. Nodes are asked in the reader's language; of one that answers in English
/// all the same its kind stands before it in Chinese, and of what is missing most often it is said whole.
fn in_words(problem: &Problem) -> Said {
    let detail = &problem.detail;
    if !detail.is_ascii() {
        return plain(detail);
    }
    let missing = detail.strip_prefix("there is no ").and_then(|rest| rest.split_once(' '));
    let label = missing.and_then(|(noun, _)| Label::ALL.iter().find(|label| label.words().0 == noun));
    let kind = ProblemCode::ALL.iter().find(|code| code.code() == problem.code);
    match (missing, label, kind) {
        (Some((_, which)), Some(label), _) => told!(detail, "没有{} {which}", label.words().1),
        (.., Some(kind)) => told!(detail, "{}：{detail}", kind.words().1),
        (.., None) => plain(detail),
    }
}

/// What commands are about, as commands and as nodes call it in Chinese.
const NOUNS: [(&str, &str); 11] = [
    ("participant", "参与方"),
    ("asset", "数据资产"),
    ("listing", "挂牌"),
    ("order", "合同"),
    ("licence", "许可"),
    ("negotiation", "磋商"),
    ("demand", "需求"),
    ("proposal", "提案"),
    ("recall", "召回"),
    ("attestation", "评估"),
    ("freeze", "冻结"),
];

/// Where there is a list of things of the kind that one was not found of, as nodes say that.
fn where_to_look(message: &str) -> Option<Said> {
    let noun = match message.strip_prefix("没有标识为 ").and_then(|rest| rest.rsplit_once(" 的")) {
        Some((_, noun)) => NOUNS.iter().find(|(_, chinese)| *chinese == noun)?.0,
        None => message.strip_prefix("there is no ")?.split(' ').next()?,
    };
    Cli::command().find_subcommand(noun)?.find_subcommand("list")?;
    Some(said!(
        "an identifier or six or more of its first digits is asked for; `yaosu {noun} list` shows what there is",
        "须给出标识，或其开头六位或更多；`yaosu {noun} list` 列出已有的"
    ))
}

fn kind_of(problem: &Problem) -> Kind {
    let is = |code: ProblemCode| problem.code == code.code();
    if is(ProblemCode::NotFound) || problem.status == 404 {
        Kind::NotFound
    } else if is(ProblemCode::Ambiguous) || is(ProblemCode::BadRequest) {
        Kind::Usage
    } else if is(ProblemCode::Timeout) || problem.status == 504 {
        Kind::TimedOut
    } else if is(ProblemCode::Unavailable) || problem.status == 503 {
        Kind::Unreachable
    } else if problem.status == 422 {
        Kind::Refused
    } else {
        Kind::Failed
    }
}

impl From<SdkError> for CommandError {
    fn from(error: SdkError) -> Self {
        let message = sdk_words::sdk(&error);
        match error {
            SdkError::Problem(problem) => (*problem).into(),
            SdkError::Url { url, .. } if !url.is_empty() && !url.contains("://") => Self::usage(message).hint(said!(
                "write http://{url}, with the port if it is not 80",
                "请写成 http://{url}，端口不是 80 时请写明"
            )),
            SdkError::Url { .. } => Self::usage(message),
            SdkError::Unreachable(_) => Self::new(Kind::Unreachable, message).hint(said!(
                "is the node running? `yaosu-node dev` starts a network of your own; --node names another node",
                "节点在运行吗？`yaosu-node dev` 可启动自己的网络；--node 可指定其他节点"
            )),
            SdkError::Timeout { id, .. } => Self::new(Kind::TimedOut, message)
                .about(id)
                .hint(said!("ask again with: yaosu tx wait {id}", "可再次询问：yaosu tx wait {id}")),
            SdkError::Forgotten(id) => Self::new(Kind::NotFound, message).about(id).hint(said!(
                "ask another node; if none knows it, sign it again",
                "请询问其他节点；若均不知晓，请重新签署"
            )),
            SdkError::OtherChain { .. } => Self::new(Kind::Unsafe, message).hint(said!(
                "nothing was signed; name the profile of that chain with --profile, or `yaosu profile add` it",
                "未签署任何内容；请用 --profile 指定该链的配置，或用 `yaosu profile add` 添加"
            )),
            SdkError::Answer { .. } => Self::failed(message).hint(said!(
                "check the address; client and node may be of different versions",
                "请核对地址；客户端与节点的版本可能不同"
            )),
            SdkError::Clock | SdkError::Random(_) | SdkError::Text(_) => Self::failed(message),
        }
    }
}

impl From<KeyFileError> for CommandError {
    fn from(error: KeyFileError) -> Self {
        let message = sdk_words::key_file(&error);
        match error {
            KeyFileError::NotFound { .. } => Self::new(Kind::NotFound, message)
                .hint(said!("`yaosu key list` shows the keys there are, `yaosu key new` makes one", "`yaosu key list` 列出已有密钥，`yaosu key new` 生成新密钥")),
            KeyFileError::WrongPassword { .. } => Self::new(Kind::NotAuthorised, message).hint(
                said!("type it again, or name the file that holds it with --password-file, or as password_file in the profile", "请重新输入，或用 --password-file 指定密码文件，或在配置中设 password_file"),
            ),
            KeyFileError::EmptyPassword
            | KeyFileError::PermissionsTooOpen { .. } => Self::new(Kind::NotAuthorised, message),
            KeyFileError::PublicKeyDiffers { .. } => Self::new(Kind::Unsafe, message),
            _ => Self::failed(message),
        }
    }
}

impl From<TransactionFileError> for CommandError {
    fn from(error: TransactionFileError) -> Self {
        let kind = match &error {
            TransactionFileError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => Kind::NotFound,
            TransactionFileError::BadSignature { .. } => Kind::Unverified,
            _ => Kind::Failed,
        };
        Self::new(kind, sdk_words::transaction_file(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::{Amount, ParticipantId, model::Role, rejection::Rejection};

    /// Goal: scripts can tell what happened by the exit code alone.
    /// Method: every way in which a node answers has its row.
    #[test]
    fn problems_become_exit_codes() {
        let funds = Rejection::FundsShort { available: Amount(1), needed: Amount(2) };
        let role = Rejection::RoleMissing { signer: ParticipantId::of_genesis("acme"), needed: Role::Operator };
        #[rustfmt::skip]
        let rows = [
            (Problem::rejected(&funds), 7),
            (Problem::rejected(&role), 4),
            (Problem::new(ProblemCode::NotFound, "x"), 3),
            (Problem::new(ProblemCode::Ambiguous, "x"), 2),
            (Problem::new(ProblemCode::BadRequest, "x"), 2),
            (Problem::new(ProblemCode::NumberWaiting, "x"), 1),
            (Problem::new(ProblemCode::Orphaned, "x"), 7),
            (Problem::new(ProblemCode::Malformed, "x"), 1),
            (Problem::new(ProblemCode::TooLarge, "x"), 1),
            (Problem::new(ProblemCode::Busy, "x"), 1),
            (Problem::new(ProblemCode::Internal, "x"), 1),
            (Problem::new(ProblemCode::Unavailable, "x"), 5),
            (Problem::new(ProblemCode::Timeout, "x"), 8),
        ];
        for (problem, code) in rows {
            let name = problem.code.clone();
            assert_eq!(CommandError::from(problem).kind.exit_code(), code, "{name}");
        }
    }

    /// Goal: whoever is told to look at a list finds one.
    #[test]
    fn a_list_is_named_where_there_is_one() {
        #[rustfmt::skip]
        let rows = [
            ("there is no asset abcdef",                 Some("`yaosu asset list`")),
            ("there is no participant bob",              Some("`yaosu participant list`")),
            ("there is no committed transaction abcdef", None),
            ("there is no policy abcdef",                None),
            ("there is no event 28.99",                  None),
            ("asset abcdef has no version 3",            None),
            ("没有标识为 abcdef 的数据资产",             Some("`yaosu asset list`")),
            ("没有标识为 abcdef 的交易记录",             None),
        ];
        for (detail, expected) in rows {
            let hints = CommandError::from(Problem::new(ProblemCode::NotFound, detail)).hints;
            assert_eq!(hints.len(), expected.iter().len(), "{detail}");
            assert!(expected.is_none_or(|list| hints[0].as_str().contains(list)), "{detail}: {hints:?}");
        }
        let usage = CommandError::from(Problem::new(ProblemCode::BadRequest, "there is no asset abcdef"));
        assert!(usage.hints.is_empty(), "{:?}", usage.hints);
    }

    /// Goal: the server's reason reaches the person, with the rule, the field and the hint.
    #[test]
    fn a_refusal_is_told_whole() {
        let rejection = Rejection::FundsShort { available: Amount(1), needed: Amount(2) };
        let mut text = Vec::new();
        let error = CommandError::from(Problem::rejected(&rejection));
        error.write(&mut text, false).expect("writing to memory");
        assert_eq!(
            String::from_utf8(text).expect("text"),
            "error: the ledger refuses: 2 fen are needed, 1 fen are available\n  rule R204 FundsShort, field amount\nhint: \
             receive money first; what is held in escrow is not available\n"
        );
    }
}
