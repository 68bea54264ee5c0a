//! Loads the corpus once, and asks it in a single shard as well while the leaf that has loaded it still runs.

use std::io;
use std::time::Duration;

use benches::measured::{Corpus, Profile};
use benches::sweep::{Exploring, exploring};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::super::alone::Asker;
use super::super::lab::INDEX;
use super::super::{LOADING_SHARE, SweepError};
use super::Course;
use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::screen::number::{grouped, megabytes, seconds};

/// The index of a single shard.
const ONE_SHARD: &str = "one-shard";
/// How often the leaf is asked whether it still merges segments, and for how long at most.
const SETTLING: (Duration, Duration) = (Duration::from_millis(1_100), Duration::from_mins(1));

impl Course<'_> {
    /// Loads the corpus into one leaf; every other one starts on what it has indexed.
    pub(super) async fn load(&mut self, corpus: datasets::Corpus) -> Result<(), SweepError> {
        let name = corpus.info().name.clone();
        let show = self.show;
        let started = show
            .during("starting the first cluster", self.lab.start_empty())
            .await?;
        let client = started.client().clone();
        let loading = self.load_into(&client, INDEX, self.config.shards, corpus);
        let loaded = show.during(&format!("loading {name}"), loading).await?;
        let documents = client.count(INDEX).await?;
        if documents == 0 {
            let rejected = loaded.rejected_first.first().map(|first| first.reason.clone());
            return Err(SweepError::NoDocuments(rejected.or(loaded.malformed_first)));
        }
        let one_shard = self.one_shard(&client, loaded.took).await?;
        let index_bytes = show
            .during("stopping the first cluster", self.lab.keep_loaded())
            .await?;
        let left_out = loaded.rejected + loaded.malformed;
        if left_out > 0 {
            self.found.notes.push(format!(
                "{} documents of the corpus could not be loaded.",
                grouped(left_out)
            ));
        }
        self.found.corpus = Corpus {
            name,
            documents,
            source_bytes: loaded.bytes,
            index_bytes,
            shards: self.config.shards,
            load_seconds: loaded.took.as_secs_f64(),
        };
        self.tell_loaded();
        if let Some(profile) = &one_shard {
            show.profile("1 leaf, everything in one shard", profile);
        }
        self.found.one_shard = one_shard;
        Ok(())
    }

    fn tell_loaded(&self) {
        let corpus = &self.found.corpus;
        self.show.heading(&format!(
            "{} documents loaded once, in {}",
            grouped(corpus.documents),
            seconds(Duration::from_secs_f64(corpus.load_seconds))
        ));
        self.show.line(&format!(
            "{} shards, {} on disk; searched in {}; asked: {}, {} queries",
            corpus.shards,
            megabytes(corpus.index_bytes as f64),
            self.book.fields.join(", "),
            self.book.name,
            grouped(self.found.queries.distinct),
        ));
    }

    /// Asks queries alone in an index with the same documents in a single shard, at the leaf that holds both, and deletes it
    /// again. Nothing if loading takes too much of the time to do it twice.
    async fn one_shard(&mut self, client: &Client, took: Duration) -> Result<Option<Profile>, SweepError> {
        if took > self.config.time.mul_f64(LOADING_SHARE) {
            self.found.notes.push(format!(
                "Loading took {}: there was no time to load everything once more into a single shard, and nothing tells what a \
                 shard costs.",
                seconds(took)
            ));
            return Ok(None);
        }
        let show = self.show;
        let path = self.config.corpus.clone();
        let corpus = spawn_blocking(move || datasets::open(&path))
            .await
            .map_err(io::Error::other)??;
        let loading = self.load_into(client, ONE_SHARD, 1, corpus);
        show.during("loading everything into one shard", loading).await?;
        let asker = Asker::new(&self.bench.probe, self.lab, ONE_SHARD);
        let times = exploring(&self.config.grid, &self.pace, show.left());
        let time = times.unwrap_or_else(|_| Exploring::shortest()).profile;
        let asking = async {
            asker.warm(&self.book).await?;
            asker.profile(&self.book, &self.sample, time).await
        };
        let profile = Profile {
            leaves: 1,
            documents: vec![client.count(ONE_SHARD).await?],
            // The leaf holds everything twice meanwhile: that is no cluster that anybody has.
            idle: None,
            queries: show.during("one shard, queries alone", asking).await?,
        };
        client.delete_index(ONE_SHARD).await?;
        Ok(Some(profile))
    }

    /// Creates an index of so many shards and loads the corpus into it, until its leaf is done with it.
    async fn load_into(
        &self,
        client: &Client,
        index: &str,
        shards: u32,
        corpus: datasets::Corpus,
    ) -> Result<Loaded, SweepError> {
        let plan = BulkPlan {
            documents_max: self.config.documents_max,
            ..BulkPlan::default()
        };
        client.create_index(index, &self.book.index(shards)).await?;
        let (loaded, _) = bulk::load(client, index, corpus, plan, |_| {}).await?;
        client.refresh(index).await?;
        settle(client, index).await?;
        Ok(loaded)
    }
}

/// Waits until the leaf merges no more: all clusters are to have the same segments, and one that is done.
async fn settle(client: &Client, index: &str) -> Result<(), SweepError> {
    let (every, most) = SETTLING;
    let until = Instant::now() + most;
    let mut before = client.segments(index).await?;
    loop {
        sleep(every).await;
        let now = client.segments(index).await?;
        if now == before || Instant::now() >= until {
            return Ok(());
        }
        before = now;
    }
}
