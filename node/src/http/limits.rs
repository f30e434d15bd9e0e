//! What the door bears.

use std::time::Duration;

use crate::config::ApiConfig;

/// Limits of the door. The defaults suit a node that is read by people and programs over the internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all; more are closed at once.
    pub connections: usize,
    /// Connections of one address (IPv6: of one /64 network). A proxy in front makes all connections of one address.
    pub connections_of_address: usize,
    /// Bytes of a request's line and headers; more are answered by 431.
    pub header_bytes: usize,
    /// Headers of a request.
    pub headers: usize,
    /// From the first moment a connection waits for a request until its headers are complete. Also how long a
    /// connection may be idle between requests.
    pub header_timeout: Duration,
    /// From the end of the headers until the body is complete.
    pub body_timeout: Duration,
    /// How long an answer may take, without what the client itself asks to wait for.
    pub request_timeout: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub write_timeout: Duration,
    /// How long nothing may move on a connection in either direction. Must be longer than a client may ask to wait
    /// ([`WAIT_MS_MAX`](yaosu_api::WAIT_MS_MAX)) and than [`Limits::heartbeat`].
    pub quiet_timeout: Duration,
    /// Reads that run at the same time; others wait their turn.
    pub reads: usize,
    /// Requests that wait for a commitment at the same time; others are answered at once.
    pub waits: usize,
    /// Of these, those of one address, counted as connections are; more are turned away.
    pub waits_of_address: usize,
    /// Event streams at the same time; more are turned away.
    pub streams: usize,
    /// Of these, those of one address, counted as connections are; more are turned away.
    pub streams_of_address: usize,
    /// How often a stream that has nothing to say says so.
    pub heartbeat: Duration,
    /// How long open requests may go on when the node stops.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            connections_of_address: 256,
            header_bytes: 16 * 1024,
            headers: 64,
            header_timeout: Duration::from_secs(20),
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(15),
            write_timeout: Duration::from_secs(20),
            quiet_timeout: Duration::from_mins(2),
            reads: 16,
            waits: 1_024,
            waits_of_address: 128,
            streams: 256,
            streams_of_address: 32,
            heartbeat: Duration::from_secs(15),
            shutdown_grace: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The limits that an operator may set, and the defaults of all others.
    pub fn of(config: &ApiConfig) -> Self {
        Self {
            connections: config.connections,
            connections_of_address: config.connections_per_address,
            waits: config.waits,
            waits_of_address: config.waits_per_address,
            streams: config.streams,
            streams_of_address: config.streams_per_address,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: what is not configured is the default, and each key sets the limit of its name.
    #[test]
    fn each_key_sets_its_limit() {
        assert_eq!(Limits::of(&ApiConfig::default()), Limits::default());
        let config = ApiConfig {
            connections: 1,
            connections_per_address: 2,
            waits: 3,
            waits_per_address: 4,
            streams: 5,
            streams_per_address: 6,
            ..ApiConfig::default()
        };
        let expected = Limits {
            connections: 1,
            connections_of_address: 2,
            waits: 3,
            waits_of_address: 4,
            streams: 5,
            streams_of_address: 6,
            ..Limits::default()
        };
        assert_eq!(Limits::of(&config), expected);
    }
}
