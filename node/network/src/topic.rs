//! What is talked about, and how long a message of each topic may be.

use std::sync::atomic::{AtomicU64, Ordering};

use libp2p::gossipsub::{IdentTopic, Message, MessageId, TopicHash};
use yaosu_bft::codec::{CONSENSUS_BYTES_MAX, LIVENESS_BYTES_MAX, STATUS_BYTES_MAX, STREAM_BYTES_MAX};
use yaosu_bft::ledger::hash::{self, Domain};
use yaosu_bft::ledger::{ChainId, Digest};

/// The longest batch of transactions: a few of the largest, or some hundred usual ones.
pub const BATCH_BYTES_MAX: usize = 128 * 1024;

/// Bytes in front of every message but transactions: a number that makes it differ from the same message sent before.
const NUMBER_BYTES: usize = 8;

/// What gossip adds to a message: the topic's name, field tags and lengths.
const ENVELOPE_BYTES: usize = 512;

/// What is talked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Votes and proposals.
    Consensus,
    /// Votes sent again, and certificates that let others catch up.
    Liveness,
    /// Parts of proposed blocks.
    Parts,
    /// How far each node is. Goes to direct neighbours only.
    Status,
    /// Batches of transactions.
    Transactions,
}

impl Topic {
    pub const ALL: [Self; 5] = [Self::Consensus, Self::Liveness, Self::Parts, Self::Status, Self::Transactions];

    const fn name(self) -> &'static str {
        match self {
            Self::Consensus => "consensus",
            Self::Liveness => "liveness",
            Self::Parts => "parts",
            Self::Status => "status",
            Self::Transactions => "transactions",
        }
    }

    /// The longest message, without what this module and gossip add to it.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Consensus => CONSENSUS_BYTES_MAX,
            Self::Liveness => LIVENESS_BYTES_MAX,
            Self::Parts => STREAM_BYTES_MAX,
            Self::Status => STATUS_BYTES_MAX,
            Self::Transactions => BATCH_BYTES_MAX,
        }
    }

    /// The longest message as gossip counts it.
    pub const fn transmit_bytes_max(self) -> usize {
        self.bytes_max() + NUMBER_BYTES + ENVELOPE_BYTES
    }

    /// Whether the same content may be sent again: all but transactions, of which each is needed once.
    const fn is_numbered(self) -> bool {
        !matches!(self, Self::Transactions)
    }
}

/// The topics of one chain. Nodes of different chains have no topic in common.
#[derive(Clone, Debug)]
pub struct Topics {
    topics: [(Topic, IdentTopic, TopicHash); 5],
}

impl Topics {
    pub fn new(chain: &ChainId) -> Self {
        let topics = Topic::ALL.map(|topic| {
            let ident = IdentTopic::new(format!("yaosu/1/{chain}/{}", topic.name()));
            let hash = ident.hash();
            (topic, ident, hash)
        });
        Self { topics }
    }

    pub fn all(&self) -> impl Iterator<Item = (Topic, &IdentTopic, &TopicHash)> {
        self.topics.iter().map(|(topic, ident, hash)| (*topic, ident, hash))
    }

    pub fn hash(&self, topic: Topic) -> TopicHash {
        let found = self.topics.iter().find(|(entry, _, _)| *entry == topic);
        found.map(|(_, _, hash)| hash.clone()).expect("every topic is in the list")
    }

    pub fn find(&self, hash: &TopicHash) -> Option<Topic> {
        self.topics.iter().find(|(_, _, entry)| entry == hash).map(|(topic, _, _)| *topic)
    }
}

/// Numbers the messages of one node.
#[derive(Debug)]
pub struct Numbering(AtomicU64);

impl Numbering {
    /// Starts at the time in nanoseconds, so that a restarted node does not repeat its numbers.
    pub fn start() -> Self {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(AtomicU64::new(u64::try_from(since_epoch.as_nanos()).unwrap_or_default()))
    }

    /// A message as it is sent.
    pub fn wrap(&self, topic: Topic, content: &[u8]) -> Vec<u8> {
        if topic.is_numbered() {
            [&self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes(), content].concat()
        } else {
            content.to_vec()
        }
    }
}

/// The content of a message as it came; `None` if it is too short or too long for its topic.
pub fn unwrap(topic: Topic, mut data: Vec<u8>) -> Option<Vec<u8>> {
    if topic.is_numbered() {
        if data.len() < NUMBER_BYTES {
            return None;
        }
        data.drain(..NUMBER_BYTES);
    }
    (data.len() <= topic.bytes_max()).then_some(data)
}

/// The identity of what a message says, whoever says it and however often.
pub fn content_digest(content: &[u8]) -> Digest {
    hash::digest(Domain::GossipMessage, content)
}

/// A message's identity: what has the same was seen before. Covers topic and data, number included.
pub fn message_id(message: &Message) -> MessageId {
    let topic = message.topic.as_str().as_bytes();
    let mut bytes = Vec::with_capacity(topic.len().saturating_add(message.data.len()).saturating_add(1));
    bytes.extend_from_slice(topic);
    // Not part of a name: it ends there.
    bytes.push(0);
    bytes.extend_from_slice(&message.data);
    MessageId::new(hash::digest(Domain::GossipMessage, &bytes).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::{Sample, compare};

    /// Goal: content comes out as it went in at the limit of each topic and not above; sent again it is another message.
    #[test]
    fn content_is_wrapped_within_limits() {
        let numbering = Numbering::start();
        for topic in Topic::ALL {
            let content = vec![1; topic.bytes_max()];
            let wrapped = numbering.wrap(topic, &content);
            assert_eq!(unwrap(topic, wrapped.clone()), Some(content.clone()), "{topic:?}");
            assert_eq!(numbering.wrap(topic, &content) == wrapped, topic == Topic::Transactions, "{topic:?}");
            let long = numbering.wrap(topic, &vec![1; topic.bytes_max() + 1]);
            assert_eq!(unwrap(topic, long), None, "{topic:?}");
        }
        assert_eq!(unwrap(Topic::Status, vec![0; NUMBER_BYTES - 1]), None);
    }
    /// Goal: names of topics, messages as they are sent and their identities are frozen.
    /// `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-network --lib golden` when they are meant to change.
    #[test]
    fn golden_topics() {
        let topics = Topics::new(&ChainId(Digest([1; 32])));
        let mut golden: Vec<Sample> = Vec::new();
        for (topic, _, hash) in topics.all() {
            let data = Numbering(AtomicU64::new(300)).wrap(topic, b"content");
            let message = Message { source: None, data, sequence_number: None, topic: hash.clone() };
            let name = topic.name();
            golden.push((format!("{name}-topic"), hash.as_str().as_bytes().to_vec()));
            golden.push((format!("{name}-id"), message_id(&message).0));
            golden.push((format!("{name}-data"), message.data));
        }
        compare("topics.txt", &golden);
    }
}
