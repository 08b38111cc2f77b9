//! One request to one URL, up to the head of the answer, over one of two HTTP clients.
//!
//! Cleartext that goes straight to a host, which is nearly every request, goes over hyper's own client:
//! reqwest parses the URL of each request three times more and so costs more than twice the instructions.
//! TLS and proxies are reqwest's.

use super::connect::{Connecting, Connector};
use super::dns::SystemResolver;
use super::progress::Progress;
use super::upload::Upload;
use super::{Proxies, Settings, failure, tls};
use crate::error::Failure;
use crate::request::{Encoded, Method};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::uri::Scheme;
use http::{Request, Uri};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tower_layer::Layer;
use url::Url;

/// How often an idle connection is probed: a dead peer is found, and a firewall's memory refreshed.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// How many probes a dead peer may leave unanswered.
const KEEPALIVE_RETRIES: u32 = 3;

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(90);

type Plain = Client<Connector<HttpConnector<SystemResolver>>, Upload>;

/// The connections of a cluster.
#[derive(Debug)]
pub struct Transport {
    plain: Plain,
    reqwest: reqwest::Client,
    proxies: Arc<Proxies>,
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Plain(hyper::body::Incoming),
    Reqwest(reqwest::Body),
}

impl Transport {
    /// A transport with no connection yet.
    pub fn new(settings: Settings) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let proxies = Arc::new(settings.proxies);
        let connecting = Connecting {
            limit: settings.timeout,
        };
        Ok(Transport {
            plain: plain(connecting),
            reqwest: reqwest::Client::builder()
                .tls_backend_preconfigured(tls::config(settings.trust)?)
                .redirect(reqwest::redirect::Policy::none())
                .dns_resolver(Arc::new(SystemResolver))
                .connector_layer(connecting)
                .proxy(Proxies::rule(proxies.clone()))
                .tcp_keepalive(KEEPALIVE)
                .tcp_keepalive_interval(KEEPALIVE)
                .tcp_keepalive_retries(KEEPALIVE_RETRIES)
                .pool_idle_timeout(IDLE)
                .build()?,
            proxies,
        })
    }

    /// Sends a request to a URL, with these credentials.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Encoded,
        authorization: Option<HeaderValue>,
        progress: &Progress,
    ) -> Result<Response, Failure> {
        let mut prepared = Request::new(Upload::new(request.form.clone(), progress));
        *prepared.method_mut() = request.method.into();
        *prepared.uri_mut() = uri.clone();
        let headers = prepared.headers_mut();
        headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
        if request.form.is_some() {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
        }
        if uri.scheme() == Some(&Scheme::HTTP) && self.proxies.is_empty() {
            self.send_plain(prepared, uri, progress).await
        } else {
            self.send_over_reqwest(prepared, uri, progress).await
        }
    }

    async fn send_plain(
        &self,
        request: Request<Upload>,
        uri: &Uri,
        progress: &Progress,
    ) -> Result<Response, Failure> {
        let answer = progress.observe(self.plain.request(request)).await;
        let answer = answer.map_err(|error| {
            failure::of_request(&error, error.is_connect(), url(uri).as_ref(), progress)
        })?;
        Ok(Response::new(answer.map(Body::Plain)))
    }

    async fn send_over_reqwest(
        &self,
        request: Request<Upload>,
        uri: &Uri,
        progress: &Progress,
    ) -> Result<Response, Failure> {
        let url = url(uri);
        if let Some(fault) = url.as_ref().and_then(|url| self.proxies.fault(url)) {
            return Err(fault);
        }
        let answer = match reqwest::Request::try_from(request.map(reqwest::Body::wrap)) {
            Ok(request) => progress.observe(self.reqwest.execute(request)).await,
            Err(error) => Err(error),
        };
        let answer = answer.map_err(|error| {
            let peer = url.map(|url| self.proxies.proxy_of(&url).unwrap_or(url));
            failure::of_request(&error, error.is_connect(), peer.as_ref(), progress)
        })?;
        Ok(Response::new(
            http::Response::from(answer).map(Body::Reqwest),
        ))
    }
}

fn plain(connecting: Connecting) -> Plain {
    let mut connector = HttpConnector::new_with_resolver(SystemResolver);
    connector.set_nodelay(true);
    connector.set_keepalive(Some(KEEPALIVE));
    connector.set_keepalive_interval(Some(KEEPALIVE));
    connector.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(connecting.layer(connector))
}

impl Response {
    fn new(response: http::Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        Response {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }

    /// The next piece of the body; none at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let frame = match &mut self.body {
                Body::Plain(body) => body
                    .frame()
                    .await
                    .map(|frame| frame.map_err(|error| failure::of_body(&error))),
                Body::Reqwest(body) => body
                    .frame()
                    .await
                    .map(|frame| frame.map_err(|error| failure::of_body(&error))),
            };
            match frame.transpose()?.map(http_body::Frame::into_data) {
                None => return Ok(None),
                Some(Ok(data)) => return Ok(Some(data)),
                Some(Err(_trailers)) => {}
            }
        }
    }
}

fn url(uri: &Uri) -> Option<Url> {
    Url::parse(&uri.to_string()).ok()
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => http::Method::GET,
            Method::Put => http::Method::PUT,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        }
    }
}
