//! A node that can't be started says why, and what to do.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use yaosu_api::NodeStatus;

use crate::harness::network::{document, found, make_keys};
use crate::harness::{Command, Network, until};

/// Goal: each mistake of an operator is named, with the place to mend it, and ends the process with its exit code; the
/// node is as good as before once the mistake is mended.
/// Method: one node alone, one mistake after another; each is taken back before the next.
#[test]
fn mistakes_are_named() {
    let mut network = Network::make(1);
    ports_are_taken(&mut network);
    the_folder_is_in_use(&mut network);
    the_configuration_is_wrong(&mut network);
    the_keys_are_open_to_others(&mut network);
    the_chain_is_another(&mut network);
    the_folder_is_of_another_version(&mut network);
    folders_are_not_made_twice(&network);

    let node = &mut network.nodes[0];
    node.start();
    node.wait_until_ready();
    let mut alice = network.person("alice");
    network.nodes[0].door.commit(&alice.pays("bob", 1));
    network.nodes[0].stop();
}

fn ports_are_taken(network: &mut Network) {
    let node = &mut network.nodes[0];
    for (port, key) in [(node.network_port, "network.listen"), (node.door.0, "api.listen")] {
        let holder = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let address = port.to_string();
        node.start_in_vain(&[]).must_say(1, &["can't listen on", &address, key, "in use"]);
        drop(holder);
    }
}

fn the_folder_is_in_use(network: &mut Network) {
    let home = network.nodes[0].home.clone();
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    let process = fs::read_to_string(home.join("node.pid")).expect("the process is written down");
    for command in ["start", "verify"] {
        Command::new(&[command]).home(&home).run().must_say(1, &["in use by another process"]);
    }
    let still = fs::read_to_string(home.join("node.pid")).expect("the process is written down");
    assert_eq!(still, process, "who can't start does not write itself down");
    let status = Command::new(&["status", "--json"]).home(&home).json();
    assert_eq!(status["ready"], true);
    network.nodes[0].stop();
    Command::new(&["status"]).home(&home).run().must_say(5, &["does not answer"]);
}

fn the_configuration_is_wrong(network: &mut Network) {
    let home = network.nodes[0].home.clone();
    let path = home.join("config.toml");
    let good = fs::read_to_string(&path).expect("the configuration is there");
    let file = path.display().to_string();
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 5] = [
        // added at the end                          said
        ("[mempool]\ntransactoins = 5\n",            &[&file, "transactoins", "line"]),
        ("[mempol]\n",                               &[&file, "mempol", "line"]),
        ("[mempool]\ntransactions = \"many\"\n",     &[&file, "transactions", "line"]),
        ("[mempool\n",                               &[&file, "line"]),
        ("[log]\nfilter = \"a=b=c\"\n",              &["log.filter"]),
    ];
    for (added, said) in cases {
        fs::write(&path, format!("{good}{added}")).expect("the configuration is written");
        network.nodes[0].start_in_vain(&[]).must_say(2, said);
    }
    fs::write(&path, good.replace("/ip4/", "/ipv4/")).expect("the configuration is written");
    network.nodes[0].start_in_vain(&[]).must_say(2, &["network.listen", "multiaddress"]);
    fs::remove_file(&path).expect("the configuration can be removed");
    network.nodes[0].start_in_vain(&[]).must_say(2, &["yaosu-node init"]);
    fs::write(&path, &good).expect("the configuration is written");

    for (name, value, said) in [
        ("YAOSU_NODE__API__LISTEN", "nowhere", "socket address"),
        ("YAOSU_NODE__API__LISTN", "127.0.0.1:1", "did you mean YAOSU_NODE__API__LISTEN?"),
        ("YAOSU_NODE__APY__LISTEN", "127.0.0.1:1", "did you mean YAOSU_NODE__API__LISTEN?"),
        ("YAOSU_NODE__API", "1", "SECTION__KEY"),
    ] {
        Command::new(&["start"]).home(&home).variable(name, value).run().must_say(2, &[name, said]);
    }
    // And a good one counts.
    let (other, _) = network.outsider("elsewhere", &["--observer"]);
    let process = Command::new(&["start", "--end-with-parent"])
        .home(&home)
        .variable("YAOSU_NODE__API__LISTEN", &format!("127.0.0.1:{}", other.door.0))
        .variable("YAOSU_NODE__LOG__FORMAT", "json")
        .spawn(&network.nodes[0].log);
    let mut process = Killed(process);
    let status: NodeStatus = until("it listens where the variable says", || other.door.look("/v1/status"));
    assert_eq!(status.peer, network.nodes[0].peer);
    process.0.kill().expect("the process is ours");
}

