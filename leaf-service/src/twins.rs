//! Tied searches as requests know them: each waits until it begins here, or until its twin does elsewhere.
//!
//! The table is [`Ties`]; here are its lock, its wakers, and the notices to other replicas. A notice is worth little: where
//! it is lost, both replicas do the same work. So it is sent once, soon or never, and nobody waits for it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::{self, Either};
use futures::stream;
use parking_lot::Mutex;
use shared::wire::{self, CancelRequest, LeafError, Tie, path};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::metrics::{Effect, LeafMetrics, Sent};
use crate::ties::{Arrival, Notice, Ties};

/// The longest URL of a replica.
const TWIN_BYTES_MAX: usize = 512;
/// Notices that wait to be sent, at most.
const NOTICES_MAX: usize = 1_024;
/// Notices under way at a time, at most: a replica that hangs does not hold up those to others.
const AT_ONCE_MAX: usize = 64;
/// How long a notice may take. Later, the twin has most likely begun.
const SENT_WITHIN: Duration = Duration::from_millis(250);

/// The tied searches of a replica.
pub(crate) struct Twins {
    ties: Mutex<Ties<oneshot::Sender<()>>>,
    outbox: mpsc::Sender<Beginning>,
    metrics: Arc<LeafMetrics>,
}

/// A search has begun here, which its twin is to hear.
struct Beginning {
    tie: Uuid,
    twin: String,
}

/// Notices on their way to other replicas.
pub(crate) struct Outbox {
    beginnings: mpsc::Receiver<Beginning>,
    http: reqwest::Client,
    metrics: Arc<LeafMetrics>,
}

impl Twins {
    /// An empty table, and what sends its notices once it is [`Outbox::run`].
    ///
    /// # Errors
    /// What the HTTP library says if it cannot be set up.
    pub(crate) fn new(metrics: Arc<LeafMetrics>) -> Result<(Arc<Self>, Outbox), reqwest::Error> {
        let (outbox, beginnings) = mpsc::channel(NOTICES_MAX);
        let http = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(SENT_WITHIN)
            .build()?;
        let twins = Self {
            ties: Mutex::default(),
            outbox,
            metrics: Arc::clone(&metrics),
        };
        let outbox = Outbox {
            beginnings,
            http,
            metrics,
        };
        Ok((Arc::new(twins), outbox))
    }

    /// A search arrives; `None` says that it has no twin, or is to be searched as if it had none.
    ///
    /// # Errors
    /// [`LeafError::Yielded`] if its twin has begun, [`LeafError::BadRequest`] if it makes no sense.
    pub(crate) fn arrive(
        self: &Arc<Self>,
        tie: Option<&Tie>,
        now: Instant,
    ) -> Result<Option<TiedSearch>, LeafError> {
        let Some(tie) = tie else { return Ok(None) };
        if tie.twin.len() > TWIN_BYTES_MAX {
            let reason = format!("the twin's URL is longer than {TWIN_BYTES_MAX} bytes");
            return Err(LeafError::BadRequest(reason));
        }
        let (waker, yields) = oneshot::channel();
        match self.ties.lock().arrive(tie.id, waker, now) {
            Arrival::Known => Ok(Some(TiedSearch {
                twins: Arc::clone(self),
                tie: tie.clone(),
                yields,
            })),
            Arrival::Unknown => Ok(None),
            Arrival::Overtaken => Err(LeafError::Yielded),
        }
    }

    /// The twin of a search has begun at another replica.
    pub(crate) fn notice(&self, tie: Uuid, now: Instant) {
        let notice = self.ties.lock().notice(tie, now);
        let effect = match notice {
            Notice::Yields(waker) => {
                // Whoever has gone meanwhile does not hear it.
                let _ = waker.send(());
                Effect::Yielded
            }
            Notice::TooLate => Effect::TooLate,
            Notice::Kept => Effect::Kept,
        };
        self.metrics.notice_received(effect);
    }

    /// Never waits: it is called by threads that search.
    fn tell(&self, beginning: Beginning) {
        if let Err(unsent) = self.outbox.try_send(beginning) {
            tracing::debug!(error = %unsent, "a twin is not told");
            self.metrics.notice_sent(Sent::Dropped);
        }
    }
}

/// A tied search from its arrival to its end. Dropping it takes it out of the table.
pub(crate) struct TiedSearch {
    twins: Arc<Twins>,
    tie: Tie,
    yields: oneshot::Receiver<()>,
}

impl TiedSearch {
    /// For the thread that executes it.
    pub(crate) fn start(&self) -> Start {
        Start {
            twins: Arc::clone(&self.twins),
            tie: self.tie.clone(),
        }
    }

    /// Does the search's work, or drops it when the twin begins first.
    ///
    /// # Errors
    /// [`LeafError::Yielded`] in that case, and those of the work.
    pub(crate) async fn unless_it_yields<T>(
        mut self,
        work: impl Future<Output = Result<T, LeafError>>,
    ) -> Result<T, LeafError> {
        match future::select(pin!(work), &mut self.yields).await {
            Either::Left((done, _)) => done,
            // The waker is kept in the table until it is used, or the search begins.
            Either::Right((Ok(()), _)) => Err(LeafError::Yielded),
            Either::Right((Err(_), work)) => work.await,
        }
    }
}

impl Drop for TiedSearch {
    fn drop(&mut self) {
        self.twins.ties.lock().leave(self.tie.id);
    }
}

/// The beginning of a tied search.
pub(crate) struct Start {
    twins: Arc<Twins>,
    tie: Tie,
}

impl Start {
    /// The search is about to be executed. A twin hears of it if the search is `whole`, that is, has all of its shards:
    /// otherwise the twin may do better.
    ///
    /// # Errors
    /// [`LeafError::Yielded`] if the twin was first; then nothing is to be executed.
    pub(crate) fn begin(self, whole: bool) -> Result<(), LeafError> {
        if !self.twins.ties.lock().begin(self.tie.id) {
            return Err(LeafError::Yielded);
        }
        if whole {
            self.twins.tell(Beginning {
                tie: self.tie.id,
                twin: self.tie.twin,
            });
        }
        Ok(())
    }
}

impl Outbox {
    /// Sends notices until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Self {
            beginnings,
            http,
            metrics,
        } = self;
        let (http, metrics) = (&http, &metrics);
        let sending = stream::unfold(beginnings, async |mut beginnings| {
            let next = beginnings.recv().await?;
            Some((next, beginnings))
        })
        .for_each_concurrent(AT_ONCE_MAX, |beginning| async move {
            metrics.notice_sent(send(http, beginning).await);
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = sending => {}
        }
    }
}

async fn send(http: &reqwest::Client, Beginning { tie, twin }: Beginning) -> Sent {
    let call = http
        .post(format!("{twin}{}", path::CANCEL))
        .body(wire::encode(&CancelRequest { tie }));
    match call.send().await.and_then(reqwest::Response::error_for_status) {
        Ok(_) => Sent::Arrived,
        Err(error) => {
            tracing::debug!(%tie, %error, "a twin was not told");
            Sent::Lost
        }
    }
}

#[cfg(test)]
#[path = "twins_tests.rs"]
mod tests;
