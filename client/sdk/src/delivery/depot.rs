//! Depots: where sealed files lie between seller and buyer. A folder, a web server or a bucket; it learns sizes alone.

use core::time::Duration;
use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpClient, HttpConnector};
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{
    ClientOptions, GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig,
    WriteMultipart,
};
use reqwest::{StatusCode, Url};
use yaosu_ledger::OrderId;

use super::upload::{self, Fault, Patience};
use super::{DeliveryError, Progress, io_at};
use crate::client::http_client;

/// The name of the sealed chunks in an order's folder.
pub const CHUNKS: &str = "chunks.age";

/// The name of the sealed nodes.
pub const NODES: &str = "nodes.age";

/// How much is read of a file at once when it is sent.
const READ_BYTES: usize = 1024 * 1024;

/// How much is copied from one file to another at once.
const COPY_BYTES: u64 = 8 * 1024 * 1024;

/// How many parts of an upload are on their way at once: five mebibytes each.
const PARTS_AT_ONCE: usize = 4;

/// The most that is sent from memory, again if it fails, to a depot that takes no parts. What is larger is read as it goes.
const MEMORY_PUT_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How long a depot may say nothing. An upload of a part is sent meanwhile, of five mebibytes.
const SILENCE_MAX: Duration = Duration::from_mins(5);

/// A depot, or the folder of one order in it.
#[derive(Clone, Debug)]
pub struct Depot {
    store: Arc<dyn ObjectStore>,
    /// If it is a web server, how to send it what is too large for memory.
    web: Option<Web>,
    place: Place,
    /// Under which address the buyer finds it.
    location: String,
}

/// The address of an order's folder in a depot with this address.
#[must_use]
pub fn location_of_order(depot: &str, order: OrderId) -> String {
    format!("{}/{order}", depot.trim_end_matches('/'))
}

/// A web server.
#[derive(Clone, Debug)]
struct Web {
    client: reqwest::Client,
    /// Its root: places are paths below it.
    root: Url,
}

/// Whether a folder is made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Make,
    Refuse,
}

impl Depot {
    /// A depot that is written to, by its address: `file://`, `http://`, `https://` (both must take PUT) or `s3://`.
    ///
    /// `options` are the settings of an S3 client by their usual names (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, ...);
    /// others are passed over. `public` is the address that buyers use if it is another one.
    ///
    /// # Errors
    /// [`DeliveryError::Location`], [`DeliveryError::Depot`].
    pub fn open(address: &str, public: Option<&str>, options: &[(String, String)]) -> Result<Self, DeliveryError> {
        let mut depot = connect(address, options, Missing::Make)?;
        public.unwrap_or(address).trim_end_matches('/').clone_into(&mut depot.location);
        Ok(depot)
    }

    /// The address of a folder of this machine.
    ///
    /// # Errors
    /// [`DeliveryError::Location`] if the path is not absolute.
    pub fn address_of(folder: &Path) -> Result<String, DeliveryError> {
        let no_address = |()| DeliveryError::Location { location: folder.display().to_string() };
        Url::from_file_path(folder).map(String::from).map_err(no_address)
    }

    /// The folder of one order, from what the ledger says of its place.
    ///
    /// # Errors
    /// [`DeliveryError::Location`], [`DeliveryError::Depot`].
    pub fn at(location: &str, options: &[(String, String)]) -> Result<Self, DeliveryError> {
        connect(location, options, Missing::Refuse)
    }

    /// The folder of an order.
    #[must_use]
    pub fn of_order(&self, order: OrderId) -> Self {
        Self {
            store: Arc::clone(&self.store),
            web: self.web.clone(),
            place: self.place.clone().join(order.to_string()),
            location: location_of_order(&self.location, order),
        }
    }

