//! Every command parses, and what must be refused is.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};

use crate::cli::Cli;

/// Goal: no command clashes with another or with the global options.
#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

/// Goal: each verb is reachable with what its help says. A verb without a row here fails the test below.
#[test]
fn each_command_parses() {
    for line in COMMANDS {
        let words = split(line);
        if let Err(error) = Cli::try_parse_from(words) {
            panic!("{line}\n{error}");
        }
    }
}

/// Goal: nothing escapes the table above.
#[test]
fn each_command_has_its_row() {
    let mut missing = Vec::new();
    collect(&Cli::command(), &mut Vec::new(), &mut missing);
    assert!(missing.is_empty(), "{missing:?}");
}

fn collect(command: &clap::Command, path: &mut Vec<String>, missing: &mut Vec<String>) {
    path.push(command.get_name().to_owned());
    let mut leaf = true;
    for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
        leaf = false;
        collect(child, path, missing);
    }
    let line = path.join(" ");
    if leaf && !COMMANDS.iter().any(|row| *row == line || row.starts_with(&format!("{line} "))) {
        missing.push(line);
    }
    path.pop();
}

/// Goal: what would be misunderstood is refused before anything is asked or signed.
#[test]
fn wrong_usage_is_refused() {
    for line in [
        "yaosu",
        "yaosu money pay --to acme --amount 1.005",
        "yaosu money pay --to acme --amount 1,5",
        "yaosu money pay --to ../x --amount 1",
        "yaosu asset transfer abcdef --line own --to acme",
        "yaosu asset rule abcdef 0 --reason x",
        "yaosu asset rule abcdef 0 --uphold --dismiss --reason x",
        "yaosu asset register f --title t --source-class enterprise --sector s --grade general-1",
        "yaosu asset register f --title t --source-class public --sector s --grade general-1 --basis collected --openness closed",
        "yaosu listing create abcdef --allow read --purpose research",
        "yaosu listing create abcdef --open --policy policy.json --allow read",
        "yaosu asset version abcdef f.csv --schema schema.json --opaque",
        "yaosu policy export",
        "yaosu policy export --licence abcdef --listing bcdefa",
        "yaosu listing create abcdef --open --price 5 --allow read --purpose research",
        "yaosu listing create abcdef --open --exclusive --allow read --purpose research",
        "yaosu listing create abcdef --price 5 --allow everything --purpose research",
        "yaosu listing create abcdef --price 5 --allow read --purpose research --royalty 5",
        "yaosu listing create abcdef --open --period 30d --allow read --purpose research",
        "yaosu listing create abcdef --price 5 --period 30d --duration 1y --allow read --purpose research",
        "yaosu listing create abcdef --open --bond 5 --allow read --purpose research",
        "yaosu listing create abcdef --price 5 --allow read --purpose industry",
        "yaosu listing create abcdef --right operate",
        "yaosu listing create abcdef --right operate --price 5 --bond 5",
        "yaosu listing create abcdef --right operate --price 5 --recipient acme",
        "yaosu listing create abcdef --right operate --price 5 --allow read --purpose research",
        "yaosu listing create abcdef --negotiated --limited 3",
        "yaosu negotiation open abcdef --allow read --purpose research --scenario x",
        "yaosu demand create --title Rain --sector s --allow read --purpose research --scenario x --max-price 1",
        "yaosu order place abcdef --purpose research",
        "yaosu search --kind thing",
        "yaosu search --price-max -1",
        "yaosu search --sort best",
        "yaosu search --scope some",
        "yaosu serve",
        "yaosu asset sample abcdef --file f --output s",
        "yaosu asset sample abcdef --file f --from-byte 5 --output s",
        "yaosu asset sample abcdef --file f --chosen --length 5 --output s",
        "yaosu asset sample abcdef --file f --chosen --chunks 1..2 --output s",
        "yaosu sample verify s",
        "yaosu sample verify s --size 7",
        "yaosu order receive abcdef",
        "yaosu order receive abcdef --overwrite",
        "yaosu serve --from abcdef",
        "yaosu serve --from abcdef=",
        "yaosu watch --exec cat",
        "yaosu watch --cursor c",
        "yaosu watch --exec cat --cursor c --type payed",
        "yaosu watch --exec cat --cursor c --attempts 0",
        "yaosu key new ../escape",
        "yaosu --password secret key list",
        "yaosu money supply --save f --no-wait",
    ] {
        assert!(Cli::try_parse_from(split(line)).is_err(), "{line}");
    }
}

