//! One connection: TLS, and one request after the other.

use super::cut_targets::Scanned;
use super::guarded::Guarded;
use super::limits::HEADER_SECTION;
use super::route::answer;
use super::state::State;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Serves a connection to its end. Why it ends is of no interest.
pub async fn serve(stream: TcpStream, state: Arc<State>) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // Without it an answer waits for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let Some(tls) = state.setup.tls.clone() else {
        return serve_http(stream, local, state).await;
    };
    let handshake = TlsAcceptor::from(tls).accept(stream);
    let limited = timeout(state.setup.limits.silence, handshake);
    let accepted = tokio::select! {
        accepted = limited => accepted,
        () = state.end() => return,
    };
    if let Ok(Ok(stream)) = accepted {
        Box::pin(serve_http(stream, local, state)).await;
    }
}

async fn serve_http<S>(stream: S, local: SocketAddr, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let limit = state.setup.limits.silence;
    let (stream, cut) = Scanned::new(Guarded::new(stream, limit));
    let service = service_fn(|request| {
        let state = state.clone();
        let is_cut = cut.take(request.uri());
        async move { Ok::<_, Infallible>(answer(&state, local, is_cut, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limit)
        .max_buf_size(HEADER_SECTION)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = state.end() => {}
    }
    connection.as_mut().graceful_shutdown();
    // Its error is that of a client that has gone, or that of a wait that was ended.
    let _ = connection.await;
}
