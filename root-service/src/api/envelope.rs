//! What every call has in common: media types, `pretty`, `filter_path`, compression, headers, panics, paths that lead nowhere.

use std::any::Any;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, http::HeaderMap};
use http_body_util::BodyExt as _;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::decompression::RequestDecompressionLayer;

use super::body::on_cpu;
use super::config::ApiConfig;
use super::filter_path::FilterPath;
use super::media::{Accepted, accepted};
use super::params::Params;
use super::pretty;
use crate::error::{ApiError, brief};

/// Smaller answers are not worth compressing.
const COMPRESS_BYTES_MIN: u16 = 1_024;
const PRODUCT: HeaderName = HeaderName::from_static("x-elastic-product");

/// Puts the envelope around routes. From the outside: compress, dress, catch panics, decompress.
pub(super) fn wrap(routes: Router, config: Arc<ApiConfig>) -> Router {
    // The routes are one service here, because a router adds the `Allow` header outside of its own layers.
    let cors = config.origins.layer();
    let dressed = Router::new()
        .fallback_service(routes.fallback(no_handler))
        .layer(RequestDecompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(config, dress))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(COMPRESS_BYTES_MIN)),
        );
    match cors {
        Some(cors) => dressed.layer(cors),
        None => dressed,
    }
}

/// What the client accepts, as the envelope found it; handlers that can answer in text or JSON ask for it.
impl<S: Sync> FromRequestParts<S> for Accepted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

async fn dress(State(config): State<Arc<ApiConfig>>, mut request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let mut response = match read_common(&request) {
        Ok((accepts, form)) => {
            request.extensions_mut().insert(accepts);
            let response = next.run(request).await;
            let response = asked.explain(response);
            lay_out(retype(response, accepts), form).await
        }
        Err(error) => error.into_response(),
    };
    if config.product_header {
        response
            .headers_mut()
            .insert(PRODUCT, HeaderValue::from_static("Elasticsearch"));
    }
    response
}

/// Reads what is common to all calls: the `Accept` header and the parameters that shape every answer.
fn read_common(request: &Request) -> Result<(Accepted, Form), ApiError> {
    let header = request
        .headers()
        .get(ACCEPT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let accepts = accepted(header.as_deref())
        .ok_or_else(|| ApiError::Accept(brief(header.as_deref().unwrap_or_default())))?;
    let mut params = Params::parse(request.uri().path(), request.uri().query().unwrap_or_default())?;
    params.flag("human")?;
    params.flag("error_trace")?;
    let form = Form {
        filter: match params.text("filter_path") {
            Some(paths) => FilterPath::parse(&paths)?,
            None => None,
        },
        pretty: params.flag("pretty")?.unwrap_or(false),
    };
    Ok((accepts, form))
}

/// How a client wants an answer's JSON.
struct Form {
    filter: Option<FilterPath>,
    pretty: bool,
}

/// Answers that other layers made without a body get one: they only know that the method or the encoding is wrong.
struct Asked {
    method: Method,
    uri: Uri,
    encoding: Option<HeaderValue>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            encoding: request.headers().get(CONTENT_ENCODING).cloned(),
        }
    }

    fn explain(&self, response: Response) -> Response {
        if response.headers().contains_key(CONTENT_TYPE) {
            return response;
        }
        match response.status() {
            StatusCode::METHOD_NOT_ALLOWED => ApiError::MethodNotAllowed {
                uri: brief(&self.uri.to_string()),
                method: self.method.to_string(),
                allowed: text(response.headers(), &ALLOW),
            }
            .into_response(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let encoding = self
                    .encoding
                    .as_ref()
                    .map(|value| String::from_utf8_lossy(value.as_bytes()));
                ApiError::ContentEncoding(brief(encoding.as_deref().unwrap_or_default())).into_response()
            }
            _ => response,
        }
    }
}

/// Gives JSON the name that the client calls it by.
fn retype(mut response: Response, accepts: Accepted) -> Response {
    if is_json(response.headers()) {
        response.headers_mut().insert(CONTENT_TYPE, accepts.json_type());
    }
    response
}

async fn lay_out(response: Response, form: Form) -> Response {
    if (!form.pretty && form.filter.is_none()) || !is_json(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let json = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let json = on_cpu(json.len(), move || {
        let json = form
            .filter
            .map_or_else(|| json.to_vec(), |filter| filter.apply(&json));
        if form.pretty { pretty::lay_out(&json) } else { json }
    })
    .await;
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/"))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}

async fn no_handler(method: Method, uri: Uri) -> ApiError {
    ApiError::NoHandler {
        uri: brief(&uri.to_string()),
        method: method.to_string(),
    }
}

/// A bug must not cost more than its own request.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let what = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap_or(&"not a text")).to_owned(),
    };
    tracing::error!(panic = what, "a handler panicked");
    ApiError::Internal.into_response()
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
