//! Temporary: the rate of a leaf that applies a log, beside tantivy's writer on the same documents.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use leaf_service::schema::*;
use leaf_service::*;
use shared::catalog::*;
use shared::ids::*;
use shared::log::*;
use shared::mapping::*;
use shared::analysis::Analyzer;
use tokio::time::Instant;

fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}

#[tokio::main]
async fn main() {
    let path = std::env::args().nth(1).unwrap();
    let shards: u32 = std::env::args().nth(2).unwrap().parse().unwrap();
    let twice = std::env::args().nth(3).is_some();
    let lines: Vec<String> = std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    let mut mapping = Mapping::default();
    for line in lines.iter().take(2000) {
        let json = shared::document::parse(line).unwrap();
        for u in shared::document::discover(&json, &mapping).unwrap() { mapping.add(&u.path, u.field, 16).unwrap(); }
    }
    let _ = Analyzer::Standard;
    println!("fields {:?}", mapping.all().map(|(n, k)| format!("{n}:{}", k.name())).collect::<Vec<_>>());
    let dir = tempfile::tempdir_in("/tmp").unwrap();
    // (a)
    for mode in ["convert only", "tantivy"] {
        let schema = ShardSchema::new(16);
        let p = dir.path().join(mode.replace(' ', "")); std::fs::create_dir_all(&p).unwrap();
        let index = tantivy::Index::create_in_dir(&p, schema.schema.clone()).unwrap();
        for s in 0..16 { index.tokenizers().register(&slot_name(s), Analyzer::Standard.tokenizer()); }
        let mut w: tantivy::IndexWriter = index.writer_with_num_threads(1, 64_000_000).unwrap();
        let (c, t) = (cpu(), Instant::now());
        for (n, line) in lines.iter().enumerate() {
            let id = format!("doc-{n:08}");
            let d = schema.document(Stamp { id: &id, routing: None, version: 1, seq_no: n as u64 }, line, &mapping).unwrap();
            if mode == "tantivy" { w.add_document(d).unwrap(); }
        }
        w.commit().unwrap();
        let e = t.elapsed().as_secs_f64();
        println!("{mode}: {:.2} s, {:.0} docs/s, cpu {:.2}", e, lines.len() as f64 / e, cpu() - c);
    }
    // (b)
    let store = shared::store::open_local(&dir.path().join("store")).unwrap();
    let uuid = IndexUuid(uuid::Uuid::from_u128(5));
    let meta = IndexMeta { uuid, shards, text_slots: 16, refresh_interval_ms: Some(1000), created_ms: 0, mapping: mapping.clone() };
    let catalog = Catalog { version: 1, leaves: 1, indexes: BTreeMap::from([("a".to_owned(), meta.clone())]) };
    CatalogStore::new(Arc::clone(&store)).put(&catalog).await.unwrap();
    let log = LogStore::new(Arc::clone(&store), uuid);
    let mut all: Vec<(usize, &String)> = lines.iter().enumerate().collect();
    if twice { let again = all.clone(); all.extend(again); }
    let (c, t) = (cpu(), Instant::now());
    let mut position = 0;
    for chunk in all.chunks(1000) {
        let mut sections: BTreeMap<Shard, Vec<Operation>> = BTreeMap::new();
        for (n, line) in chunk {
            let id = format!("doc-{n:08}");
            sections.entry(meta.shard_of(&id)).or_default().push(Operation::Index { id, source: (*line).clone(), routing: None, create: false });
        }
        position += 1;
        let b = Batch { id: uuid::Uuid::from_u128(position as u128), catalog_version: 1, sections };
        log.append(Position(position), b.id, b.encode().unwrap()).await.unwrap();
    }
    println!("log append: {:.2} s, cpu {:.2}", t.elapsed().as_secs_f64(), cpu() - c);
    let (c, t) = (cpu(), Instant::now());
    let leaf = Leaf::start(LeafConfig { leaf: Leaf0(0), listen: "127.0.0.1:0".parse().unwrap(), folder: dir.path().join("leaf"), store, threads: 2, queue_max: 16, writer_memory_bytes: 64_000_000, drain_max: Duration::from_secs(1) }).await.unwrap();
    let http = reqwest::Client::new();
    loop {
        let a = http.get(format!("http://{}/readyz", leaf.address())).send().await.unwrap();
        if a.status() == 200 { break; }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let e = t.elapsed().as_secs_f64();
    println!("leaf, {shards} shards: {:.2} s, {:.0} docs/s, cpu {:.2}", e, all.len() as f64 / e, cpu() - c);
    leaf.shutdown().await;
}
use shared::ids::Leaf as Leaf0;
