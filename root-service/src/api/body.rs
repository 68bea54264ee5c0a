//! Request bodies: bounded each for itself, and all together.
//!
//! A body is read chunk by chunk, after decompression, so the limits count what the process really holds. Past a limit
//! the answer goes out at once, and what the client still sends is read and thrown away in the background, within
//! bounds: a client that only reads the answer after sending everything would otherwise see a broken connection.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::media::{BodyType, body_type};
use crate::error::{ApiError, brief};

/// What is read and thrown away of a refused body, in bytes and time.
const DRAIN_BYTES_MAX: usize = 256 * 1024 * 1024;
const DRAIN_TIME_MAX: Duration = Duration::from_secs(30);
/// Smaller work than this is done where it is; larger JSON is read and written on a blocking thread.
const INLINE_BYTES_MAX: usize = 64 * 1024;

/// The bytes of all bodies in the process. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    free: Arc<Semaphore>,
    bytes_max: usize,
}

impl Bodies {
    /// Room for this many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        let bytes_max = bytes_max.min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(bytes_max)),
            bytes_max,
        }
    }

    /// A share of nothing yet.
    fn share(&self) -> Share {
        Share {
            bodies: self.clone(),
            held: None,
        }
    }
}

/// One request's share of the room; given back on drop.
#[derive(Debug)]
pub(super) struct Share {
    bodies: Bodies,
    held: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// Takes more, or refuses with a 429.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let full = || ApiError::Rejected {
            reason: format!(
                "request bodies in flight have reached the limit of [{}] bytes",
                self.bodies.bytes_max
            ),
            retry_after_seconds: 1,
        };
        let permits = u32::try_from(bytes).map_err(|_| full())?;
        let more = Arc::clone(&self.bodies.free)
            .try_acquire_many_owned(permits)
            .map_err(|_| full())?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}

/// A request's body, not read yet.
#[derive(Debug)]
pub(super) struct Payload {
    content_type: Option<String>,
    length: Option<usize>,
    waits: bool,
    body: Body,
}

impl<S: Sync> FromRequest<S> for Payload {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let content_type = parts
            .headers
            .get(CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let length = parts
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Self {
            content_type,
            length,
            waits: parts.headers.contains_key(EXPECT),
            body,
        })
    }
}

impl Payload {
    /// The body chunk by chunk, refused at once if its stated length is past a limit.
    pub(super) fn chunks(self, bodies: &Bodies, bytes_max: usize) -> Result<Chunks, ApiError> {
        let mut chunks = Chunks {
            body: Some(self.body),
            // A client that waits for "100 Continue" sends nothing unless somebody reads.
            drain: !self.waits,
            content_type: self.content_type,
            bytes: 0,
            bytes_max,
            share: bodies.share(),
            reserved: 0,
        };
        if let Some(length) = self.length {
            if length > bytes_max {
                return Err(chunks.refuse(ApiError::BodyTooLarge { bytes_max }));
            }
            if let Err(error) = chunks.share.grow(length) {
                return Err(chunks.refuse(error));
            }
            chunks.reserved = length;
        }
        Ok(chunks)
    }

    /// The whole body, one JSON value; empty if there is none.
    pub(super) async fn read(self, bodies: &Bodies, bytes_max: usize) -> Result<Held, ApiError> {
        self.read_as(&[BodyType::Json], bodies, bytes_max).await
    }

    /// The whole body of one of these types; empty if there is none.
    pub(super) async fn read_as(
        self,
        types: &[BodyType],
        bodies: &Bodies,
        bytes_max: usize,
    ) -> Result<Held, ApiError> {
        let length = self.length.unwrap_or_default();
        let mut chunks = self.chunks(bodies, bytes_max)?;
        let mut bytes = Vec::with_capacity(length);
        while let Some(chunk) = chunks.next().await? {
            if bytes.is_empty() {
                chunks.check_type(types)?;
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Held {
            bytes,
            _share: chunks.into_share(),
        })
    }
}

/// A body that was read, with its share of the room.
#[derive(Debug)]
pub(super) struct Held {
    /// The body.
    pub(super) bytes: Vec<u8>,
    _share: Share,
}

/// A body being read.
#[derive(Debug)]
pub(super) struct Chunks {
    body: Option<Body>,
    drain: bool,
    content_type: Option<String>,
    bytes: usize,
    bytes_max: usize,
    share: Share,
    reserved: usize,
}

impl Chunks {
    /// Refuses a body whose content type is none of these.
    pub(super) fn check_type(&mut self, types: &[BodyType]) -> Result<(), ApiError> {
        let header = self.content_type.as_deref().unwrap_or_default();
        if body_type(header).is_some_and(|found| types.contains(&found)) {
            return Ok(());
        }
        let error = ApiError::ContentType(brief(header));
        Err(self.refuse(error))
    }

    /// The next chunk, never an empty one; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let Some(body) = &mut self.body else {
                return Ok(None);
            };
            let Some(frame) = body.frame().await else {
                self.body = None;
                return Ok(None);
            };
            let frame = frame.map_err(|error| {
                self.body = None;
                ApiError::illegal(format!("failed to read the request body: {error}"))
            })?;
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            if chunk.is_empty() {
                continue;
            }
            self.count(chunk.len())?;
            return Ok(Some(chunk));
        }
    }

    /// Takes room for what a request's parts need besides their bytes.
    pub(super) fn reserve(&mut self, bytes: usize) -> Result<(), ApiError> {
        self.share.grow(bytes).map_err(|error| self.refuse(error))
    }

    /// The room that was taken, to be kept as long as what was read is.
    pub(super) fn into_share(self) -> Share {
        self.share
    }

    fn count(&mut self, bytes: usize) -> Result<(), ApiError> {
        self.bytes += bytes;
        if self.bytes > self.bytes_max {
            let bytes_max = self.bytes_max;
            return Err(self.refuse(ApiError::BodyTooLarge { bytes_max }));
        }
        let missing = self.bytes.saturating_sub(self.reserved);
        if missing > 0 {
            self.reserve(missing)?;
            self.reserved = self.bytes;
        }
        Ok(())
    }

    /// Gives up on the body: whatever is left of it goes to the drain.
    pub(super) fn refuse(&mut self, error: ApiError) -> ApiError {
        if let Some(body) = self.body.take()
            && self.drain
        {
            tokio::spawn(tokio::time::timeout(DRAIN_TIME_MAX, drain(body)));
        }
        error
    }
}

async fn drain(mut body: Body) {
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if bytes > DRAIN_BYTES_MAX {
            return;
        }
    }
}

/// Does work on about so many bytes: on a blocking thread, unless it is over in no time.
pub(crate) async fn on_cpu<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if bytes <= INLINE_BYTES_MAX {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
