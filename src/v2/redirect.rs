//! Redirects: which answers redirect a request, and to which URL (point 31 of docs/compatibility.md).

use crate::api::error::Failure;
use crate::net::{Method, Response, failure, shown};
use http::Uri;
use http::uri::Authority;
use url::{Position, Url, form_urlencoded};

/// The number of redirects that one request follows.
const LIMIT: usize = 10;

/// The redirects of one request.
#[derive(Debug, Default)]
pub struct Redirects(usize);

impl Redirects {
    /// The URL that a response redirects to. A write follows 307 only, a read follows every 3xx.
    ///
    /// # Errors
    /// After too many redirects, or if the URL is neither `http` nor `https`, or `http` after `https`.
    pub fn follow(
        &mut self,
        response: &Response,
        from: &Uri,
        method: Method,
    ) -> Result<Option<Uri>, Failure> {
        let follows = response.status == 307
            || (method == Method::Get && (300..400).contains(&response.status));
        let location = response.location.as_ref();
        let Some(location) = location.filter(|to| follows && !to.is_empty()) else {
            return Ok(None);
        };
        if self.0 == LIMIT {
            return Err(failure::redirect(format!(
                "Exceeded maxRedirects. Probably stuck in a redirect loop {from}"
            )));
        }
        self.0 += 1;
        let next = location
            .to_str()
            .ok()
            .and_then(|to| target(from, to, method));
        next.map(Some).ok_or_else(|| {
            let location = location.to_str().unwrap_or_default();
            failure::redirect(format!(
                "{}://{} redirects to where the client does not follow: {:?}",
                from.scheme_str().unwrap_or_default(),
                from.authority().map_or("", Authority::as_str),
                shown::without_credentials(location),
            ))
        })
    }
}

fn target(from: &Uri, location: &str, method: Method) -> Option<Uri> {
    let from = Url::parse(&from.to_string()).ok()?;
    let next = from
        .join(location)
        .ok()
        .filter(|next| is_safe(&from, next))?;
    let next = without_credentials(next);
    let next = match method {
        Method::Delete => with_query_of(&from, next),
        _ => next,
    };
    next[..Position::AfterQuery].parse().ok()
}

/// A DELETE keeps its query, which has its conditions: a `Location` without them would make it unconditional.
fn with_query_of(from: &Url, mut next: Url) -> Url {
    let Some(own) = from.query() else {
        return next;
    };
    let is_own = |name: &str| form_urlencoded::parse(own.as_bytes()).any(|(own, _)| own == name);
    let others = next.query_pairs().filter(|(name, _)| !is_own(name));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others);
    let others = query.finish();
    let parts = [others.as_str(), own];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    next.set_query(Some(&parts.join("&")));
    next
}

fn is_safe(from: &Url, next: &Url) -> bool {
    match next.scheme() {
        "https" => true,
        "http" => from.scheme() == "http",
        _ => false,
    }
}

/// A server must not choose the credentials: they belong to the hosts of the list.
fn without_credentials(mut url: Url) -> Url {
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirected_delete_keeps_its_query() {
        let from = Url::parse("http://a/v2/keys/k?prevValue=a+b&dir=true").unwrap();
        let table = [
            ("http://b/k", "prevValue=a+b&dir=true"),
            ("http://b/k?x=%26&dir=false", "x=%26&prevValue=a+b&dir=true"),
            (
                "http://b/k?prevValue=a+b&dir=true",
                "prevValue=a+b&dir=true",
            ),
        ];
        for (location, query) in table {
            let next = with_query_of(&from, Url::parse(location).unwrap());
            assert_eq!(next.query(), Some(query), "{location}");
        }
    }
}
