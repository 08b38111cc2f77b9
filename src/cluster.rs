//! Moves requests between the hosts of a cluster: attempts, retries, redirects, time limits, TLS.
//!
//! The only part that imports reqwest. Does not know what a request means: whether it may be sent
//! again is [`Encoded::repeatable`], and which answer is an error is the caller's to say.

mod answer;
mod dns;
mod failure;
mod progress;
mod proxy;
mod redirect;
mod tls;
mod tries;
mod upload;

use crate::error::{Error, Failure, Invalid, MAX_REQUEST_LINE};
use crate::hosts::{Host, Hosts};
use crate::request::{Encoded, Method};
pub use answer::{Answer, Incoming, is_success};
use progress::{ObserveConnecting, Progress, Stage};
pub use proxy::Proxies;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
pub use tls::Trust;
use tokio::time::{Instant, timeout_at};
pub use tries::Tries;
use url::Url;

/// How a cluster is reached.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds connecting, then each silence of a server; `None` waits for ever.
    pub timeout: Option<Duration>,
    /// The proxies of the environment.
    pub proxies: Proxies,
    /// Whom to trust behind `https`.
    pub trust: Trust,
}

/// The hosts of a cluster and the connections to them.
#[derive(Debug)]
pub struct Cluster {
    http: reqwest::Client,
    hosts: Mutex<Hosts>,
    proxies: Arc<Proxies>,
    timeout: Option<Duration>,
}

