//! A replica's queue and faults, under a paused clock.

use super::super::fault::{Effect, Fault};
use tokio::time::sleep;

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
    let config = ServerConfig {
        name: "a".to_owned(),
        servers: 1,
        queue_max: 2,
        faults: ReplicaFaults::of(&faults, 0, 0),
        clock: Clock::Coarse,
        host: None,
        overhead: Duration::ZERO,
        poll: Duration::ZERO,
    };
    Arc::new(Server::new(config, Counter::default(), Instant::now()))
}

fn request(kind: AttemptKind, service_ms: u32, remaining_ms: u32) -> Request {
    Request {
        kind,
        delay: Duration::ZERO,
        service: service_ms * MS,
        remaining: remaining_ms * MS,
        tie: None,
        is_search: true,
    }
}

/// The milliseconds at which a request of 10 ms ends, and how.
async fn ends(server: &Arc<Server>, kind: AttemptKind) -> (u128, bool) {
    let result = server.execute(request(kind, 10, 1_000)).await;
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
    let late = server.execute(request(AttemptKind::Primary, 10, 5));
    let (first, late) = futures::join!(ends(&server, AttemptKind::Primary), late);
    assert_eq!(first, (10, true));
    assert_eq!(late, Err(CallError::Refused(LeafError::Expired)));
    assert_eq!(server.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn work_stops_at_its_deadline_and_what_was_done_is_answered() {
    let server = server(&[]);
    let answer = server
        .execute(request(AttemptKind::Primary, 100, 25))
        .await
        .unwrap();
    assert_eq!((answer.executed, answer.done), (25 * MS, 0.25));
}

#[tokio::test(start_paused = true)]
async fn the_earliest_deadline_goes_first_and_what_cannot_begin_in_time_is_shed() {
    let server = server(&[]);
    assert_eq!(ends(&server, AttemptKind::Primary).await, (10, true));
    let request = |remaining_ms| {
        let server = server.clone();
        async move {
            let answer = server
                .execute(request(AttemptKind::Primary, 10, remaining_ms))
                .await;
            answer.map(|answer| answer.queued)
        }
    };
    let shed = Err(CallError::Refused(LeafError::Shed));
    let all = futures::join!(request(50), request(40), request(30), request(9));
    assert_eq!(all, (Ok(Duration::ZERO), Ok(20 * MS), Ok(10 * MS), shed));
}

#[tokio::test(start_paused = true)]
async fn a_tied_request_that_begins_takes_its_twin_out_of_the_other_queue() {
    let (one, other) = (server(&[]), server(&[]));
    let busy = other.execute(request(AttemptKind::Primary, 10, 1_000));
    let tied = |at: &Arc<Server>, twin: &Arc<Server>, id, network_ms| {
        let (at, twin) = (at.clone(), twin.clone());
        async move {
            let tie = Some(TwinOf {
                id: Uuid::from_u128(id),
                server: twin,
                network: network_ms * MS,
            });
            let primary = request(AttemptKind::Primary, 10, 1_000);
            let result = at.execute(Request { tie, ..primary }).await;
            (at.began.elapsed(), result.is_ok())
        }
    };
    let (_, waits, begins) = futures::join!(busy, tied(&other, &one, 1, 3), tied(&one, &other, 1, 3));
    assert_eq!((waits, begins), ((3 * MS, false), (10 * MS, true)));
    // The notice may be faster than the request.
    let late = async {
        sleep(MS).await;
        tied(&other, &one, 2, 0).await
    };
    let (begins, late) = futures::join!(tied(&one, &other, 2, 0), late);
    assert_eq!((begins, late), ((20 * MS, true), (11 * MS, false)));
    assert_eq!((one.begun(), other.begun()), (2, 1));
}