    /// The address that buyers use.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Puts a file there under this name, whole or not at all where the depot can; what was there is replaced.
    ///
    /// # Errors
    /// [`DeliveryError::Depot`], [`DeliveryError::Io`].
    pub async fn put(&self, name: &str, file: &Path, progress: Progress<'_>) -> Result<(), DeliveryError> {
        let place = self.place.clone().join(name);
        let fault = |error: object_store::Error| self.fault(name, &error);
        let mut source = fs::File::open(file).map_err(io_at(file))?;
        let size = source.metadata().map_err(io_at(file))?.len();
        let upload = match self.store.put_multipart(&place).await {
            Ok(upload) => upload,
            Err(error @ object_store::Error::NotImplemented { .. }) => match &self.web {
                Some(web) if size > MEMORY_PUT_BYTES_MAX => {
                    return self.put_whole(web, name, (file, &mut source, size), progress).await;
                }
                _ if size <= MEMORY_PUT_BYTES_MAX => {
                    let bytes = fs::read(file).map_err(io_at(file))?;
                    self.store.put(&place, PutPayload::from(bytes)).await.map_err(fault)?;
                    return Ok(());
                }
                _ => return Err(fault(error)),
            },
            Err(error) => return Err(fault(error)),
        };
        let mut upload = WriteMultipart::new(upload);
        let mut buffer = vec![0; READ_BYTES];
        let mut done = 0;
        loop {
            let count = source.read(&mut buffer).map_err(io_at(file))?;
            if count == 0 {
                break;
            }
            upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(fault)?;
            upload.write(&buffer[..count]);
            done += count as u64;
            progress(done, size);
        }
        upload.finish().await.map_err(fault)?;
        Ok(())
    }

    /// Sends a file to a web server in one piece.
    async fn put_whole(
        &self,
        web: &Web,
        name: &str,
        (path, file, size): (&Path, &mut fs::File, u64),
        progress: Progress<'_>,
    ) -> Result<(), DeliveryError> {
        let place = self.place.clone().join(name);
        let refused = |reason: String| DeliveryError::Depot { location: self.name_of(name), reason };
        let mut url = web.root.clone();
        url.path_segments_mut().map_err(|()| refused("it has no path".to_owned()))?.extend(place.parts());
        let fault = |fault| match fault {
            Fault::File(error) => io_at(path)(error),
            Fault::Connection(error) => refused(last_cause(&error)),
            Fault::Server(reason) => refused(reason),
        };
        let usual = Patience::USUAL;
        let mut answer = upload::put(&web.client, url.clone(), file, size, usual, progress).await.map_err(fault)?;
        if matches!(answer, StatusCode::CONFLICT | StatusCode::NOT_FOUND) {
            // Some servers want the folder first: an empty file is put with all folders above it.
            self.store.put(&place, PutPayload::default()).await.map_err(|error| self.fault(name, &error))?;
            file.rewind().map_err(io_at(path))?;
            answer = upload::put(&web.client, url, file, size, usual, progress).await.map_err(fault)?;
        }
        if answer.is_success() { Ok(()) } else { Err(refused(format!("it answers {answer} to {size} bytes"))) }
    }

    /// Fetches a file to `into`, and goes on where an earlier fetch to it broke off.
    ///
    /// What breaks off is kept. A depot that can't give a part of a file is asked for the whole again.
    ///
    /// # Errors
    /// [`DeliveryError::Length`] if it has more than `limit` bytes, and others of [`DeliveryError`].
    pub async fn get(&self, name: &str, into: &Path, limit: u64, progress: Progress<'_>) -> Result<(), DeliveryError> {
        let place = self.place.clone().join(name);
        let fault = |error: object_store::Error| self.fault(name, &error);
        let size = self.store.head(&place).await.map_err(fault)?.size;
        if size > limit {
            return Err(DeliveryError::Length { what: self.name_of(name), expected: limit, found: size });
        }
        // Not opened for appending: the system copies no ranges into such files.
        let mut file = fs::File::options().write(true).create(true).truncate(false).open(into).map_err(io_at(into))?;
        let mut done = file.seek(SeekFrom::End(0)).map_err(io_at(into))?;
        if done > size {
            // Of another delivery: this one can't have it.
            empty(&mut file).map_err(io_at(into))?;
            done = 0;
        }
        if done == size {
            return Ok(());
        }
        let whole = GetOptions::default();
        let rest = GetOptions { range: Some(GetRange::Offset(done)), ..GetOptions::default() };
        let result = match self.store.get_opts(&place, if done == 0 { whole } else { rest }).await {
            Err(error) if done > 0 && !matches!(error, object_store::Error::NotFound { .. }) => {
                empty(&mut file).map_err(io_at(into))?;
                done = 0;
                self.store.get_opts(&place, GetOptions::default()).await
            }
            result => result,
        };
        let result = result.map_err(fault)?;
        let begin = result.range.start;
        match result.payload {
            GetResultPayload::File(mut source, path) => {
                source.seek(SeekFrom::Start(begin)).map_err(io_at(&path))?;
                while done < size {
                    // The system copies from file to file, without a way through this process where it can.
                    let count = io::copy(&mut (&source).take(COPY_BYTES.min(size - done)), &mut file);
                    let count = count.map_err(io_at(into))?;
                    if count == 0 {
                        break;
                    }
                    done += count;
                    progress(done, size);
                }
            }
            GetResultPayload::Stream(mut stream) => {
                while let Some(part) = stream.next().await {
                    let part = part.map_err(fault)?;
                    done += part.len() as u64;
                    if done > size {
                        return Err(DeliveryError::Length { what: self.name_of(name), expected: size, found: done });
                    }
                    file.write_all(&part).map_err(io_at(into))?;
                    progress(done, size);
                }
            }
        }
        if done < size {
            let reason = format!("it broke off after {done} of {size} bytes");
            return Err(DeliveryError::Depot { location: self.name_of(name), reason });
        }
        Ok(())
    }

