//! The load while it goes on: a panel on a terminal, or a line every few seconds where there is none.

use std::convert::Infallible;
use std::io::{self, IsTerminal as _};

use benches::load::{LoadPlan, Snapshot};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::panel;
use crate::screen::{Progress, Screen};

/// Without a terminal there is a line every so many seconds.
const LINE_EVERY: u64 = 5;

/// Where snapshots of the services go.
pub(super) struct Display<'screen> {
    screen: &'screen Screen,
    names: Vec<String>,
    /// The panel of each service that has one now.
    shown: Mutex<Vec<Option<Vec<String>>>>,
    progress: Option<Progress<'screen>>,
}

impl<'screen> Display<'screen> {
    /// A display of services that get these plans.
    pub(super) fn new(screen: &'screen Screen, plans: &[LoadPlan]) -> Self {
        let name = |plan: &LoadPlan| format!("{}/{}", plan.url.trim_end_matches('/'), plan.index);
        Self {
            screen,
            names: plans.iter().map(name).collect(),
            shown: Mutex::new(vec![None; plans.len()]),
            progress: io::stderr().is_terminal().then(|| screen.panel()),
        }
    }

    /// Shows what a service's run looks like, until it is dropped.
    pub(super) async fn follow(&self, nth: usize, mut snapshots: watch::Receiver<Snapshot>) -> Infallible {
        let gone = Gone { display: self, nth };
        let mut seconds: u64 = 0;
        loop {
            if snapshots.changed().await.is_err() {
                // The run is over, and drops this soon.
                std::future::pending::<()>().await;
            }
            seconds += 1;
            let snapshot = snapshots.borrow_and_update().clone();
            gone.display.show(nth, &snapshot, seconds);
        }
    }

    fn show(&self, nth: usize, snapshot: &Snapshot, seconds: u64) {
        let name = &self.names[nth];
        match &self.progress {
            Some(progress) => {
                self.shown.lock()[nth] = Some(panel::lines(name, snapshot, self.screen.style()));
                progress.set(0, self.text());
            }
            None if seconds.is_multiple_of(LINE_EVERY) => self.screen.note(panel::line(name, snapshot)),
            None => {}
        }
    }

    fn text(&self) -> String {
        let shown = self.shown.lock();
        let lines: Vec<&str> = shown.iter().flatten().flatten().map(String::as_str).collect();
        lines.join("\n")
    }
}

/// Takes a service's panel away when its run is over.
struct Gone<'display, 'screen> {
    display: &'display Display<'screen>,
    nth: usize,
}

impl Drop for Gone<'_, '_> {
    fn drop(&mut self) {
        self.display.shown.lock()[self.nth] = None;
        if let Some(progress) = &self.display.progress {
            progress.set(0, self.display.text());
        }
    }
}
