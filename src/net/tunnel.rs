//! A tunnel to a host through an HTTP proxy: CONNECT (RFC 9110 §9.3.6).
//!
//! Knows neither which hosts have a proxy nor what goes through the tunnel.
//!
//! ```text
//! connected to the proxy ──CONNECT host:port──▶ header section ──2xx──▶ open: the next byte is the host's
//!                                                 ▲ │  └──another status, no HTTP, too long, the end──▶ failure: NotSent
//!                                                 └─┴1xx
//! ```

use super::dial::port_of;
use super::failure;
use super::http1::Head;
use super::proxies::Proxy;
use crate::api::error::Failure;
use bytes::BytesMut;
use http::Uri;
use std::fmt::Write;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The end of a header section.
const END: &[u8] = b"\r\n\r\n";

/// The most bytes of the proxy's answer, with its interim responses. Node's `maxHeaderSize`.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Opens a tunnel to a host on a connection to a proxy.
///
/// # Errors
/// If the proxy refuses, ends the connection or does not speak HTTP.
pub async fn open<S>(stream: &mut S, uri: &Uri, proxy: &Proxy) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = request(uri, proxy);
    let sent = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await
    };
    let answer = match sent.await {
        Ok(()) => status(stream).await,
        Err(error) => Err(failure::of_broken(&error)),
    };
    match answer {
        Ok(200..300) => Ok(()),
        Ok(status) => Err(failure::no_tunnel("statusCode", status)),
        Err(cause) => Err(failure::no_tunnel("cause", cause.message)),
    }
}

fn request(uri: &Uri, proxy: &Proxy) -> String {
    let target = format!("{}:{}", uri.host().unwrap_or_default(), port_of(uri));
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n");
    let credentials = proxy.authorization.as_ref();
    if let Some(Ok(credentials)) = credentials.map(|it| it.to_str()) {
        let _ = write!(request, "proxy-authorization: {credentials}\r\n");
    }
    request + "\r\n"
}

/// Reads the proxy's answer, and no byte after it: a host that speaks HTTP/2 may send the first.
async fn status(stream: &mut (impl AsyncRead + Unpin)) -> Result<u16, Failure> {
    let mut unread = BytesMut::new();
    let mut received = 0;
    while received < LONGEST_ANSWER {
        let mut piece = [0; END.len()];
        let room = &mut piece[..missing(&unread)];
        let read = stream.read(room).await;
        let bytes = read.map_err(|error| failure::of_broken(&error))?;
        let piece = &piece[..bytes];
        if piece.is_empty() {
            return Err(failure::hung_up());
        }
        received += bytes;
        unread.extend_from_slice(piece);
        if piece.contains(&b'\n')
            && let Some(head) = Head::take(&mut unread, "")?
        {
            return Ok(head.status);
        }
    }
    Err(failure::of_protocol(&"Header overflow"))
}

/// The fewest bytes after which a header section can end that has begun with these.
fn missing(begun: &[u8]) -> usize {
    let is_end = |count: &usize| begun.ends_with(&END[..*count]);
    let found = (1..END.len()).rev().find(is_end);
    END.len() - found.unwrap_or(0)
}

#[cfg(test)]
mod tests;
