//! Leaves that answer at once with what was made beforehand, above HTTP.

use futures::FutureExt as _;
use rand::RngExt as _;
use root_service::client::{CallError, Endpoint, LeafClient, Reply};
use shared::ids::{Leaf, Position, Shard};
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{
    Address, ApplyRequest, ApplyResponse, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest,
    FetchResponse, GetRequest, Hit, LeafError, Load, PinRequest, PinResponse, RefreshRequest,
    RefreshResponse, SearchRequest, SearchResponse, ShardAnswer, ShardState, ShardStatus, ShardTarget,
    StatisticsRequest, StatisticsResponse, StatusResponse, StoredDocument, TermStatistics,
};
use uuid::Uuid;

use crate::root::INDEX;

/// Documents of each leaf.
const DOCUMENTS: u64 = 100_000;
/// Hits of each.
const HITS: usize = 10;

/// One prepared answer for each leaf; all its replicas give it.
pub(crate) struct ReadyLeaves {
    hosted: Vec<Shard>,
    answers: Vec<SearchResponse>,
}

/// The address of all replicas of a leaf: its number.
pub(crate) fn endpoint(leaf: u32) -> Endpoint {
    Endpoint::from(leaf.to_string())
}

impl ReadyLeaves {
    /// `hosted` is each leaf's shard.
    pub(crate) fn new(hosted: Vec<Shard>) -> Self {
        let mut rng = shared::random::from_seed(3);
        let mut hit = |shard: Shard| {
            let key: u64 = rng.random();
            Hit {
                shard,
                score: rng.random_range(0.0..30.0),
                key,
                id: format!("{key:016x}"),
                sort: Vec::new(),
                group: None,
                address: Address {
                    generation: 1,
                    segment: 0,
                    document: 0,
                },
            }
        };
        let answer = |shard: &Shard| {
            let mut hits: Vec<Hit> = (0..HITS).map(|_| hit(*shard)).collect();
            hits.sort_by(|a, b| b.score.total_cmp(&a.score));
            let documents = hits.iter().map(|hit| stored(&hit.id)).collect();
            SearchResponse {
                shards: vec![answered(*shard)],
                hits,
                documents,
                load: Load::default(),
                queued_us: 0,
                executed_us: 1,
                cpu_us: 1,
            }
        };
        Self {
            answers: hosted.iter().map(answer).collect(),
            hosted,
        }
    }

    /// What a replica of a leaf says of itself.
    pub(crate) fn account(&self, leaf: Leaf) -> StatusResponse {
        let status = ShardStatus {
            index: INDEX,
            shard: self.hosted[leaf.0 as usize],
            state: ShardState::Ready,
            applied: Position(1),
            committed: Position(1),
            documents: DOCUMENTS,
            deleted: 0,
            bytes: 0,
            segments: 1,
        };
        StatusResponse {
            leaf,
            instance: Uuid::from_u128(1),
            catalog_version: 1,
            shards: vec![status],
            load: Load::default(),
        }
    }
}

fn answered(shard: Shard) -> ShardAnswer {
    ShardAnswer {
        shard,
        position: Position(1),
        documents: DOCUMENTS,
        documents_seen: DOCUMENTS,
        count: 1_000,
        failure: None,
        aggregations: None,
    }
}

fn stored(id: &str) -> StoredDocument {
    StoredDocument {
        id: id.to_owned(),
        source: format!(
            r#"{{"title": "A merge of ranked lists", "body": "{}"}}"#,
            "word ".repeat(100)
        ),
        version: 1,
        seq_no: 1,
        routing: None,
    }
}

fn ready<T: Send + 'static>(answer: T) -> Reply<T> {
    std::future::ready(Ok(answer)).boxed()
}

/// No benchmark asks for it.
fn refused<T: Send + 'static>() -> Reply<T> {
    let refusal = LeafError::BadRequest("these leaves search alone".to_owned());
    std::future::ready(Err(CallError::Refused(refusal))).boxed()
}

impl LeafClient for ReadyLeaves {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        let leaf: usize = to.parse().expect("addresses are made by `endpoint`");
        let prepared = &self.answers[leaf];
        let documents = if request.documents {
            prepared.documents.clone()
        } else {
            Vec::new()
        };
        ready(SearchResponse {
            shards: prepared.shards.clone(),
            hits: prepared.hits.clone(),
            documents,
            ..*prepared
        })
    }

    fn statistics(&self, _: &Endpoint, request: &StatisticsRequest) -> Reply<StatisticsResponse> {
        let of_shard = |target: &ShardTarget| TermStatistics {
            shard: target.shard,
            position: Position(1),
            documents: DOCUMENTS,
            tokens: vec![10 * DOCUMENTS; request.slots.len()],
            frequencies: vec![1_000; request.terms.len()],
            expansions: vec![Vec::new(); request.expansions.len()],
        };
        ready(StatisticsResponse {
            shards: request.shards.iter().map(of_shard).collect(),
        })
    }

    fn fetch(&self, _: &Endpoint, request: &FetchRequest) -> Reply<FetchResponse> {
        let documents = request.documents.iter();
        ready(FetchResponse {
            documents: documents.map(|item| Some(stored(&item.id))).collect(),
        })
    }

    fn complete(&self, _: &Endpoint, _: &CompleteRequest) -> Reply<CompleteResponse> {
        refused()
    }

    fn explain(&self, _: &Endpoint, _: &ExplainRequest) -> Reply<ExplainResponse> {
        refused()
    }

    fn get(&self, _: &Endpoint, _: &GetRequest) -> Reply<FetchResponse> {
        refused()
    }

    fn apply(&self, _: &Endpoint, _: &ApplyRequest) -> Reply<ApplyResponse> {
        refused()
    }

    fn refresh(&self, _: &Endpoint, _: &RefreshRequest) -> Reply<RefreshResponse> {
        refused()
    }

    fn pins(&self, _: &Endpoint, _: &PinRequest) -> Reply<PinResponse> {
        refused()
    }

    fn catalog(&self, _: &Endpoint, _: CatalogNotice) -> Reply<()> {
        refused()
    }

    fn status(&self, _: &Endpoint) -> Reply<StatusResponse> {
        refused()
    }
}
