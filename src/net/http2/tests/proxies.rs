//! Through an HTTP proxy, in a tunnel.

use super::host::{
    HEADERS, Host, SETTINGS, answer_bare, begin, frame, listen, only_head, script, serve,
};
use super::tls::{acceptor, secure_host};
use super::*;
use crate::net::{Proxies, Trust, Variable};
use std::future::pending;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection Established\r\n\r\n";

/// A proxy until the end of the test, and the header sections that it was asked with.
struct Proxy {
    host: Host,
    asked: UnboundedReceiver<String>,
}

impl Proxy {
    /// Its URL, with credentials.
    fn url(&self) -> String {
        let url = self.host.uri.to_string();
        url.replace("://", "://me:s3cret@")
    }
}

/// Reads a header section.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Serves one connection to a proxy.
async fn tunnel(mut near: impl AsyncRead + AsyncWrite + Unpin, asked: UnboundedSender<String>) {
    let head = read_head(&mut near).await;
    let target = head.split(' ').nth(1).unwrap_or_default();
    let mut far = TcpStream::connect(target).await.unwrap();
    asked.send(head).unwrap();
    near.write_all(ESTABLISHED).await.unwrap();
    let _ = copy_bidirectional(&mut near, &mut far).await;
}

/// A proxy in cleartext.
async fn proxy() -> Proxy {
    let (sender, asked) = unbounded_channel();
    let host = listen(move |tcp, _| tunnel(tcp, sender.clone())).await;
    Proxy { host, asked }
}

/// A proxy behind TLS.
async fn secure_proxy() -> Proxy {
    let (sender, asked) = unbounded_channel();
    let acceptor = acceptor(&["http/1.1"]);
    let mut host = listen(move |tcp, _| {
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        async move { tunnel(acceptor.accept(tcp).await.unwrap(), sender).await }
    })
    .await;
    host.be_secure();
    Proxy { host, asked }
}

/// A client with this proxy for all hosts but those of a list.
fn through(proxy: &str, no_proxy: &str, connect_timeout: Duration) -> Transport {
    let variable = Variable {
        name: "HTTP_PROXY".to_owned(),
        value: proxy.to_owned(),
    };
    let trust = Trust {
        accept_any: true,
        ..Trust::default()
    };
    let settings = Settings {
        connect_timeout: Some(connect_timeout),
        timeout: Some(LONG),
        max_response_size: LIMIT,
        proxies: Proxies::new(Some(variable), None, no_proxy, &str::to_owned),
        trust,
    };
    Transport::new(settings).unwrap()
}

/// A host in cleartext that answers exchanges, and begins an answer to streams.
async fn clear_host() -> Host {
    serve(async |request, mut respond| match request.uri().path() {
        "/watch" => {
            let _open = begin(&mut respond, 200, HeaderMap::new());
            pending().await
        }
        _ => answer_bare(&mut respond, fields(&[("end", "0")])),
    })
    .await
}

#[tokio::test]
async fn a_host_behind_a_proxy_is_reached_in_one_tunnel_for_all_exchanges() {
    for is_secure in [false, true] {
        let host = clear_host().await;
        let mut proxy = match is_secure {
            false => proxy().await,
            true => secure_proxy().await,
        };
        let transport = through(&proxy.url(), "", LONG);
        for _ in 0..3 {
            let answer = exchange(&transport, &host.uri, "/", "x").await.unwrap();
            assert_eq!(answer.fields["end"], "0");
        }
        let asked = proxy.asked.recv().await.unwrap();
        let target = host.uri.authority().unwrap();
        assert!(asked.starts_with(&format!("CONNECT {target} HTTP/1.1\r\n")));
        assert!(asked.contains("\r\nproxy-authorization: Basic bWU6czNjcmV0\r\n"));
        assert_eq!((host.accepted(), proxy.host.accepted()), (1, 1));
    }
}

#[tokio::test]
async fn a_host_behind_tls_chooses_h2_in_a_tunnel() {
    for is_secure in [false, true] {
        let host = secure_host(&["http/1.1", "h2"]).await;
        let proxy = match is_secure {
            false => proxy().await,
            true => secure_proxy().await,
        };
        let transport = through(&proxy.url(), "", LONG);
        let answer = exchange(&transport, &host.uri, "/", "x").await.unwrap();
        assert_eq!(answer.fields["end"], "0");
        assert_eq!(proxy.host.accepted(), 1);
    }
}

