//! One connection that is kept: a request and its answer at a time, without a task of its own.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Connection as Http, SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::stream::{Arrival, Stamped};
use super::target::Target;

/// The longest answer that is read: beyond it the generator would measure its own memory.
const BODY_BYTES_MAX: usize = 64 << 20;

/// What bytes are moved by: a stream, encrypted or not.
trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// The side of a connection that moves bytes.
type HttpConnection = Http<TokioIo<Box<dyn Transport>>, Full<Bytes>>;

/// An open connection.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    http: HttpConnection,
    arrival: Arrival,
    /// The other side has closed it, or it broke.
    over: bool,
}

/// An answer, and when things happened.
pub(super) struct Answered {
    /// When the request was sent.
    pub(super) sent: Instant,
    /// When all of the answer had arrived, whenever it was read.
    pub(super) answered: Instant,
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("no connection: {0}")]
    Connect(#[from] io::Error),
    #[error("a broken connection: {0}")]
    Http(#[from] hyper::Error),
    #[error("an answer of more than {} MiB", BODY_BYTES_MAX >> 20)]
    Long,
    /// The connection was closed before anything of the request was sent: it can be sent over another one.
    #[error("a connection that was closed already")]
    Unsent(Box<Request<Full<Bytes>>>),
}

impl Connection {
    /// Connects to one of the addresses of a service.
    pub(super) async fn open(target: &Target) -> Result<Self, ExchangeError> {
        let tcp = TcpStream::connect(&target.addresses[..]).await?;
        // Requests are written in one piece: nothing follows that they could be sent together with.
        tcp.set_nodelay(true)?;
        let stamped = Stamped::new(tcp);
        let arrival = stamped.arrival();
        let transport: Box<dyn Transport> = match &target.tls {
            Some(tls) => Box::new(tls.connector.connect(tls.name.clone(), stamped).await?),
            None => Box::new(stamped),
        };
        let (sender, http) = handshake(TokioIo::new(transport)).await?;
        Ok(Self {
            sender,
            http,
            arrival,
            over: false,
        })
    }

    /// Whether it can still be used: the other side may have closed it while nobody looked.
    pub(super) async fn is_usable(&mut self) -> bool {
        alongside(&mut self.http, &mut self.over, std::future::ready(())).await;
        !self.over && !self.sender.is_closed()
    }

    /// Sends a request and reads all of its answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Answered, ExchangeError> {
        let (sender, arrival) = (&mut self.sender, &self.arrival);
        let exchange = async {
            if sender.ready().await.is_err() {
                return Err(ExchangeError::Unsent(Box::new(request)));
            }
            let sent = Instant::now();
            let response = sender.try_send_request(request).await.map_err(|mut error| {
                let unsent = error.take_message().map(Box::new);
                unsent.map_or_else(|| ExchangeError::Http(error.into_error()), ExchangeError::Unsent)
            })?;
            let status = response.status();
            let body = whole(response.into_body()).await?;
            Ok(Answered {
                sent,
                answered: arrival.last(),
                status,
                body,
            })
        };
        alongside(&mut self.http, &mut self.over, exchange).await
    }
}

/// Does some work while the connection moves its bytes. Both are in one task: waking another one for every request and
/// every answer takes longer than all the rest.
async fn alongside<T>(http: &mut HttpConnection, over: &mut bool, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            // What it has handed over last may have to be noticed.
            *over = *over || Pin::new(&mut *http).poll(context).is_ready();
            return Poll::Ready(done);
        }
        *over = *over || Pin::new(&mut *http).poll(context).is_ready();
        work.as_mut().poll(context)
    })
    .await
}

/// All of a body; most come in one piece, which is not copied.
async fn whole(mut body: Incoming) -> Result<Bytes, ExchangeError> {
    let mut first = Bytes::new();
    let mut all: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let before = all.as_ref().map_or(first.len(), BytesMut::len);
        if before + data.len() > BODY_BYTES_MAX {
            return Err(ExchangeError::Long);
        }
        if before == 0 {
            first = data;
        } else {
            all.get_or_insert_with(|| BytesMut::from(&first[..]))
                .extend_from_slice(&data);
        }
    }
    Ok(all.map_or(first, BytesMut::freeze))
}