/// Killed when dropped.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn the_keys_are_open_to_others(network: &mut Network) {
    let node = &mut network.nodes[0];
    for name in ["network.pem", "consensus.pem"] {
        let path = node.home.join("keys").join(name);
        let mode = |mode: u32| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("the file is ours");
        for open in [0o640, 0o604] {
            mode(open);
            let command = format!("chmod 600 {}", path.display());
            node.start_in_vain(&[]).must_say(1, &["others may read it", &command]);
        }
        mode(0o600);
        let good = fs::read(&path).expect("the key is there");
        fs::write(&path, "no key").expect("the file is ours");
        node.start_in_vain(&[]).must_say(1, &["key file", name, "PKCS#8"]);
        fs::write(&path, good).expect("the file is ours");
    }
}

fn the_folder_is_of_another_version(network: &mut Network) {
    let node = &mut network.nodes[0];
    let marker = node.home.join("data").join("store");
    let good = fs::read_to_string(&marker).expect("the store says what it is");
    assert!(good.contains("\nformat 2\n"));
    fs::write(&marker, good.replace("\nformat 2\n", "\nformat 1\n")).expect("the file is ours");
    node.start_in_vain(&[]).must_say(9, &["the store has format 1, this program knows 2", "the version that wrote it"]);
    fs::write(&marker, good).expect("the file is ours");
}

fn the_chain_is_another(network: &mut Network) {
    let folder = network.folder.path().join("another");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let genesis = found(&document("another", &[make_keys(&folder.join("keys"), &[])]), &folder);
    let node = &mut network.nodes[0];
    let path = node.home.join("genesis.bin");
    let good = fs::read(&path).expect("genesis is there");
    let chain = network.chain.to_string();
    fs::copy(&genesis, &path).expect("genesis can be replaced");
    node.start_in_vain(&[]).must_say(9, &["the store holds chain", &chain, "genesis"]);
    let mut altered = good.clone();
    altered[40] ^= 1;
    fs::write(&path, altered).expect("genesis can be replaced");
    let ended = node.start_in_vain(&[]);
    assert!([2, 9].contains(&ended.code().expect("it ends by itself")), "{ended:#?}");
    assert!(ended.errors.contains("genesis") && !ended.errors.contains("panicked at"), "{ended:#?}");
    fs::write(&path, &good[..good.len() - 1]).expect("genesis can be replaced");
    node.start_in_vain(&[]).must_say(2, &["genesis", "genesis.bin"]);
    fs::write(&path, good).expect("genesis can be replaced");
}

fn folders_are_not_made_twice(network: &Network) {
    let home = &network.nodes[0].home;
    let genesis = network.folder.path().join("genesis.bin");
    Command::new(&["init", "--genesis"]).path(&genesis).home(home).run().must_say(2, &["already"]);
    // Keys are never replaced: asked again, the same ones are shown.
    let keys = home.join("keys").join("network.pem");
    let before = fs::read(&keys).expect("the node has a key");
    Command::new(&["keygen"]).home(home).run().must_say(0, &[]);
    assert_eq!(fs::read(&keys).expect("the node has a key"), before);
    Command::new(&["start"]).home(Path::new("/nonexistent/home")).run().must_say(2, &["yaosu-node init"]);
}
