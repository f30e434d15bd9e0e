//! Goal: the house stays as it was drawn.
//! Method: manifests and the lock file are read; an arrow, a version or a file that does not belong is named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package stands in the workspace").to_owned()
}

fn manifest(path: &str) -> toml::Table {
    let path = root().join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Which of our crates each of our crates may use. `docs/architecture.md` says why.
fn arrows() -> BTreeMap<&'static str, (&'static str, BTreeSet<&'static str>)> {
    let rows: [(&str, &str, &[&str]); 10] = [
        ("yaosu-ledger", "node/ledger", &[]),
        ("yaosu-replica", "node/replica", &["yaosu-ledger"]),
        ("yaosu-store", "node/store", &["yaosu-ledger"]),
        ("yaosu-bft", "node/bft", &["yaosu-ledger"]),
        ("yaosu-network", "node/network", &["yaosu-bft"]),
        ("yaosu-search", "node/search", &["yaosu-ledger"]),
        ("yaosu-api", "node/api", &["yaosu-ledger"]),
        (
            "yaosu-node",
            "node",
            &[
                "yaosu-ledger",
                "yaosu-replica",
                "yaosu-store",
                "yaosu-bft",
                "yaosu-network",
                "yaosu-search",
                "yaosu-api",
            ],
        ),
        ("yaosu-sdk", "client/sdk", &["yaosu-ledger", "yaosu-api"]),
        ("yaosu", "client", &["yaosu-ledger", "yaosu-api", "yaosu-sdk"]),
    ];
    rows.into_iter().map(|(name, folder, uses)| (name, (folder, uses.iter().copied().collect()))).collect()
}

/// The tables of a manifest that name dependencies of this kind: its own, and those for some targets only.
fn tables<'a>(manifest: &'a toml::Table, kind: &str) -> Vec<&'a toml::Table> {
    let targets =
        manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|targets| targets.values());
    let of_targets = targets.filter_map(toml::Value::as_table);
    of_targets.chain([manifest]).filter_map(|table| table.get(kind)?.as_table()).collect()
}

/// The packages that a manifest uses in these ways, whatever it calls them. `shared` has the workspace's own names.
fn packages(manifest: &toml::Table, shared: &toml::Table, kinds: &[&str]) -> BTreeSet<String> {
    let renamed = |value: &toml::Value| Some(value.get("package")?.as_str()?.to_owned());
    kinds
        .iter()
        .flat_map(|kind| tables(manifest, kind))
        .flatten()
        .map(|(name, value)| {
            let inherits = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            let value = if inherits { shared.get(name).unwrap_or(value) } else { value };
            renamed(value).unwrap_or_else(|| name.clone())
        })
        .collect()
}

/// Dependencies that the workspace gives names to.
fn shared() -> toml::Table {
    manifest("Cargo.toml")["workspace"]["dependencies"].as_table().expect("they are a table").clone()
}

/// Every way of using a crate.
const ALL_KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The ways of using a crate that reach the program.
const SHIPPED_KINDS: [&str; 2] = ["dependencies", "build-dependencies"];

/// Goal: no way of writing a dependency hides it.
#[test]
fn every_way_to_depend_is_seen() {
    let shared: toml::Table = "nickname = { package = \"inherited\", version = \"1\" }".parse().expect("it is TOML");
    let manifest: toml::Table = r#"
        [dependencies]
        plain = "1"
        other-name = { package = "renamed", version = "1" }
        nickname.workspace = true
        [dev-dependencies.tried]
        version = "1"
        [build-dependencies]
        built = { path = "x" }
        [target.'cfg(unix)'.dependencies]
        on-unix = "1"
        [target.'cfg(unix)'.build-dependencies]
        b = { package = "built-on-unix", version = "1" }
        [target.x86_64-unknown-linux-gnu.dev-dependencies]
        tried-on-linux = "1"
    "#
    .parse()
    .expect("it is TOML");
    let found = |kinds: &[&str]| packages(&manifest, &shared, kinds).into_iter().collect::<Vec<_>>();
    let shipped = ["built", "built-on-unix", "inherited", "on-unix", "plain", "renamed"];
    assert_eq!(found(&SHIPPED_KINDS), shipped);
    let all = ["built", "built-on-unix", "inherited", "on-unix", "plain", "renamed", "tried", "tried-on-linux"];
    assert_eq!(found(&ALL_KINDS), all);
}

