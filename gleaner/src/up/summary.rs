//! What a cluster consists of, for people and for scripts.

use std::time::Duration;

use serde::Serialize;

use crate::cluster::{ClusterPlan, Member, MemberName};
use crate::screen::Screen;
use crate::screen::number::seconds;
use crate::screen::table::Table;

/// The members of a cluster that is ready. Its fields are the fixed face of `gleaner up --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Always true.
    pub ready: bool,
    /// The root's URL.
    pub url: String,
    /// The root, then the leaves in order.
    pub members: Vec<MemberSummary>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum MemberSummary {
    /// The root.
    Root {
        /// Its process id.
        pid: u32,
        /// Where it listens.
        url: String,
    },
    /// A replica of a leaf.
    Leaf {
        /// The leaf.
        leaf: u32,
        /// Which of its replicas.
        replica: u32,
        /// Its process id.
        pid: u32,
        /// Where it listens.
        url: String,
    },
}

impl Summary {
    /// The summary of these members, of which the first is the root.
    pub fn new(members: &[Member]) -> Self {
        let url = members.first().map(|root| root.url.clone()).unwrap_or_default();
        let members = members
            .iter()
            .cloned()
            .map(|Member { name, pid, url }| match name {
                MemberName::Root => MemberSummary::Root { pid, url },
                MemberName::Leaf { leaf, replica } => MemberSummary::Leaf {
                    leaf,
                    replica,
                    pid,
                    url,
                },
            });
        Self {
            ready: true,
            url,
            members: members.collect(),
        }
    }

    /// The line for scripts.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("structs of strings and numbers are always valid JSON")
    }

    /// The page for people.
    pub(super) fn print(&self, plan: &ClusterPlan, took: Duration, screen: &Screen) {
        let style = screen.style();
        screen.line(format_args!(
            "\n  {} at {}: {}, ready in {}\n",
            style.bold("gleaner is up"),
            style.bold(&self.url),
            leaf_replicas(plan.leaves, plan.replicas),
            seconds(took),
        ));
        for line in self.table().lines(style) {
            screen.line(format_args!("  {line}"));
        }
        let data = plan.data.display();
        screen.line(format_args!("\n  data in {data}, logs in {data}/logs\n\n  Try:"));
        for command in self.commands() {
            screen.line(format_args!("    {}", style.command(&command)));
        }
        screen.line(format_args!(
            "\n  {}",
            style.dim("Ctrl-C stops it; the same folder finds everything again.")
        ));
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&["process", "url", "pid"], 2);
        for member in &self.members {
            let cells = match member {
                MemberSummary::Root { pid, url } => vec!["root".to_owned(), url.clone(), pid.to_string()],
                MemberSummary::Leaf {
                    leaf,
                    replica,
                    pid,
                    url,
                } => {
                    vec![
                        format!("leaf {leaf} replica {replica}"),
                        url.clone(),
                        pid.to_string(),
                    ]
                }
            };
            table.row(cells);
        }
        table
    }

    fn commands(&self) -> [String; 3] {
        let url = &self.url;
        [
            format!("curl '{url}/_cat/indices?v'"),
            format!(
                "curl '{url}/books/_doc/1?refresh=wait_for' -H 'content-type: application/json' -X PUT -d '{{\"title\":\"Moby Dick\"}}'"
            ),
            format!("curl '{url}/books/_search?q=moby'"),
        ]
    }
}

/// `4 leaves`, `4 leaves × 2 replicas`.
pub(super) fn leaf_replicas(leaves: u32, replicas: u32) -> String {
    let leaves = if leaves == 1 {
        "1 leaf".to_owned()
    } else {
        format!("{leaves} leaves")
    };
    if replicas == 1 {
        leaves
    } else {
        format!("{leaves} × {replicas} replicas")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_read_the_promised_line() {
        let root = Member {
            name: MemberName::Root,
            pid: 10,
            url: "http://127.0.0.1:9200".to_owned(),
        };
        let leaf = Member {
            name: MemberName::Leaf { leaf: 0, replica: 1 },
            pid: 11,
            url: "http://127.0.0.1:4000".to_owned(),
        };
        assert_eq!(
            Summary::new(&[root, leaf]).json(),
            r#"{"ready":true,"url":"http://127.0.0.1:9200","members":[{"role":"root","pid":10,"url":"http://127.0.0.1:9200"},{"role":"leaf","leaf":0,"replica":1,"pid":11,"url":"http://127.0.0.1:4000"}]}"#
        );
    }
}
