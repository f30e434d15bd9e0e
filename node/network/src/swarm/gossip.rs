//! What peers gossip: paid for, checked, handed on, and its verdict.

use std::time::Instant;

use arc_malachitebft_codec::Codec;
use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_engine::network::Status;
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamMessage};
use arc_malachitebft_network::Channel;
use arc_malachitebft_sync as sync;
use bytes::Bytes;
use libp2p::PeerId;
use libp2p::gossipsub::{self, MessageAcceptance};
use yaosu_bft::codec::{CodecError, YaosuCodec};
use yaosu_bft::{ProposalPart, YaosuContext};

use super::{Event, SwarmTask, engine_peer};
use crate::counters::count;
use crate::gate::Standing;
use crate::handle::{Batch, MessageId};
use crate::streams::{Early, Streams};
use crate::topic::{Topic, content_digest, unwrap};

impl SwarmTask {
    pub(super) fn gossip_event(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                let acceptance = self.message(propagation_source, &message_id, message);
                if let Some(acceptance) = acceptance {
                    self.judge(&message_id, &propagation_source, acceptance);
                }
            }
            gossipsub::Event::Subscribed { peer_id, topic }
                if self.topics.find(&topic) == Some(Topic::Status) && self.statuses_wanted.insert(peer_id) =>
            {
                // The engine answers by sending its status.
                self.emit(&Event::PeerSubscribed(engine_peer(&peer_id), Channel::Sync));
            }
            _ => {}
        }
    }

    /// Hands a message on; `None` if its verdict comes later.
    pub(super) fn message(
        &mut self,
        peer: PeerId,
        id: &gossipsub::MessageId,
        message: gossipsub::Message,
    ) -> Option<MessageAcceptance> {
        // What it sent before its connection was closed.
        if self.banned.contains_key(&peer) {
            return Some(MessageAcceptance::Ignore);
        }
        // The filter of subscriptions lets no other topic in.
        let Some(topic) = self.topics.find(&message.topic) else { return Some(MessageAcceptance::Reject) };
        let Some(account) = self.accounts.get_mut(&peer) else { return Some(MessageAcceptance::Ignore) };
        let (bytes, now) = (message.data.len(), Instant::now());
        let is_paid = match topic {
            Topic::Transactions => account.transactions.pay(bytes, now),
            Topic::Status => account.consensus.pay(bytes, now) && account.statuses.pay(bytes, now),
            Topic::Consensus | Topic::Liveness | Topic::Parts => account.consensus.pay(bytes, now),
        };
        if !is_paid {
            count(&self.counters.over_budget);
            let is_flood = topic != Topic::Transactions && account.excess.is_too_much(now);
            return Some(if is_flood { MessageAcceptance::Reject } else { MessageAcceptance::Ignore });
        }
        let Some(content) = unwrap(topic, message.data) else { return Some(MessageAcceptance::Reject) };
        if topic == Topic::Transactions {
            return self.batch(Batch { peer, message_id: MessageId(id.clone()), bytes: content });
        }
        self.consensus(topic, &peer, id, Bytes::from(content)).unwrap_or_else(|error| {
            tracing::debug!(%peer, ?topic, %error, "garbage");
            Some(MessageAcceptance::Reject)
        })
    }

    pub(super) fn batch(&self, batch: Batch) -> Option<MessageAcceptance> {
        if self.incoming.try_send(batch).is_ok() {
            count(&self.counters.batches_received);
            None
        } else {
            count(&self.counters.batches_dropped);
            Some(MessageAcceptance::Ignore)
        }
    }

    /// Checks a message of consensus and hands it on if it is good; `None` if its verdict comes later.
    pub(super) fn consensus(
        &mut self,
        topic: Topic,
        from: &PeerId,
        id: &gossipsub::MessageId,
        content: Bytes,
    ) -> Result<Option<MessageAcceptance>, CodecError> {
        let peer = engine_peer(from);
        let now = Instant::now();
        let Some(account) = self.accounts.get_mut(from) else { return Ok(Some(MessageAcceptance::Ignore)) };
        let neighbour = &mut account.neighbour;
        let (standing, event) = match topic {
            Topic::Consensus => {
                let digest = content_digest(&content);
                let message: SignedConsensusMsg<YaosuContext> = YaosuCodec.decode(content)?;
                let standing = self.gate.consensus(&message, digest, neighbour, now);
                match message {
                    SignedConsensusMsg::Vote(vote) => (standing, Event::Vote(peer, vote)),
                    SignedConsensusMsg::Proposal(proposal) => (standing, Event::Proposal(peer, proposal)),
                }
            }
            Topic::Liveness => {
                let digest = content_digest(&content);
                match YaosuCodec.decode(content)? {
                    LivenessMsg::Vote(vote) => (self.gate.vote(&vote, digest, neighbour, now), Event::Vote(peer, vote)),
                    LivenessMsg::PolkaCertificate(certificate) => {
                        let standing = self.gate.polka(&certificate, neighbour, now);
                        (standing, Event::PolkaCertificate(peer, certificate))
                    }
                    LivenessMsg::SkipRoundCertificate(certificate) => {
                        let standing = self.gate.round(&certificate, neighbour, now);
                        (standing, Event::RoundCertificate(peer, certificate))
                    }
                }
            }
            Topic::Parts => return Ok(self.part(from, id, YaosuCodec.decode(content)?, now)),
            Topic::Status => {
                let status: sync::Status<YaosuContext> = YaosuCodec.decode(content)?;
                if status.peer_id != peer {
                    return Ok(Some(MessageAcceptance::Reject));
                }
                if neighbour.says(status.tip_height.0) {
                    self.show_claims();
                }
                self.hand_on(&Event::Status(peer, Status::new(status.tip_height, status.history_min_height)));
                // For neighbours only: block sync asks none but those.
                return Ok(Some(MessageAcceptance::Ignore));
            }
            Topic::Transactions => return Ok(Some(MessageAcceptance::Ignore)),
        };
        Ok(Some(self.pass(standing, &event)))
    }

    pub(super) fn pass(&self, standing: Standing, event: &Event) -> MessageAcceptance {
        match standing {
            Standing::Signed => {
                self.hand_on(event);
                MessageAcceptance::Accept
            }
            Standing::Passing => {
                count(&self.counters.consensus_ignored);
                MessageAcceptance::Ignore
            }
            Standing::Forged => MessageAcceptance::Reject,
        }
    }

    pub(super) fn hand_on(&self, event: &Event) {
        count(&self.counters.consensus_received);
        self.emit(event);
    }

    /// A part of a proposed block. No publisher is told: a stream's name is the hash of its signed first part.
    pub(super) fn part(
        &mut self,
        from: &PeerId,
        id: &gossipsub::MessageId,
        message: StreamMessage<ProposalPart>,
        now: Instant,
    ) -> Option<MessageAcceptance> {
        let peer = engine_peer(from);
        match &message.content {
            StreamContent::Data(ProposalPart::Init { init, signature }) => {
                if !Streams::is_sound(init, &message) {
                    return Some(MessageAcceptance::Reject);
                }
                let digest = content_digest(message.stream_id.to_bytes().as_ref());
                let Some(account) = self.accounts.get_mut(from) else { return Some(MessageAcceptance::Ignore) };
                let standing = self.gate.init(init, signature, digest, &mut account.neighbour, now);
                let acceptance = self.pass(standing, &Event::ProposalPart(peer, None, message.clone()));
                if standing == Standing::Signed {
                    for Early { peer, id, message } in self.streams.begin(init, &message) {
                        if let Some(acceptance) = self.part(&peer, &id, message, now) {
                            self.judge(&id, &peer, acceptance);
                        }
                    }
                }
                Some(acceptance)
            }
            StreamContent::Data(ProposalPart::Data { index, bytes }) => {
                let place = [message.stream_id.to_bytes().as_ref(), &index.to_le_bytes()].concat();
                let Some(init) = self.streams.first_of(&message) else {
                    let early = Early { peer: *from, id: id.clone(), message };
                    for Early { peer, id, .. } in self.streams.wait(early) {
                        self.judge(&id, &peer, MessageAcceptance::Ignore);
                    }
                    return None;
                };
                let is_part = || Streams::is_part(init, &message, *index, bytes);
                let standing = self.gate.part(init, is_part, (content_digest(&place), bytes.len()), now);
                Some(self.pass(standing, &Event::ProposalPart(peer, None, message)))
            }
            // What the codec refuses.
            StreamContent::Fin => Some(MessageAcceptance::Reject),
        }
    }

    /// Tells gossip what a message is worth, and cuts off a peer that sent garbage.
    pub(super) fn judge(&mut self, id: &gossipsub::MessageId, peer: &PeerId, acceptance: MessageAcceptance) {
        let is_garbage = matches!(acceptance, MessageAcceptance::Reject);
        self.swarm.behaviour_mut().gossip.report_message_validation_result(id, peer, acceptance);
        if is_garbage {
            count(&self.counters.garbage);
            self.cut_off(*peer);
        }
    }
}
