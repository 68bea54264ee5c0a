//! What a sweep shows while it runs: one bar over all of it, and a line for every point.

use std::time::Duration;

use benches::measured::{Objective, Point, Profile};
use tokio::time::{Instant, interval};

use crate::screen::number::{grouped, rate};
use crate::screen::{Progress, Screen};

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(250);

/// The screen of a sweep.
pub(super) struct Show<'screen> {
    screen: &'screen Screen,
    bar: Progress<'screen>,
    began: Instant,
    planned: Duration,
    objective: Objective,
}

impl<'screen> Show<'screen> {
    /// Begins a sweep that is to take so long.
    pub(super) fn begin(screen: &'screen Screen, planned: Duration, objective: Objective) -> Self {
        Self {
            screen,
            bar: screen.bar(planned.as_millis().try_into().unwrap_or(u64::MAX)),
            began: Instant::now(),
            planned,
            objective,
        }
    }

    /// How long it has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// How much of the planned time is left.
    pub(super) fn left(&self) -> Duration {
        self.planned.saturating_sub(self.began.elapsed())
    }

    /// Shows what goes on while it does.
    pub(super) async fn during<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let turn = async {
            let mut ticks = interval(TICK);
            loop {
                ticks.tick().await;
                self.turn(what);
            }
        };
        tokio::select! {
            done = work => done,
            () = turn => unreachable!("the bar turns for ever"),
        }
    }

    fn turn(&self, what: &str) {
        let elapsed = self.began.elapsed().as_millis();
        let message = format!("{what} · {} left", clock(self.left()));
        self.bar.set(elapsed.try_into().unwrap_or(u64::MAX), message);
    }

    pub(super) fn heading(&self, text: &str) {
        self.screen
            .line(format_args!("\n{}", self.screen.style().bold(text)));
    }

    pub(super) fn line(&self, text: &str) {
        self.screen.line(format_args!("  {text}"));
    }

    /// What queries cost alone, where nothing else goes on.
    pub(super) fn profile(&self, shape: &str, profile: &Profile) {
        let mut waited: Vec<u64> = profile.queries.iter().map(|query| query.client_us).collect();
        waited.sort_unstable();
        let at = |permille: usize| {
            let nth = waited.len() * permille / 1_000;
            let us = waited.get(nth.min(waited.len().saturating_sub(1)));
            us.map_or(0.0, |us| *us as f64 / 1e3)
        };
        let asked = grouped(profile.queries.len() as u64);
        self.line(&format!(
            "{shape:<54} alone     p50 {:>7.1} ms   p99 {:>7.1} ms   {asked} queries",
            at(500),
            at(990)
        ));
    }

    /// What a run found.
    pub(super) fn point(&self, point: &Point) {
        let style = self.screen.style();
        let reads = &point.load.reads;
        let quantile = |quantile: f64| match reads.quantile_ms(quantile) {
            Some(ms) => format!("{ms:>7.1} ms"),
            None => format!("{:>10}", "lost"),
        };
        let verdict = if reads.due == 0 {
            style.dim("no verdict")
        } else if self.objective.is_met_by(reads) {
            style.good("met")
        } else {
            style.bad("missed")
        };
        let (shape, per_second) = (point.shape.to_string(), rate(point.rate_per_second));
        let lost = match reads.outcomes.all() - reads.outcomes.complete {
            0 => String::new(),
            others => format!(", {} not whole", grouped(others)),
        };
        let (p50, p99) = (quantile(0.5), quantile(0.99));
        let asked = grouped(reads.outcomes.all());
        self.line(&format!(
            "{shape:<54} {per_second:>5}/s   p50 {p50}   p99 {p99}   {asked} queries{lost}, {verdict}"
        ));
    }
}

/// `1 leaf`, `4 leaves`.
pub(super) fn leaves(count: u32) -> String {
    match count {
        1 => "1 leaf".to_owned(),
        _ => format!("{count} leaves"),
    }
}

/// `4:05`
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_reads_like_a_clock() {
        assert_eq!(clock(Duration::from_secs(245)), "4:05");
        assert_eq!(clock(Duration::from_millis(59_900)), "0:59");
    }
}