#[test]
fn crates_use_only_what_the_design_lets_them() {
    let (arrows, shared) = (arrows(), shared());
    let workspace = manifest("Cargo.toml");
    let members: BTreeSet<String> = workspace["workspace"]["members"]
        .as_array()
        .expect("members are a list")
        .iter()
        .map(|member| member.as_str().expect("a folder").to_owned())
        .collect();
    let drawn: BTreeSet<String> = arrows.values().map(|(folder, _)| (*folder).to_owned()).collect();
    assert_eq!(members, drawn, "members of the workspace");
    for (name, (folder, allowed)) in &arrows {
        let manifest = manifest(&format!("{folder}/Cargo.toml"));
        assert_eq!(manifest["package"]["name"].as_str(), Some(*name), "{folder}");
        for used in packages(&manifest, &shared, &ALL_KINDS).iter().filter(|used| used.starts_with("yaosu")) {
            assert!(allowed.contains(used.as_str()), "{name} must not use {used}");
        }
    }
}

/// What must never enter a room, whoever else may use it.
#[test]
fn rooms_keep_out_what_does_not_belong() {
    let forbidden: [(&str, &[&str]); 8] = [
        ("node/ledger", &["tokio", "sled", "libp2p", "getrandom", "rand", "arc-malachitebft", "tracing"]),
        ("node/replica", &["tokio", "sled", "libp2p", "getrandom", "rand", "arc-malachitebft", "tracing"]),
        ("node/store", &["tokio", "libp2p", "arc-malachitebft", "axum"]),
        ("node/bft", &["sled", "libp2p", "axum"]),
        ("node/network", &["sled", "axum", "yaosu-replica"]),
        ("node/search", &["tokio", "sled", "libp2p", "axum", "arc-malachitebft"]),
        ("node/api", &["axum", "clap", "tokio", "hyper"]),
        ("client/sdk", &["clap", "comfy-table", "indicatif"]),
    ];
    let shared = shared();
    for (folder, names) in forbidden {
        let manifest = manifest(&format!("{folder}/Cargo.toml"));
        for used in packages(&manifest, &shared, &SHIPPED_KINDS) {
            // A family of crates has one beginning; `rand_core` is a trait that draws nothing.
            let is_one = |name: &&str| used == *name || used.starts_with(&format!("{name}-"));
            assert!(!names.iter().any(is_one), "{folder} must not use {used}");
        }
    }
}

/// Versions below these have faults that no advisory names; each was found by reading their changes.
#[test]
fn locked_versions_stand_on_their_floors() {
    let floors: [(&str, [u64; 3]); 6] = [
        ("libp2p-gossipsub", [0, 49, 5]),
        ("libp2p-quic", [0, 13, 1]),
        ("quinn-proto", [0, 11, 15]),
        ("h2", [0, 4, 16]),
        ("crossbeam-epoch", [0, 9, 20]),
        ("bincode", [2, 0, 1]),
    ];
    let lock = manifest("Cargo.lock");
    let packages = lock["package"].as_array().expect("packages are a list");
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let version = package["version"].as_str().expect("a version");
        let Some((_, floor)) = floors.iter().find(|(floored, _)| *floored == name) else { continue };
        assert!(parse(version) >= *floor, "{name} {version} is below its floor {floor:?}");
    }
    // yamux 0.12 comes beside 0.13 for a setter that nobody here calls; the one in use is 0.13.
    let newest = packages
        .iter()
        .filter(|package| package["name"].as_str() == Some("yamux"))
        .map(|package| parse(package["version"].as_str().expect("a version")))
        .max();
    assert!(newest >= Some([0, 13, 10]), "yamux is {newest:?}");
}

fn parse(version: &str) -> [u64; 3] {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    let mut parts = plain.split('.').map(|part| part.parse().expect("a number"));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

#[test]
fn the_top_level_holds_nothing_else() {
    let expected = [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "client",
        "docs",
        "node",
        "scripts",
    ];
    for entry in fs::read_dir(root()).expect("the workspace is readable") {
        let name = entry.expect("an entry").file_name().into_string().expect("a plain name");
        let known = name.starts_with('.') || name == "target" || expected.contains(&name.as_str());
        assert!(known, "{name} does not belong at the top level");
    }
}

/// Every crate takes the workspace's lints, so that none is softer than the others.
#[test]
fn every_crate_has_the_same_lints() {
    for (name, (folder, _)) in arrows() {
        let manifest = manifest(&format!("{folder}/Cargo.toml"));
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name}");
    }
}

/// The two cores promise the same, so that clippy forbids them the same.
#[test]
fn the_cores_are_forbidden_the_same() {
    let bans = |folder: &str| manifest(&format!("{folder}/.clippy.toml"));
    assert_eq!(bans("node/ledger"), bans("node/replica"));
}
