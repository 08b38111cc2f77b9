//! Requests of HTTP/1.1 through a proxy, by reqwest. No other request comes here.

mod body;
mod connector;
mod progress;
mod resolver;
mod upload;

use super::dial::{IDLE, KEEPALIVE, KEEPALIVE_RETRIES};
use super::proxies::Proxies;
use super::tls::Tls;
use super::{Settings, failure};
use crate::api::error::Failure;
use crate::net::Request;
use connector::ConnectLimit;
pub use connector::TimedOut;
use http::header::HeaderValue;
use http::{Response, StatusCode, Uri};
pub use progress::Progress;
use progress::until_answer;
pub use resolver::Unreachable;
use resolver::{ConnectedAddresses, ProxyResolver};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use url::Url;

/// The most fields of a header section, as Node's `maxHeadersCount`. hyper makes room for all of them in advance.
const MOST_FIELDS: usize = 2000;

/// The connections of a cluster through proxies.
#[derive(Debug)]
pub struct Proxied {
    client: reqwest::Client,
    proxies: Arc<Proxies>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

/// A body that is being received.
#[derive(Debug)]
pub struct Body {
    body: reqwest::Body,
    timeout: Option<Duration>,
    limit: usize,
}

impl Proxied {
    /// No connection yet.
    pub fn new(
        settings: Settings,
        proxies: Arc<Proxies>,
        tls: &Tls,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (limit, connected) = (
            settings.connect_timeout,
            Arc::new(ConnectedAddresses::default()),
        );
        let resolver = ProxyResolver {
            limit,
            connected: connected.clone(),
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.through(proxies.names()))
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(resolver))
            .connector_layer(ConnectLimit { limit, connected })
            .proxy(Proxies::rule(proxies.clone()))
            .tcp_keepalive(KEEPALIVE)
            .tcp_keepalive_interval(KEEPALIVE)
            .tcp_keepalive_retries(KEEPALIVE_RETRIES)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(MOST_FIELDS)
            .build()?;
        Ok(Proxied {
            client,
            proxies,
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        })
    }

    /// Sends a request to a URL, with these credentials, up to the header section of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<HeaderValue>,
    ) -> Result<Response<Body>, Failure> {
        let url = url(uri);
        if let Some(fault) = url.as_ref().and_then(|url| self.proxies.fault(url)) {
            return Err(fault);
        }
        let peer = url.map(|url| self.proxies.proxy_of(&url).unwrap_or(url));
        let progress = Progress::to_port(peer.as_ref().and_then(Url::port_or_known_default));
        let request = upload::message(uri, request, authorization, &progress);
        let request = request.map(reqwest::Body::wrap);
        let answer = async {
            let request = reqwest::Request::try_from(request)?;
            progress.observe(self.client.execute(request)).await
        };
        let answer = until_answer(self.timeout, &progress, answer).await?;
        let answer =
            answer.map_err(|error| failure::of_request(&error, peer.as_ref(), &progress))?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(failure::switched().after_sending());
        }
        Ok(Response::from(answer).map(|body| Body {
            body,
            timeout: self.timeout,
            limit: self.max_response_size,
        }))
    }
}

impl Body {
    /// Reads the whole body.
    pub async fn read(self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let (timeout, limit) = (self.timeout, self.limit);
        body::read(self.body, has_begun, timeout, limit, failure::of_body).await
    }
}

fn url(uri: &Uri) -> Option<Url> {
    Url::parse(&uri.to_string()).ok()
}