    fn name_of(&self, name: &str) -> String {
        format!("{}/{name}", self.location)
    }

    fn fault(&self, name: &str, error: &object_store::Error) -> DeliveryError {
        DeliveryError::Depot { location: self.name_of(name), reason: reason_of(error) }
    }
}

/// Begins a file anew.
fn empty(file: &mut fs::File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()
}

/// Why a depot says no.
fn reason_of(error: &object_store::Error) -> String {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return "it is not there".to_owned();
    }
    last_cause(error)
}

/// The last cause says most: "Connection refused", not "error sending request".
fn last_cause(error: &dyn core::error::Error) -> String {
    let mut cause: &dyn core::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn connect(address: &str, options: &[(String, String)], missing: Missing) -> Result<Depot, DeliveryError> {
    let location = address.trim_end_matches('/').to_owned();
    let no_address = || DeliveryError::Location { location: address.to_owned() };
    let fault =
        |error: object_store::Error| DeliveryError::Depot { location: address.to_owned(), reason: reason_of(&error) };
    let url = Url::parse(address).map_err(|_| no_address())?;
    let place = || Place::from_url_path(url.path()).map_err(|_| no_address());
    let no_client = |reason| DeliveryError::Depot { location: address.to_owned(), reason };
    let mut web = None;
    let (store, place): (Arc<dyn ObjectStore>, Place) = match url.scheme() {
        "file" => {
            let folder = url.to_file_path().map_err(|()| no_address())?;
            if missing == Missing::Make {
                fs::create_dir_all(&folder).map_err(io_at(&folder))?;
            }
            (Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(fault)?), Place::default())
        }
        "http" | "https" if url.has_host() => {
            let mut base = url.clone();
            base.set_path("");
            base.set_query(None);
            base.set_fragment(None);
            let secure = url.scheme() == "https";
            let connector = Connector::new(secure).map_err(no_client)?;
            // A whole file may take longer than any answer to what is asked with the other client.
            web = Some(Web { client: http_client(secure, None).map_err(no_client)?, root: base.clone() });
            let builder = HttpBuilder::new().with_url(base.as_str()).with_http_connector(connector).with_retry(retry());
            (Arc::new(builder.build().map_err(fault)?), place()?)
        }
        "s3" if url.has_host() => {
            let mut builder = AmazonS3Builder::new().with_url(address).with_retry(retry());
            for (name, value) in options {
                if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                    builder = builder.with_config(key, value);
                }
            }
            let connector = Connector::new(true).map_err(no_client)?;
            (Arc::new(builder.with_http_connector(connector).build().map_err(fault)?), place()?)
        }
        _ => return Err(no_address()),
    };
    Ok(Depot { store, web, place, location })
}

/// A person waits: a few quick attempts, then the reason.
fn retry() -> RetryConfig {
    RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() }
}

/// Gives a store an HTTP client as nodes are asked with, which gives up a depot that says nothing: one TLS stack, one
/// provider.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl Connector {
    fn new(secure: bool) -> Result<Self, String> {
        http_client(secure, Some(SILENCE_MAX)).map(Self)
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
