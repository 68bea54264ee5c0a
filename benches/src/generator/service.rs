//! A service that does nothing: every request is answered at once, on a core of its own.
//!
//! It never sleeps: the time that a sleeping core takes to wake up would be measured as the generator's error, and is the
//! service's.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use benches::measured::Histogram;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::Instant;

/// What it answers: a search that found nothing.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 80\r\n\r\n\
    {\"took\":0,\"timed_out\":false,\"_shards\":{\"total\":1,\"failed\":0},\"hits\":{\"hits\":[]}}";
/// The longest request that it reads.
const REQUEST_BYTES_MAX: usize = 16 << 10;

/// The service; its thread ends with it.
pub(super) struct AtOnce {
    address: SocketAddr,
    took: Arc<Mutex<Histogram>>,
    _alive: oneshot::Sender<()>,
}

impl AtOnce {
    /// Starts it at a free port.
    pub(super) fn start() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let took = Arc::new(Mutex::new(Histogram::default()));
        let (alive, over) = oneshot::channel::<()>();
        let counted = took.clone();
        let runtime = Builder::new_current_thread().enable_io().build()?;
        thread::Builder::new().name("at-once".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else {
                    return;
                };
                tokio::select! {
                    () = accept(listener, counted) => {}
                    () = stay_awake() => {}
                    _ = over => {}
                }
            });
        })?;
        Ok(Self {
            address,
            took,
            _alive: alive,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How long it took from a request to its answer.
    pub(super) fn took(&self) -> Histogram {
        self.took.lock().clone()
    }
}

/// Looks for requests again and again instead of sleeping.
async fn stay_awake() {
    loop {
        yield_now().await;
    }
}

async fn accept(listener: TcpListener, took: Arc<Mutex<Histogram>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let took = took.clone();
        // A client that goes away is no concern of a service.
        tokio::spawn(async move { drop(serve(stream, &took).await) });
    }
}

async fn serve(mut stream: TcpStream, took: &Mutex<Histogram>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = vec![0; REQUEST_BYTES_MAX];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut bytes[filled..]).await?;
        let now = Instant::now();
        filled += read;
        if read == 0 {
            return Ok(());
        }
        // The generator waits for an answer before it sends the next request over a connection.
        if is_whole(&bytes[..filled]) {
            stream.write_all(ANSWER).await?;
            took.lock().record(now.elapsed());
            filled = 0;
        }
    }
}

/// Whether all of a request is there.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let text = std::str::from_utf8(ANSWER).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.ends_with(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
    }

    #[test]
    fn a_request_is_whole_with_its_body() {
        assert!(is_whole(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
        assert!(is_whole(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"));
        assert!(!is_whole(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{"));
        assert!(!is_whole(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n"));
    }
}
