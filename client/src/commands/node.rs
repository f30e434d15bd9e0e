//! `yaosu node`

use clap::Subcommand;
use yaosu_api::{NodeStatus, PeerView, ValidatorView, ValidatorsView};

use crate::command_error::CommandError;
use crate::parse::{short, show_duration, show_time};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};

/// What can be asked of a node.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show how the node is
    Status,
    /// Show who decides the next height
    Validators,
}

impl Show for InContext<NodeStatus> {
    fn show(&self, screen: &mut Screen) {
        let status = &self.value;
        let operator = status.operator.map_or_else(|| "none: an observer".to_owned(), |id| self.context.name(id));
        let oldest = show_duration(yaosu_ledger::Duration(status.oldest_waiting_ms));
        screen.fields(&[
            ("version", status.version.clone()),
            ("chain", status.chain.to_string()),
            ("peer", status.peer.clone()),
            ("operator", operator),
            ("signing", yes(status.signing)),
            ("ready", yes(status.ready)),
            ("height", format!("{} (peers: {})", status.height, status.peers_height)),
            ("last block", show_time(status.time)),
            ("waiting", format!("{} in {} bytes, the oldest for {oldest}", status.waiting, status.waiting_bytes)),
        ]);
        screen.table(&["peer", "connected"], status.peers.iter().map(peer_row).collect());
    }
}

fn peer_row(peer: &PeerView) -> Vec<String> {
    vec![peer.peer.clone(), yes(peer.connected)]
}

impl Show for ValidatorsView {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[("height", self.height.to_string()), ("set", self.hash.to_string())]);
        let rows = self.validators.iter().map(|view| {
            let ValidatorView { validator, handle, missed_turns, passed_over_until } = view;
            vec![
                handle.to_string(),
                short(validator.key),
                validator.power.to_string(),
                missed_turns.to_string(),
                passed_over_until.map_or_else(String::new, |height| height.to_string()),
            ]
        });
        screen.table(&["operator", "key", "power", "missed turns", "passed over until"], rows.collect());
    }
}

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let client = session.client()?;
    match verb {
        Verb::Status => {
            let value = client.status().await?;
            let context = session.context(value.operator, []).await;
            session.show(&InContext { value, context })
        }
        Verb::Validators => session.show(&client.validators().await?),
    }
}
