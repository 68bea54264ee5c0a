//! Global statistics, so that scores are those of one big index: cached per shard, and asked of the leaves where the
//! cache does not know a term at the shard's newest commit.
//!
//! Statistics are a pure function of a shard's documents at a position, equal on every replica, so the position is the
//! whole key. A hit costs nothing; a miss costs one round of small requests.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::future::join_all;
use parking_lot::Mutex;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::clause::{Expansion, Term, Value};
use shared::wire::{
    self, AttemptKind, Pin, ScoredQuery, ShardTarget, Statistics, StatisticsRequest, StatisticsResponse,
    TermStatistics, Tie,
};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::explained;
use super::plan::Plan;
use super::rounds::{self, AboutShards, Rounds};
use super::stages;
use crate::attempt::{Answer, Attempted};
use crate::error::ApiError;
use crate::members::{Members, Phase, Replica};
use crate::resolve::{self, Expanded};
use crate::suggest::{Known as KnownWords, Lacking, Word};

/// Terms kept per shard; past it the shard's terms are forgotten all at once, which costs the next queries one round.
const TERMS_MAX: usize = 16_384;
/// Words kept per shard with what they stand for; past it they are forgotten all at once too.
const EXPANSIONS_MAX: usize = 512;

/// What is known of the shards.
#[derive(Default)]
pub struct StatisticsCache {
    shards: Mutex<HashMap<(IndexUuid, Shard), Known>>,
}

/// One shard at one position.
#[derive(Default)]
struct Known {
    position: Position,
    documents: u64,
    tokens: HashMap<u16, u64>,
    /// By the term's bytes on the wire: values hold floats, which do not hash.
    frequencies: HashMap<Vec<u8>, u64>,
    /// What words stand for, best first.
    expansions: HashMap<Expansion, Vec<String>>,
}

impl StatisticsCache {
    /// Forgets indexes that are gone.
    pub fn retain(&self, alive: impl Fn(IndexUuid) -> bool) {
        self.shards.lock().retain(|(index, _), _| alive(*index));
    }

    /// Whether everything is known of a shard at its newest position.
    fn knows(&self, index: IndexUuid, shard: Shard, newest: Position, wanted: &Wanted<'_>) -> bool {
        let shards = self.shards.lock();
        let Some(known) = shards.get(&(index, shard)) else {
            return false;
        };
        known.position >= newest
            && wanted.slots.iter().all(|slot| known.tokens.contains_key(slot))
            && wanted.keys.iter().all(|key| known.frequencies.contains_key(key))
            && wanted
                .expansions
                .iter()
                .all(|word| known.expansions.contains_key(word))
    }

    /// Learns what a leaf told; older news than what is known are not learnt.
    fn learn(&self, index: IndexUuid, told: &TermStatistics, wanted: &Wanted<'_>) {
        let mut shards = self.shards.lock();
        let known = shards.entry((index, told.shard)).or_default();
        if told.position < known.position {
            return;
        }
        if told.position > known.position || known.frequencies.len() > TERMS_MAX {
            *known = Known {
                position: told.position,
                ..Known::default()
            };
        }
        known.documents = told.documents;
        known
            .tokens
            .extend(wanted.slots.iter().copied().zip(told.tokens.iter().copied()));
        if known.expansions.len() > EXPANSIONS_MAX {
            known.expansions.clear();
        }
        let words = wanted.expansions.iter().cloned();
        known
            .expansions
            .extend(words.zip(told.expansions.iter().cloned()));
        known
            .frequencies
            .extend(wanted.keys.iter().cloned().zip(told.frequencies.iter().copied()));
    }

    /// The sum over the shards of what is known; what is not known of a shard counts as nothing.
    fn sum(&self, index: IndexUuid, shards: impl Iterator<Item = Shard>, wanted: &Wanted<'_>) -> Statistics {
        let known = self.shards.lock();
        let mut sum = Statistics {
            documents: 0,
            tokens: wanted.slots.iter().map(|slot| (*slot, 0)).collect(),
            frequencies: vec![0; wanted.keys.len()],
        };
        for shard in shards {
            let Some(known) = known.get(&(index, shard)) else {
                continue;
            };
            sum.documents += known.documents;
            for (slot, tokens) in &mut sum.tokens {
                *tokens += known.tokens.get(slot).copied().unwrap_or(0);
            }
            for (frequency, key) in sum.frequencies.iter_mut().zip(&wanted.keys) {
                *frequency += known.frequencies.get(key).copied().unwrap_or(0);
            }
        }
        sum
    }

