//! Requests through TLS or a proxy: reqwest's.

use super::connect::Connecting;
use super::dns::SystemResolver;
use super::http1::{IDLE, KEEPALIVE, KEEPALIVE_RETRIES};
use super::progress::{Progress, Stage};
use super::silence::{in_time, within};
use super::upload::Upload;
use super::{Proxies, Settings, failure};
use crate::error::Failure;
use crate::request::{Encoded, Method};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use http_body::Body as _;
use http_body_util::BodyExt;
use rustls::ClientConfig;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The connections of a cluster through TLS or proxies.
#[derive(Debug)]
pub struct OverReqwest {
    client: reqwest::Client,
    proxies: Arc<Proxies>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

/// A body on its way.
#[derive(Debug)]
pub struct Body {
    body: reqwest::Body,
    timeout: Option<Duration>,
    limit: usize,
}

impl OverReqwest {
    /// No connection yet.
    pub fn new(
        settings: Settings,
        tls: ClientConfig,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let proxies = Arc::new(settings.proxies);
        let connecting = Connecting {
            limit: settings.connect_timeout,
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(SystemResolver))
            .connector_layer(connecting)
            .proxy(Proxies::rule(proxies.clone()))
            .tcp_keepalive(KEEPALIVE)
            .tcp_keepalive_interval(KEEPALIVE)
            .tcp_keepalive_retries(KEEPALIVE_RETRIES)
            .pool_idle_timeout(IDLE)
            .build()?;
        Ok(OverReqwest {
            client,
            proxies,
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        })
    }

    /// Sends a request to a URL, with these credentials, and reads the head of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Encoded,
        authorization: Option<HeaderValue>,
    ) -> Result<Response<Body>, Failure> {
        let url = url(uri);
        if let Some(fault) = url.as_ref().and_then(|url| self.proxies.fault(url)) {
            return Err(fault);
        }
        let progress = Progress::default();
        let request = prepared(uri, request, authorization, &progress);
        let answer = async {
            let request = reqwest::Request::try_from(request)?;
            progress.observe(self.client.execute(request)).await
        };
        let answer = self.within_timeout(&progress, answer).await?;
        let answer = answer.map_err(|error| {
            let peer = url.map(|url| self.proxies.proxy_of(&url).unwrap_or(url));
            failure::of_request(&error, peer.as_ref(), &progress)
        })?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(failure::switched().after_sending());
        }
        Ok(Response::from(answer).map(|body| Body {
            body,
            timeout: self.timeout,
            limit: self.max_response_size,
        }))
    }

    /// Bounds the silence of a server. Connecting has a bound of its own,
    /// [`Connecting`], and the silence counts from its end.
    async fn within_timeout<F: Future>(
        &self,
        progress: &Progress,
        answer: F,
    ) -> Result<F::Output, Failure> {
        let Some(timeout) = self.timeout else {
            return Ok(answer.await);
        };
        let mut deadline = Instant::now() + timeout;
        tokio::pin!(answer);
        loop {
            let left = deadline - Instant::now();
            if let Some(answer) = in_time(left, answer.as_mut()).await {
                return Ok(answer);
            }
            let later = match progress.stage() {
                Stage::Pooled => deadline,
                Stage::Connecting => Instant::now() + timeout,
                Stage::Active(at) => at + timeout,
            };
            if later <= deadline {
                return Err(failure::silence());
            }
            deadline = later;
        }
    }
}

impl Body {
    /// The whole body.
    pub async fn read(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.check(self.body.size_hint().lower())?;
        while let Some(frame) = within(self.timeout, self.body.frame()).await? {
            let frame = frame.map_err(|error| failure::of_body(&error))?;
            if let Some(piece) = frame.data_ref() {
                self.check((bytes.len() + piece.len()) as u64)?;
                bytes.extend_from_slice(piece);
            }
        }
        Ok(bytes)
    }

    fn check(&self, size: u64) -> Result<(), Failure> {
        match size > self.limit as u64 {
            true => Err(failure::too_large(self.limit)),
            false => Ok(()),
        }
    }
}

fn prepared(
    uri: &Uri,
    encoded: &Encoded,
    authorization: Option<HeaderValue>,
    progress: &Progress,
) -> Request<reqwest::Body> {
    let form = encoded.form.clone().unwrap_or_default();
    let upload = reqwest::Body::wrap(Upload::new(form, progress));
    let mut request = Request::new(upload);
    *request.method_mut() = encoded.method.into();
    *request.uri_mut() = uri.clone();
    let headers = request.headers_mut();
    headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
    if encoded.form.is_some() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
    }
    request
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

fn url(uri: &Uri) -> Option<Url> {
    Url::parse(&uri.to_string()).ok()
}
