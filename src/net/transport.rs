//! One request to one URL, up to the header section of the answer: over HTTP/2 if the host speaks it behind TLS, else over HTTP/1.1, or
//! through a proxy. Connections that speak HTTP/2 alone go through a proxy in a tunnel.

use super::Request;
use super::Settings;
use super::dial::{Dialer, is_secure};
use super::http1::{self, Http1};
use super::http2::{self, Exchanged, Exchanges, Http2, Message, SendOutcome};
use super::http2::{StreamReceiver, StreamSender, Streams};
use super::proxied::{self, Proxied};
use super::proxies::Proxies;
use super::tls::Tls;
use crate::api::error::Failure;
use http::Uri;
use http::header::{HeaderValue, LOCATION};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// All connections of a client.
#[derive(Debug)]
pub struct Transport {
    http1: Http1,
    http2: Http2,
    exchanges: Exchanges,
    streams: Streams,
    proxied: Proxied,
    proxies: Arc<Proxies>,
}

/// An answer whose header section has arrived.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The field that the request wants.
    pub wanted: Option<HeaderValue>,
    /// `Location`.
    pub location: Option<HeaderValue>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Http1(Box<http1::Body>),
    Http2(http2::Body),
    Proxied(proxied::Body),
}

impl Transport {
    /// Nothing is connected yet.
    pub fn new(settings: Settings) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let tls = Arc::new(Tls::new(settings.trust.clone())?);
        let proxies = Arc::new(settings.proxies.clone());
        let dialer = Dialer::new(settings.connect_timeout, tls.clone(), proxies.clone());
        Ok(Transport {
            http1: Http1::new(&settings, dialer.clone()),
            http2: Http2::new(&settings, dialer.clone()),
            exchanges: Exchanges::new(settings.timeout, dialer.clone()),
            streams: Streams::new(settings.timeout, dialer),
            proxied: Proxied::new(settings, proxies.clone(), &tls)?,
            proxies,
        })
    }

    /// Sends a request to a URL, with these credentials.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<HeaderValue>,
    ) -> Result<Response, Failure> {
        // Boxed: these futures are much larger than that of a request in cleartext.
        if self.proxies.are_for(uri) {
            let sent = self.proxied.send(uri, request, authorization);
            let (head, body) = Box::pin(sent).await?.into_parts();
            let body = Body::Proxied(body);
            return Ok(Response::new(&head, request.wanted_field, body));
        }
        if is_secure(uri) {
            let sent = self.send_secure(uri, request, authorization.as_ref());
            return Box::pin(sent).await;
        }
        let sent = self.http1.send(uri, request, authorization.as_ref());
        sent.await.map(Response::of_http1)
    }

    /// Sends a message over HTTP/2 alone and reads the whole answer: in cleartext with prior knowledge (RFC 9113 §3.3), behind TLS if
    /// ALPN chooses `h2`. Through a proxy it goes in a tunnel. `uri` has the scheme, the host and the port.
    ///
    /// # Errors
    /// `ERR_ETCD_NO_GRPC` if the host speaks no HTTP/2.
    pub async fn exchange(&self, uri: &Uri, message: Message<'_>) -> Result<Exchanged, Failure> {
        self.exchanges.send(uri, message).await
    }

    /// Opens a stream in both directions, on a connection that only streams use. It is open when its first bytes are queued: the
    /// server may not have answered yet.
    ///
    /// # Errors
    /// As [`Transport::exchange`].
    pub async fn open_stream(
        &self,
        uri: &Uri,
        message: Message<'_>,
    ) -> Result<(StreamSender, StreamReceiver), Failure> {
        self.streams.open(uri, message).await
    }

    /// Sends a request over HTTP/2, or over HTTP/1.1 if ALPN chose that last: over an idle connection first, else over a new one, whose
    /// ALPN decides anew.
    async fn send_secure(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, Failure> {
        loop {
            match self.http2.send(uri, request, authorization).await? {
                SendOutcome::Answered(answer) => {
                    return Ok(Response::of_http2(answer, request.wanted_field));
                }
                SendOutcome::SpeaksHttp1(Some(opened)) => self.http1.adopt(uri, opened),
                SendOutcome::SpeaksHttp1(None) => {}
            }
            let idle = self.http1.send_over_idle(uri, request, authorization);
            if let Some(answer) = idle.await? {
                return Ok(Response::of_http1(answer));
            }
            if let Some(stream) = self.http2.open_http1(uri).await? {
                let sent = self.http1.send_over(stream, uri, request, authorization);
                return sent.await.map(Response::of_http1);
            }
        }
    }
}

impl Response {
    fn of_http1((head, body): (http1::Head, http1::Body)) -> Self {
        Response {
            status: head.status,
            wanted: head.wanted,
            location: head.location,
            body: Body::Http1(Box::new(body)),
        }
    }

    fn of_http2(answer: http::Response<http2::Body>, wanted_field: &str) -> Self {
        let (head, body) = answer.into_parts();
        Response::new(&head, wanted_field, Body::Http2(body))
    }

    fn new(head: &http::response::Parts, wanted_field: &str, body: Body) -> Self {
        let headers = &head.headers;
        Response {
            status: head.status.as_u16(),
            wanted: headers.get(wanted_field).cloned(),
            location: headers.get(LOCATION).cloned(),
            body,
        }
    }

    /// Reads the whole body. `has_begun` is set when a part of it has arrived.
    pub async fn read(self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        match self.body {
            Body::Http1(body) => body.read(has_begun).await,
            Body::Http2(body) => Box::pin(body.read(has_begun)).await,
            Body::Proxied(body) => Box::pin(body.read(has_begun)).await,
        }
    }
}
