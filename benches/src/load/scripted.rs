//! A service for tests, in this process: every answer is what a script says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Which one of all requests but those for metrics, counted from 0.
    pub(super) nth: usize,
    /// The request line and the headers.
    pub(super) head: String,
    pub(super) body: String,
}

/// What is done about a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// An answer.
    Answer(u16, String),
    /// An answer, after which the connection is closed.
    Last(u16, String),
    /// No answer: the connection is closed.
    Close,
}

/// The service; it ends when it is dropped.
pub(super) struct Scripted {
    address: SocketAddr,
    scheme: &'static str,
    /// Requests that have come, and connections that are open.
    pub(super) seen: watch::Receiver<Seen>,
    _tasks: JoinSet<()>,
}

/// What a service has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) requests: usize,
    pub(super) open: usize,
}

/// A complete answer.
pub(super) fn complete() -> Reply {
    Reply::Answer(
        200,
        r#"{"took":1,"timed_out":false,"_shards":{"failed":0}}"#.to_owned(),
    )
}

impl Scripted {
    /// Starts it at a free port. What it knows nothing of are metrics, unless the script answers them.
    pub(super) async fn start<F>(script: impl Fn(Asked) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send,
    {
        Self::start_with(None, script).await
    }

    /// The same behind encryption.
    pub(super) async fn start_encrypted<F>(
        tls: TlsAcceptor,
        script: impl Fn(Asked) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Reply> + Send,
    {
        Self::start_with(Some(tls), script).await
    }

    async fn start_with<F>(
        tls: Option<TlsAcceptor>,
        script: impl Fn(Asked) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Reply> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (seeing, seen) = watch::channel(Seen::default());
        let mut tasks = JoinSet::new();
        let script = Arc::new(script);
        let counted = Arc::new(AtomicUsize::new(0));
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, seeing, counted) = (script.clone(), seeing.clone(), counted.clone());
                let tls = tls.clone();
                connections.spawn(async move {
                    seeing.send_modify(|seen| seen.open += 1);
                    // A client that goes away in the middle of something is part of what is tested.
                    let _ = match tls {
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &*script, &seeing, &counted).await,
                            Err(error) => Err(error),
                        },
                        None => serve(stream, &*script, &seeing, &counted).await,
                    };
                    seeing.send_modify(|seen| seen.open -= 1);
                });
            }
        });
        Self {
            address,
            scheme,
            seen,
            _tasks: tasks,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// When so many requests have come.
    pub(super) fn after(&self, requests: usize) -> impl Future<Output = ()> + Send + 'static {
        let mut seen = self.seen.clone();
        async move {
            seen.wait_for(|seen| seen.requests >= requests).await.unwrap();
        }
    }
}

async fn serve<F: Future<Output = Reply>>(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    script: &impl Fn(Asked) -> F,
    seeing: &watch::Sender<Seen>,
    counted: &AtomicUsize,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let Some((head, body)) = request(&mut stream, &mut bytes).await? else {
            return Ok(());
        };
        let is_metrics = head.starts_with("GET /metrics");
        let nth = if is_metrics {
            usize::MAX
        } else {
            counted.fetch_add(1, Ordering::Relaxed)
        };
        seeing.send_modify(|seen| seen.requests += usize::from(!is_metrics));
        let mut gone = [0; 1];
        let reply = tokio::select! {
            reply = script(Asked { nth, head, body }) => reply,
            // A client without patience.
            _ = stream.read(&mut gone) => return Ok(()),
        };
        let (status, body, is_last) = match reply {
            Reply::Answer(status, body) => (status, body, false),
            Reply::Last(status, body) => (status, body, true),
            Reply::Close => return Ok(()),
        };
        let answer = format!(
            "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        if is_last {
            return Ok(());
        }
    }
}

/// The next request of a connection; `None` at its end.
async fn request(
    stream: &mut (impl AsyncRead + Unpin),
    bytes: &mut Vec<u8>,
) -> std::io::Result<Option<(String, String)>> {
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            });
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let rest = bytes.split_off(end + 4 + length);
                let body = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
                *bytes = rest;
                return Ok(Some((head, body)));
            }
        }
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    }
}
