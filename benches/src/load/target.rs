//! A service: its address, and how requests to it look.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use reqwest::Url;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::requests::{Picked, Write, encoded};
use super::{LoadError, LoadPlan};

/// A service, and the index of it that is asked.
#[derive(Debug)]
pub(super) struct Target {
    /// Where connections go: all addresses of the name, looked up once.
    pub(super) addresses: Vec<SocketAddr>,
    /// The service's address without a slash at its end.
    pub(super) url: String,
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
        match url.scheme() {
            "http" => {}
            "https" => {
                return Err(refused(
                    "the generator speaks plain HTTP, because encryption would be measured too; address the service \
                     behind what encrypts, or put a proxy that decrypts on this machine",
                ));
            }
            _ => return Err(refused("it has to begin with http://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "a name and a password do not belong into an address, which is shown and written down",
            ));
        }
        let host = url.host_str().ok_or_else(|| refused("it names no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let authority = format!("{host}:{port}");
        let base = url.path().trim_end_matches('/');
        let index = format!("{base}/{}", encoded(&plan.index));
        let path = |path: String| path.parse::<Uri>().map_err(|error| refused(&error.to_string()));
        let unreachable = |source| LoadError::Unreachable {
            url: plan.url.clone(),
            source,
        };
        let addresses: Vec<SocketAddr> = lookup_host(&authority).await.map_err(unreachable)?.collect();
        timeout(plan.timeout, TcpStream::connect(&addresses[..]))
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(unreachable)?;
        let mut headers = HeaderMap::new();
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("gleaner-load/", env!("CARGO_PKG_VERSION"))),
        );
        headers.extend(plan.headers.clone());
        let host = HeaderValue::try_from(&authority).map_err(|error| refused(&error.to_string()))?;
        headers.insert(HOST, host);
        Ok(Self {
            addresses,
            url: format!("http://{authority}{base}"),
            search: path(format!("{index}/_search"))?,
            bulk: path(format!("{index}/_bulk"))?,
            index,
            headers,
        })
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

    fn document(&self, document: &str) -> Uri {
        let path = format!("{}/_doc/{document}", self.index);
        path.parse().expect("both parts are escaped")
    }
}
