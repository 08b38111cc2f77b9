//! One connection: TLS, and one request after the other.

use super::activity::Activity;
use super::body::Tracked;
use super::cut_targets::Scanned;
use super::guarded::Guarded;
use super::limits::HEADER_SECTION;
use super::new_connections::NewConnection;
use super::peer::Peer;
use super::route::answer;
use super::socket::Socket;
use super::state::State;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Serves a connection to its end. Why it ends is of no interest.
pub async fn serve(stream: TcpStream, new: NewConnection, state: Arc<State>) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let socket = Socket::new(stream);
    let peer = Peer {
        local,
        socket: Some(socket.clone()),
    };
    let Some(tls) = state.setup.tls.clone() else {
        return serve_http(socket, peer, new, state).await;
    };
    let handshake = TlsAcceptor::from(tls).accept(socket);
    let limited = timeout(state.setup.limits.silence, handshake);
    let accepted = tokio::select! {
        accepted = limited => accepted,
        () = state.end() => return,
    };
    if let Ok(Ok(stream)) = accepted {
        Box::pin(serve_http(stream, peer, new, state)).await;
    }
}

/// Serves the requests of a connection.
pub async fn serve_http<S>(stream: S, peer: Peer, new: NewConnection, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let limit = state.setup.limits.silence;
    let activity = Arc::new(Activity::new(limit, state.idle.clone()));
    let guarded = Guarded::new(stream, activity.clone(), limit);
    let (scanned, cut) = Scanned::new(guarded);
    let new = Mutex::new(Some(new));
    let service = service_fn(|request: Request<Incoming>| {
        let (state, peer, activity) = (state.clone(), peer.clone(), activity.clone());
        let is_cut = cut.take(request.uri());
        let new = take(&new).and_then(|new| until_registered(new, &request));
        async move {
            activity.answer();
            let reply = answer(&state, &peer, is_cut, request).await;
            drop(new);
            Ok::<Response<Tracked>, Infallible>(reply.map(|body| Tracked::new(body, activity)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        // Requests that have arrived are answered, as by Go. Only a wait ends with its client.
        .half_close(true)
        .max_buf_size(HEADER_SECTION)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(scanned), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = activity.cut() => return,
        () = state.end() => {}
    }
    // A graceful shutdown would wait for the rest of the first request.
    if take(&new).is_some() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    // Its error is that of a client that has gone, or that of a wait that was ended.
    let _ = connection.await;
}

/// A connection whose first request has come. It stays new until the request is registered, if that is a wait without an index: it gets
/// the events from then on.
fn until_registered<B>(new: NewConnection, request: &Request<B>) -> Option<NewConnection> {
    new.note_request();
    let query = request.uri().query().unwrap_or_default();
    let is_get = request.method() == Method::GET;
    let is_open_wait = is_get && query.contains("wait=") && !query.contains("waitIndex=");
    is_open_wait.then_some(new)
}

fn take(new: &Mutex<Option<NewConnection>>) -> Option<NewConnection> {
    new.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests;
