//! Gleaner as real processes: one root and its leaves, started by `gleaner up`, spoken to over HTTP.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::baseline::{HITS, mapping_json};
use crate::cpu;
use crate::error::BenchError;
use crate::throughput::{Indexed, Queried};
use crate::workload::{Class, FIELDS, Shape, Workload};

/// One bulk body holds about this much.
const BULK_BYTES: usize = 4 << 20;

/// How many processes, and whether they can be made to misbehave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClusterShape {
    /// Leaves, each with one shard of the index.
    pub leaves: u32,
    /// Replicas of each.
    pub replicas: u32,
    /// Whether faults can be asked of the leaves.
    pub faults: bool,
}

/// A running cluster.
pub(crate) struct Service {
    url: String,
    http: reqwest::Client,
    shape: ClusterShape,
    members: Vec<Member>,
    /// Killed when dropped; its members end with it.
    up: Child,
    _folder: tempfile::TempDir,
}

/// One process of it, as the first line of `gleaner up --json` names it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Member {
    /// Its process id.
    pub pid: u32,
    /// Where it listens.
    pub url: String,
    /// The leaf that it serves; none if it is the root.
    leaf: Option<u32>,
}

/// That line.
#[derive(Deserialize)]
struct Ready {
    url: String,
    members: Vec<Member>,
}

/// Starts the cluster in a folder of its own.
pub(crate) async fn start(binary: Option<&Path>, shape: ClusterShape) -> Result<Service, BenchError> {
    let beside = || std::env::current_exe().map(|exe| exe.with_file_name("gleaner"));
    let binary: PathBuf = binary.map_or_else(beside, |path| Ok(path.to_owned()))?;
    let failed = |reason: String| BenchError::Start {
        binary: binary.display().to_string(),
        reason,
    };
    let folder = tempfile::tempdir()?;
    let mut up = Command::new(&binary)
        .args(["up", "--listen", "127.0.0.1:0", "--json"])
        .args(["--leaves", &shape.leaves.to_string()])
        .args(["--replicas", &shape.replicas.to_string()])
        .args(shape.faults.then_some("--faults"))
        .arg("--data")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let stdout = up
        .stdout
        .take()
        .ok_or_else(|| failed("no standard output".to_owned()))?;
    let line = BufReader::new(stdout)
        .lines()
        .next_line()
        .await?
        .ok_or_else(|| failed("it ended".to_owned()))?;
    let Ready { url, members } =
        serde_json::from_str(&line).map_err(|error| failed(format!("{error}: {line}")))?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    Ok(Service {
        url,
        http,
        shape,
        members,
        up,
        _folder: folder,
    })
}

