//! A caller that closes its connection, as a root does with the attempt that lost: its work stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use parking_lot::Mutex;
use shared::deadline::Deadline;
use shared::wire::AttemptKind;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::pool::{Pool, Watch};

#[tokio::test]
async fn work_stops_when_the_connection_is_closed() {
    let pool = Arc::new(Pool::new(1, 1).unwrap());
    let (begun, begins) = oneshot::channel();
    let (stopped, stops) = oneshot::channel();
    let signals = Arc::new(Mutex::new(Some((begun, stopped))));
    let handler = move || {
        let (pool, signals) = (Arc::clone(&pool), Arc::clone(&signals));
        async move {
            let deadline = Deadline::after(Instant::now(), Duration::from_hours(1));
            let job = move |watch: &Watch| {
                let (begun, stopped) = signals.lock().take().unwrap();
                begun.send(()).unwrap();
                while !deadline.expired(watch.now()) {
                    std::thread::yield_now();
                }
                stopped.send(()).unwrap();
            };
            pool.run(deadline, AttemptKind::Hedge, job).await.unwrap();
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let router = Router::new().route("/", post(handler));
        axum::serve(listener, router).await.unwrap();
    });
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = b"POST / HTTP/1.1\r\nhost: leaf\r\ncontent-length: 0\r\n\r\n";
    connection.write_all(request).await.unwrap();
    begins.await.unwrap();
    drop(connection);
    timeout(Duration::from_mins(1), stops).await.unwrap().unwrap();
    serving.abort();
}
