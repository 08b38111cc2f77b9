use super::host::{
    CANCEL, Frame, HEADERS, INTERNAL_ERROR, NO_ERROR, PING, RST_STREAM, answer_bare, begin, data,
    frame, head, only_head, reset, script, serve,
};
use super::*;
use crate::net::{StreamReceiver, StreamSender};
use h2::Reason;
use std::future::pending;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time;

async fn open(
    transport: &Transport,
    uri: &Uri,
    first: impl Into<Bytes>,
) -> (StreamSender, StreamReceiver) {
    let path = PathAndQuery::from_static("/watch");
    let opened = transport.open_stream(uri, message(&path, first)).await;
    opened.unwrap()
}

#[tokio::test]
async fn a_stream_goes_in_both_directions_until_its_trailers() {
    let host = serve(async |request, mut respond| {
        let mut body = request.into_body();
        let mut stream = begin(&mut respond, 200, fields(&[("kind", "echo")]));
        while let Some(Ok(piece)) = body.data().await {
            let is_last = piece == "bye";
            stream.send_data(piece, false).unwrap();
            if is_last {
                break;
            }
        }
        stream.send_trailers(fields(&[("end", "0")])).unwrap();
    })
    .await;
    let (mut sender, mut receiver) = open(&transport(LONG), &host.uri, "one").await;
    assert_eq!(receiver.head().await.unwrap().0, 200);
    assert_eq!(receiver.head().await.unwrap().1["kind"], "echo");
    assert_eq!(receiver.next().await.unwrap().unwrap(), "one");
    for text in ["two", "bye"] {
        sender.send(text.into()).await.unwrap();
        assert_eq!(receiver.next().await.unwrap().unwrap(), text);
    }
    assert_eq!(receiver.next().await, Ok(None));
    let trailers = receiver.trailers().await.unwrap();
    assert_eq!(trailers, Some(fields(&[("end", "0")])));
}

#[tokio::test]
async fn a_stream_that_is_answered_with_fields_alone_has_ended() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => [
            only_head(frame.stream, &[("end", "16")]),
            reset(frame.stream, NO_ERROR),
        ]
        .concat(),
        _ => Vec::new(),
    })
    .await;
    let (_sender, mut receiver) = open(&transport(LONG), &host.uri, "x").await;
    assert_eq!(receiver.head().await.unwrap().1["end"], "16");
    assert_eq!(receiver.next().await, Ok(None));
    assert_eq!(receiver.trailers().await, Ok(None));
}

#[tokio::test]
async fn dropping_the_sender_cancels_the_stream() {
    let (host, mut frames) = script(|frame| match frame.kind {
        HEADERS => head(frame.stream),
        _ => Vec::new(),
    })
    .await;
    let (sender, mut receiver) = open(&transport(LONG), &host.uri, "x").await;
    receiver.head().await.unwrap();
    drop(sender);
    assert_failed(receiver.next().await, "ECONNRESET", Delivery::HandedOver);
    let reset = loop {
        let frame = frames.recv().await.unwrap();
        if frame.kind == RST_STREAM {
            break frame;
        }
    };
    assert_eq!(reset.payload, CANCEL.to_be_bytes());
}

#[tokio::test]
async fn streams_share_a_connection_that_exchanges_do_not_use() {
    let host = serve(async |request, mut respond| match request.uri().path() {
        "/watch" => {
            let _open = begin(&mut respond, 200, HeaderMap::new());
            pending().await
        }
        _ => answer_bare(&mut respond, HeaderMap::new()),
    })
    .await;
    let transport = transport(LONG);
    let (_one, mut first) = open(&transport, &host.uri, "x").await;
    let (_two, mut second) = open(&transport, &host.uri, "x").await;
    first.head().await.unwrap();
    second.head().await.unwrap();
    assert_eq!(host.accepted(), 1);
    exchange(&transport, &host.uri, "/", "x").await.unwrap();
    assert_eq!(host.accepted(), 2);
}

#[tokio::test]
async fn a_refused_stream_was_not_processed() {
    let host = serve(async |_, mut respond| respond.send_reset(Reason::REFUSED_STREAM)).await;
    let (_sender, mut receiver) = open(&transport(LONG), &host.uri, "x").await;
    assert_failed(receiver.head().await, "ECONNRESET", Delivery::Unprocessed);
}

#[tokio::test]
async fn a_stream_that_is_cut_off_fails_its_receiver_and_its_sender() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => [
            head(frame.stream),
            data(frame.stream, "open"),
            reset(frame.stream, INTERNAL_ERROR),
        ]
        .concat(),
        _ => Vec::new(),
    })
    .await;
    let (mut sender, mut receiver) = open(&transport(LONG), &host.uri, "x").await;
    assert_eq!(receiver.next().await.unwrap().unwrap(), "open");
    assert_failed(receiver.next().await, "ECONNRESET", Delivery::HandedOver);
    let sent = sender.send("more".into()).await;
    assert_failed(sent, "ECONNRESET", Delivery::HandedOver);
}

#[tokio::test]
async fn bytes_that_the_host_makes_no_room_for_are_silence() {
    let host = serve(async |request, mut respond| {
        let _open = (begin(&mut respond, 200, HeaderMap::new()), request);
        pending().await
    })
    .await;
    let (mut sender, _receiver) = open(&transport(SHORT), &host.uri, "x").await;
    let sent = sender.send(vec![0; 100_000].into()).await;
    assert_failed(sent, "ESOCKETTIMEDOUT", Delivery::HandedOver);
}

#[tokio::test]
async fn a_stream_fails_when_the_host_leaves_a_ping_unanswered() {
    let (host, mut frames) = script(|frame| match frame.kind {
        HEADERS => head(frame.stream),
        _ => Vec::new(),
    })
    .await;
    let (_sender, mut receiver) = open(&transport(LONG), &host.uri, "x").await;
    receiver.head().await.unwrap();
    time::pause();
    let begun = time::Instant::now();
    let end = receiver.next().await;
    assert_failed(end, "ESOCKETTIMEDOUT", Delivery::HandedOver);
    assert!(begun.elapsed() <= Duration::from_secs(26));
    assert_eq!(pings(&mut frames), 1);
}

#[tokio::test]
async fn pings_are_sent_while_a_stream_is_open_and_not_after_it() {
    let (host, mut frames) = script(|it| match (it.kind, it.flags) {
        (HEADERS, _) => head(it.stream),
        (PING, 0) => frame(PING, 1, 0, &it.payload),
        _ => Vec::new(),
    })
    .await;
    let transport = transport(LONG);
    let (sender, mut receiver) = open(&transport, &host.uri, "x").await;
    receiver.head().await.unwrap();
    time::pause();
    let silent = time::timeout(Duration::from_secs(60), receiver.next()).await;
    assert!(silent.is_err());
    // One every 10 s, never more often than every 5 s.
    let count = pings(&mut frames);
    assert!((5..=6).contains(&count), "{count}");
    drop((sender, receiver));
    time::sleep(Duration::from_secs(60)).await;
    assert_eq!(pings(&mut frames), 0);
}

/// The number of pings that have come since the last look.
fn pings(frames: &mut UnboundedReceiver<Frame>) -> usize {
    let came = std::iter::from_fn(|| frames.try_recv().ok());
    came.filter(|frame| frame.kind == PING).count()
}
