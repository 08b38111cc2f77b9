//! HTTP/2 to hosts in this process.

mod exchanges;
mod failures;
mod host;
mod proxies;
mod streams;
mod tls;

use super::super::{Exchanged, Message, Settings, Transport};
use crate::api::error::{Delivery, Failure};
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Uri};
use std::borrow::Cow;
use std::time::Duration;

/// The most bytes of an answer in these tests.
const LIMIT: usize = 1_000_000;

/// Much longer than any answer takes.
const LONG: Duration = Duration::from_secs(20);

/// Short for a test, and long for an answer within one process.
const SHORT: Duration = Duration::from_millis(200);

fn transport(timeout: Duration) -> Transport {
    let settings = Settings {
        connect_timeout: Some(LONG),
        timeout: Some(timeout),
        max_response_size: LIMIT,
        ..Settings::default()
    };
    Transport::new(settings).unwrap()
}

fn fields(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in pairs {
        fields.insert(*name, HeaderValue::from_static(value));
    }
    fields
}

fn message<'a>(path: &'a PathAndQuery, body: impl Into<Bytes>) -> Message<'a> {
    Message {
        path,
        fields: Cow::Owned(fields(&[("te", "trailers")])),
        body: body.into(),
        limit: LIMIT,
    }
}

async fn exchange(
    transport: &Transport,
    uri: &Uri,
    path: &'static str,
    body: impl Into<Bytes>,
) -> Result<Exchanged, Failure> {
    let path = PathAndQuery::from_static(path);
    transport.exchange(uri, message(&path, body)).await
}

/// Asserts the code of a failure, and how far its request got.
#[track_caller]
fn assert_failed<T: std::fmt::Debug>(
    result: Result<T, Failure>,
    code: &str,
    delivery: Delivery,
) -> Failure {
    let failure = result.unwrap_err();
    assert_eq!(failure.fields["code"], code, "{failure:?}");
    assert_eq!(failure.delivery, delivery, "{failure:?}");
    failure
}
