//! The connection to nodes: one request, one answer or one reason.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;

use reqwest::{Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use yaosu_api::{OCTET_STREAM, Problem};
use yaosu_ledger::ChainId;
use yaosu_ledger::codec::{self, Canonical};

use crate::{Attempt, SdkError};

/// How long a connection may take to come about.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer may take, beyond the time that the node was asked to wait.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of an answer at most; a longer one is not read. A full page of the largest listings is below it.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A client of one chain through one or more of its nodes. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    /// Base addresses, at least one. A path is put behind `v1/`.
    nodes: Vec<Url>,
    /// Which of them answered last.
    current: AtomicUsize,
    chain: Option<ChainId>,
}

/// What is asked of a node.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    /// The parts of the path behind `/v1/`.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, String)],
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) accept: &'a str,
    /// `None` for an answer that has no end.
    pub(crate) timeout: Option<Duration>,
}

impl Client {
    /// A client that asks these nodes: the first that can be reached, and from then on the same one until it can't.
    ///
    /// With a chain given, nothing is signed for, or sent to, a node of another chain.
    ///
    /// # Errors
    /// [`SdkError::Url`]: no node, or an address that is not `http://` or `https://`; or, for `https://`, the system has
    /// no certificates to trust.
    pub fn new<S: AsRef<str>>(nodes: &[S], chain: Option<ChainId>) -> Result<Self, SdkError> {
        let nodes: Vec<Url> = nodes.iter().map(|node| parse_base(node.as_ref())).collect::<Result<_, _>>()?;
        let Some(first) = nodes.first() else {
            return Err(SdkError::Url { url: String::new(), reason: "no node is named".into() });
        };
        let secure = nodes.iter().any(|node| node.scheme() == "https");
        let http = http_client(secure, None).map_err(|reason| SdkError::Url { url: first.to_string(), reason })?;
        Ok(Self { inner: Arc::new(Inner { http, nodes, current: AtomicUsize::new(0), chain }) })
    }

    /// The chain that was given, if one was.
    #[must_use]
    pub fn chain(&self) -> Option<ChainId> {
        self.inner.chain
    }