#[tokio::test]
async fn streams_go_through_a_proxy_too() {
    let (host, proxy) = (clear_host().await, proxy().await);
    let transport = through(&proxy.url(), "", LONG);
    let path = PathAndQuery::from_static("/watch");
    for _ in 0..2 {
        let opened = transport.open_stream(&host.uri, message(&path, "x")).await;
        let (_sender, mut receiver) = opened.unwrap();
        assert_eq!(receiver.head().await.unwrap().0, 200);
    }
    assert_eq!(proxy.host.accepted(), 1);
}

#[tokio::test]
async fn a_host_whose_settings_come_with_the_answer_of_the_proxy_is_reached() {
    let (host, _) = script(|frame| match frame.kind {
        HEADERS => only_head(frame.stream, &[("end", "0")]),
        _ => Vec::new(),
    })
    .await;
    let target = host.uri.clone();
    let proxy = listen(move |mut near, _| {
        let target = target.clone();
        async move {
            read_head(&mut near).await;
            let address = target.authority().unwrap().as_str();
            let mut far = TcpStream::connect(address).await.unwrap();
            let mut settings = frame(SETTINGS, 0, 0, &[]);
            far.read_exact(&mut settings).await.unwrap();
            near.write_all(&[ESTABLISHED, &settings].concat())
                .await
                .unwrap();
            let _ = copy_bidirectional(&mut near, &mut far).await;
        }
    })
    .await;
    let transport = through(&proxy.uri.to_string(), "", LONG);
    let answer = exchange(&transport, &host.uri, "/", "x").await.unwrap();
    assert_eq!(answer.fields["end"], "0");
}

#[tokio::test]
async fn a_host_that_no_proxy_names_is_reached_directly() {
    let (host, proxy) = (clear_host().await, proxy().await);
    let transport = through(&proxy.url(), "127.0.0.1", LONG);
    exchange(&transport, &host.uri, "/", "x").await.unwrap();
    assert_eq!(proxy.host.accepted(), 0);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_credentials_and_nothing_was_sent() {
    let refusing = listen(async |mut tcp, _| {
        read_head(&mut tcp).await;
        let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        tcp.write_all(answer).await.unwrap();
    })
    .await;
    let name = refusing.uri.to_string();
    let proxy = Proxy {
        host: refusing,
        asked: unbounded_channel().1,
    };
    let transport = through(&proxy.url(), "", LONG);
    for host in ["http://h:2379", "https://h:2379"] {
        let failed = exchange(&transport, &host.parse().unwrap(), "/", "x").await;
        let failure = assert_failed(failed, "ECONNRESET", Delivery::NotSent);
        let message = "tunneling socket could not be established, statusCode=407";
        let name = name.trim_end_matches('/');
        assert_eq!(failure.message, format!("{message} (proxy {name})"));
    }
}

#[tokio::test]
async fn a_proxy_that_falls_silent_is_left_when_the_time_to_connect_is_over() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\n", ESTABLISHED] {
        let silent = listen(move |mut tcp, _| async move {
            tcp.write_all(answer).await.unwrap();
            let _ = tcp.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let transport = through(&silent.uri.to_string(), "", SHORT);
        for host in ["http://h:2379", "https://h:2379"] {
            let failed = exchange(&transport, &host.parse().unwrap(), "/", "x").await;
            // Behind a tunnel in cleartext the host is connected, and says nothing. TLS is a part of connecting.
            let is_connected = answer == ESTABLISHED && host.starts_with("http:");
            let code = if is_connected {
                "ESOCKETTIMEDOUT"
            } else {
                "ETIMEDOUT"
            };
            let failure = assert_failed(failed, code, Delivery::NotSent);
            let name = silent.uri.to_string();
            let name = name.trim_end_matches('/');
            assert_eq!(failure.message, format!("{code} (proxy {name})"));
        }
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_listen_is_a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let transport = through(&format!("http://{address}"), "", LONG);
    let failed = exchange(&transport, &"http://h:2379".parse().unwrap(), "/", "x").await;
    let failure = assert_failed(failed, "ECONNREFUSED", Delivery::NotSent);
    let message = format!("connect ECONNREFUSED {address} (proxy http://{address})");
    assert_eq!(failure.message, message);
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_is_a_fault() {
    let transport = through("socks5://127.0.0.1:1", "", LONG);
    let host = "http://h:2379".parse().unwrap();
    let failed = exchange(&transport, &host, "/", "x").await;
    let failure = assert_failed(failed, "ERR_ETCD_PROXY", Delivery::NotSent);
    assert!(failure.spares_host);
    let path = PathAndQuery::from_static("/");
    let failed = transport.open_stream(&host, message(&path, "x")).await;
    assert_failed(failed, "ERR_ETCD_PROXY", Delivery::NotSent);
}
