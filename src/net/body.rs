//! Reads the body of an answer that reqwest brings in frames.

use super::failure::check_size;
use super::silence::within;
use crate::api::error::Failure;
use bytes::Bytes;
use http_body::{Body, Frame};
use std::future::poll_fn;
use std::pin::Pin;
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
    while let Some(frame) = within(timeout, next_frame(&mut body)).await? {
        begun.store(true, Ordering::Relaxed);
        let frame = frame.map_err(|error| of(&error))?;
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
