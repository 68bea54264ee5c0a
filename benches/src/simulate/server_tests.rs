//! A replica's queue and faults, under a paused clock.

use super::super::fault::{Effect, Fault};
use super::*;

const MS: Duration = Duration::from_millis(1);

fn server(effects: &[(Effect, u64, u64)]) -> Arc<Server> {
    let fault = |(effect, from_ms, to_ms): &(Effect, u64, u64)| Fault {
        effect: *effect,
        leaf: None,
        replica: None,
        from_ms: *from_ms,
        to_ms: Some(*to_ms),
    };
    let faults: Vec<Fault> = effects.iter().map(fault).collect();
    let faults = ReplicaFaults::of(&faults, 0, 0);
    Arc::new(Server::new("a".to_owned(), 1, 2, faults, Instant::now()))
}

/// The milliseconds at which a request of 10 ms ends, and how.
async fn ends(server: &Arc<Server>, kind: AttemptKind) -> (u128, bool) {
    let result = server.clone().execute(kind, 10 * MS, 1_000 * MS).await;
    (server.began.elapsed().as_millis(), result.is_ok())
}

#[tokio::test(start_paused = true)]
async fn primaries_go_before_hedges_and_a_full_queue_sheds() {
    let server = server(&[]);
    let all = futures::join!(
        ends(&server, AttemptKind::Primary),
        ends(&server, AttemptKind::Hedge),
        ends(&server, AttemptKind::Primary),
        ends(&server, AttemptKind::Primary),
    );
    assert_eq!(all, ((10, true), (30, true), (20, true), (0, false)));
    assert_eq!(server.in_hand(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_request_frees_its_server_and_its_place() {
    let server = server(&[]);
    let running = tokio::time::timeout(5 * MS, ends(&server, AttemptKind::Primary));
    let waiting = tokio::time::timeout(3 * MS, ends(&server, AttemptKind::Primary));
    let last = ends(&server, AttemptKind::Primary);
    let (running, waiting, last) = futures::join!(running, waiting, last);
    assert!(running.is_err() && waiting.is_err());
    assert_eq!(last, (15, true));
    assert_eq!(server.in_hand(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_death_breaks_what_is_under_way_and_a_hang_delays_it() {
    let dead = server(&[(Effect::Dead, 4, 20)]);
    assert_eq!(ends(&dead, AttemptKind::Primary).await, (4, false));
    let hung = server(&[(Effect::Hung, 0, 7)]);
    assert_eq!(ends(&hung, AttemptKind::Primary).await, (17, true));
}

#[tokio::test(start_paused = true)]
async fn work_whose_time_has_passed_in_the_queue_is_not_begun() {
    let server = server(&[]);
    let late = server.clone().execute(AttemptKind::Primary, 10 * MS, 5 * MS);
    let (first, late) = futures::join!(ends(&server, AttemptKind::Primary), late);
    assert_eq!(first, (10, true));
    assert_eq!(late, Err(CallError::Refused(LeafError::Expired)));
}
