//! Who may use a server: requests with its credentials, no pages of other sites, and, on a server for this machine alone, requests to a
//! name of this machine.

use super::origin::is_of_other_site;
use super::reply::{self, Reply};
use super::state::{Setup, State};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Request, Version};
use ring::digest::{SHA256, digest};
use std::net::IpAddr;

/// The answer to a request that is refused.
pub fn refusal<B>(state: &State, request: &Request<B>) -> Option<Reply> {
    if !has_one_host(request) {
        let text = match request.headers().contains_key(HOST) {
            true => "400 Bad Request",
            false => "400 Bad Request: missing required Host header",
        };
        return Some(reply::malformed(400, text));
    }
    if !has_valid_host(request) {
        let text = "400 Bad Request: malformed Host header";
        return Some(reply::malformed(400, text));
    }
    if state.is_local && !is_local(request, &state.setup) {
        let text = "The Host header field names another machine: this server is for programs of this machine.\n";
        return Some(reply::text(421, text.to_owned()));
    }
    if is_of_other_site(request, state.scheme()) {
        let text = "The request comes from a page of another site (its Origin or Sec-Fetch-Site says so): such pages may not use this server.\n";
        return Some(reply::text(403, text.to_owned()));
    }
    let refused = || reply::of_cluster(reply::unauthorized(), state.cluster_id());
    (!may_use(state, request.headers())).then(refused)
}

fn has_one_host<B>(request: &Request<B>) -> bool {
    let count = request.headers().get_all(HOST).iter().count();
    count == 1 || count == 0 && request.version() == Version::HTTP_10
}

/// `ValidHostHeader` of Go's `httpguts`.
fn has_valid_host<B>(request: &Request<B>) -> bool {
    let host = request.headers().get(HOST);
    let host = host.map_or(&b""[..], |it| it.as_bytes());
    let is_valid =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!$%&()*+,-.:;=['_]~".contains(byte);
    host.iter().all(is_valid)
}

/// A page in a browser can have any name resolved to this machine (DNS rebinding, CVE-2018-5702 for etcd). It cannot change the name
/// that the browser sends.
fn is_local<B>(request: &Request<B>, setup: &Setup) -> bool {
    let host = request.headers().get(HOST);
    let host = host.map(|host| host.to_str().unwrap_or_default());
    // CONNECT alone has a target without a scheme. It is answered with the status 404.
    let target = request.uri();
    let authority = target
        .scheme()
        .and(target.authority())
        .map(|it| it.as_str());
    [host, authority]
        .into_iter()
        .flatten()
        .all(|host| is_name_of_machine(host) || is_own_name(host, setup))
}

/// Whether a `Host` has the name that the server was told to listen on, or that of a URL that it advertises.
fn is_own_name(host: &str, setup: &Setup) -> bool {
    let advertised = setup.advertised.iter().map(|url| authority_of(url));
    let mut own = setup.host_name.as_deref().into_iter().chain(advertised);
    own.any(|own| without_port(own).eq_ignore_ascii_case(without_port(host)))
}

/// The authority of a URL without a path.
fn authority_of(url: &str) -> &str {
    url.split_once("://")
        .map_or(url, |(_, authority)| authority)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a `Host` is an IP address or `localhost` or a name below it.
pub fn is_name_of_machine(host: &str) -> bool {
    let name = without_port(host).trim_matches(['[', ']']);
    let name = name.to_ascii_lowercase();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_below = name.ends_with(".localhost") && name.bytes().all(is_plain);
    matches!(&*name, "localhost" | "localhost.") || is_below || name.parse::<IpAddr>().is_ok()
}

/// Digests are compared, so that the time of the comparison tells nothing of the credentials.
fn may_use(state: &State, fields: &HeaderMap) -> bool {
    let Some(expected) = &state.setup.credentials else {
        return true;
    };
    let given = fields.get(AUTHORIZATION).and_then(basic);
    let digest_of = |bytes: Option<&[u8]>| digest(&SHA256, bytes.unwrap_or_default());
    given.is_some() && digest_of(given).as_ref() == digest_of(basic(expected)).as_ref()
}

/// The credentials of the scheme Basic, whose name may be in any case (RFC 9110 §11.1).
fn basic(authorization: &HeaderValue) -> Option<&[u8]> {
    let (scheme, rest) = authorization.as_bytes().split_at_checked("Basic".len())?;
    let is_basic = scheme.eq_ignore_ascii_case(b"Basic") && rest.starts_with(b" ");
    is_basic.then(|| rest.trim_ascii_start())
}
