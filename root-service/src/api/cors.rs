//! Pages of other origins: which of them a browser lets call this root (cross-origin resource sharing, CORS).

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember what it was told, as in Elasticsearch.
const REMEMBERED: Duration = Duration::from_hours(20 * 24);

/// The origins whose pages may call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// None but the root's own.
    #[default]
    None,
    /// All of them: whoever opens any page lets it read and write every index.
    Any,
    /// These, such as `https://shop.example`.
    These(Vec<HeaderValue>),
}

/// An origin that no browser would send.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no origin: use a scheme, a host and maybe a port, such as https://shop.example, or * for all"
)]
pub struct NoOrigin(pub String);

impl Origins {
    /// The origins as people write them; `*` means all.
    ///
    /// # Errors
    /// [`NoOrigin`] for the first that is none.
    pub fn parse(origins: &[String]) -> Result<Self, NoOrigin> {
        if origins.iter().any(|origin| origin == "*") {
            return Ok(Self::Any);
        }
        let these: Result<Vec<HeaderValue>, NoOrigin> = origins.iter().map(|origin| parse(origin)).collect();
        Ok(match these? {
            none if none.is_empty() => Self::None,
            these => Self::These(these),
        })
    }

    /// What answers browsers that ask; `None` if no other origin may call.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        let origins = match self {
            Self::None => return None,
            Self::Any => AllowOrigin::any(),
            Self::These(origins) => AllowOrigin::list(origins.clone()),
        };
        let methods = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
        ];
        let headers = [
            CONTENT_TYPE,
            CONTENT_LENGTH,
            AUTHORIZATION,
            HeaderName::from_static("x-requested-with"),
        ];
        let layer = CorsLayer::new().allow_origin(origins).allow_methods(methods);
        Some(layer.allow_headers(headers).max_age(REMEMBERED))
    }
}

fn parse(origin: &str) -> Result<HeaderValue, NoOrigin> {
    let wrong = || NoOrigin(origin.chars().take(100).collect());
    let host = origin.split_once("://").map(|(_, host)| host).ok_or_else(wrong)?;
    if host.is_empty() || host.contains(['/', '?', '#', '@', '*', ' ']) {
        return Err(wrong());
    }
    HeaderValue::from_str(origin).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_a_scheme_and_a_host() {
        let parsed = |origins: &[&str]| {
            let origins: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
            Origins::parse(&origins)
        };
        assert_eq!(parsed(&[]), Ok(Origins::None));
        assert_eq!(parsed(&["https://a.example", "*"]), Ok(Origins::Any));
        let these = vec![HeaderValue::from_static("http://localhost:8080")];
        assert_eq!(parsed(&["http://localhost:8080"]), Ok(Origins::These(these)));
        for wrong in [
            "shop.example",
            "https://",
            "https://a.example/",
            "https://*.example",
            "https://a\n",
        ] {
            assert_eq!(parsed(&[wrong]), Err(NoOrigin(wrong.to_owned())), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_page_of_a_named_origin_may_call_and_another_may_not() {
        use axum::Router;
        use axum::body::Body;
        use axum::http::Request;
        use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
        use tower::ServiceExt as _;

        let config = super::super::ApiConfig {
            origins: Origins::parse(&["https://shop.example".to_owned()]).unwrap(),
            ..Default::default()
        };
        let api = super::super::envelope::wrap(Router::new(), config.into());
        for (origin, allowed) in [("https://shop.example", true), ("https://other.example", false)] {
            let request = Request::options("/films/_search")
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .body(Body::empty())
                .unwrap();
            let answer = api.clone().oneshot(request).await.unwrap();
            let told = answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(told.is_some_and(|told| told == origin), allowed, "{origin}");
        }
    }
}
