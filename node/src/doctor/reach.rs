//! What is reached: the node itself if it runs, its ports, and its peers.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::time::Duration;

use tokio::net::TcpStream;
use yaosu_api::NodeStatus;
use yaosu_network::Identity;

use super::Check;
use crate::config::{Config, Home};
use crate::keys::Seed;
use crate::local_client;
use crate::peers::{parse_peers, socket_of};

/// How long a peer may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the node that answers at the configured address says of itself.
pub async fn status(config: &Config) -> Option<NodeStatus> {
    let body = local_client::get(config.api.listen, "/v1/status").await.ok()?;
    serde_json::from_slice(&body).ok()
}

/// The node and its two ports.
pub async fn checks(home: &Home, config: &Config, status: Option<&NodeStatus>) -> Vec<Check> {
    let own = Seed::read(&home.network_key()).ok().map(|seed| Identity::from_seed(seed.bytes()).peer_id().to_string());
    let ours = status.filter(|status| own.as_ref() == Some(&status.peer));
    let mut checks = vec![match (status, ours) {
        (_, Some(status)) => node(status),
        (Some(_), None) => Check::failed(
            "node",
            format!("another node answers at {}; change api.listen, or stop the other", config.api.listen),
        ),
        (None, None) => Check::ok("node", "does not run"),
    }];
    let network = config.network.listen.parse().ok().and_then(|address| socket_of(&address));
    for (name, address) in [("api.listen", Some(config.api.listen)), ("network.listen", network)] {
        checks.push(match (address, ours) {
            (None, _) => Check::failed(name, format!("{} has no address and port", config.network.listen)),
            (Some(address), Some(_)) => match reach(address).await {
                Ok(()) => Check::ok(name, format!("{address}, the node listens")),
                Err(reason) => Check::failed(name, format!("{address}: the node runs, and nobody listens: {reason}")),
            },
            (Some(address), None) => match TcpListener::bind(address) {
                Ok(_) => Check::ok(name, format!("{address} is free")),
                Err(error) => Check::failed(
                    name,
                    format!("{address}: {error}; change {name} in config.toml, or stop what uses it"),
                ),
            },
        });
    }
    checks
}

fn node(status: &NodeStatus) -> Check {
    const NAME: &str = "node";
    let connected = status.peers.iter().filter(|peer| peer.connected).count();
    let how = format!(
        "height {} (peers {}), {connected} of {} peers, {}",
        status.height,
        status.peers_height,
        status.peers.len(),
        if status.signing { "signing" } else { "not signing" }
    );
    if status.ready {
        Check::ok(NAME, format!("ready, {how}"))
    } else {
        Check::warning(NAME, format!("not ready, {how}"))
    }
}

/// Whether each configured peer can be connected to. Whether it lets this node in is the ledger's to say, and stands in
/// the log.
pub async fn peers(config: &Config, status: Option<&NodeStatus>) -> Vec<Check> {
    // A wrong one is named by the check of the configuration.
    let Ok(peers) = parse_peers(&config.network.peers) else { return Vec::new() };
    if peers.is_empty() {
        return vec![Check::warning("peers", "network.peers names none: this node dials nobody")];
    }
    let checks = peers.into_iter().map(|(peer, address)| async move {
        let name = format!("peer {peer}");
        let known = status.and_then(|status| status.peers.iter().find(|view| view.peer == peer.to_string()));
        if known.is_some_and(|view| view.connected) {
            return Check::ok(&name, format!("connected, {address}"));
        }
        let Some(socket) = socket_of(&address) else {
            return Check::failed(&name, format!("{address} has no address and port"));
        };
        match reach(socket).await {
            Ok(()) if status.is_some() => Check::warning(
                &name,
                format!(
                    "{socket} answers, and is not connected: is it admitted, and this node at its side? see the log"
                ),
            ),
            Ok(()) => Check::ok(&name, format!("{socket} answers")),
            // One that is down is no fault of this node.
            Err(reason) => Check::warning(&name, format!("{socket}: {reason}; is it up, and are both firewalls open?")),
        }
    });
    futures::future::join_all(checks).await
}

async fn reach(address: SocketAddr) -> Result<(), String> {
    // Who listens on all addresses is reached on this machine's own.
    let address = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from(([127, 0, 0, 1], address.port())),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, address.port())),
        _ => address,
    };
    match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
