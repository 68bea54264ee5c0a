//! Tests of loading a corpus, into a cluster that accepts everything.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What was asked: method and path, and how many lines came with it.
type Asked = Arc<Mutex<Vec<(String, usize)>>>;

async fn cluster() -> (Client, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection, Arc::clone(&noted)));
        }
    });
    (
        Client::new(&format!("http://{address}")).expect("a good address"),
        asked,
    )
}

/// Answers every request of a connection with success.
async fn answer(connection: TcpStream, asked: Asked) -> std::io::Result<()> {
    const ANSWER: &str = r#"{"took": 1, "errors": false, "items": []}"#;
    let mut connection = BufReader::new(connection);
    loop {
        let (mut first, mut body_bytes) = (String::new(), 0);
        connection.read_line(&mut first).await?;
        let mut header = String::new();
        while connection.read_line(&mut header).await? > 2 {
            if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
                body_bytes = value.trim().parse().unwrap_or(0);
            }
            header.clear();
        }
        let mut body = vec![0; body_bytes];
        connection.read_exact(&mut body).await?;
        let request = first.rsplit_once(' ').map_or("", |(request, _)| request);
        let lines = String::from_utf8_lossy(&body).lines().count();
        asked.lock().push((request.to_owned(), lines));
        let text = if request.starts_with("HEAD") { "" } else { ANSWER };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        connection.write_all(format!("{head}{text}").as_bytes()).await?;
    }
}

fn config(path: &Path, client: &Client) -> LoadConfig {
    LoadConfig {
        name: path.to_owned(),
        format: None,
        client: client.clone(),
        index: Some("a".to_owned()),
        documents_max: None,
        shards: None,
        mapping: None,
    }
}

#[tokio::test]
async fn of_a_corpus_that_breaks_off_everything_before_is_loaded_and_searchable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("Posts.xml");
    let post = |id: u32| format!("<row Id=\"{id}\" PostTypeId=\"1\" Body=\"text\" />");
    fs::write(&path, format!("<posts>{}{}", post(1), post(2))).expect("a writable folder");
    let (client, asked) = cluster().await;
    let error = run(config(&path, &client))
        .await
        .expect_err("the file is cut off");
    assert!(
        matches!(error, CorpusError::BrokenOff { documents: 2, .. }),
        "{error:?}"
    );
    let said = error.to_string();
    assert!(
        said.contains("2 documents before that are in the index a. ") && said.contains("cut off"),
        "{said}"
    );
    let asked = asked.lock();
    let requests: Vec<(&str, usize)> = asked
        .iter()
        .map(|(request, lines)| (request.as_str(), *lines))
        .collect();
    assert_eq!(
        requests,
        [("HEAD /a", 0), ("POST /a/_bulk", 4), ("POST /a/_refresh", 0)]
    );
}

#[tokio::test]
async fn a_load_without_a_file_that_cannot_be_read_is_not_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a writable folder");
    file("a", "<DOC><DOCNO>1</DOCNO><TEXT>x</TEXT></DOC>");
    let (client, _) = cluster().await;
    assert!(run(config(folder.path(), &client)).await.expect("a good folder"));
    file("b.gz", "no archive");
    assert!(!run(config(folder.path(), &client)).await.expect("one good file"));
}
