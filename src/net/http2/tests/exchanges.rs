use super::host::{
    HEADERS, NO_ERROR, answer_bare, begin, data, head, only_head, read_all, reset, script, serve,
    trailers,
};
use super::*;
use std::future::pending;

#[tokio::test]
async fn an_exchange_in_cleartext_brings_status_fields_body_and_trailers() {
    let host = serve(async |request, mut respond| {
        let (head, body) = request.into_parts();
        assert_eq!(head.method, "POST");
        assert_eq!(head.uri.path(), "/kv/range");
        assert_eq!(head.headers["te"], "trailers");
        let body = read_all(body).await;
        let mut stream = begin(&mut respond, 207, fields(&[("kind", "echo")]));
        stream.send_data(body.into(), false).unwrap();
        stream.send_trailers(fields(&[("end", "0")])).unwrap();
    })
    .await;
    let transport = transport(LONG);
    let body = vec![7; 300_000];
    let answer = exchange(&transport, &host.uri, "/kv/range", body.clone()).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, 207);
    assert_eq!(answer.fields["kind"], "echo");
    assert_eq!(answer.body, body);
    assert_eq!(answer.trailers, Some(fields(&[("end", "0")])));
}

#[tokio::test]
async fn an_answer_without_a_body_has_its_fields_and_no_trailers() {
    let host = serve(async |_, mut respond| {
        answer_bare(&mut respond, fields(&[("end", "5")]));
    })
    .await;
    let answer = exchange(&transport(LONG), &host.uri, "/", "x")
        .await
        .unwrap();
    assert_eq!(answer.fields["end"], "5");
    assert_eq!((answer.body.len(), answer.trailers), (0, None));
}

#[tokio::test]
async fn an_answer_without_trailers_is_whole() {
    let host = serve(async |_, mut respond| {
        let mut stream = begin(&mut respond, 503, HeaderMap::new());
        stream.send_data("sorry".into(), true).unwrap();
    })
    .await;
    let answer = exchange(&transport(LONG), &host.uri, "/", "")
        .await
        .unwrap();
    assert_eq!((answer.status, &answer.body[..]), (503, &b"sorry"[..]));
    assert_eq!(answer.trailers, None);
}

#[tokio::test]
async fn an_answer_that_comes_before_the_whole_body_was_taken_is_the_answer() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => [
            only_head(frame.stream, &[("end", "8")]),
            reset(frame.stream, NO_ERROR),
        ]
        .concat(),
        _ => Vec::new(),
    })
    .await;
    let large = vec![0; 2_000_000];
    let answer = exchange(&transport(LONG), &host.uri, "/", large).await;
    assert_eq!(answer.unwrap().fields["end"], "8");
}

#[tokio::test]
async fn trailers_before_the_whole_body_was_taken_are_kept() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => [
            head(frame.stream),
            data(frame.stream, "part"),
            trailers(frame.stream, &[("end", "8")]),
            reset(frame.stream, NO_ERROR),
        ]
        .concat(),
        _ => Vec::new(),
    })
    .await;
    let large = vec![0; 2_000_000];
    let answer = exchange(&transport(LONG), &host.uri, "/", large).await;
    let answer = answer.unwrap();
    assert_eq!(answer.body, "part");
    assert_eq!(answer.trailers, Some(fields(&[("end", "8")])));
}

#[tokio::test]
async fn an_answer_above_the_limit_fails_and_the_connection_goes_on() {
    let host = serve(async |request, mut respond| {
        let size = if request.uri().path() == "/large" {
            LIMIT + 1
        } else {
            LIMIT
        };
        let mut stream = begin(&mut respond, 200, HeaderMap::new());
        stream.send_data(vec![0; size].into(), true).unwrap();
    })
    .await;
    let transport = transport(LONG);
    let large = exchange(&transport, &host.uri, "/large", "").await;
    assert_failed(large, "ERR_ETCD_RESPONSE_TOO_LARGE", Delivery::HandedOver);
    let answer = exchange(&transport, &host.uri, "/", "").await.unwrap();
    assert_eq!(answer.body.len(), LIMIT);
    assert_eq!(host.accepted(), 1);
}

#[tokio::test]
async fn a_burst_of_exchanges_shares_one_connection() {
    let host = serve(async |_, mut respond| answer_bare(&mut respond, HeaderMap::new())).await;
    let transport = transport(LONG);
    let burst = (0..100).map(|_| exchange(&transport, &host.uri, "/", "x"));
    for answer in join_all(burst).await {
        assert_eq!(answer.unwrap().status, 200);
    }
    assert_eq!(host.accepted(), 1);
}

/// Runs futures at the same time.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(Box::pin).map(Ok).collect();
    std::future::poll_fn(|context| {
        for slot in &mut running {
            if let Ok(future) = slot
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *slot = Err(Some(output));
            }
        }
        match running.iter().all(Result::is_err) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|slot| slot.err()?).collect()
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_left() {
    let host = serve(async |request, mut respond| match request.uri().path() {
        "/silent" => pending().await,
        _ => answer_bare(&mut respond, HeaderMap::new()),
    })
    .await;
    let transport = transport(SHORT);
    exchange(&transport, &host.uri, "/", "").await.unwrap();
    let silent = exchange(&transport, &host.uri, "/silent", "").await;
    assert_failed(silent, "ESOCKETTIMEDOUT", Delivery::HandedOver);
    exchange(&transport, &host.uri, "/", "").await.unwrap();
    assert_eq!(host.accepted(), 2);
}

#[tokio::test]
async fn a_connection_with_other_answers_is_kept_when_one_answer_is_late() {
    let host = serve(async |request, mut respond| match request.uri().path() {
        "/late" => pending().await,
        _ => answer_bare(&mut respond, HeaderMap::new()),
    })
    .await;
    let transport = transport(SHORT);
    let mut late = std::pin::pin!(exchange(&transport, &host.uri, "/late", ""));
    let failed = loop {
        tokio::select! {
            failed = &mut late => break failed,
            other = exchange(&transport, &host.uri, "/", "") => drop(other.unwrap()),
        }
    };
    assert_failed(failed, "ESOCKETTIMEDOUT", Delivery::HandedOver);
    exchange(&transport, &host.uri, "/", "").await.unwrap();
    assert_eq!(host.accepted(), 1);
}
