//! Questions and answers of block sync.

use std::time::Instant;

use arc_malachitebft_codec::Codec;
use arc_malachitebft_sync::{
    self as sync, InboundRequestId, OutboundFailureReason, OutboundRequestId, RawRequest, RawResponse, ResponseChannel,
};
use bytes::Bytes;
use libp2p::PeerId;
use libp2p::request_response::{self, OutboundFailure};
use yaosu_bft::YaosuContext;
use yaosu_bft::codec::{SYNC_RESPONSE_BYTES_MAX, YaosuCodec};

use super::{Event, SwarmTask, engine_peer};
use crate::counters::count;

/// Questions of block sync that wait for our answer. The engine has a limit of its own below it.
const PENDING_ANSWERS_MAX: usize = 256;

impl SwarmTask {
    pub(super) fn answer(&mut self, id: &InboundRequestId, response: &sync::Response<YaosuContext>) {
        let Some((peer, channel)) = self.pending_answers.remove(id) else { return };
        match YaosuCodec.encode(response) {
            Ok(bytes) => {
                if let Some(account) = self.accounts.get_mut(&peer) {
                    account.sync.give_back(SYNC_RESPONSE_BYTES_MAX.saturating_sub(bytes.len()));
                }
                let sent = self.swarm.behaviour_mut().sync.send_response(channel, bytes);
                count(if sent.is_ok() { &self.counters.sync_answered } else { &self.counters.sync_failed });
            }
            // The dropped channel tells the other side.
            Err(error) => tracing::error!(%error, "an answer of block sync can't be encoded"),
        }
    }

    /// An answer of block sync came. Its first and last values are looked at: each shows the height that it is of.
    pub(super) fn note_proof(&self, response: &sync::Response<YaosuContext>) {
        let sync::Response::ValueResponse(sync::ValueResponse { values, .. }) = response;
        let proved = [values.last(), values.first()].into_iter().flatten().find(|value| {
            let height = value.certificate.height.0;
            height > *self.proved.borrow() && self.gate.is_decided(&value.certificate)
        });
        if let Some(value) = proved {
            self.proved.send_replace(value.certificate.height.0);
        }
    }

    pub(super) fn sync_event(&mut self, event: sync::Event) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request_id, request: RawRequest(bytes), channel } => {
                    self.question(peer, InboundRequestId::new(request_id), bytes, channel);
                }
                request_response::Message::Response { request_id, response: RawResponse(bytes) } => {
                    let response = YaosuCodec.decode(bytes);
                    match &response {
                        Ok(response) => self.note_proof(response),
                        Err(_) => count(&self.counters.sync_failed),
                    }
                    let id = OutboundRequestId::new(request_id);
                    self.emit(&Event::SyncResponse(id, engine_peer(&peer), response.ok()));
                }
            },
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                count(&self.counters.sync_failed);
                let reason = match error {
                    OutboundFailure::DialFailure => OutboundFailureReason::DialFailure,
                    OutboundFailure::Timeout => OutboundFailureReason::Timeout,
                    OutboundFailure::ConnectionClosed => OutboundFailureReason::ConnectionClosed,
                    OutboundFailure::UnsupportedProtocols => OutboundFailureReason::UnsupportedProtocols,
                    OutboundFailure::Io(_) => OutboundFailureReason::Io,
                };
                let id = OutboundRequestId::new(request_id);
                self.emit(&Event::SyncRequestFailed(id, engine_peer(&peer), reason));
            }
            request_response::Event::InboundFailure { peer, request_id, .. } => {
                count(&self.counters.sync_failed);
                let id = InboundRequestId::new(request_id);
                self.pending_answers.remove(&id);
                self.emit(&Event::SyncInboundRequestFailed(id, engine_peer(&peer)));
            }
            request_response::Event::ResponseSent { .. } => {}
        }
    }

    pub(super) fn may_ask(&mut self, peer: PeerId) -> bool {
        let now = Instant::now();
        let account = self.accounts.get_mut(&peer);
        let may_ask = account.is_some_and(|account| account.sync.pay(SYNC_RESPONSE_BYTES_MAX, now));
        if !may_ask {
            count(&self.counters.sync_refused);
            if self.doorstep.asks_too_much(peer, now) {
                tracing::warn!(%peer, "questions of block sync refused: the peer asks for more than its budget");
            }
        }
        may_ask
    }

    pub(super) fn question(&mut self, peer: PeerId, id: InboundRequestId, bytes: Bytes, channel: ResponseChannel) {
        match YaosuCodec.decode(bytes) {
            // The dropped channel tells the other side.
            Ok(_) if !self.may_ask(peer) => {}
            Ok(request) if self.pending_answers.len() < PENDING_ANSWERS_MAX => {
                self.pending_answers.insert(id.clone(), (peer, channel));
                self.emit(&Event::SyncRequest(id, engine_peer(&peer), request));
            }
            // The dropped channel tells the other side.
            Ok(_) => count(&self.counters.sync_failed),
            Err(error) => {
                tracing::debug!(%peer, %error, "garbage in place of a question of block sync");
                count(&self.counters.garbage);
                self.cut_off(peer);
            }
        }
    }
}