    /// The address of the node that is asked now.
    #[must_use]
    pub fn node(&self) -> &str {
        self.inner.nodes[self.inner.current.load(Ordering::Relaxed)].as_str()
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, SdkError> {
        let request = Request {
            method: Method::GET,
            path,
            query,
            body: None,
            accept: "application/json",
            timeout: Some(ANSWER_TIMEOUT),
        };
        self.json(&request).await
    }

    /// The bytes of an answer, and where they came from.
    pub(crate) async fn get_bytes(&self, path: &[&str], accept: &str) -> Result<(String, Vec<u8>), SdkError> {
        let timeout = Some(ANSWER_TIMEOUT);
        let request = Request { method: Method::GET, path, query: &[], body: None, accept, timeout };
        read(self.send(&request).await?).await
    }

    pub(crate) async fn get_canonical<T: Canonical>(&self, path: &[&str]) -> Result<T, SdkError> {
        let (url, bytes) = self.get_bytes(path, OCTET_STREAM).await?;
        codec::decode(&bytes).map_err(|error| SdkError::Answer { url, reason: error.to_string() })
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, SdkError> {
        let response = self.send(request).await?;
        let (url, bytes) = read(response).await?;
        serde_json::from_slice(&bytes).map_err(|error| SdkError::Answer { url, reason: error.to_string() })
    }

    /// Sends a request; the answer is one of success.
    ///
    /// Where no connection comes about, nothing was asked, and the next node is tried.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Response, SdkError> {
        let Inner { nodes, current, .. } = self.inner.as_ref();
        let first = current.load(Ordering::Relaxed);
        let mut attempts = Vec::new();
        for place in (first..nodes.len()).chain(0..first) {
            match self.send_to(&nodes[place], request).await {
                Ok(response) => {
                    current.store(place, Ordering::Relaxed);
                    return check(response).await;
                }
                Err(error) => {
                    attempts.push(Attempt { node: nodes[place].to_string(), reason: causes(&error) });
                    if !error.is_connect() {
                        break;
                    }
                }
            }
        }
        Err(SdkError::Unreachable(attempts))
    }

    async fn send_to(&self, node: &Url, request: &Request<'_>) -> reqwest::Result<Response> {
        let url = address(node, request.path, request.query);
        let mut builder = self.inner.http.request(request.method.clone(), url).header("accept", request.accept);
        if let Some(timeout) = request.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(body) = &request.body {
            builder = builder.header("content-type", OCTET_STREAM).body(body.clone());
        }
        builder.send().await
    }
}

/// An HTTP client. The certificates of the system are read only where they are needed. `silence_max` is how long the other
/// side may send nothing after it was asked, also while it is sent something itself.
pub(crate) fn http_client(secure: bool, silence_max: Option<Duration>) -> Result<reqwest::Client, String> {
    // Fails if the program has chosen a provider before, which then is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).no_proxy();
    let builder = if secure { builder } else { builder.tls_certs_only([]) };
    let builder = silence_max.into_iter().fold(builder, reqwest::ClientBuilder::read_timeout);
    builder.build().map_err(|error| causes(&error))
}

/// A base address; a path in it is kept, so that a node may stand behind a gateway.
fn parse_base(text: &str) -> Result<Url, SdkError> {
    let fault = |reason: String| SdkError::Url { url: text.to_owned(), reason };
    let rule = "it must begin with http:// or https:// and name a host";
    // What has no scheme is taken for a relative address, or its host for a scheme: neither says what is missing.
    if !text.contains("://") {
        return Err(fault(rule.into()));
    }
    let mut url = Url::parse(text).map_err(|error| fault(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(fault(rule.into()));
    }
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().map_err(|()| fault("it has no path".into()))?.pop_if_empty();
    Ok(url)
}

fn address(node: &Url, path: &[&str], query: &[(&str, String)]) -> Url {
    let mut url = node.clone();
    url.path_segments_mut().expect("an http address has a path").push("v1").extend(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// An answer of success as it is; any other as the problem that it names.
async fn check(response: Response) -> Result<Response, SdkError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let (url, bytes) = read(response).await?;
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => Err(SdkError::Problem(Box::new(problem))),
        Err(_) => Err(SdkError::Answer { url, reason: describe(status) }),
    }
}

fn describe(status: StatusCode) -> String {
    format!("HTTP status {status} without a problem document: is this the address of a yaosu node?")
}

/// Reads an answer, but no more of it than [`ANSWER_BYTES_MAX`].
async fn read(mut response: Response) -> Result<(String, Vec<u8>), SdkError> {
    let url = response.url().to_string();
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX => {
                return Err(SdkError::Answer { url, reason: format!("it has over {ANSWER_BYTES_MAX} bytes") });
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok((url, bytes)),
            Err(error) => return Err(SdkError::unreachable(url, causes(&error))),
        }
    }
}

/// The last cause of an error, which says most: "Connection refused", not "error sending request".
pub(crate) fn causes(error: &reqwest::Error) -> String {
    if error.is_timeout() && !error.is_connect() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn core::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: who says nothing after it was asked is given up.
    #[tokio::test]
    async fn silence_has_an_end() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there are free ports");
        let url = format!("http://{}/", silent.local_addr().expect("it is bound"));
        let client = http_client(false, Some(Duration::from_millis(200))).expect("a client");
        let asked = tokio::time::timeout(Duration::from_mins(1), client.get(url).send()).await;
        assert_eq!(causes(&asked.expect("it is given up").expect_err("nobody answers")), "no answer in time");
    }

    /// Goal: an address keeps the gateway's path, and no part of a path or query can break out of its place.
    #[test]
    fn addresses() {
        #[rustfmt::skip]
        let rows = [
            ("http://a:1", vec!["head"], vec![], "http://a:1/v1/head"),
            ("http://a:1/", vec!["head"], vec![], "http://a:1/v1/head"),
            ("https://a/market/", vec!["blocks", "7"], vec![], "https://a/market/v1/blocks/7"),
            ("http://a", vec!["assets", "../x?y"], vec![], "http://a/v1/assets/..%2Fx%3Fy"),
            ("http://a", vec!["assets"], vec![("query", "a&b 数".to_owned())], "http://a/v1/assets?query=a%26b+%E6%95%B0"),
        ];
        for (base, path, query, expected) in rows {
            let base = parse_base(base).expect("a good address");
            assert_eq!(address(&base, &path, &query).as_str(), expected);
        }
        for bad in ["", "127.0.0.1:80", "ftp://a", "file:///x", "http://"] {
            assert!(matches!(parse_base(bad), Err(SdkError::Url { .. })), "{bad:?}");
        }
        assert!(matches!(Client::new::<&str>(&[], None), Err(SdkError::Url { .. })));
    }
}
