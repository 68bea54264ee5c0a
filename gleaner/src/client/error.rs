//! What can go wrong between this client and a root.

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The URL cannot be one of a root.
    #[error("{url:?} is not the URL of a root. Give one such as http://127.0.0.1:9200")]
    Url {
        /// What was given.
        url: String,
    },
    /// The HTTP client could not be made.
    #[error("cannot set up the HTTP client: {source}")]
    Setup {
        /// Why.
        source: reqwest::Error,
    },
    /// No connection, or it broke.
    #[error("cannot reach {url}: {}. Is the cluster up?", innermost(source))]
    Unreachable {
        /// The root's URL.
        url: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// The root answered with an error.
    #[error("{path} was answered with {status}: {reason}")]
    Refused {
        /// The path that was called.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The reason in the answer, or the beginning of the answer.
        reason: String,
    },
    /// The answer is not what the API promises.
    #[error("the answer of {path} cannot be read: {source}")]
    Unreadable {
        /// The path that was called.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The last cause says what happened ("connection refused"); the ones before it only say where.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