impl Service {
    /// The root's URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A client for requests to any of the processes.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The replicas of a leaf, as they were when the cluster was ready.
    pub(crate) fn replicas(&self, leaf: u32) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(move |member| member.leaf == Some(leaf))
    }

    /// The process that starts the others again when they die.
    pub(crate) fn supervisor_pid(&self) -> Option<u32> {
        self.up.id()
    }

    /// Loads the documents through `_bulk` and refreshes.
    pub(crate) async fn index(&self, workload: &Workload, clients: usize) -> Result<Indexed, BenchError> {
        let create =
            json!({ "settings": {"number_of_shards": self.shape.leaves}, "mappings": mapping_json() });
        self.expect(self.http.put(format!("{}/bench", self.url)).json(&create))
            .await?;
        let bodies = Arc::new(bodies(workload));
        let next = Arc::new(AtomicUsize::new(0));
        let (began, cpu_before) = (Instant::now(), self.cpu());
        let mut senders = JoinSet::new();
        for _ in 0..clients {
            let (bodies, next, http, url) =
                (bodies.clone(), next.clone(), self.http.clone(), self.url.clone());
            senders.spawn(async move {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let request = http.post(format!("{url}/bench/_bulk")).body(body.clone());
                    let answer = request
                        .header("content-type", "application/x-ndjson")
                        .send()
                        .await?
                        .text()
                        .await?;
                    if !answer.contains("\"errors\":false") {
                        return Err(BenchError::Answer(answer.chars().take(400).collect()));
                    }
                }
                Ok(())
            });
        }
        while let Some(sent) = senders.join_next().await {
            sent.map_err(|error| BenchError::Answer(error.to_string()))??;
        }
        self.expect(self.http.post(format!("{}/bench/_refresh", self.url)))
            .await?;
        let (wall, cpu) = (began.elapsed(), self.cpu().saturating_sub(cpu_before));
        self.settle().await;
        Ok(Indexed {
            wall,
            cpu,
            documents: workload.documents.len(),
        })
    }

    /// Sends a class of queries twice and measures the second time.
    pub(crate) async fn query(&self, class: &Class<'_>, clients: usize) -> Result<Queried, BenchError> {
        let bodies: Arc<Vec<String>> =
            Arc::new(class.queries.iter().map(|text| body(text, class.shape)).collect());
        self.send(&bodies, clients).await?;
        let (began, cpu_before) = (Instant::now(), self.cpu());
        let latencies = self.send(&bodies, clients).await?;
        Ok(Queried::new(
            latencies,
            began.elapsed(),
            self.cpu().saturating_sub(cpu_before),
        ))
    }

    async fn send(&self, bodies: &Arc<Vec<String>>, clients: usize) -> Result<Vec<Duration>, BenchError> {
        let next = Arc::new(AtomicUsize::new(0));
        let mut senders = JoinSet::new();
        for _ in 0..clients {
            let (bodies, next, http) = (bodies.clone(), next.clone(), self.http.clone());
            let url = format!("{}/bench/_search", self.url);
            senders.spawn(async move {
                let mut latencies = Vec::new();
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let sent = Instant::now();
                    let request = http
                        .post(&url)
                        .header("content-type", "application/json")
                        .body(body.clone());
                    let response = request.send().await?;
                    let status = response.status();
                    let answer = response.text().await?;
                    latencies.push(sent.elapsed());
                    if !status.is_success() || answer.contains("\"timed_out\":true") {
                        return Err(BenchError::Answer(answer.chars().take(400).collect()));
                    }
                }
                Ok(latencies)
            });
        }
        let mut latencies = Vec::with_capacity(bodies.len());
        while let Some(sent) = senders.join_next().await {
            latencies.extend(sent.map_err(|error| BenchError::Answer(error.to_string()))??);
        }
        Ok(latencies)
    }

    /// Waits until merges have ended: until the processes have been all but idle for a second.
    async fn settle(&self) {
        for _ in 0..120 {
            let before = self.cpu();
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.cpu().saturating_sub(before) <= Duration::from_millis(50) {
                return;
            }
        }
    }

    fn cpu(&self) -> Duration {
        self.members.iter().map(|member| cpu::used(member.pid)).sum()
    }

    /// Sends a request that must succeed.
    pub(crate) async fn expect(&self, request: reqwest::RequestBuilder) -> Result<(), BenchError> {
        let response = request.send().await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(BenchError::Answer(response.text().await?))
    }
}

fn bodies(workload: &Workload) -> Vec<String> {
    let mut bodies = vec![String::new()];
    for document in &workload.documents {
        if bodies.last().is_none_or(|body| body.len() > BULK_BYTES) {
            bodies.push(String::new());
        }
        if let Some(body) = bodies.last_mut() {
            body.push_str(&json!({"index": {"_id": document.id}}).to_string());
            body.push('\n');
            body.push_str(&document.source);
            body.push('\n');
        }
    }
    bodies
}

fn body(text: &str, shape: Shape) -> String {
    let query = match shape {
        Shape::Any => json!({"multi_match": {"query": text, "type": "most_fields", "fields": FIELDS}}),
        Shape::All => json!({"match": {FIELDS[1]: {"query": text, "operator": "and"}}}),
    };
    json!({"query": query, "size": HITS, "track_total_hits": false, "timeout": "60s"}).to_string()
}
