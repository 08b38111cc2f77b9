//! Reads the body of an answer that an HTTP library brings in frames.

use super::failure::check_size;
use super::silence::within;
use crate::error::Failure;
use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The whole of a body: each silence in it has a limit, and so have its bytes. `begun` is set when some of it has come;
/// `of` is what a broken one is.
pub async fn read<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    begun: &AtomicBool,
    timeout: Option<Duration>,
    limit: usize,
    of: impl Fn(&B::Error) -> Failure,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    check_size(body.size_hint().lower(), limit)?;
    while let Some(frame) = within(timeout, body.frame()).await? {
        begun.store(true, Ordering::Relaxed);
        let frame = frame.map_err(|error| of(&error))?;
        if let Some(piece) = frame.data_ref() {
            check_size((bytes.len() + piece.len()) as u64, limit)?;
            bytes.extend_from_slice(piece);
        }
    }
    Ok(bytes)
}
