//! The command line as a whole: what holds for every command, and which commands there are.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use yaosu_api::words::Language;
use yaosu_ledger::Duration;

use crate::{commands, parse};

/// Take part in a Yaosu data element market: register, list, order, deliver, pay, verify.
///
/// Results go to standard output, everything else to standard error. Things are named by their identifier or by six
/// or more of its first digits, participants by their handle too. Amounts are in units of the currency with at most
/// two decimals: 1200.00. Lengths of time are written 90s, 15m, 24h, 30d.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not authorised, 5 unreachable, 6 verification failed,
/// 7 refused by the ledger, 8 timed out (it may still be committed), 9 unsafe to go on.
#[derive(Debug, Parser)]
#[command(name = "yaosu", version, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Global {
    /// Act under this profile
    #[arg(long, global = true, value_name = "NAME", env = "YAOSU_PROFILE", value_parser = parse::name)]
    pub profile: Option<String>,

    /// Keep settings, keys and genesis documents in this folder [default: yaosu in the user's configuration folder]
    #[arg(long, global = true, value_name = "DIR", env = "YAOSU_HOME")]
    pub home: Option<PathBuf>,

    /// Ask this node instead of the profile's
    #[arg(long, global = true, value_name = "URL", env = "YAOSU_NODE")]
    pub node: Option<String>,

    /// Sign with the key of this name. Again for each further key that must approve; the first says who signs
    #[arg(long = "as", global = true, value_name = "NAME", action = ArgAction::Append, value_parser = parse::name)]
    pub r#as: Vec<String>,

    /// Read the password of the keys from the first line of this file
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Print the result as JSON: amounts in hundredths of the currency, times by RFC 3339 in UTC
    #[arg(long, global = true)]
    pub json: bool,

    /// The language of all that is told, and of pictures and pages to print: en or zh. Help is English; so are results as
    /// JSON but for sentences in them [default: that of the terminal]
    #[arg(long, global = true, value_name = "LANGUAGE", env = "YAOSU_LANG")]
    pub lang: Option<Language>,

    /// Ask no questions
    #[arg(long, short, global = true)]
    pub yes: bool,

    /// Don't wait until the transaction is in the ledger
    #[arg(long, global = true)]
    pub no_wait: bool,

    /// Sign and send nothing: say what the ledger would answer now
    #[arg(long, global = true, conflicts_with_all = ["no_wait", "save"])]
    pub dry_run: bool,

    /// How long to wait until the transaction is in the ledger
    #[arg(long, global = true, value_name = "DURATION", default_value = "30s", value_parser = parse::duration)]
    pub wait_timeout: Duration,

    /// The lane of the transaction. Programs that run at the same time take one each
    #[arg(long, global = true, value_name = "N", default_value_t = 0)]
    pub lane: u32,

    /// After this time the transaction can't be committed any more [default: 10m; with --save, never]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse::duration)]
    pub valid_for: Option<Duration>,

    /// Write the signed transaction to a file instead of sending it, for others to approve: `yaosu tx sign`
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_wait")]
    pub save: Option<PathBuf>,
}

/// Nouns; each has its verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Chains that you take part in, and the nodes that you ask
    #[command(subcommand)]
    Profile(commands::profile::Verb),
    /// Your keys
    #[command(subcommand)]
    Key(commands::key::Verb),
    /// Who takes part (参与方)
    #[command(subcommand)]
    Participant(commands::participant::Verb),
    /// Payments and balances (结算)
    #[command(subcommand)]
    Money(commands::money::Verb),
    /// Data assets and their registration (数据资产, 登记)
    #[command(subcommand)]
    Asset(commands::asset::Verb),
    /// The catalogue of registered assets (目录), and those of other venues
    #[command(subcommand)]
    Catalogue(commands::catalogue::Verb),
    /// Search the catalogue in Chinese or English (数据目录): what is on offer, with counts of what else there is
    Search(Box<commands::search::Arguments>),
    /// Offers (挂牌)
    #[command(subcommand)]
    Listing(commands::listing::Verb),
    /// Offers and counter-offers (磋商)
    #[command(subcommand)]
    Negotiation(commands::negotiation::Verb),
    /// What buyers need (求购)
    #[command(subcommand)]
    Demand(commands::demand::Verb),
    /// Orders and deliveries (合同, 交付)
    #[command(subcommand)]
    Order(commands::order::Verb),
    /// Licences (许可)
    #[command(subcommand)]
    Licence(commands::licence::Verb),
    /// What licences allow and demand (使用控制), in ODRL
    #[command(subcommand)]
    Policy(commands::policy::Verb),
    /// Recalls (召回)
    #[command(subcommand)]
    Recall(commands::recall::Verb),
    /// What assessors say of data (评估)
    #[command(subcommand)]
    Attestation(commands::attestation::Verb),
    /// What regulators stop (冻结), and appeals
    #[command(subcommand)]
    Freeze(commands::freeze::Verb),
    /// Show how open, timely, complete and accurate the public data of every authority is (公共数据开放)
    Openness,
    /// What the operators decide together
    #[command(subcommand)]
    Proposal(commands::proposal::Verb),
    /// Transactions
    #[command(subcommand)]
    Tx(commands::tx::Verb),
    /// Blocks
    #[command(subcommand)]
    Block(commands::block::Verb),
    /// Receipts (存证): proofs that verify without any node
    #[command(subcommand)]
    Receipt(commands::receipt::Verb),
    /// Samples (样例): slices of content that prove where they come from
    #[command(subcommand)]
    Sample(commands::sample::Verb),
    /// The node that you ask
    #[command(subcommand)]
    Node(commands::node::Verb),
    /// What happens in the market
    #[command(subcommand)]
    Events(commands::events::Verb),
    /// Hand each event to a command of yours (a webhook), at least once, until it is interrupted, and go on where it was
    Watch(commands::watch::Arguments),
    /// Serve your orders without a person: deliver what was ordered, reveal keys to those who have it, open challenged
    /// ones. Runs until it is interrupted and goes on where it was; a line for each step. Give it a --lane of its own
    Serve(commands::serve::Arguments),
    /// Measure a network: send payments at a steady rate and say how many were committed, how fast
    Bench(commands::bench::Arguments),
    /// Print a script that completes commands in your shell
    Completions(commands::completions::Arguments),
    /// Write the manual: a page for `man` for each command
    Man(commands::man::Arguments),
}
