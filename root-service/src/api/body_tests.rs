//! Bodies within their limits and past them.

use axum::http;
use futures::stream;

use super::*;

const TYPE: &str = "application/json";

async fn payload(body: Body, length: Option<usize>) -> Payload {
    let mut request = http::Request::builder().header(CONTENT_TYPE, TYPE);
    if let Some(length) = length {
        request = request.header(CONTENT_LENGTH, length);
    }
    Payload::from_request(request.body(body).unwrap(), &())
        .await
        .unwrap()
}

/// A body in chunks, whose length nobody states.
fn chunked(chunks: Vec<&'static str>) -> Body {
    Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>)))
}

#[tokio::test]
async fn a_body_is_read_whole_and_gives_its_room_back() {
    let bodies = Bodies::new(10);
    let held = payload(chunked(vec!["{\"a\"", "", ":1}"]), None)
        .await
        .read(&bodies, 100)
        .await
        .unwrap();
    assert_eq!(held.bytes, b"{\"a\":1}");
    assert_eq!(bodies.free.available_permits(), 3);
    drop(held);
    assert_eq!(bodies.free.available_permits(), 10);
}

#[tokio::test]
async fn a_stated_length_past_the_limit_is_refused_before_reading() {
    let bodies = Bodies::new(1_000);
    let error = payload(Body::empty(), Some(101))
        .await
        .read(&bodies, 100)
        .await
        .unwrap_err();
    assert_eq!(error, ApiError::BodyTooLarge { bytes_max: 100 });
}

#[tokio::test]
async fn a_stream_past_the_limit_is_refused_on_the_way() {
    let bodies = Bodies::new(1_000);
    let error = payload(chunked(vec!["12345", "67890", "1"]), None)
        .await
        .read(&bodies, 10)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 413);
    assert!(error.to_string().contains("[10] bytes"), "{error}");
    assert_eq!(bodies.free.available_permits(), 1_000);
}

#[tokio::test]
async fn bodies_past_the_room_of_the_process_are_to_come_again() {
    let bodies = Bodies::new(10);
    let first = payload(Body::from("12345678"), Some(8)).await;
    let _first = first.read(&bodies, 100).await.unwrap();
    for second in [
        payload(Body::from("123"), Some(3)).await,
        payload(chunked(vec!["123"]), None).await,
    ] {
        let error = second.read(&bodies, 100).await.unwrap_err();
        assert_eq!(error.status(), 429);
        assert_eq!(error.retry_after_seconds(), Some(1));
    }
}

#[tokio::test]
async fn the_content_type_matters_only_if_there_is_content() {
    let bodies = Bodies::new(100);
    let untyped = |body: Body| async {
        let request = http::Request::new(body);
        let payload = Payload::from_request(request, &()).await.unwrap();
        payload.read(&bodies, 100).await
    };
    assert!(untyped(Body::empty()).await.unwrap().bytes.is_empty());
    assert_eq!(untyped(Body::from("{}")).await.unwrap_err().status(), 406);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_clients_error() {
    let bodies = Bodies::new(100);
    let broken = stream::iter([Ok("{"), Err(std::io::Error::other("gone"))]);
    let error = payload(Body::from_stream(broken), None)
        .await
        .read(&bodies, 100)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
}
