//! A command line that is not understood, told in Chinese. In English, and of help, the parser speaks for itself.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::error::{ContextKind, ErrorKind};

use crate::screen::harmless;

/// What is wrong; none of what the parser alone can tell.
pub fn in_chinese(error: &clap::Error) -> Option<String> {
    let get = |kind| error.get(kind).map(|value| harmless(&value.to_string())).unwrap_or_default();
    let (argument, value) = (get(ContextKind::InvalidArg), get(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 须有值"),
        ErrorKind::InvalidValue => format!("“{value}” 不能作为 {argument} 的值"),
        ErrorKind::ValueValidation => {
            let reason =
                error.source().map(|reason| format!("：{}", harmless(&reason.to_string()))).unwrap_or_default();
            format!("“{value}” 不能作为 {argument} 的值{reason}")
        }
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", get(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand => format!("{} 须有子命令", get(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{argument}"),
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            prior if prior.is_empty() => format!("{argument} 不能与所给的其他参数同用"),
            prior if prior == argument => format!("{argument} 只能给出一次"),
            prior => format!("{argument} 不能与 {prior} 同用"),
        },
        ErrorKind::NoEquals => format!("{argument} 的值须写在等号之后"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的值的个数不对")
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8".to_owned(),
        _ => return None,
    };
    let mut text = format!("错误：{what}\n");
    let more = [
        (ContextKind::ValidValue, "可用的值"),
        (ContextKind::ValidSubcommand, "可用的子命令"),
        (ContextKind::SuggestedValue, "相近的值"),
        (ContextKind::SuggestedArg, "相近的参数"),
        (ContextKind::SuggestedSubcommand, "相近的命令"),
    ];
    for (kind, label) in more {
        let found = get(kind);
        if !found.is_empty() {
            let _ = writeln!(text, "  {label}：{found}");
        }
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let _ = write!(text, "\n用法：{}\n", usage.trim_start_matches("Usage:").trim());
    }
    text.push_str("\n更多说明见 --help（英文）。\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    /// Goal: each way in which a command line is wrong is told in Chinese, with what it is about; help stays as it is.
    #[test]
    fn wrong_usage_is_told_in_chinese() {
        #[rustfmt::skip]
        let rows: [(&[&str], &[&str]); 8] = [
            (&["order", "list", "--status", "x"], &["“x” 不能作为 --status", "可用的值", "key-revealed"]),
            (&["money", "pay", "--to", "bob", "--amount", "1,5"], &["“1,5” 不能作为 --amount"]),
            (&["money", "pay", "--too", "bob"], &["没有参数 --too", "相近的参数：--to", "用法：yaosu"]),
            (&["mony"], &["没有命令 mony", "相近的命令：man, money"]),
            (&["money", "pay"], &["缺少必需的参数：", "--amount <AMOUNT>"]),
            (&["money", "supply", "--save", "f", "--no-wait"], &["不能与 --no-wait 同用"]),
            (&["money", "pay", "--to"], &["--to <WHO> 须有值"]),
            (&["asset", "lineage", "abcdef@0"], &["“abcdef@0” 不能作为", "is not a version"]),
        ];
        for (words, parts) in rows {
            let error = Cli::try_parse_from([&["yaosu"], words].concat()).expect_err("it is wrong");
            let told = in_chinese(&error).unwrap_or_else(|| panic!("{words:?}: {error:?}"));
            for part in parts {
                assert!(told.contains(part), "{words:?}: {told}");
            }
        }
        let help = Cli::try_parse_from(["yaosu", "money", "--help"]).expect_err("help is no command");
        assert_eq!(in_chinese(&help), None);
    }
}
