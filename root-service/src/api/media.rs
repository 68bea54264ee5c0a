//! Media types: which a request body may have, and which one an answer gets.

use axum::http::HeaderValue;

/// What a request body claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyType {
    /// One JSON value.
    Json,
    /// JSON values, each on a line.
    Ndjson,
}

/// What a client accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Accepted {
    /// Anything, or nothing said: each call answers with its own type.
    #[default]
    Any,
    /// Text before JSON.
    Text,
    /// Plain JSON.
    Json,
    /// JSON under Elasticsearch's name, of this version.
    Vendored(u8),
}

impl Accepted {
    /// The content type of a JSON answer.
    pub(super) fn json_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Vendored(8) => "application/vnd.elasticsearch+json;compatible-with=8",
            Self::Vendored(_) => "application/vnd.elasticsearch+json;compatible-with=9",
            Self::Any | Self::Text | Self::Json => "application/json",
        })
    }
}

/// Reads a `Content-Type`; `None` if the API does not take it.
///
/// A form's content type is refused like any other unknown one: so no page in a browser can write here without asking first.
pub(super) fn body_type(header: &str) -> Option<BodyType> {
    let (essence, version) = split(header);
    match (essence.as_str(), version) {
        ("application/json", _) => Some(BodyType::Json),
        ("application/x-ndjson", _) => Some(BodyType::Ndjson),
        ("application/vnd.elasticsearch+json", Some(8 | 9)) => Some(BodyType::Json),
        ("application/vnd.elasticsearch+x-ndjson", Some(8 | 9)) => Some(BodyType::Ndjson),
        _ => None,
    }
}

/// Reads an `Accept`: the first alternative that the API can answer with; `None` if there is none.
pub(super) fn accepted(header: Option<&str>) -> Option<Accepted> {
    let Some(header) = header.filter(|header| !header.trim().is_empty()) else {
        return Some(Accepted::Any);
    };
    header.split(',').find_map(|alternative| {
        let (essence, version) = split(alternative);
        match (essence.as_str(), version) {
            ("*/*" | "application/*", _) => Some(Accepted::Any),
            ("text/plain" | "text/*", _) => Some(Accepted::Text),
            ("application/json" | "application/x-ndjson", _) => Some(Accepted::Json),
            (
                "application/vnd.elasticsearch+json" | "application/vnd.elasticsearch+x-ndjson",
                Some(version @ (8 | 9)),
            ) => Some(Accepted::Vendored(version)),
            _ => None,
        }
    })
}

/// The type without its parameters, in lower case, and `compatible-with` if it is there.
fn split(media: &str) -> (String, Option<u8>) {
    let mut parts = media.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let version = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("compatible-with") {
            value.trim().trim_matches('"').parse().ok()
        } else {
            None
        }
    });
    (essence, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json_or_ndjson_plain_or_vendored() {
        assert_eq!(body_type("application/json; charset=UTF-8"), Some(BodyType::Json));
        assert_eq!(body_type("Application/X-NDJSON"), Some(BodyType::Ndjson));
        assert_eq!(
            body_type("application/vnd.elasticsearch+json; compatible-with=9"),
            Some(BodyType::Json)
        );
        assert_eq!(
            body_type("application/vnd.elasticsearch+x-ndjson;compatible-with=8"),
            Some(BodyType::Ndjson)
        );
        for other in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/cbor",
            "application/vnd.elasticsearch+json; compatible-with=7",
            "application/vnd.elasticsearch+json",
        ] {
            assert_eq!(body_type(other), None, "{other}");
        }
    }

    #[test]
    fn the_first_acceptable_alternative_counts() {
        assert_eq!(accepted(None), Some(Accepted::Any));
        assert_eq!(
            accepted(Some("text/html, application/xml;q=0.9, */*;q=0.8")),
            Some(Accepted::Any)
        );
        assert_eq!(
            accepted(Some("application/vnd.elasticsearch+json; compatible-with=8")),
            Some(Accepted::Vendored(8))
        );
        assert_eq!(
            accepted(Some("text/plain,application/json")),
            Some(Accepted::Text)
        );
        assert_eq!(accepted(Some("application/yaml")), None);
        assert_eq!(
            accepted(Some("application/vnd.elasticsearch+json; compatible-with=7")),
            None
        );
    }
}
