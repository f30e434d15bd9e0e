//! Depots over real connections: a web server that takes PUT, and a bucket of an S3 server, both in this process.
//!
//! Checked: a delivery of several parts goes there and comes back whole; an interrupted fetch goes on, also where the
//! server can't give a part; refusals and broken connections are told; requests to a bucket are signed. Not checked: a
//! vendor's server, TLS.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use yaosu_ledger::Digest;
use yaosu_ledger::sealed::Secret;
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::{CHUNKS, DeliveryError, Depot, Inbox, NODES, Opened, seal_file};
use yaosu_sdk::key_file::DeliverySecret;

/// What a server has, and how it behaves.
#[derive(Default)]
struct Shelf {
    objects: BTreeMap<String, Vec<u8>>,
    /// Parts of uploads that are not complete.
    parts: BTreeMap<u32, Vec<u8>>,
    /// Every request: the method and the path with its query.
    requests: Vec<String>,
    /// Ranges that were asked for.
    ranges: Vec<String>,
    /// A part is never given, always the whole.
    whole_only: bool,
    /// The lengths that files were announced with.
    lengths: Vec<String>,
    /// A file is taken only into a folder that was made.
    wants_folders: bool,
    folders: Vec<String>,
    /// Each request must be signed with this key.
    access_key: Option<&'static str>,
    /// Everything is refused with this status.
    refuse: Option<StatusCode>,
}

type Shared = Arc<Mutex<Shelf>>;

