//! Whether a page of another site has sent a request. A browser sends some requests of pages without asking the server first, among them
//! POST with a form, and adds fields to them that pages cannot change (Fetch, §3.1; Fetch Metadata, §2).

use http::header::{HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Request};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether `Origin` or `Sec-Fetch-Site` names another site than the server, whose URLs have this scheme.
pub fn is_of_other_site<B>(request: &Request<B>, scheme: &str) -> bool {
    let fields = request.headers();
    let is_own_site = |site: &[u8]| matches!(site, b"same-origin" | b"none");
    let own = own_origin(request, scheme);
    let is_own_origin = |origin: &[u8]| Some(origin.to_ascii_lowercase()) == own;
    !all(fields, &SITE, is_own_site) || !all(fields, &ORIGIN, is_own_origin)
}

fn all(fields: &HeaderMap, name: &HeaderName, is_own: impl Fn(&[u8]) -> bool) -> bool {
    fields
        .get_all(name)
        .iter()
        .all(|value| is_own(value.as_bytes()))
}

/// The origin of the URL that was requested, as browsers write it: without the port of the scheme.
fn own_origin<B>(request: &Request<B>, scheme: &str) -> Option<Vec<u8>> {
    let authority = request.uri().authority().map(|it| it.as_str().as_bytes());
    let host = request.headers().get(HOST).map(|host| host.as_bytes());
    let host = authority.or(host)?.to_ascii_lowercase();
    let port: &[u8] = if scheme == "https" { b":443" } else { b":80" };
    let host = host.strip_suffix(port).unwrap_or(&host);
    Some([scheme.as_bytes(), b"://", host].concat())
}