impl Cluster {
    /// A cluster of these hosts; nothing is connected yet.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new(
        hosts: Hosts,
        settings: Settings,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let proxies = Arc::new(settings.proxies);
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(settings.trust)?)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(dns::SystemResolver))
            .connector_layer(ObserveConnecting)
            .proxy(Proxies::rule(proxies.clone()))
            .tcp_nodelay(true);
        if let Some(timeout) = settings.timeout {
            builder = builder.connect_timeout(timeout);
        }
        Ok(Cluster {
            http: builder.build()?,
            hosts: Mutex::new(hosts),
            proxies,
            timeout: settings.timeout,
        })
    }

    /// The hosts, to read or to replace.
    pub fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The attempts that a request has.
    pub fn tries(&self, request: &Encoded) -> Tries {
        Tries::new(&self.hosts(), request)
    }

    /// Sends a request to one host after the other until one answers.
    /// A read that is answered by a server's failure moves on too; its last answer is given up unchanged.
    pub async fn send(&self, request: &Encoded) -> Result<Answer, Error> {
        let mut tries = self.tries(request);
        loop {
            let incoming = self.open(request, &mut tries).await?;
            let endpoint = incoming.endpoint.clone();
            match incoming.read().await {
                Ok(answer) if answer.status >= 500 && tries.moves_on(&answer) => {}
                Ok(answer) => return Ok(tries.followed_by(answer)),
                Err(failure) => self.failed(&mut tries, endpoint, failure)?,
            }
        }
    }

    /// Sends a request to one host after the other until the head of an answer comes.
    pub async fn open(&self, request: &Encoded, tries: &mut Tries) -> Result<Incoming, Error> {
        loop {
            let Some(host) = self.hosts().pick() else {
                return Err(tries.no_hosts());
            };
            match self.attempt(&host, request).await? {
                Ok(incoming) => return Ok(incoming),
                Err(failure) => self.failed(tries, host.endpoint().to_owned(), failure)?,
            }
        }
    }

    /// Sends a request to this host alone.
    pub async fn send_to(&self, host: &Host, request: &Encoded) -> Result<Answer, Error> {
        let mut tries = Tries::new(&Hosts::default(), request);
        let incoming = match self.attempt(host, request).await? {
            Ok(incoming) => incoming.read().await,
            Err(failure) => Err(failure),
        };
        incoming.map_err(|failure| tries.last(host.endpoint().to_owned(), failure))
    }

    /// Notes a failed attempt. An error where it was the last; where the hosts were a refreshed list,
    /// the seeds have their turn before that.
    pub fn failed(
        &self,
        tries: &mut Tries,
        endpoint: String,
        failure: Failure,
    ) -> Result<(), Error> {
        if tries.failed(&endpoint, &failure) {
            return Ok(());
        }
        if tries.may_repeat(&failure) && tries.start_over(&mut self.hosts()) {
            return Ok(());
        }
        Err(tries.give_up(endpoint, failure))
    }

    /// One request to one host and to where it redirects. The outer error is the request's own fault,
    /// so that no other host would do better.
    async fn attempt(
        &self,
        host: &Host,
        request: &Encoded,
    ) -> Result<Result<Incoming, Failure>, Error> {
        let Some(mut url) = host.url(&request.path) else {
            return Ok(Err(host.invalid()));
        };
        check_request_line(&url, request)?;
        let mut redirects = redirect::Redirects::default();
        loop {
            let response = match self.exchange(host, url.clone(), request).await {
                Ok(response) => response,
                Err(failure) => return Ok(Err(failure)),
            };
            match redirects.follow(&response, request.method) {
                Ok(None) => return Ok(Ok(Incoming::new(host, response, self.timeout))),
                Ok(Some(next)) => url = next,
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }

    /// One request to one URL, up to the head of the answer.
    async fn exchange(
        &self,
        host: &Host,
        url: Url,
        request: &Encoded,
    ) -> Result<reqwest::Response, Failure> {
        let progress = Progress::default();
        let prepared = self.prepare(host, url.clone(), request, &progress);
        let answer = progress.observe(self.http.execute(prepared));
        match self.within_timeout(&progress, answer).await? {
            Ok(response) => Ok(response),
            Err(error) => {
                let peer = self.proxies.proxy_of(&url).unwrap_or(url);
                Err(failure::of_request(&error, &peer, progress.address()))
            }
        }
    }

    fn prepare(
        &self,
        host: &Host,
        url: Url,
        request: &Encoded,
        progress: &Progress,
    ) -> reqwest::Request {
        let authorization = self.authorization(host, &url);
        let mut prepared = reqwest::Request::new(method(request.method), url);
        if let Some(authorization) = authorization {
            prepared.headers_mut().insert(AUTHORIZATION, authorization);
        }
        if let Some(form) = &request.form {
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            prepared.headers_mut().insert(CONTENT_TYPE, form_type);
            *prepared.body_mut() = Some(upload::body(form, progress));
        }
        prepared
    }

    /// The credentials for a URL: those of the host that was asked, or, where it redirects, of the host of
    /// the list that is there.
    fn authorization(&self, host: &Host, url: &Url) -> Option<HeaderValue> {
        let hosts = self.hosts();
        let known = host.authorization(url).or_else(|| hosts.authorization(url));
        let mut header = HeaderValue::try_from(known?).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// Bounds the silence of a server. Connecting has a bound of its own, reqwest's `connect_timeout`,
    /// and the silence counts from its end.
    async fn within_timeout<F: Future>(
        &self,
        progress: &Progress,
        answer: F,
    ) -> Result<F::Output, Failure> {
        let Some(timeout) = self.timeout else {
            return Ok(answer.await);
        };
        let start = Instant::now();
        let mut deadline = start + timeout;
        tokio::pin!(answer);
        loop {
            if let Ok(answer) = timeout_at(deadline, &mut answer).await {
                return Ok(answer);
            }
            let later = match progress.stage() {
                Stage::Pooled => deadline,
                Stage::Connecting => start + 2 * timeout,
                Stage::Active(at) => at + timeout,
            };
            if later <= deadline {
                return Err(failure::silence());
            }
            deadline = later;
        }
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Put => reqwest::Method::PUT,
        Method::Post => reqwest::Method::POST,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// etcd resets a cleartext connection that opens with a long request line, and takes the same line on a
/// connection that is in use: without this check it would depend on the pool whether the call works.
fn check_request_line(url: &Url, request: &Encoded) -> Result<(), Invalid> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let line = format_args!("{} {target} HTTP/1.1\r\n", method(request.method))
        .to_string()
        .len();
    match url.scheme() == "http" && line >= MAX_REQUEST_LINE {
        true => Err(Invalid::LongRequestLine(line)),
        false => Ok(()),
    }
}
