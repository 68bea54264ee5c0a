//! A service: its address, and how requests to it look.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use reqwest::Url;
use tokio::net::lookup_host;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::connection::{Connection, ExchangeError};
use super::requests::{Picked, Requests, Write, encoded};
use super::tls::Tls;
use super::{LoadError, LoadPlan};

/// How much of an id is repeated in an error.
const ID_CHARS_SHOWN: usize = 60;

/// A service, and the index of it that is asked.
#[derive(Debug)]
pub(super) struct Target {
    /// Where connections go: all addresses of the name, looked up once.
    pub(super) addresses: Vec<SocketAddr>,
    /// How they are encrypted, if they are.
    pub(super) tls: Option<Tls>,
    /// The service's address without a slash at its end.
    pub(super) url: String,
    /// The path before that of the API.
    base: String,
    /// The path of the index.
    index: String,
    search: Uri,
    bulk: Uri,
    headers: HeaderMap,
}

impl Target {
    /// Looks the service up and sees whether it takes connections.
    pub(super) async fn find(plan: &LoadPlan) -> Result<Self, LoadError> {
        let refused = |why: &str| LoadError::Url {
            // A password in it is not repeated.
            url: plan.url.rsplit('@').next().unwrap_or_default().to_owned(),
            why: why.to_owned(),
        };
        let url = Url::parse(&plan.url).map_err(|error| refused(&error.to_string()))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(refused("it has to begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "a name and a password do not belong into an address, which is shown and written down",
            ));
        }
        let host = url.host_str().ok_or_else(|| refused("it names no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let authority = format!("{host}:{port}");
        let base = url.path().trim_end_matches('/').to_owned();
        let index = format!("{base}/{}", encoded(&plan.index));
        let path = |path: String| path.parse::<Uri>().map_err(|error| refused(&error.to_string()));
        let unreachable = |source| LoadError::Unreachable {
            url: plan.url.clone(),
            source,
        };
        let addresses: Vec<SocketAddr> = lookup_host(&authority).await.map_err(unreachable)?.collect();
        let tls = if url.scheme() == "https" {
            let (host, trust) = (host.to_owned(), plan.trust.clone());
            let made = spawn_blocking(move || Tls::of(&host, &trust)).await;
            let made = made.map_err(io::Error::other).flatten();
            Some(made.map_err(LoadError::Trust)?)
        } else {
            None
        };
        let host = HeaderValue::try_from(&authority).map_err(|error| refused(&error.to_string()))?;
        let target = Self {
            addresses,
            tls,
            url: format!("{}://{authority}{base}", url.scheme()),
            search: path(format!("{index}/_search"))?,
            bulk: path(format!("{index}/_bulk"))?,
            base,
            index,
            headers: headers(plan, host),
        };
        let opened = timeout(plan.timeout, Connection::open(&target)).await;
        match opened.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into())) {
            Ok(_) => Ok(target),
            Err(ExchangeError::Connect(source)) => Err(unreachable(source)),
            Err(error) => Err(unreachable(io::Error::other(error))),
        }
    }

    /// A request for what stands at a path; nothing if it cannot stand in one.
    pub(super) fn get(&self, path: &str) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = format!("{}{path}", self.base).parse().ok()?;
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }

    /// The request of what is to be sent.
    pub(super) fn request(&self, picked: &Picked<'_>) -> Request<Full<Bytes>> {
        let json = HeaderValue::from_static("application/json");
        let lines = HeaderValue::from_static("application/x-ndjson");
        let (method, uri, kind, body) = match picked {
            Picked::Search(body) => (Method::POST, self.search.clone(), json, *body),
            Picked::Write(Write { document: None, body }) => (Method::POST, self.bulk.clone(), lines, body),
            Picked::Write(Write {
                document: Some(document),
                body,
            }) => (Method::PUT, self.document(document), json, body),
        };
        let mut request = Request::new(Full::new(body.clone()));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(CONTENT_TYPE, kind);
        request
    }

    /// Refuses documents whose paths are too long to be sent.
    pub(super) fn check(&self, requests: &Requests) -> Result<(), LoadError> {
        let Some(id) = requests.longest_id() else {
            return Ok(());
        };
        let fits = self.path(&encoded(id)).parse::<Uri>().is_ok();
        fits.then_some(()).ok_or_else(|| LoadError::Id {
            id: id.chars().take(ID_CHARS_SHOWN).collect(),
        })
    }

    fn path(&self, document: &str) -> String {
        format!("{}/_doc/{document}", self.index)
    }

    fn document(&self, document: &str) -> Uri {
        let uri = self.path(document).parse();
        uri.expect("both parts are escaped, and the longest one was tried before the run")
    }
}

/// What is sent with every request.
fn headers(plan: &LoadPlan, host: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let name = concat!("gleaner-load/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(name));
    headers.extend(plan.headers.clone());
    headers.insert(HOST, host);
    headers
}
