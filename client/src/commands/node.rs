//! `yaosu node`

use clap::Subcommand;
use yaosu_api::words::Label;
use yaosu_api::{NodeStatus, PeerView, ValidatorView, ValidatorsView};

use crate::command_error::CommandError;
use crate::parse::{short, show_duration, show_time};
use crate::said::{Said, maybe, plain, said, yes};
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
        let operator =
            status.operator.map_or_else(|| said!("none: an observer", "无：观察节点"), |id| self.context.name(id));
        let oldest = show_duration(yaosu_ledger::Duration(status.oldest_waiting_ms));
        screen.fields(&[
            (Label::Version, plain(&status.version)),
            (Label::Chain, plain(status.chain)),
            (Label::Peer, plain(&status.peer)),
            (Label::Operator, operator),
            (Label::Signing, yes(status.signing)),
            (Label::Ready, yes(status.ready)),
            (Label::Height, said!("{} (peers: {})", "{}（对等节点：{}）", status.height, status.peers_height)),
            (Label::LastBlock, show_time(status.time)),
            (
                Label::Waiting,
                said!(
                    "{} in {} bytes, the oldest for {oldest}",
                    "{} 笔，共 {} 字节，最早的已等待 {oldest}",
                    status.waiting,
                    status.waiting_bytes
                ),
            ),
        ]);
        screen.table(&[Label::Peer, Label::Connected], status.peers.iter().map(peer_row).collect());
    }
}

fn peer_row(peer: &PeerView) -> Vec<Said> {
    vec![plain(&peer.peer), yes(peer.connected)]
}

impl Show for ValidatorsView {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[(Label::Height, plain(self.height)), (Label::ValidatorSet, plain(self.hash))]);
        let rows = self.validators.iter().map(|view| {
            let ValidatorView { validator, handle, missed_turns, passed_over_until } = view;
            vec![
                plain(handle),
                short(validator.key),
                plain(validator.power),
                plain(missed_turns),
                maybe(passed_over_until.as_ref()),
            ]
        });
        screen.table(
            &[Label::Operator, Label::Key, Label::Power, Label::MissedTurns, Label::PassedOverUntil],
            rows.collect(),
        );
    }
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
