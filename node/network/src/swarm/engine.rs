//! What the engine says and asks, on its way to the peers.

use arc_malachitebft_codec::Codec;
use arc_malachitebft_engine::network::{NetworkMsg, Subscriber};
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamMessage};
use arc_malachitebft_network::Channel;
use arc_malachitebft_sync::{self as sync, OutboundRequestId};
use yaosu_bft::codec::{CodecError, YaosuCodec};
use yaosu_bft::ledger::Height;
use yaosu_bft::{ProposalPart, YaosuContext};

use super::{Event, SwarmTask, engine_peer, swarm_peer};
use crate::counters::count;
use crate::topic::Topic;

impl SwarmTask {
    pub(super) fn engine_message(&mut self, message: NetworkMsg<YaosuContext>) {
        match message {
            NetworkMsg::Subscribe(subscriber) => self.subscribe(subscriber),
            NetworkMsg::PublishConsensusMsg(message) => match self.gate.stands(&message) {
                Ok(()) => self.publish(Topic::Consensus, &message),
                Err(height) => self.outdated(height),
            },
            NetworkMsg::PublishLivenessMsg(message) => match self.gate.stands_again(&message) {
                Ok(()) => self.publish(Topic::Liveness, &message),
                Err(height) => self.outdated(height),
            },
            NetworkMsg::PublishProposalPart(message) => self.publish_part(&message),
            NetworkMsg::BroadcastStatus(status) => {
                let status = sync::Status {
                    peer_id: engine_peer(self.swarm.local_peer_id()),
                    tip_height: status.tip_height,
                    history_min_height: status.history_min_height,
                };
                self.publish(Topic::Status, &status);
            }
            NetworkMsg::OutgoingRequest(peer, request, reply) => match YaosuCodec.encode(&request) {
                Ok(bytes) => {
                    let Some(peer) = swarm_peer(&peer) else { return };
                    let id = self.swarm.behaviour_mut().sync.send_request(peer, bytes);
                    // Who asked may have given up meanwhile.
                    let _ = reply.send(OutboundRequestId::new(id));
                }
                Err(error) => tracing::error!(%error, "a question of block sync can't be encoded"),
            },
            NetworkMsg::OutgoingResponse(id, response) => self.answer(&id, &response),
            NetworkMsg::CancelInboundRequest(id) => {
                self.pending_answers.remove(&id);
            }
            NetworkMsg::UpdateValidatorSet(electorate) => self.gate.begin(electorate),
            NetworkMsg::DumpState(reply) => {
                let _ = reply.send(None);
            }
            NetworkMsg::UpdatePersistentPeers(_, reply) => {
                use arc_malachitebft_engine::network::PersistentPeerError;
                let refusal = "peers are changed through the network's handle".to_owned();
                let _ = reply.send(Err(PersistentPeerError::InternalError(refusal)));
            }
            // A question that is out can't be called back: its time runs out. The others belong to the engine's own
            // network actor.
            NetworkMsg::CancelRequest(_) | NetworkMsg::ValidatorProofVerified { .. } | NetworkMsg::NewEvent(_) => {}
        }
    }

    /// A subscriber hears all that it would have heard. Listening is what starts the engine.
    pub(super) fn subscribe(&mut self, subscriber: Box<dyn Subscriber<Event>>) {
        for address in self.listening.borrow().iter() {
            subscriber.send(Event::Listening(address.clone()));
        }
        for peer in self.accounts.keys() {
            subscriber.send(Event::PeerConnected(engine_peer(peer)));
        }
        for peer in &self.statuses_wanted {
            subscriber.send(Event::PeerSubscribed(engine_peer(peer), Channel::Sync));
        }
        self.subscribers.push(subscriber);
    }

    pub(super) fn emit(&self, event: &Event) {
        for subscriber in &self.subscribers {
            subscriber.send(event.clone());
        }
    }

    pub(super) fn publish<T>(&mut self, topic: Topic, message: &T)
    where
        YaosuCodec: Codec<T, Error = CodecError>,
    {
        match YaosuCodec.encode(message) {
            Ok(bytes) => {
                let data = self.numbering.wrap(topic, &bytes);
                let counter = match self.swarm.behaviour_mut().gossip.publish(self.topics.hash(topic), data) {
                    Ok(_) => &self.counters.consensus_sent,
                    Err(error) => {
                        tracing::debug!(?topic, %error, "not sent");
                        &self.counters.consensus_unsent
                    }
                };
                count(counter);
            }
            Err(CodecError::Withheld) => count(&self.counters.withheld),
            Err(error) => tracing::error!(?topic, %error, "a message of the engine can't be encoded"),
        }
    }

    /// Data parts go the way of the first one, which comes before them.
    pub(super) fn publish_part(&mut self, message: &StreamMessage<ProposalPart>) {
        if let StreamContent::Data(ProposalPart::Init { init, signature }) = &message.content {
            self.unsaid = None;
            if let Err(height) = self.gate.stands_first(init, signature) {
                self.unsaid = Some(message.stream_id.clone());
                return self.outdated(height);
            }
        }
        if self.unsaid.as_ref() == Some(&message.stream_id) {
            return count(&self.counters.outdated);
        }
        self.publish(Topic::Parts, message);
    }

    /// What was to be said is signed with a key that everyone else knows to be retired.
    pub(super) fn outdated(&mut self, height: Height) {
        count(&self.counters.outdated);
        if self.outdated_at < height {
            self.outdated_at = height;
            tracing::warn!(
                %height,
                "nothing is sent of what this node signs: the validator has another key since; restart with the new key"
            );
        }
    }

    pub(super) fn publish_batch(&mut self, batch: &[u8]) {
        let data = self.numbering.wrap(Topic::Transactions, batch);
        let sent = self.swarm.behaviour_mut().gossip.publish(self.topics.hash(Topic::Transactions), data);
        count(if sent.is_ok() { &self.counters.batches_sent } else { &self.counters.batches_unsent });
    }
}