/// Words, of which some stand in single quotes.
/// Goal: who knows the interface's filters knows the options of a search, and each filter has its option.
#[test]
fn searches_have_the_filters_of_the_interface() {
    let contract: serde_json::Value =
        serde_json::from_str(include_str!("../../node/api/openapi.json")).expect("the contract is JSON");
    let parameters = contract["paths"]["/v1/search"]["get"]["parameters"].as_array().expect("it has filters");
    let names = parameters.iter().map(|parameter| parameter["name"].as_str().expect("each has a name"));
    // The text alone stands for itself on the command line.
    let filters: BTreeSet<&str> = names.map(|name| if name == "q" { "text" } else { name }).collect();
    let command = Cli::command();
    let search = command.find_subcommand("search").expect("it is there");
    let options: BTreeSet<&str> = search.get_arguments().map(|argument| argument.get_id().as_str()).collect();
    assert_eq!(options, filters);
    for option in search.get_arguments().filter(|argument| !argument.is_positional()) {
        assert_eq!(option.get_long().map(|name| name.replace('-', "_")).as_deref(), Some(option.get_id().as_str()));
    }
}

fn split(line: &str) -> Vec<String> {
    line.split('\'')
        .enumerate()
        .flat_map(|(place, part)| match place % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

const COMMANDS: &[&str] = &[
    "yaosu asset regrade abcdef --grade important --legal-basis order.pdf",
    "yaosu asset declare-grade abcdef --grade general-3",
    "yaosu asset raise-grade abcdef --grade general-3",
    "yaosu asset openness abcdef",
    "yaosu asset change-openness abcdef --open",
    "yaosu asset change-openness abcdef --conditions ask",
    "yaosu asset change-openness abcdef --closed trade-secret --approver city --review 30d",
    "yaosu asset authorise abcdef --authorisation decision.pdf",
    "yaosu asset ceiling abcdef --amount 1200.00 --legal-basis decision.pdf",
    "yaosu attestation issue abcdef@2 --kind source --verdict pass --report r.pdf --valid-until 30d",
    "yaosu attestation issue abcdef --kind quality --verdict pass --report r.pdf --valid-until 30d --scores 95%,99%,98%,97%,90%,100%",
    "yaosu attestation issue abcdef --kind valuation --verdict pass --report r.pdf --valid-until 30d --worth-from 5 --worth-to 6",
    "yaosu attestation withdraw abcdef --reason wrong",
    "yaosu attestation show abcdef",
    "yaosu attestation list --asset abcdef --assessor lab --kind quality --status issued",
    "yaosu freeze create participant bob --scope funds --legal-basis order.pdf --until 10d",
    "yaosu freeze create negotiation abcdef --scope trade --legal-basis order.pdf --until 10d",
    "yaosu freeze create demand abcdef --scope all --legal-basis order.pdf --until 10d",
    "yaosu freeze lift abcdef --reason over",
    "yaosu freeze appeal abcdef --statement wrong --evidence proof.pdf",
    "yaosu freeze rule abcdef --overturn --reason heard",
    "yaosu freeze show abcdef",
    "yaosu freeze list --status active --regulator watch",
    "yaosu openness",
    "yaosu man --output man1",
    "yaosu watch --exec 'curl -fsS --json @- http://h/' --cursor c --after 0.0 --type paid --type order-placed --participant bob --limit 5 --attempts 3 --timeout 10s",
    "yaosu search",
    "yaosu search seattle weather --sector meteorology --kind resource --grade general-1 --limit 5",
    "yaosu search 气象数据 --price-max 1200.00 --listing-kind fixed --sort price --json",
    "yaosu search --scope all --holder alice --registration registered --source-class public --openness open",
    "yaosu asset sample abcdef@2 --file weather.csv --from-byte 5000 --length 100 --output s",
    "yaosu asset sample abcdef --file weather.csv --chunks 3..7 --output s",
    "yaosu asset sample abcdef --file weather --chosen --output s",
    "yaosu sample verify s --root 0000000000000000000000000000000000000000000000000000000000000000 --size 7",
    "yaosu sample verify s --asset abcdef@2 --output slices",
    "yaosu order receive abcdef --output f --overwrite",
    "yaosu order receive abcdef --extract folder",
    "yaosu order receive abcdef --fetch-only",
    "yaosu serve --from abcdef=weather.csv --from abcdef@2=new.csv --folder data --depot s3://bucket/folder --at https://data.example.org",
    "yaosu proposal create rule-pack --require enterprise:general-3=compliance,quality --freeze-max 10d",
    "yaosu profile add dev --node http://127.0.0.1:1 --fallback http://127.0.0.1:2 --as acme --password-file p",
    "yaosu profile list",
    "yaosu profile use dev",
    "yaosu profile show",
    "yaosu key new acme",
    "yaosu key show acme",
    "yaosu key list --json",
    "yaosu participant enrol acme-weather --legal-name 'Acme Weather Ltd' --legal-id 91310000X --key \
     0101010101010101010101010101010101010101010101010101010101010101 --threshold 1 --related other",
    "yaosu participant rotate-keys --key 0101010101010101010101010101010101010101010101010101010101010101",
    "yaosu participant show acme-weather",
    "yaosu participant list --role operator --limit 5 --cursor c",
    "yaosu participant history acme-weather",
    "yaosu money issue --to acme --amount 1200.00 --reference B1",
    "yaosu money redeem --from acme --amount 1,200.00 --reference B2",
    "yaosu money pay --to acme --amount 5 --memo 'for the map' --yes --lane 3 --valid-for 1h",
    "yaosu money show",
    "yaosu money supply",
    "yaosu asset register w.csv --title Weather --source-class enterprise --sector meteorology --grade general-1 --basis \
     self-produced --keyword rain,wind --from abcdef@1=own:clean --from 012345=fedcba:select --recipe r.sql --update-cycle daily",
    "yaosu asset register w.csv --title Weather --source-class public --sector s --grade general-2 --hold-basis collected \
     --use-basis collected --operate-basis public-authorised --evidence e.pdf --openness closed --closed-reason \
     personal-information --closed-approver bureau --closed-review 30d",
    "yaosu asset import datapackage.json --folder data --source-class enterprise --sector statistics --grade general-1",
    "yaosu asset version abcdef w2.csv --from abcdef@1=own:clean",
    "yaosu asset show abcdef",
    "yaosu asset list --holder acme --registration registered --query rain",
    "yaosu asset versions abcdef",
    "yaosu asset history abcdef",
    "yaosu asset lineage abcdef@2 --depth 5 --direction up",
    "yaosu asset lineage abcdef --format prov-json",
    "yaosu asset lineage abcdef --format openlineage",
    "yaosu asset derivations events.ndjson",
    "yaosu asset schema abcdef@2",
    "yaosu asset version abcdef f.csv --schema schema.json",
    "yaosu asset transfer abcdef --line operate --to acme --as seller --as acme",
    "yaosu asset verify w.csv abcdef@1",
    "yaosu asset objections abcdef",
    "yaosu asset object abcdef --statement 'it is mine' --evidence e.pdf",
    "yaosu asset rule abcdef 0 --dismiss --reason 'no proof'",
    "yaosu asset grant abcdef --certificate SH-1",
    "yaosu asset refuse abcdef --reason 'no basis'",
    "yaosu asset cancel abcdef --reason 'withdrawn'",
    "yaosu asset apply abcdef",
    "yaosu listing create abcdef@1 --price 1200.00 --limited 3 --allow read,derive --purpose research,welfare --royalty 5% \
     --duration 1y --duty attribution --until 2027-01-31 --in-region CN-SH",
    "yaosu listing create abcdef --open --allow read --purpose research",
    "yaosu listing create abcdef --price 30.00 --period 30d --allow read --purpose research",
    "yaosu listing create abcdef --price 5 --allow read --purpose industrial,research",
    "yaosu listing create abcdef --negotiated",
    "yaosu listing create abcdef --negotiated --price 900 --exclusive --allow read --purpose research",
    "yaosu listing create abcdef --right operate --price 5000 --until 30d",
    "yaosu listing buy abcdef --max-price 5000 --payer acme",
    "yaosu listing delist abcdef --reason 'it misleads'",
    "yaosu listing history abcdef --limit 3",
    "yaosu negotiation open abcdef --price 800 --allow read --purpose research --scenario 'flood warning' --payer a-b",
    "yaosu negotiation counter abcdef --price 900 --duty attribution",
    "yaosu negotiation accept abcdef --payer a-b --licensee acme",
    "yaosu negotiation withdraw abcdef",
    "yaosu negotiation end-renewals abcdef",
    "yaosu negotiation show abcdef",
    "yaosu negotiation list --buyer acme --seller other --asset abcdef --listing abcdef --demand abcdef --status open",
    "yaosu negotiation history abcdef",
    "yaosu demand create --title Rain --sector meteorology --kind resource --allow read --purpose research --scenario \
     'flood warning' --max-price 1200 --until 30d",
    "yaosu demand answer abcdef 012345@1 --price 900 --allow read --purpose research --period 30d",
    "yaosu demand end abcdef",
    "yaosu demand show abcdef",
    "yaosu demand list --buyer acme --sector meteorology --status open",
    "yaosu demand history abcdef",
    "yaosu listing show abcdef",
    "yaosu listing list --asset abcdef --seller acme --status active --kind negotiated",
    "yaosu listing pause abcdef",
    "yaosu listing resume abcdef",
    "yaosu listing end abcdef",
    "yaosu order place abcdef --plan 1 --purpose research --scenario 'flood warning' --max-price 1200 --payer a-b --licensee acme",
    "yaosu order request abcdef 2",
    "yaosu order deliver abcdef w.csv --depot d --at https://example.org/d",
    "yaosu order receive abcdef --output got.csv",
    "yaosu order reveal abcdef",
    "yaosu order accept abcdef",
    "yaosu order challenge abcdef",
    "yaosu order open-key abcdef",
    "yaosu order dispute abcdef --statement 'half is missing'",
    "yaosu order rule abcdef --refund 5.00 --reason 'half was missing'",
    "yaosu order reject abcdef --reason 'other bytes'",
    "yaosu order show abcdef",
    "yaosu order list --buyer acme --seller other --listing abcdef --status placed",
    "yaosu order history abcdef",
    "yaosu licence renew abcdef --periods 3 --payer acme",
    "yaosu licence show abcdef",
    "yaosu licence certificate abcdef --output c.json --html c.html --lang zh --as acme",
    "yaosu licence verify-certificate c.json --checkpoint t.json",
    "yaosu licence list --licensee acme --licensor other --asset abcdef",
    "yaosu licence may abcdef --action read --purpose research --sector energy --region CN --recipient acme --units 2",
    "yaosu licence sublicense abcdef --to acme --allow read,derive --purpose industrial,research --max-uses 3 --sublicence-depth 0 --duty attribution --until 30d",
    "yaosu licence use abcdef --action read --purpose research --units 3 --record log.json",
    "yaosu licence uses abcdef --limit 5",
    "yaosu licence terminate abcdef --with acme --statement agreed",
    "yaosu licence terminate abcdef --breach log.json --statement why",
    "yaosu licence terminate abcdef --breach log.json --arbiter judge --statement why",
    "yaosu licence supersede abcdef --by bcdefa",
    "yaosu licence deletion abcdef --statement gone.txt",
    "yaosu asset royalties abcdef@2 --price 1200.00",
    "yaosu asset release abcdef",
    "yaosu asset recall abcdef@2 --cause contamination --statement why.txt",
    "yaosu recall show abcdef",
    "yaosu recall list --asset abcdef",
    "yaosu recall duties abcdef --licensee acme --status overdue",
    "yaosu catalogue export --query weather --address https://market.example",
    "yaosu catalogue dataset abcdef@2 --address https://market.example",
    "yaosu catalogue import catalogue.json --output drafts.json",
    "yaosu catalogue register drafts.json --dry-run",
    "yaosu policy export --licence abcdef --format dataspace",
    "yaosu policy export --listing abcdef --plan 1",
    "yaosu policy read policy.json",
    "yaosu recall acknowledge abcdef --licence bcdefa",
    "yaosu proposal create enrol agent --legal-name Agent --legal-id 1 --key \
     0101010101010101010101010101010101010101010101010101010101010101 --role settlement-agent,trader",
    "yaosu proposal create roles acme --role registrar",
    "yaosu proposal create status acme suspended",
    "yaosu proposal create validators --validator \
     acme=0101010101010101010101010101010101010101010101010101010101010101:10",
    "yaosu proposal create node-admit 0101010101010101010101010101010101010101010101010101010101010101 --operator acme --name n1",
    "yaosu proposal create node-dismiss 0101010101010101010101010101010101010101010101010101010101010101",
    "yaosu proposal create rule-pack --notice-window 7d --fee 1% --fee-account acme",
    "yaosu proposal approve abcdef",
    "yaosu proposal show abcdef",
    "yaosu proposal list --status open",
    "yaosu tx show abcdef",
    "yaosu tx wait 0101010101010101010101010101010101010101010101010101010101010101 --wait-timeout 5s",
    "yaosu tx sign t.tx --as acme",
    "yaosu tx send t.tx --no-wait",
    "yaosu block show 7",
    "yaosu block list --limit 3",
    "yaosu receipt get abcdef -o r.json",
    "yaosu receipt get 7.0 --output r.json --checkpoint c.json",
    "yaosu receipt record licence abcdef --output r.json",
    "yaosu receipt record validators --output r.json",
    "yaosu receipt verify r.json --genesis g.bin",
    "yaosu receipt checkpoint --output c.json --after r.json",
    "yaosu node status",
    "yaosu node validators",
    "yaosu events follow --after 7.0 --limit 3",
    "yaosu bench --rate 100 --seconds 5",
    "yaosu completions bash",
];
