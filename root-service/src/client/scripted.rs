//! Leaves that do as they are told, for tests under a paused clock.

use std::collections::HashMap;
use std::time::Duration;

use futures::FutureExt as _;
use parking_lot::Mutex;
use shared::ids::{Position, Shard};
use shared::wire::suggest::{CompleteRequest, CompleteResponse, ShardCompleted};
use shared::wire::{
    ApplyRequest, ApplyResponse, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest, FetchResponse,
    GetRequest, Load, Pin, PinRequest, PinResponse, RefreshRequest, RefreshResponse, SearchRequest,
    SearchResponse, ShardAnswer, ShardFailure, ShardTarget, StatisticsRequest, StatisticsResponse,
    StatusResponse, TermStatistics,
};

use super::{CallError, Endpoint, LeafClient, Reply};

/// What a scripted replica does with a call.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers after this long.
    Answer(Duration),
    /// Fails after this long.
    Fail(Duration, CallError),
    /// Answers after this long, without this shard.
    Lack(Duration, Shard),
    /// Answers after this long, but has no point in time.
    Forget(Duration),
    /// Answers after this long, but speaks of no shard in the statistics round.
    Mute(Duration),
    /// Never answers.
    Hang,
}

/// Replicas by endpoint, each with one act for all its calls; the calls are counted.
#[derive(Default)]
pub struct ScriptedLeaves {
    acts: Mutex<HashMap<String, Act>>,
    calls: Mutex<HashMap<String, u32>>,
}

impl ScriptedLeaves {
    /// Sets what a replica does from now on.
    pub fn script(&self, endpoint: &str, act: Act) {
        self.acts.lock().insert(endpoint.to_owned(), act);
    }

    /// How often a replica was called.
    pub fn calls(&self, endpoint: &str) -> u32 {
        self.calls.lock().get(endpoint).copied().unwrap_or(0)
    }

    /// Whether a replica is scripted to be without a shard.
    fn lacks(&self, to: &Endpoint, shard: Shard) -> bool {
        matches!(self.acts.lock().get(&**to), Some(Act::Lack(_, lacking)) if *lacking == shard)
    }

    /// What a replica is scripted to say of a shard.
    fn failure(&self, to: &Endpoint, shard: Shard, pin: Option<Pin>) -> Option<ShardFailure> {
        let forgot = matches!(self.acts.lock().get(&**to), Some(Act::Forget(_)));
        if forgot && pin.is_some() {
            return Some(ShardFailure::NoSuchPin);
        }
        self.lacks(to, shard).then_some(ShardFailure::NotReady)
    }

    /// A call that ends as scripted.
    pub fn act<T: Send + 'static>(&self, to: &Endpoint, answer: T) -> Reply<T> {
        *self.calls.lock().entry(to.to_string()).or_default() += 1;
        let act = self
            .acts
            .lock()
            .get(&**to)
            .cloned()
            .unwrap_or(Act::Answer(Duration::ZERO));
        async move {
            match act {
                Act::Answer(after) | Act::Lack(after, _) | Act::Forget(after) | Act::Mute(after) => {
                    tokio::time::sleep(after).await;
                    Ok(answer)
                }
                Act::Fail(after, error) => {
                    tokio::time::sleep(after).await;
                    Err(error)
                }
                Act::Hang => std::future::pending().await,
            }
        }
        .boxed()
    }
}

impl LeafClient for ScriptedLeaves {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        let shards = request.shards.iter().map(|target| ShardAnswer {
            shard: target.shard,
            position: Position::START,
            documents: 100,
            documents_seen: match self.failure(to, target.shard, request.pin) {
                Some(_) => 0,
                None => 100,
            },
            count: 0,
            failure: self.failure(to, target.shard, request.pin),
            aggregations: None,
        });
        let answer = SearchResponse {
            shards: shards.collect(),
            hits: Vec::new(),
            documents: Vec::new(),
            load: Load::default(),
            queued_us: 0,
            executed_us: 0,
            cpu_us: 0,
        };
        self.act(to, answer)
    }

    fn complete(&self, to: &Endpoint, request: &CompleteRequest) -> Reply<CompleteResponse> {
        let shards = request.shards.iter().map(|target| ShardCompleted {
            shard: target.shard,
            position: Position::START,
            failure: self.lacks(to, target.shard).then_some(ShardFailure::NotReady),
        });
        let answer = CompleteResponse {
            shards: shards.collect(),
            completions: vec![Vec::new(); request.wanted.len()],
        };
        self.act(to, answer)
    }

    fn statistics(&self, to: &Endpoint, request: &StatisticsRequest) -> Reply<StatisticsResponse> {
        let is_mute = matches!(self.acts.lock().get(&**to), Some(Act::Mute(_)));
        let has = |target: &&ShardTarget| !is_mute && !self.lacks(to, target.shard);
        let shards = request.shards.iter().filter(has).map(|target| TermStatistics {
            shard: target.shard,
            position: Position(1),
            documents: 100,
            tokens: vec![1_000; request.slots.len()],
            frequencies: vec![0; request.terms.len()],
            expansions: vec![Vec::new(); request.expansions.len()],
        });
        let shards = shards.collect();
        self.act(to, StatisticsResponse { shards })
    }

    fn fetch(&self, to: &Endpoint, request: &FetchRequest) -> Reply<FetchResponse> {
        self.act(
            to,
            FetchResponse {
                documents: vec![None; request.documents.len()],
            },
        )
    }

    fn explain(&self, to: &Endpoint, request: &ExplainRequest) -> Reply<ExplainResponse> {
        self.act(
            to,
            ExplainResponse {
                documents: vec![None; request.documents.len()],
            },
        )
    }

    fn get(&self, to: &Endpoint, _: &GetRequest) -> Reply<FetchResponse> {
        self.act(
            to,
            FetchResponse {
                documents: vec![None],
            },
        )
    }

    fn apply(&self, to: &Endpoint, _: &ApplyRequest) -> Reply<ApplyResponse> {
        self.act(to, ApplyResponse { shards: Vec::new() })
    }

    fn refresh(&self, to: &Endpoint, request: &RefreshRequest) -> Reply<RefreshResponse> {
        let shards = request
            .shards
            .iter()
            .map(|shard| (*shard, request.position))
            .collect();
        self.act(to, RefreshResponse { shards })
    }

    fn pins(&self, to: &Endpoint, _: &PinRequest) -> Reply<PinResponse> {
        let answer = PinResponse {
            held: Vec::new(),
            shards: Vec::new(),
            open: 0,
        };
        self.act(to, answer)
    }

    fn catalog(&self, to: &Endpoint, _: CatalogNotice) -> Reply<()> {
        self.act(to, ())
    }

    fn status(&self, to: &Endpoint) -> Reply<StatusResponse> {
        let _ = to;
        std::future::pending().boxed()
    }
}
