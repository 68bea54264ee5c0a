//! Why a run did not happen. What happens to its requests is in the report instead.

use std::io;

use tokio_rustls::rustls::Error as TlsError;

/// Why a run did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// An address that cannot be used.
    #[error("{url:?} is no address of a service: {why}")]
    Url {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody answers at the address.
    #[error("cannot connect to {url}: {source}{}", advice(.source))]
    Unreachable {
        /// The address.
        url: String,
        /// What the system says.
        source: io::Error,
    },
    /// A setting that would mean nothing, or too much.
    #[error("{what} is {value}, and has to be from {least} to {most}")]
    OutOfRange {
        /// The setting.
        what: &'static str,
        /// Its value.
        value: String,
        /// The least that makes sense.
        least: String,
        /// The most that is allowed.
        most: String,
    },
    /// There is nothing to ask, or nothing with a weight.
    #[error("there is nothing to send: {0}")]
    Nothing(&'static str),
    /// An id that is longer than a path may be.
    #[error(
        "the document with the id {id}… cannot be written by itself: its id is too long for a path. Write several at once, or \
         leave it out"
    )]
    Id {
        /// How it begins.
        id: String,
    },
    /// The system allows too few open files.
    #[error(
        "{connections} connections need {wanted} open files, and the system allows {allowed}: raise the limit (ulimit -n) \
         or lower the number of connections"
    )]
    OpenFiles {
        /// Connections, of all services that are asked at once.
        connections: usize,
        /// Their files, and some for everything else.
        wanted: u64,
        /// The hard limit of this process.
        allowed: u64,
    },
    /// A thread, its timer or its runtime could not be made, or ended in an unforeseen way.
    #[error("a thread of the generator: {0}")]
    Thread(#[from] io::Error),
    /// Nobody can be believed to be the service.
    #[error("cannot tell whom to trust: {0}")]
    Trust(#[source] io::Error),
}

/// What to do about it.
fn advice(error: &io::Error) -> &'static str {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<TlsError>());
    match cause {
        Some(TlsError::InvalidCertificate(_)) => {
            ". Name the authority that signed it by --ca-cert, or believe anybody by --insecure"
        }
        Some(TlsError::InvalidMessage(_)) => ". Does it speak plain http://?",
        _ => "",
    }
}