    /// What words stand for: the best terms of all shards of which they are known.
    fn best(&self, index: IndexUuid, shards: &[Shard], words: &[Expansion]) -> Expanded {
        let known = self.shards.lock();
        let told = |word: &Expansion| -> Vec<String> {
            let of_shards = shards.iter().filter_map(|shard| known.get(&(index, *shard)));
            let lists = of_shards.filter_map(|known| known.expansions.get(word));
            lists.flatten().cloned().collect()
        };
        let best = |word: &Expansion| (word.clone(), resolve::best(word, told(word).into_iter()));
        words.iter().map(best).collect()
    }
}

/// What a query needs to know.
struct Wanted<'a> {
    slots: &'a [u16],
    terms: &'a [Term],
    keys: Vec<Vec<u8>>,
    expansions: &'a [Expansion],
}

/// The plan with its words expanded: what they stand for is taken from the cache, after asking the leaves for what it lacks,
/// and the query is planned again. True if the leaves had to be asked. A leaf that does not tell in time contributes nothing, and
/// the plan says which of its shards an answer is not complete for.
pub(super) async fn expanded(
    plan: Plan,
    again: impl Fn(&Expanded) -> Result<Plan, ApiError>,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> Result<(Plan, bool), ApiError> {
    if plan.unknown.is_empty() {
        return Ok((plan, false));
    }
    let wanted = Wanted {
        slots: &[],
        terms: &[],
        keys: Vec::new(),
        expansions: &plan.unknown,
    };
    let lacking = lacking(&plan, cache, rounds.members, &wanted);
    let asked = !lacking.is_empty();
    let untold = ask((plan.index, plan.pin), lacking, &wanted, cache, rounds)
        .instrument(stages::span(Phase::Statistics))
        .await;
    let shards: Vec<Shard> = plan.shards().map(|(_, target)| target.shard).collect();
    let planned = again(&cache.best(plan.index, &shards, &plan.unknown))?;
    Ok((Plan { untold, ..planned }, asked))
}

/// The statistics of a plan's query, and its named queries with theirs. True if leaves had to be asked.
pub(super) async fn of_all(
    plan: &Plan,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> (Statistics, Vec<ScoredQuery>, bool) {
    let both = async {
        let (sum, asked) = statistics(plan, cache, rounds).await;
        let (named, again) = explained::with_statistics(plan, cache, rounds).await;
        (sum, named, asked || again)
    };
    both.instrument(stages::span(Phase::Statistics)).await
}

/// The statistics for a plan: from the cache, after asking the leaves for what it lacks. A leaf that does not tell in
/// time contributes what was known of it before, or nothing. True if the leaves had to be asked.
pub(super) async fn statistics(
    plan: &Plan,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> (Statistics, bool) {
    let terms = &plan.query.terms;
    let keys = terms.iter().map(|term| wire::encode(term).to_vec()).collect();
    let wanted = Wanted {
        slots: &plan.slots,
        terms,
        keys,
        expansions: &[],
    };
    let lacking = if terms.is_empty() {
        BTreeMap::new()
    } else {
        lacking(plan, cache, rounds.members, &wanted)
    };
    let asked = !lacking.is_empty();
    ask((plan.index, plan.pin), lacking, &wanted, cache, rounds).await;
    let shards = plan.shards().map(|(_, target)| target.shard);
    let mut sum = cache.sum(plan.index, shards, &wanted);
    resolve::blend(&mut sum, &plan.blends);
    (sum, asked)
}

/// What suggestions lack is added to what is `known` for them: from the cache, after asking the leaves for what it lacks. Shards that
/// do not tell in time are added to those `untold`, and not asked again.
pub(super) async fn look_up(
    plan: &Plan,
    words: &Lacking,
    (known, untold): (&mut KnownWords, &mut BTreeSet<(Leaf, Shard)>),
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) {
    let term = |word: &Word| Term {
        field: word.field.clone(),
        value: Value::Str(word.text.clone()),
    };
    let terms: Vec<Term> = words.words.iter().map(term).collect();
    let slots: Vec<u16> = words.slots.iter().copied().collect();
    let wanted = Wanted {
        slots: &slots,
        keys: terms.iter().map(|term| wire::encode(term).to_vec()).collect(),
        terms: &terms,
        expansions: &words.expansions,
    };
    let mut lacking = lacking(plan, cache, rounds.members, &wanted);
    for (leaf, shards) in &mut lacking {
        shards.retain(|target| !untold.contains(&(*leaf, target.shard)));
    }
    lacking.retain(|_, shards| !shards.is_empty());
    untold.extend(ask((plan.index, plan.pin), lacking, &wanted, cache, rounds).await);
    let shards: Vec<Shard> = plan.shards().map(|(_, target)| target.shard).collect();
    let sum = cache.sum(plan.index, shards.iter().copied(), &wanted);
    known.documents = sum.documents;
    known.tokens.extend(sum.tokens);
    let frequencies = words.words.iter().cloned().zip(sum.frequencies);
    known.frequencies.extend(frequencies);
    known
        .expansions
        .extend(cache.best(plan.index, &shards, &words.expansions));
}

/// The shards that the cache does not know enough of, by leaf. Leaves out of reach are not asked: their shards will
/// most likely be missing from the answer too, and waiting for them would cost all others.
fn lacking(
    plan: &Plan,
    cache: &StatisticsCache,
    members: &Members,
    wanted: &Wanted<'_>,
) -> BTreeMap<Leaf, Vec<ShardTarget>> {
    let mut lacking: BTreeMap<Leaf, Vec<ShardTarget>> = BTreeMap::new();
    for (leaf, target) in plan.shards() {
        // What a point in time holds does not change.
        let newest = match plan.pin {
            Some(_) => Position::START,
            None => members
                .newest(leaf, plan.index, target.shard)
                .map_or(Position::START, |(position, _)| position),
        };
        let reachable = members
            .leaf(leaf)
            .is_some_and(|leaf| leaf.replicas.iter().any(|r| r.reachable()));
        if reachable && !cache.knows(plan.index, target.shard, newest.max(target.position_min), wanted) {
            lacking.entry(leaf).or_default().push(target);
        }
    }
    lacking
}

/// Asks, learns what is told, and returns the shards of which nothing was.
async fn ask(
    (index, pin): (IndexUuid, Option<Pin>),
    lacking: BTreeMap<Leaf, Vec<ShardTarget>>,
    wanted: &Wanted<'_>,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> Vec<(Leaf, Shard)> {
    let asked = lacking.iter().map(async |(leaf, shards)| {
        let call = |replica: &Replica, _: AttemptKind, _: Option<Tie>, shards: &[ShardTarget]| {
            let request = StatisticsRequest {
                index,
                shards: shards.to_vec(),
                slots: wanted.slots.to_vec(),
                terms: wanted.terms.to_vec(),
                expansions: wanted.expansions.to_vec(),
                pin,
                time_remaining_us: rounds.schedule.statistics.remaining_us(Instant::now()),
            };
            rounds.client.statistics(&replica.endpoint, &request)
        };
        let of_leaf = rounds::Wanted {
            index,
            leaf: *leaf,
            shards,
            phase: Phase::Statistics,
        };
        let answers = rounds.ask(of_leaf, call).await;
        if let Some(failure) = &answers.failure {
            tracing::debug!(%leaf, reason = failure.reason, "a leaf told no statistics of some shards");
        }
        answers.given
    });
    let mut untold: BTreeSet<(Shard, Leaf)> = lacking
        .iter()
        .flat_map(|(leaf, shards)| shards.iter().map(|target| (target.shard, *leaf)))
        .collect();
    for Attempted { replica, reply, .. } in join_all(asked).await.into_iter().flatten() {
        for told in &reply.shards {
            replica.saw(index, told.shard, told.position, Some(told.documents));
            cache.learn(index, told, wanted);
            untold.retain(|(shard, _)| *shard != told.shard);
        }
    }
    untold.into_iter().map(|(shard, leaf)| (leaf, shard)).collect()
}

impl Answer for StatisticsResponse {}

impl AboutShards for StatisticsResponse {
    fn has(&self, shard: Shard) -> bool {
        self.shards.iter().any(|told| told.shard == shard)
    }
}
