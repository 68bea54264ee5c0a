//! Pictures of what a query and a cluster cost.

use super::super::{Report, tables};
use super::{Picture, curve_leaves, leaves_axis, lines, recommendation};
use crate::charts::{Axis, Chart, Hue, Kind, Line, Marker, Mention, Place, Scale, Series, Unit};
use crate::measured::{Stragglers, Sweep};
use crate::plan::{Costs, Plan};
use crate::words::{bytes, count, counted, figure, us};

/// Processor time of a query, in the parts that behave differently.
pub(super) fn processor_time(sweep: Option<&Sweep>, plan: &Plan) -> Picture {
    let costs = &plan.costs;
    // As far as the fixed part is a few times the divided one: beyond it, nothing else can be seen.
    let highest = (2.0 * costs.break_even_leaves).clamp(16.0, 1_024.0);
    let leaves: Vec<u32> = (0..=10)
        .map(|power| 1 << power)
        .filter(|leaves| f64::from(*leaves) <= highest)
        .collect();
    let mut parts: [(&str, Hue, Vec<Place>); 3] = [
        ("documents, at all leaves together", Hue::Blue, Vec::new()),
        ("being asked, at all leaves together", Hue::Orange, Vec::new()),
        ("root", Hue::Ink, Vec::new()),
    ];
    for leaves in leaves.iter().map(|leaves| f64::from(*leaves)) {
        let mut from_y = 0.0;
        for (part, part_ms) in parts.iter_mut().zip(parts_ms(costs, leaves)) {
            let y = from_y + part_ms;
            part.2.push(Place { x: leaves, y, from_y });
            from_y = y;
        }
    }
    let mut series: Vec<Series> = parts
        .into_iter()
        .map(|(name, hue, places)| Series::new(name, Kind::Bars, hue, places))
        .collect();
    let measured = sweep.map_or_else(Vec::new, measured_ms);
    let measured_is_empty = measured.is_empty();
    if !measured_is_empty {
        series.push(Series::points(
            "measured, at the lowest rate",
            Hue::Vermillion,
            Marker::Disc,
            measured,
        ));
    }
    let see = see(sweep, plan, !measured_is_empty);
    Picture {
        file: "cost-processor",
        see,
        chart: Chart {
            title: "Processor time of a query".to_owned(),
            subtitle: format!(
                "Everywhere together, without hedges; {} on each leaf",
                shards(costs.shards_per_leaf)
            ),
            x: leaves_axis(leaves.into_iter()),
            y: Axis::new("processor time of a query", Scale::Linear, Unit::Milliseconds),
            series,
            mentions: Vec::new(),
        },
    }
}

fn shards(number: f64) -> String {
    format!(
        "{} {}",
        figure(number),
        if number == 1.0 { "shard" } else { "shards" }
    )
}

fn see(sweep: Option<&Sweep>, plan: &Plan, has_measured: bool) -> String {
    let costs = &plan.costs;
    let leaves = f64::from(plan.recommendation.leaves);
    let (leaf_us, root_us) = costs.each(leaves);
    let measured = sweep.filter(|_| has_measured && costs.shard_us > 0.0);
    let shards = measured.map_or_else(String::new, |sweep| {
        format!(
            " What was measured had {} over all leaves, and each of them costs something: where there are more than the bars \
             have, points lie above them.",
            counted(sweep.corpus.shards, "shard", "shards")
        )
    });
    format!(
        "The documents cost {}, however many leaves share them. With {}, each leaf takes another {} for being asked, and {} at \
         the root, which takes {} besides.{shards}",
        us(costs.divided_us),
        counted(plan.recommendation.leaves, "leaf", "leaves"),
        us(leaf_us),
        us(root_us),
        us(costs.root_fixed_us)
    )
}

/// The documents, being asked, and the root, in milliseconds.
fn parts_ms(costs: &Costs, leaves: f64) -> [f64; 3] {
    let at = costs.at(leaves);
    [at.documents_us, at.asked_us, at.root_us].map(|us| us.max(0.0) / 1e3)
}

/// What runs without stragglers and hedging took, per query, at the lowest rate of each number of leaves.
fn measured_ms(sweep: &Sweep) -> Vec<Place> {
    let mut points: Vec<_> = sweep
        .points
        .iter()
        .filter(|point| point.shape.replicas == 1 && point.shape.stragglers == Stragglers::None)
        .collect();
    points.sort_by(|one, other| {
        let rates = one.rate_per_second.total_cmp(&other.rate_per_second);
        one.shape.leaves.cmp(&other.shape.leaves).then(rates)
    });
    points.dedup_by_key(|point| point.shape.leaves);
    let place = |point: &&crate::measured::Point| {
        let ms = tables::cpu_ms_per_query(point)?;
        Some(Place::at(f64::from(point.shape.leaves), ms))
    };
    points.iter().filter_map(place).collect()
}

/// Cores of all replicas and roots.
pub(super) fn cores(plan: &Plan) -> Option<Picture> {
    plan.curves.first()?;
    let mut mentions = vec![recommendation(plan)];
    if let Some(cores) = plan.demand.cores_max {
        mentions.push(Mention {
            at: Line::Across(f64::from(cores)),
            name: "budget of the leaves".to_owned(),
        });
    }
    Some(Picture {
        file: "cost-cores",
        see: format!(
            "Cores are what leaves cost: the recommendation takes {}, roots included.",
            count(plan.recommendation.predicted.cores.into())
        ),
        chart: Chart {
            title: "Cores against leaves".to_owned(),
            subtitle: format!(
                "All replicas and roots; {} for each replica",
                counted(plan.demand.cores_per_replica, "core", "cores")
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new("cores", Scale::Log, Unit::Plain),
            series: lines(plan.curves.iter(), |point| f64::from(point.cores)),
            mentions,
        },
    })
}

/// Memory of all replicas and roots.
pub(super) fn memory(plan: &Plan) -> Option<Picture> {
    plan.curves.first()?;
    let gibibyte = (1_u64 << 30) as f64;
    Some(Picture {
        file: "cost-memory",
        see: format!(
            "Every replica holds its part of the index and something besides: the recommendation takes {}.",
            bytes(plan.recommendation.predicted.memory_bytes)
        ),
        chart: Chart {
            title: "Memory against leaves".to_owned(),
            subtitle: format!(
                "All replicas and roots, {} documents",
                count(plan.demand.documents)
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new("memory", Scale::Log, Unit::Gibibytes),
            series: lines(plan.curves.iter(), |point| point.memory_bytes / gibibyte),
            mentions: vec![recommendation(plan)],
        },
    })
}

/// What all replicas and roots cost in a month, if somebody said what machines cost.
pub(super) fn money(report: &Report<'_>) -> Option<Picture> {
    let (plan, prices) = (report.plan, report.prices?);
    plan.curves.first()?;
    Some(Picture {
        file: "cost-money",
        see: format!(
            "A month of the recommendation costs {}: {}.",
            prices.words(prices.month(&plan.recommendation.predicted)),
            prices.sentence()
        ),
        chart: Chart {
            title: "What a month costs against leaves".to_owned(),
            subtitle: format!(
                "Cores and memory of all replicas and roots, {} documents, {} queries per second",
                count(plan.demand.documents),
                figure(plan.demand.rate_per_second)
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new(format!("{} a month", prices.currency), Scale::Log, Unit::Plain),
            series: lines(plan.curves.iter(), |point| prices.month(point)),
            mentions: vec![recommendation(plan)],
        },
    })
}
