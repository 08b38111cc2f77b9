//! Where an answer sends a request on to.

use super::failure;
use crate::error::Failure;
use crate::request::Method;
use reqwest::Response;
use reqwest::header::LOCATION;
use url::Url;

/// How often one request is sent on.
const LIMIT: usize = 10;

/// The redirects of one request.
#[derive(Debug, Default)]
pub struct Redirects(usize);

impl Redirects {
    /// The URL that a response sends the request on to: any with 307, a read with any redirect.
    /// A failure where there were too many, or where it leads out of `http` or down from `https`.
    pub fn follow(&mut self, response: &Response, method: Method) -> Result<Option<Url>, Failure> {
        let status = response.status().as_u16();
        let follows = status == 307 || (method == Method::Get && (300..400).contains(&status));
        let Some(location) = response.headers().get(LOCATION).filter(|_| follows) else {
            return Ok(None);
        };
        let from = response.url();
        if self.0 == LIMIT {
            return Err(failure::redirect(format!(
                "Exceeded maxRedirects. Probably stuck in a redirect loop {from}"
            )));
        }
        self.0 += 1;
        let next = location
            .to_str()
            .ok()
            .and_then(|location| from.join(location).ok());
        match next {
            Some(next) if is_safe(from, &next) => Ok(Some(without_credentials(next))),
            _ => Err(failure::redirect(format!(
                "{} redirects to where the client does not follow: {location:?}",
                from.origin().ascii_serialization()
            ))),
        }
    }
}

fn is_safe(from: &Url, next: &Url) -> bool {
    match next.scheme() {
        "https" => true,
        "http" => from.scheme() == "http",
        _ => false,
    }
}

/// Credentials are those of the list of hosts, whatever a server says.
fn without_credentials(mut url: Url) -> Url {
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
