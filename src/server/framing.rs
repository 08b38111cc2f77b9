//! Framing that only Go or only hyper takes. What the two read differently must not be read at all: a proxy may read it in either way.

use super::reply::{self, Reply};
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderValue, TRAILER, TRANSFER_ENCODING};
use http::{HeaderMap, Version};
use http_body::Body;

/// The answer to a request whose framing is refused, as Go's `net/http` gives it.
pub fn refusal(fields: &HeaderMap) -> Option<Reply> {
    let mut encodings = fields.get_all(TRANSFER_ENCODING).iter();
    let first = encodings.next();
    let is_chunked = first.is_none_or(|first| first.as_bytes().eq_ignore_ascii_case(b"chunked"));
    if !is_chunked || encodings.next().is_some() {
        return Some(reply::malformed(501, "Unsupported transfer encoding"));
    }
    if first.is_some() && fields.get_all(TRAILER).iter().any(names_framing) {
        return Some(reply::malformed(400, "400 Bad Request"));
    }
    let expected = fields.get(EXPECT).map_or(&b""[..], |it| it.as_bytes());
    let is_known = expected.is_empty() || expected.eq_ignore_ascii_case(b"100-continue");
    (!is_known).then(|| reply::closing(reply::empty(417)))
}

/// Whether a field `Trailer` announces one that frames a message (`fixTrailer` of Go's `net/http`).
fn names_framing(trailer: &HeaderValue) -> bool {
    let mut names = trailer.as_bytes().split(|byte| *byte == b',');
    let framing: [&[u8]; 3] = [b"content-length", b"trailer", b"transfer-encoding"];
    names.any(|name| framing.contains(&&*name.trim_ascii().to_ascii_lowercase()))
}

/// Whether a client waits for `100 Continue` before its body. One of HTTP/1.0 does not (RFC 9110 §10.1.1).
pub fn awaits_permission(version: Version, fields: &HeaderMap) -> bool {
    version != Version::HTTP_10 && fields.contains_key(EXPECT)
}

/// Whether the connection of a request must end with its answer: both Content-Length and Transfer-Encoding are present (RFC 9112 §6.1).
pub fn is_ambiguous(fields: &HeaderMap) -> bool {
    fields.contains_key(CONTENT_LENGTH) && fields.contains_key(TRANSFER_ENCODING)
}

/// The answer to a client of HTTP/1.0. It knows no chunks: an answer of unknown length ends with its connection, without saying so.
/// That to a HEAD has no body.
pub fn for_old(mut reply: Reply, is_head: bool) -> Reply {
    let has_length = is_head || reply.body().size_hint().exact().is_some();
    let is_last = reply.headers_mut().remove(CONNECTION).is_some();
    if is_last || !has_length {
        // hyper then leaves out `Connection: keep-alive`.
        *reply.version_mut() = Version::HTTP_10;
    }
    reply
}
