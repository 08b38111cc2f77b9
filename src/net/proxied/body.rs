//! Reads the body of an answer of reqwest, frame by frame.

use super::super::failure::check_size;
use super::super::silence::unless_silent;
use crate::api::error::Failure;
use bytes::Bytes;
use http_body::{Body, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Reads a whole body. Each silence in it has a limit, and so have its bytes. `has_begun` is set when a frame has arrived that is
/// no error. `failure_of` makes a failure of an error.
pub async fn read<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    has_begun: &AtomicBool,
    timeout: Option<Duration>,
    limit: usize,
    failure_of: impl Fn(&B::Error) -> Failure,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    check_size(body.size_hint().lower(), limit)?;
    while let Some(frame) = unless_silent(timeout, next_frame(&mut body)).await? {
        let frame = frame.map_err(|error| failure_of(&error))?;
        has_begun.store(true, Ordering::Relaxed);
        if let Some(piece) = frame.data_ref() {
            check_size((bytes.len() + piece.len()) as u64, limit)?;
            bytes.extend_from_slice(piece);
        }
    }
    Ok(bytes)
}

async fn next_frame<B: Body + Unpin>(body: &mut B) -> Option<Result<Frame<B::Data>, B::Error>> {
    poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await
}
