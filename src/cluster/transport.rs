//! One request to one URL, up to the head of the answer: in the clear straight to the host, which is nearly
//! every request, or through TLS or a proxy.

use super::Settings;
use super::http1::{self, Http1};
use super::over_reqwest::{self, OverReqwest};
use super::tls::Tls;
use crate::error::Failure;
use crate::request::Encoded;
use http::Uri;
use http::header::{HeaderValue, LOCATION};
use http::uri::Scheme;

const X_ETCD_INDEX: &str = "x-etcd-index";

/// The connections of a cluster.
#[derive(Debug)]
pub struct Transport {
    http1: Http1,
    over_reqwest: OverReqwest,
    has_proxies: bool,
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `X-Etcd-Index`.
    pub index: Option<HeaderValue>,
    /// `Location`.
    pub location: Option<HeaderValue>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Http1(Box<http1::Body>),
    OverReqwest(over_reqwest::Body),
}

impl Transport {
    /// A transport with no connection yet.
    pub fn new(settings: Settings) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let tls = Tls::new(settings.trust.clone())?;
        Ok(Transport {
            http1: Http1::new(&settings),
            has_proxies: !settings.proxies.is_empty(),
            over_reqwest: OverReqwest::new(settings, tls.config)?,
        })
    }

    /// Sends a request to a URL, with these credentials.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Encoded,
        authorization: Option<HeaderValue>,
    ) -> Result<Response, Failure> {
        if uri.scheme() == Some(&Scheme::HTTP) && !self.has_proxies {
            let sent = self.http1.send(uri, request, authorization.as_ref());
            let (head, body) = sent.await?;
            Ok(Response {
                status: head.status,
                index: head.index,
                location: head.location,
                body: Body::Http1(Box::new(body)),
            })
        } else {
            // Boxed: it is many times longer than the other.
            let sent = self.over_reqwest.send(uri, request, authorization);
            let (head, body) = Box::pin(sent).await?.into_parts();
            Ok(Response {
                status: head.status.as_u16(),
                index: head.headers.get(X_ETCD_INDEX).cloned(),
                location: head.headers.get(LOCATION).cloned(),
                body: Body::OverReqwest(body),
            })
        }
    }
}

impl Response {
    /// The whole body.
    pub async fn read(self) -> Result<Vec<u8>, Failure> {
        match self.body {
            Body::Http1(body) => body.read().await,
            Body::OverReqwest(body) => Box::pin(body.read()).await,
        }
    }
}