/// A server on a port of the system's choice. Ends with the runtime.
async fn start(shelf: Shared) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there are free ports");
    let address = listener.local_addr().expect("it is bound");
    let router = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(shelf);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer(
    State(shelf): State<Shared>,
    method: Method,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut shelf = shelf.lock().expect("nobody panics with it");
    shelf.requests.push(format!("{method} {uri}"));
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(key) = shelf.access_key
        && !text(header::AUTHORIZATION).starts_with(&format!("AWS4-HMAC-SHA256 Credential={key}/"))
    {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Some(status) = shelf.refuse {
        return status.into_response();
    }
    let path = uri.path().to_owned();
    let tag = [(header::ETAG, "\"tag\"")];
    match (method.as_str(), query.get("partNumber"), query.contains_key("uploadId")) {
        ("POST", None, false) if query.contains_key("uploads") => {
            "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>".into_response()
        }
        ("PUT", Some(number), true) => {
            shelf.parts.insert(number.parse().expect("a number"), body.to_vec());
            tag.into_response()
        }
        ("POST", None, true) => {
            let whole = std::mem::take(&mut shelf.parts).into_values().flatten().collect();
            shelf.objects.insert(path, whole);
            "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>".into_response()
        }
        ("MKCOL", ..) => {
            shelf.folders.push(path);
            StatusCode::CREATED.into_response()
        }
        ("PUT", None, false) if shelf.wants_folders && shelf.folders.is_empty() => StatusCode::CONFLICT.into_response(),
        ("PUT", None, false) => {
            let length = text(header::CONTENT_LENGTH).to_owned();
            shelf.lengths.push(length);
            shelf.objects.insert(path, body.to_vec());
            (StatusCode::CREATED, tag).into_response()
        }
        ("GET" | "HEAD", ..) => give(&mut shelf, &path, method == Method::HEAD, text(header::RANGE)),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn give(shelf: &mut Shelf, path: &str, head: bool, range: &str) -> Response {
    let Some(bytes) = shelf.objects.get(path).cloned() else { return StatusCode::NOT_FOUND.into_response() };
    let size = bytes.len();
    if !range.is_empty() {
        shelf.ranges.push(range.to_owned());
    }
    let from = range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')?.parse::<usize>().ok());
    let common = Response::builder()
        .header(header::ETAG, "\"tag\"")
        .header(header::LAST_MODIFIED, "Fri, 01 May 2026 10:00:00 GMT");
    let response = match from.filter(|_| !shelf.whole_only && !head) {
        Some(from) => common
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {from}-{}/{size}", size - 1))
            .body(Body::from(bytes[from..].to_vec())),
        None if head => common.header(header::CONTENT_LENGTH, size).body(Body::empty()),
        None => common.body(Body::from(bytes)),
    };
    response.expect("the headers are good")
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from(place * 7 % 251).expect("it is below 256")).collect()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn bob() -> DeliverySecret {
    DeliverySecret::from_bytes(&[7; 32])
}

/// Sends a delivery of so many bytes there and fetches it again, after an interruption in the middle.
async fn there_and_back(folder: &Path, address: &str, options: &[(String, String)], length: usize) {
    let (file, bytes, secret) = (folder.join("file"), content(length), Secret { key: [3; 32], salt: [4; 32] });
    fs::write(&file, &bytes).expect("the folder is there");
    let root = Digest(*blake3::hash(&bytes).as_bytes());
    let expected = Fingerprint { content_root: root, size_bytes: length as u64 };
    let sealed = seal_file(&file, expected, &secret, &bob().public(), folder, &mut |_, _| {}).expect("it is the file");
    let depot = Depot::open(address, None, options).expect("an address");
    depot.put(CHUNKS, &sealed.chunks(), &mut |_, _| {}).await.expect("it is taken");
    depot.put(NODES, &sealed.nodes(), &mut |_, _| {}).await.expect("it is taken");

    let inbox = Inbox::open(&folder.join("inbox"), length as u64).expect("the folder is ours");
    let sent = fs::read(sealed.chunks()).expect("it was sealed");
    fs::write(folder.join("inbox").join(CHUNKS), &sent[..100]).expect("the folder is there");
    let depot = Depot::at(depot.location(), options).expect("an address");
    let arrived = inbox.receive(&depot, &bob(), &mut |_, _| {}).await.expect("it is there");
    assert_eq!(arrived.ciphertext_root, sealed.commitment.ciphertext_root);
    assert_eq!(arrived.nodes_root, sealed.commitment.nodes_root);
    let output = folder.join("output");
    assert_eq!(inbox.open_with(&secret, &root, &output, &mut |_, _| {}).expect("it can be read"), Opened::Content);
    assert_eq!(fs::read(&output).expect("it was written"), bytes);
    inbox.discard().expect("it is ours");
    fs::remove_file(&output).expect("it is ours");
}

/// Goal: a web server that takes PUT is a depot, for files of no byte and of many; a fetch goes on where it broke off,
/// and begins again where the server can't give a part.
#[test]
fn a_web_server_is_a_depot() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    block_on(async {
        let shelf = Shared::default();
        let address = format!("{}/sales/2026/", start(Arc::clone(&shelf)).await);
        for length in [0, 1, 700_000, 70_000_000] {
            there_and_back(folder.path(), &address, &[], length).await;
        }
        let paths: Vec<String> = shelf.lock().expect("no panic").objects.keys().cloned().collect();
        assert_eq!(paths, ["/sales/2026/chunks.age", "/sales/2026/nodes.age"]);
        assert!(shelf.lock().expect("no panic").ranges.contains(&"bytes=100-".to_owned()));
        shelf.lock().expect("no panic").whole_only = true;
        there_and_back(folder.path(), &address, &[], 700_000).await;
    });
}

fn bucket_options(address: &str) -> Vec<(String, String)> {
    let options = [
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "cn-north-1"),
        ("AWS_ENDPOINT_URL", address),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_SOMETHING_ELSE", "passed over"),
    ];
    options.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Goal: a bucket is a depot: small files and files of several parts, with every request signed.
#[test]
fn a_bucket_is_a_depot() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    block_on(async {
        let shelf = Shared::default();
        shelf.lock().expect("no panic").access_key = Some("key");
        let options = bucket_options(&start(Arc::clone(&shelf)).await);
        for length in [0, 700_000, 12_000_000] {
            there_and_back(folder.path(), "s3://market/sales", &options, length).await;
        }
        let shelf = shelf.lock().expect("no panic");
        assert_eq!(shelf.objects.keys().collect::<Vec<_>>(), ["/market/sales/chunks.age", "/market/sales/nodes.age"]);
        let third = shelf.requests.iter().filter(|request| request.contains("partNumber=3")).count();
        assert_eq!(third, 1, "twelve megabytes are three parts: {:?}", shelf.requests);
    });
}

/// Goal: what is too large for memory is sent to a web server in one request with its length, is refused with the server's
/// answer, and goes to a server that wants folders first.
#[test]
fn a_large_file_goes_in_one_piece() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let (file, bytes) = (folder.path().join("file"), content(9_000_001));
    fs::write(&file, &bytes).expect("the folder is there");
    block_on(async {
        let shelf = Shared::default();
        let address = start(Arc::clone(&shelf)).await;
        let depot = Depot::open(&format!("{address}/a b"), None, &[]).expect("an address");
        let mut told = Vec::new();
        depot.put(CHUNKS, &file, &mut |done, total| told.push((done, total))).await.expect("it is taken");
        assert_eq!(told.last(), Some(&(9_000_001, 9_000_001)));
        {
            let mut shelf = shelf.lock().expect("no panic");
            assert!(shelf.objects["/a%20b/chunks.age"] == bytes, "the server has it byte by byte");
            assert_eq!(shelf.requests, ["PUT /a%20b/chunks.age"]);
            assert_eq!(shelf.lengths, ["9000001"]);
            shelf.refuse = Some(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let error = depot.put(CHUNKS, &file, &mut |_, _| {}).await.expect_err("it is refused").to_string();
        assert!(error.contains("413 Payload Too Large") && error.contains("9000001"), "{error}");

        let strict = Shared::default();
        strict.lock().expect("no panic").wants_folders = true;
        let depot = Depot::open(&format!("{}/sales", start(Arc::clone(&strict)).await), None, &[]).expect("an address");
        depot.put(CHUNKS, &file, &mut |_, _| {}).await.expect("it is taken");
        let strict = strict.lock().expect("no panic");
        assert!(strict.objects["/sales/chunks.age"] == bytes);
        assert!(strict.requests.contains(&"MKCOL /sales".to_owned()), "{:?}", strict.requests);
    });
}

/// Goal: what a server refuses, does not have or breaks off is told with the place, and is no delivery.
#[test]
fn a_depot_that_refuses_is_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("file");
    fs::write(&file, content(1000)).expect("the folder is there");
    block_on(async {
        let shelf = Shared::default();
        let address = start(Arc::clone(&shelf)).await;
        shelf.lock().expect("no panic").access_key = Some("other");
        let options = bucket_options(&address);
        for (address, options) in [("s3://market/sales", options.as_slice()), (address.as_str(), &[])] {
            let depot = Depot::open(address, None, options).expect("an address");
            let error = depot.put(CHUNKS, &file, &mut |_, _| {}).await.expect_err("it is refused");
            assert!(
                matches!(&error, DeliveryError::Depot { location, .. } if location.starts_with(address)),
                "{error}"
            );
        }
        shelf.lock().expect("no panic").access_key = None;
        let depot = Depot::at(&address, &[]).expect("an address");
        let into = folder.path().join("into");
        let error = depot.get(CHUNKS, &into, 5000, &mut |_, _| {}).await.expect_err("it is not there");
        assert!(error.to_string().contains("it is not there"), "{error}");
        shelf.lock().expect("no panic").objects.insert(format!("/{CHUNKS}"), content(6000));
        let error = depot.get(CHUNKS, &into, 5000, &mut |_, _| {}).await.expect_err("it is too long");
        assert!(matches!(error, DeliveryError::Length { .. }), "{error}");
        shelf.lock().expect("no panic").refuse = Some(StatusCode::FORBIDDEN);
        let error = depot.get(CHUNKS, &into, 9000, &mut |_, _| {}).await.expect_err("it is refused");
        assert!(matches!(error, DeliveryError::Depot { .. }), "{error}");
    });
}
