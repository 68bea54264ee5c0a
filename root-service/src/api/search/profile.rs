//! The waterfall of a query as JSON: every time is in microseconds since the query began.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use shared::ids::Leaf;
use tokio::time::Instant;

use crate::attempt::AttemptRecord;
use crate::search::{Profile, Round};

/// The object under `profile`. Clients of Elasticsearch index into `shards`, which is therefore there, and empty.
pub(super) fn render(profile: &Profile) -> Value {
    let began = profile.began;
    let mut by_leaf: BTreeMap<Leaf, Vec<&AttemptRecord>> = BTreeMap::new();
    for record in &profile.attempts {
        by_leaf.entry(record.leaf).or_default().push(record);
    }
    let leaf = |(leaf, mut records): (Leaf, Vec<&AttemptRecord>)| {
        records.sort_by_key(|record| record.began);
        let attempts: Vec<Value> = records.into_iter().map(|record| attempt(began, record)).collect();
        json!({"leaf": format!("leaf-{leaf}"), "attempts": attempts})
    };
    json!({
        "shards": [],
        "took_us": u64::try_from(profile.took.as_micros()).unwrap_or(u64::MAX),
        "rounds": profile.rounds.iter().map(|it| round(began, it)).collect::<Vec<Value>>(),
        "leaves": by_leaf.into_iter().map(leaf).collect::<Vec<Value>>(),
    })
}

fn round(began: Instant, round: &Round) -> Value {
    json!({
        "round": round.name,
        "start_us": since(began, round.began),
        "end_us": since(began, round.ended),
    })
}

fn attempt(began: Instant, record: &AttemptRecord) -> Value {
    let AttemptRecord {
        leaf,
        replica,
        phase,
        kind,
        end,
        work,
        ..
    } = record;
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| drop(shown.insert(key.to_owned(), value));
    put("round", phase.name().into());
    put("replica", format!("leaf-{leaf}/{replica}").into());
    put("kind", kind.name().into());
    put("start_us", since(began, record.began).into());
    put("end_us", since(began, record.ended).into());
    put("outcome", end.name().into());
    if let Some(work) = work {
        put("queued_us", work.queued_us.into());
        put("executed_us", work.executed_us.into());
        put("cpu_us", work.cpu_us.into());
    }
    Value::Object(shown)
}

/// Microseconds since the query began.
fn since(began: Instant, at: Instant) -> u64 {
    let elapsed = at.saturating_duration_since(began);
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shared::wire::AttemptKind;

    use super::*;
    use crate::attempt::{AttemptEnd, Work};
    use crate::members::Phase;

    #[tokio::test(start_paused = true)]
    async fn each_leaf_lists_its_attempts_by_their_start() {
        let began = Instant::now();
        let at = |us| began + Duration::from_micros(us);
        let record = |leaf, replica, kind, start, end| AttemptRecord {
            leaf: Leaf(leaf),
            replica,
            phase: Phase::Query,
            kind,
            began: at(start),
            ended: at(end),
            end: AttemptEnd::Won,
            work: None,
        };
        let profile = Profile {
            began,
            took: Duration::from_micros(9_500),
            rounds: vec![Round {
                name: "query",
                began: at(100),
                ended: at(9_400),
            }],
            attempts: vec![
                AttemptRecord {
                    work: Some(Work {
                        queued_us: 7,
                        executed_us: 900,
                        cpu_us: 850,
                    }),
                    ..record(1, 1, AttemptKind::Hedge, 5_000, 6_000)
                },
                AttemptRecord {
                    end: AttemptEnd::Lost,
                    ..record(1, 0, AttemptKind::Primary, 110, 6_000)
                },
                record(0, 1, AttemptKind::Primary, 105, 2_000),
            ],
        };
        assert_eq!(
            render(&profile).to_string(),
            concat!(
                r#"{"shards":[],"took_us":9500,"rounds":[{"round":"query","start_us":100,"end_us":9400}],"leaves":["#,
                r#"{"leaf":"leaf-0","attempts":["#,
                r#"{"round":"query","replica":"leaf-0/1","kind":"primary","start_us":105,"end_us":2000,"outcome":"won"}]},"#,
                r#"{"leaf":"leaf-1","attempts":["#,
                r#"{"round":"query","replica":"leaf-1/0","kind":"primary","start_us":110,"end_us":6000,"outcome":"lost"},"#,
                r#"{"round":"query","replica":"leaf-1/1","kind":"hedge","start_us":5000,"end_us":6000,"outcome":"won","#,
                r#""queued_us":7,"executed_us":900,"cpu_us":850}]}]}"#
            )
        );
    }
}
