use super::super::body::{Body, Limits};
use super::super::connection::Connection;
use super::super::profile::Profile;
use super::host::{
    ENHANCE_YOUR_CALM, HEADERS, INTERNAL_ERROR, NO_ERROR, data, go_away, head, listen, only_head,
    reset, script, serve,
};
use super::*;
use crate::net::stream::Stream;
use h2::Reason;
use http::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn a_refused_stream_was_not_processed() {
    let host = serve(async |_, mut respond| respond.send_reset(Reason::REFUSED_STREAM)).await;
    let refused = exchange(&transport(LONG), &host.uri, "/", "x").await;
    let failure = assert_failed(refused, "ECONNRESET", Delivery::Unprocessed);
    assert!(failure.spares_host);
}

#[tokio::test]
async fn another_reset_leaves_open_whether_the_request_was_processed() {
    let host = serve(async |_, mut respond| respond.send_reset(Reason::INTERNAL_ERROR)).await;
    let reset = exchange(&transport(LONG), &host.uri, "/", "x").await;
    assert_failed(reset, "ECONNRESET", Delivery::HandedOver);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_aborted() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => broken_off(frame.stream, "half"),
        _ => Vec::new(),
    })
    .await;
    let broken = exchange(&transport(LONG), &host.uri, "/", "x").await;
    let failure = assert_failed(broken, "ECONNRESET", Delivery::HandedOver);
    assert_eq!(failure.message, "aborted");
}

/// An answer that is reset after this part of its body.
fn broken_off(stream: u32, part: &str) -> Vec<u8> {
    let part = match part {
        "" => Vec::new(),
        part => data(stream, part),
    };
    [head(stream), part, reset(stream, INTERNAL_ERROR)].concat()
}

#[tokio::test]
async fn a_request_above_the_last_stream_of_a_graceful_goaway_goes_over_another_connection() {
    let (host, _) = script(|frame| match (frame.kind, frame.connection) {
        (HEADERS, 0) => go_away(0, NO_ERROR),
        (HEADERS, _) => only_head(frame.stream, &[]),
        _ => Vec::new(),
    })
    .await;
    let answer = exchange(&transport(LONG), &host.uri, "/", "x").await;
    assert_eq!(answer.unwrap().status, 200);
    assert_eq!(host.accepted(), 2);
}

#[tokio::test]
async fn a_request_above_the_last_stream_of_a_goaway_was_not_processed() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => go_away(0, ENHANCE_YOUR_CALM),
        _ => Vec::new(),
    })
    .await;
    let refused = exchange(&transport(LONG), &host.uri, "/", "x").await;
    assert_failed(refused, "ECONNRESET", Delivery::Unprocessed);
}

#[tokio::test]
async fn a_host_that_answers_the_preface_in_http1_speaks_no_http2() {
    let host = listen(async |mut tcp, _| {
        tcp.read_exact(&mut [0; 24]).await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
        tcp.write_all(answer).await.unwrap();
    })
    .await;
    let failed = exchange(&transport(LONG), &host.uri, "/", "x").await;
    let failure = assert_failed(failed, "ERR_ETCD_NO_GRPC", Delivery::NotSent);
    assert!(failure.message.ends_with("answered in another protocol"));
}

#[tokio::test]
async fn a_host_that_closes_the_connection_before_its_settings_is_not_up_or_speaks_no_http2() {
    let host = listen(async |tcp, _| drop(tcp)).await;
    let failed = exchange(&transport(LONG), &host.uri, "/", "x").await;
    let failure = assert_failed(failed, "ECONNRESET", Delivery::NotSent);
    assert!(failure.message.contains("before its SETTINGS"));
}

#[tokio::test]
async fn a_host_without_settings_is_left_when_the_time_to_connect_is_over() {
    let host = listen(async |mut tcp, _| {
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let settings = Settings {
        connect_timeout: Some(SHORT),
        ..Settings::default()
    };
    let transport = Transport::new(settings).unwrap();
    let failed = exchange(&transport, &host.uri, "/", "x").await;
    assert_failed(failed, "ESOCKETTIMEDOUT", Delivery::NotSent);
}

#[tokio::test]
async fn a_port_without_a_host_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let uri = uri.parse().unwrap();
    let failed = exchange(&transport(LONG), &uri, "/", "x").await;
    assert_failed(failed, "ECONNREFUSED", Delivery::NotSent);
}

#[tokio::test]
async fn a_body_has_not_begun_when_it_is_reset_before_its_first_bytes() {
    let (silent, _) = script(|frame| match frame.kind {
        HEADERS => broken_off(frame.stream, ""),
        _ => Vec::new(),
    })
    .await;
    let (begun, _) = script(|frame| match frame.kind {
        HEADERS => broken_off(frame.stream, "part"),
        _ => Vec::new(),
    })
    .await;
    for (host, expected) in [(silent, false), (begun, true)] {
        let has_begun = AtomicBool::new(false);
        let failed = answer_of(&host.uri).await.read(&has_begun).await;
        assert_failed(failed, "ECONNRESET", Delivery::HandedOver);
        assert_eq!(has_begun.load(Ordering::Relaxed), expected);
    }
}

/// The body of a host's answer, of which the header section has come.
async fn answer_of(uri: &Uri) -> Body {
    let tcp = TcpStream::connect(uri.authority().unwrap().as_str()).await;
    let profile = Profile::negotiated(Some(LONG));
    let opened = Connection::open(Stream::Clear(tcp.unwrap()), &profile).await;
    let (connection, driver) = opened.unwrap();
    tokio::spawn(driver);
    let permit = Arc::new(connection).permit().unwrap();
    let request = Request::get(uri).body(()).unwrap();
    let (answer, upload) = permit.ask(request, Bytes::new(), Some(LONG)).await.unwrap();
    let limits = Limits {
        timeout: Some(LONG),
        size: LIMIT,
    };
    Body::new(answer, upload, permit, limits).into_body()
}
