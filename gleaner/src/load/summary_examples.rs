//! Reports for tests.

use std::time::Duration;

use benches::load::LoadPlan;
use benches::measured::{Arrivals, Generator, Histogram, LoadReport, Operations, Outcomes, Second};

use crate::load::{LoadConfig, Material};

/// A configuration of so many services.
pub(crate) fn config(services: usize) -> LoadConfig {
    let plan = |nth| {
        LoadPlan::new(
            format!("http://s{nth}:9200"),
            "docs",
            Arrivals::Poisson { per_second: 500.0 },
        )
    };
    LoadConfig {
        plans: (0..services).map(plan).collect(),
        material: Material {
            searches: None,
            writes: None,
        },
        at_once: false,
        turns: 3,
        json: None,
        csv: None,
        objective: None,
    }
}

/// A thousand requests of 1 to 10 ms, so many times slower, two of which were not answered.
pub(crate) fn report(factor: f64) -> LoadReport {
    let mut latency = Histogram::default();
    (0..998_u32)
        .for_each(|nth| latency.record(Duration::from_secs_f64(factor * f64::from(1 + nth % 10) / 1e3)));
    let second = Second {
        due: 500,
        complete: 499,
        others: 1,
        p50_ms: Some(factor),
        p99_ms: Some(factor * 10.0),
        ..Second::default()
    };
    LoadReport {
        url: "http://s:9200".to_owned(),
        arrivals: Arrivals::Poisson { per_second: 500.0 },
        seconds: 2.0,
        reads: Operations {
            due: 1_000,
            service: latency.clone(),
            latency,
            outcomes: Outcomes {
                complete: 998,
                refused: 2,
                ..Outcomes::default()
            },
            answered_meanwhile: 998,
            coverage: 1.0,
            reasons: [("429 busy".to_owned(), 2)].into(),
        },
        writes: Operations::default(),
        late: Histogram::default(),
        timeline: vec![second; 2],
        root: None,
        generator: Generator::default(),
    }
}
