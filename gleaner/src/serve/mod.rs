//! Runs one service in this process: start, say that it is ready, wait for the end, finish.

pub mod leaf;
mod ready;
pub mod root;

use tokio::sync::oneshot;

use crate::cluster::supervised::{self, SupervisedError};
use crate::interrupt::Interrupts;
pub use ready::ReadyLine;

/// What all services have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServeOptions {
    /// Say in JSON on standard output that the service is ready.
    pub json: bool,
    /// End with the process of that id, which must be the parent.
    pub supervised_by: Option<u32>,
}

/// Why a service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The root did not start.
    #[error(transparent)]
    Root(#[from] root_service::RootStartError),
    /// The leaf did not start.
    #[error(transparent)]
    Leaf(#[from] leaf_service::LeafStartError),
    /// The object store cannot be opened.
    #[error(transparent)]
    Store(#[from] shared::store::StoreError),
    /// The supervisor is gone.
    #[error(transparent)]
    Supervised(#[from] SupervisedError),
    /// The signals that stop a service cannot be heard, or a thread cannot be started.
    #[error("cannot prepare the service: {0}")]
    Prepare(#[from] std::io::Error),
}

/// What ends a service: a signal, or the end of its supervisor.
#[derive(Debug)]
struct Ending {
    interrupts: Interrupts,
    supervisor: Option<oneshot::Receiver<()>>,
}

impl Ending {
    /// Call it before the service starts, so that no signal is missed and no orphan ever serves.
    fn prepare(options: ServeOptions) -> Result<Self, ServeError> {
        let supervisor = options.supervised_by.map(supervised::end_with).transpose()?;
        Ok(Self {
            interrupts: Interrupts::listen()?,
            supervisor,
        })
    }

    /// Waits until the service has to end.
    async fn wait(&mut self) {
        let supervisor_gone = async {
            match &mut self.supervisor {
                // An error means that standard input cannot be read any more: the same.
                Some(gone) => {
                    let _ = gone.await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.interrupts.next() => {}
            () = supervisor_gone => {}
        }
    }

    /// Finishes the service's work, unless somebody asks a second time.
    async fn finish(mut self, work: impl Future<Output = ()>) {
        tokio::select! {
            () = work => {}
            () = self.interrupts.next() => tracing::warn!("asked to stop again: not waiting any longer"),
        }
    }
}
