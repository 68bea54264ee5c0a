//! A TCP stream that knows when its bytes arrived: by the kernel's clock, not by when this thread got round to reading them.
//!
//! Whoever notes the time after reading measures, too, how long it took to be woken, and what else its thread had to do.
//! Linux stamps what arrives (`SO_TIMESTAMPNS`, Documentation/networking/timestamping.rst) and tells the stamp of the last
//! bytes that were read. Where there are no stamps, the time of reading has to do.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// When the bytes that were read last arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    opened: Instant,
    /// Nanoseconds since then.
    last: Arc<AtomicU64>,
}

impl Arrival {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            last: Arc::default(),
        }
    }

    /// When they arrived; if nothing has, when the stream was opened.
    pub(super) fn last(&self) -> Instant {
        self.opened + Duration::from_nanos(self.last.load(Ordering::Relaxed))
    }

    /// Bytes that were read at `now` had arrived so long before.
    fn note(&self, now: Instant, age: Duration) {
        let since = now.saturating_duration_since(self.opened).saturating_sub(age);
        let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        self.last.store(nanoseconds, Ordering::Relaxed);
    }
}

/// A TCP stream with stamps.
#[derive(Debug)]
pub(super) struct Stamped {
    tcp: TcpStream,
    arrival: Arrival,
    stamps: Stamps,
}

impl Stamped {
    /// Takes a connected stream over.
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self {
            stamps: Stamps::ask(&tcp),
            arrival: Arrival::new(),
            tcp,
        }
    }

    /// Tells when bytes arrived, for as long as somebody asks.
    pub(super) fn arrival(&self) -> Arrival {
        self.arrival.clone()
    }
}

impl AsyncRead for Stamped {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { tcp, arrival, stamps } = self.get_mut();
        loop {
            ready!(tcp.poll_read_ready(context))?;
            let space = buffer.initialize_unfilled();
            let mut read = None;
            let tried = tcp.try_io(Interest::READABLE, || {
                let (bytes, age) = stamps.receive(tcp, space)?;
                read = Some((bytes, age));
                // Less than there is space for is all that there was: asking once more would only say so.
                if bytes > 0 && bytes < space.len() {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Ok(())
            });
            match (read, tried) {
                (Some((bytes, age)), _) => {
                    if bytes > 0 {
                        arrival.note(Instant::now(), age);
                    }
                    buffer.advance(bytes);
                    return Poll::Ready(Ok(()));
                }
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, tried) => return Poll::Ready(tried),
            }
        }
    }
}

impl AsyncWrite for Stamped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

/// The kernel's stamps.
#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Stamps {
    /// What the kernel says beside the bytes goes here.
    said: Vec<u8>,
}

#[cfg(target_os = "linux")]
impl Stamps {
    /// A stamp that is older, or from the future, is no stamp: somebody has set the clock.
    const AGE_MAX: Duration = Duration::from_secs(10);

    fn ask(tcp: &TcpStream) -> Self {
        use nix::sys::socket::{setsockopt, sockopt::ReceiveTimestampns};
        // A kernel that does not know it says nothing beside the bytes.
        let _ = setsockopt(tcp, ReceiveTimestampns, &true);
        Self {
            said: nix::cmsg_space!(nix::sys::time::TimeSpec),
        }
    }

    /// Reads bytes, and says how long ago the last of them had arrived.
    fn receive(&mut self, tcp: &TcpStream, space: &mut [u8]) -> io::Result<(usize, Duration)> {
        use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
        use std::os::fd::AsRawFd as _;
        let mut slices = [io::IoSliceMut::new(space)];
        let received = recvmsg::<()>(
            tcp.as_raw_fd(),
            &mut slices,
            Some(&mut self.said),
            MsgFlags::empty(),
        )?;
        let stamp = received.cmsgs().ok().and_then(|mut said| {
            said.find_map(|said| match said {
                ControlMessageOwned::ScmTimestampns(stamp) => Some(Duration::from(stamp)),
                _ => None,
            })
        });
        Ok((received.bytes, stamp.map_or(Duration::ZERO, Self::age)))
    }

    fn age(stamp: Duration) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
        let now = Duration::new(
            u64::try_from(now.tv_sec).unwrap_or_default(),
            u32::try_from(now.tv_nsec).unwrap_or_default(),
        );
        let age = now.checked_sub(stamp).unwrap_or_default();
        if age > Self::AGE_MAX { Duration::ZERO } else { age }
    }
}

/// Where there are none.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
struct Stamps;

#[cfg(not(target_os = "linux"))]
impl Stamps {
    fn ask(_: &TcpStream) -> Self {
        Self
    }

    fn receive(&mut self, tcp: &TcpStream, space: &mut [u8]) -> io::Result<(usize, Duration)> {
        Ok((tcp.try_read(space)?, Duration::ZERO))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, Stamped) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (listener.accept().await.unwrap().0, Stamped::new(here))
    }

    #[tokio::test]
    async fn bytes_arrive_when_they_are_sent_and_not_when_they_are_read() {
        let (mut there, mut here) = pair().await;
        let arrival = here.arrival();
        let before = Instant::now();
        there.write_all(b"answer").await.unwrap();
        // The system has them now: on this machine nothing travels.
        here.tcp.readable().await.unwrap();
        let sent = Instant::now();
        // A thread that has something else to do.
        while sent.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        let mut bytes = [0; 16];
        assert_eq!(here.read(&mut bytes).await.unwrap(), 6);
        assert!(arrival.last() <= sent + Duration::from_millis(1));
        assert!(arrival.last() + Duration::from_millis(1) >= before);
    }

    #[tokio::test]
    async fn nothing_is_lost_between_reads_of_any_size() {
        let (mut there, mut here) = pair().await;
        let sent: Vec<u8> = (0..300_000_u32).map(|nth| nth.to_le_bytes()[0]).collect();
        let all = sent.clone();
        let sending = tokio::spawn(async move { there.write_all(&all).await });
        let mut read = Vec::new();
        let mut space = vec![0; 10_000];
        for size in [1, 7, 4_096, 10_000].into_iter().cycle() {
            match here.read(&mut space[..size]).await.unwrap() {
                0 => break,
                bytes => read.extend_from_slice(&space[..bytes]),
            }
        }
        sending.await.unwrap().unwrap();
        assert_eq!(read, sent);
    }

    #[test]
    fn a_stamp_of_another_time_is_none() {
        assert_eq!(Stamps::age(Duration::from_secs(1)), Duration::ZERO);
        assert_eq!(Stamps::age(Duration::from_secs(1 << 40)), Duration::ZERO);
    }
}
