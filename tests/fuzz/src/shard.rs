//! A small shard in memory, with documents of every field.

use std::sync::{Arc, LazyLock};

use leaf_service::execute::{self, ShardView, StatisticsCache};
use leaf_service::schema::{ShardSchema, Stamp, slot_name};
use leaf_service::view::View;
use serde_json::json;
use shared::analysis::Analyzer;
use shared::deadline::Deadline;
use shared::document::DocumentError;
use shared::ids::{Position, Shard};
use shared::mapping::FieldKind;
use shared::wire::StatisticsRequest;
use tantivy::{Index, IndexWriter, TantivyDocument};
use tokio::time::Instant;

use crate::MAPPING;

/// How many there are.
pub const DOCUMENTS: u64 = 60;
/// Text slots of the shard.
const SLOTS: u16 = 8;

static SCHEMA: LazyLock<Arc<ShardSchema>> = LazyLock::new(|| Arc::new(ShardSchema::new(SLOTS, &MAPPING)));

/// The shard, to be searched.
pub static VIEWS: LazyLock<[ShardView; 1]> = LazyLock::new(|| [(Shard(0), Ok(Arc::new(view())))]);

/// A document as the shard would index it.
pub fn document(source: &str) -> Result<TantivyDocument, DocumentError> {
    let stamp = Stamp {
        id: "1",
        routing: None,
        version: 1,
        seq_no: 0,
    };
    SCHEMA.document(stamp, source, &MAPPING)
}

/// The statistics that a request asks for.
pub fn statistics(request: &StatisticsRequest, deadline: Deadline) {
    let Ok(view) = &VIEWS[0].1 else { return };
    let wanted = (request.terms.as_slice(), request.expansions.as_slice());
    let cache = StatisticsCache::new();
    let _ = execute::statistics(view, &request.slots, wanted, &cache, deadline, Instant::now);
}

fn view() -> View {
    let index = Index::create_in_ram(SCHEMA.schema.clone());
    for slot in 0..SLOTS {
        let standard = Analyzer::standard().tokenizer();
        index.tokenizers().register(&slot_name(slot), standard);
    }
    for (_, kind) in MAPPING.all() {
        if let (FieldKind::Text { analyzer, .. }, Some(slot)) = (kind, kind.slot()) {
            index
                .tokenizers()
                .register(&slot_name(slot), analyzer.tokenizer());
        }
    }
    let mut writer: IndexWriter<TantivyDocument> = index
        .writer_with_num_threads(1, 15_000_000)
        .expect("memory is there");
    for number in 0..DOCUMENTS {
        let turn = number as usize;
        let title = ["The Kid", "A Western Movie", "Child of the wild west"][turn % 3];
        let genre = ["Drama", "War"][turn % 2];
        let source = json!({
            "title": title,
            "body": format!("A young man number {number} falls in love, and goes to war. His family waits in town."),
            "genres": [genre, "Comedy"],
            "cast": [format!("Actor {}", number % 7)],
            "year": 1900 + number,
            "rating": number as f64 / 7.0,
            "votes": number * 31 % 1000,
            "talkie": number % 3 == 0,
            "released": format!("19{:02}-03-04", number % 100),
            "studio": {"address": format!("10.0.0.{number}")},
            "suggest": {"input": [format!("The Kid {number}")], "weight": number},
        });
        let stamp = Stamp {
            id: &number.to_string(),
            routing: None,
            version: 1,
            seq_no: number,
        };
        let document = SCHEMA.document(stamp, &source.to_string(), &MAPPING);
        let document = document.expect("these documents are right");
        writer.add_document(document).expect("the writer runs");
    }
    writer.commit().expect("memory does not fail");
    View::new(
        (Shard(0), 1, Position(1)),
        Arc::clone(&SCHEMA),
        Arc::new(MAPPING.clone()),
        index.reader().expect("it was committed").searcher(),
    )
}
