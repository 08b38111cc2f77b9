use super::*;
use crate::api::error::Delivery;
use tokio::io::duplex;
use url::Url;

/// The most bytes of a pipe: more than those of any answer.
const ROOM: usize = 64 * 1024;

fn proxy(url: &str) -> Proxy {
    Proxy::new(Url::parse(url).unwrap()).unwrap()
}

/// The request for a tunnel to a host.
fn asked(host: &'static str, url: &str) -> String {
    request(&Uri::from_static(host), &proxy(url))
}

/// What a client makes of a proxy's answer, before the connection ends, and the bytes that it leaves unread.
async fn answered(answer: &[u8]) -> (Result<(), Failure>, Vec<u8>) {
    let (mut near, mut far) = duplex(ROOM);
    far.write_all(answer).await.unwrap();
    far.shutdown().await.unwrap();
    let host = Uri::from_static("http://h:2379");
    let opened = open(&mut near, &host, &proxy("http://p:1")).await;
    let mut rest = Vec::new();
    near.read_to_end(&mut rest).await.unwrap();
    (opened, rest)
}

#[test]
fn a_tunnel_is_asked_for_by_the_name_and_the_port_of_the_host() {
    let table = [
        ("http://h:2379", "h:2379"),
        ("http://h", "h:80"),
        ("https://h/path", "h:443"),
        ("https://[::1]:2379", "[::1]:2379"),
    ];
    for (host, target) in table {
        let request = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n");
        assert_eq!(asked(host, "http://p:1"), request);
    }
}

#[test]
fn the_credentials_of_the_proxy_go_to_the_proxy() {
    let table = [
        ("http://me:pw@p:1", "bWU6cHc="),
        ("http://me@p:1", "bWU6"),
        ("http://m%40:p%2F@p:1", "bUA6cC8="),
    ];
    for (url, credentials) in table {
        let line = format!("\r\nproxy-authorization: Basic {credentials}\r\n\r\n");
        let request = asked("http://h:2379", url);
        assert!(request.ends_with(&line), "{request}");
    }
}

#[tokio::test]
async fn the_bytes_after_the_answer_are_those_of_the_host() {
    for answer in [
        "HTTP/1.1 200 Connection Established\r\n\r\n",
        "HTTP/1.0 200 OK\r\nVia: a\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        for first in ["", "\n", "\r\n\r\n", "the host's bytes"] {
            let bytes = [answer, first].concat();
            let (opened, rest) = answered(bytes.as_bytes()).await;
            assert_eq!(opened, Ok(()), "{bytes}");
            assert_eq!(rest, first.as_bytes(), "{bytes}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_is_a_failure_that_says_why() {
    let long = format!("HTTP/1.1 200 OK\r\na: {}", "x".repeat(LONGEST_ANSWER));
    let table = [
        ("HTTP/1.1 407 Wanted\r\n\r\n", "statusCode=407"),
        (
            "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno",
            "statusCode=403",
        ),
        ("HTTP/1.1 302 Found\r\n\r\n", "statusCode=302"),
        (
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "cause=Parse Error: a switch",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", "cause=Parse Error: "),
        (
            "HTTP/1.1 200 OK\n\n",
            "cause=Parse Error: a line that ends without CR",
        ),
        ("HTTP/1.1 200 OK\r\na: b\r\n", "cause=socket hang up"),
        ("", "cause=socket hang up"),
        (&long, "cause=Parse Error: Header overflow"),
    ];
    for (answer, why) in table {
        let failure = answered(answer.as_bytes()).await.0.unwrap_err();
        let start = format!("tunneling socket could not be established, {why}");
        assert!(failure.message.starts_with(&start), "{}", failure.message);
        assert_eq!(failure.fields["code"], "ECONNRESET");
        assert_eq!(failure.delivery, Delivery::NotSent);
    }
}

#[tokio::test]
async fn interim_responses_without_end_are_refused() {
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(LONGEST_ANSWER / 20);
    let failure = answered(interim.as_bytes()).await.0.unwrap_err();
    assert!(failure.message.ends_with("Header overflow"));
}
