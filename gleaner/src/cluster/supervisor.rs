//! Keeps one process alive: starts it again after a moment whenever it dies, until it is told to stop.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::EventSender;
use super::backoff::Backoff;
use super::error::ClusterError;
use super::event::{Event, Member, MemberName};
use super::exit::Exit;
use super::log_file::LastLines;
use super::process::{ProcessPlan, ReadyReceiver, Running};

/// A process that is kept alive. Dropping the handle kills it; [`Supervised::stop`] lets it finish.
#[derive(Debug)]
pub struct Supervised {
    name: MemberName,
    log: PathBuf,
    last_lines: LastLines,
    status: watch::Receiver<Status>,
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

/// What is known of a process at one moment.
#[derive(Clone, Debug)]
struct Status {
    member: Member,
    /// How many times it was started.
    lives: u32,
    /// Whether it listens.
    ready: bool,
    /// How it ended, if that was before it was ready for the first time: nobody starts it again then.
    died_early: Option<Exit>,
}

/// What the handle asks of the task.
#[derive(Clone, Copy, Debug)]
enum Order {
    Signal(Signal),
    Stop,
}

impl Supervised {
    /// Starts the process and the task that watches it.
    pub(super) fn start(plan: ProcessPlan, events: EventSender) -> Result<Self, ClusterError> {
        let (name, log) = (plan.name, plan.log.clone());
        let last_lines = LastLines::default();
        let (first, ready) = Running::spawn(&plan, last_lines.clone(), events.clone())
            .map_err(|source| ClusterError::Spawn { name, source })?;
        let (status_sender, status) = watch::channel(Status {
            member: Member {
                name,
                pid: first.pid,
                url: String::new(),
            },
            lives: 1,
            ready: false,
            died_early: None,
        });
        let (orders, orders_receiver) = mpsc::unbounded_channel();
        let supervisor = Supervisor {
            plan,
            last_lines: last_lines.clone(),
            events,
            status: status_sender,
            orders: orders_receiver,
        };
        Ok(Self {
            name,
            log,
            last_lines,
            status,
            orders,
            task: tokio::spawn(supervisor.run(first, ready)),
        })
    }

    /// Which part the process plays.
    pub fn name(&self) -> MemberName {
        self.name
    }

    /// The process as it is now.
    pub fn member(&self) -> Member {
        self.status.borrow().member.clone()
    }

    /// How many times it was started.
    pub fn lives(&self) -> u32 {
        self.status.borrow().lives
    }

    /// Waits until it listens, in its life of that number or a later one.
    pub async fn ready_in_life(&self, life: u32) {
        let mut status = self.status.clone();
        // An error means that it was stopped: nothing is left to wait for.
        let _ = status
            .wait_for(|status| status.ready && status.lives >= life)
            .await;
    }

    /// Waits until it listens for the first time.
    pub(super) async fn first_ready(&self) -> Result<(), ClusterError> {
        let mut status = self.status.clone();
        let died_early = match status
            .wait_for(|status| status.ready || status.died_early.is_some())
            .await
        {
            Ok(status) => status.died_early,
            Err(_) => None,
        };
        match died_early {
            None => Ok(()),
            Some(exit) => Err(ClusterError::Died {
                name: self.name,
                exit,
                log: self.log.clone(),
                last_lines: self.last_lines.to_vec(),
            }),
        }
    }

    /// Sends the process a signal, as a misfortune would.
    pub fn signal(&self, signal: Signal) {
        // An error means that the process was stopped for good.
        let _ = self.orders.send(Order::Signal(signal));
    }

    /// Lets the process finish, and does not start it again.
    pub async fn stop(self) {
        let _ = self.orders.send(Order::Stop);
        // The task ends by itself; if it has panicked, its process is dead too.
        let _ = self.task.await;
    }
}

/// The task's side.
struct Supervisor {
    plan: ProcessPlan,
    last_lines: LastLines,
    events: EventSender,
    status: watch::Sender<Status>,
    orders: mpsc::UnboundedReceiver<Order>,
}

/// How a life ended.
enum End {
    /// By itself.
    Died(Exit),
    /// As it was told to.
    Stopped,
}

impl Supervisor {
    async fn run(mut self, mut running: Running, mut ready: ReadyReceiver) {
        let mut backoff = Backoff::default();
        loop {
            let started = Instant::now();
            let exit = match self.live(running, ready).await {
                End::Stopped => return,
                End::Died(exit) => exit,
            };
            if self.status.borrow().member.url.is_empty() {
                self.status.send_modify(|status| status.died_early = Some(exit));
                return;
            }
            self.status.send_modify(|status| status.ready = false);
            let again_in = backoff.after(started.elapsed());
            self.tell(Event::Died {
                name: self.plan.name,
                exit,
                again_in,
            });
            match self.start_again(again_in, &mut backoff).await {
                Some(next) => (running, ready) = next,
                None => return,
            }
        }
    }

    /// From the start of a process to its end.
    async fn live(&mut self, mut running: Running, mut ready: ReadyReceiver) -> End {
        let mut waits_for_ready = true;
        loop {
            tokio::select! {
                address = &mut ready, if waits_for_ready => {
                    waits_for_ready = false;
                    match address {
                        Ok(address) => self.is_ready(address),
                        // It broke its word; its end follows, and is dealt with as any other.
                        Err(_) => running.signal(Signal::KILL),
                    }
                }
                exit = running.ended() => return End::Died(exit),
                order = self.orders.recv() => match order {
                    Some(Order::Signal(signal)) => running.signal(signal),
                    Some(Order::Stop) => {
                        running.stop().await;
                        return End::Stopped;
                    }
                    // The handle was dropped. So is the process now, which kills it.
                    None => return End::Stopped,
                },
            }
        }
    }

    fn is_ready(&mut self, address: SocketAddr) {
        // The others know it under this address: it keeps it.
        self.plan.listen = address;
        self.status.send_modify(|status| {
            status.member.url = url_of(address);
            status.ready = true;
        });
        let status = self.status.borrow().clone();
        if status.lives > 1 {
            self.tell(Event::Back {
                member: status.member,
            });
        }
    }

    /// Waits and starts the next life; none if it was told to stop in the meantime.
    async fn start_again(
        &mut self,
        mut again_in: Duration,
        backoff: &mut Backoff,
    ) -> Option<(Running, ReadyReceiver)> {
        loop {
            self.pause(again_in).await?;
            match Running::spawn(&self.plan, self.last_lines.clone(), self.events.clone()) {
                Ok((running, ready)) => {
                    self.status.send_modify(|status| {
                        status.lives += 1;
                        status.member.pid = running.pid;
                    });
                    return Some((running, ready));
                }
                Err(error) => {
                    again_in = backoff.after(Duration::ZERO);
                    self.tell(Event::NotStarted {
                        name: self.plan.name,
                        reason: error.to_string(),
                        again_in,
                    });
                }
            }
        }
    }

    /// Waits, unless it is told to stop. There is nobody to send a signal to.
    async fn pause(&mut self, pause: Duration) -> Option<()> {
        let over = tokio::time::sleep(pause);
        tokio::pin!(over);
        loop {
            tokio::select! {
                () = &mut over => return Some(()),
                order = self.orders.recv() => match order {
                    Some(Order::Signal(_)) => {}
                    Some(Order::Stop) | None => return None,
                },
            }
        }
    }

    /// Nobody listening, or too slowly, is no reason to leave a process dead.
    fn tell(&self, event: Event) {
        let _ = self.events.try_send(event);
    }
}

/// Where to reach a process that listens at `address`: "every address" is one to listen at, not one to go to.
fn url_of(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
