//! The pool of idle connections, by authority.
//!
//! ```text
//! new, or after an answer ──▶ idle ──taken, and nothing has arrived on it──▶ in use
//!                              ├──something has arrived: the end, or an answer that no request asked for──▶ closed
//!                              └──its idle time is over──▶ closed
//! ```

use super::super::dial::IDLE;
use super::super::first_poll::is_in_task;
use super::super::stream::Stream;
use crate::task::task;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

/// A server may send an unasked answer right after an answer. A connection that was idle for a shorter time is checked after the
/// other tasks of the runtime have run.
const FRESH: Duration = Duration::from_millis(1);

/// The idle connections.
#[derive(Debug, Default)]
pub struct Pool(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    by_authority: HashMap<String, Vec<Idle>>,
    /// Whether a task is running that closes unused connections.
    is_swept: bool,
}

#[derive(Debug)]
struct Idle {
    stream: Stream,
    /// When its last answer ended. `None` for a new connection.
    since: Option<Instant>,
    /// When it may serve again, and until when.
    from: Instant,
    until: Instant,
}

impl Idle {
    fn is_usable(&mut self) -> bool {
        Instant::now() < self.until && self.stream.is_silent()
    }

    /// Lets bytes arrive that follow an answer which has just ended. The first poll of a call on the event loop's thread does not wait:
    /// it happens in a later turn than the answer.
    async fn settle(&self) {
        if is_in_task() && self.since.is_some_and(|since| since.elapsed() < FRESH) {
            yield_now().await;
        }
    }
}

impl Pool {
    /// Takes the connection that was used last, if its idle time is not over and nothing has arrived on it. The socket is peeked at
    /// without blocking.
    pub async fn take(&self, authority: &str) -> Option<Stream> {
        loop {
            let mut idle = self.pop(authority)?;
            idle.settle().await;
            if idle.is_usable() {
                return Some(idle.stream);
            }
        }
    }

    fn pop(&self, authority: &str) -> Option<Idle> {
        let mut state = self.state();
        let idle = state.by_authority.get_mut(authority)?;
        let now = Instant::now();
        let last = idle.iter().rposition(|idle| idle.from <= now)?;
        Some(idle.remove(last))
    }

    /// Puts a connection into the pool, for `keep_for` or for [`IDLE`] at most.
    pub fn put(self: &Arc<Self>, authority: &str, stream: Stream, keep_for: Duration) {
        let now = Instant::now();
        let idle = Idle {
            stream,
            since: Some(now),
            from: now,
            until: now + keep_for.min(IDLE),
        };
        self.add(authority, idle);
    }

    /// Puts a connection into the pool after a server error (5xx). A request that is repeated at once takes another connection, as in
    /// Node, whose connections are free one tick after their answers.
    pub fn put_after_failure(
        self: &Arc<Self>,
        authority: &str,
        stream: Stream,
        keep_for: Duration,
    ) {
        let now = Instant::now();
        let idle = Idle {
            stream,
            since: Some(now),
            from: now + FRESH,
            until: now + keep_for.min(IDLE),
        };
        self.add(authority, idle);
    }

    /// Puts a connection into the pool that was just opened.
    pub fn put_new(self: &Arc<Self>, authority: &str, stream: Stream) {
        let now = Instant::now();
        let idle = Idle {
            stream,
            since: None,
            from: now,
            until: now + IDLE,
        };
        self.add(authority, idle);
    }

    fn add(self: &Arc<Self>, authority: &str, idle: Idle) {
        let mut state = self.state();
        match state.by_authority.get_mut(authority) {
            Some(others) => others.push(idle),
            None => {
                state.by_authority.insert(authority.to_owned(), vec![idle]);
            }
        }
        if !std::mem::replace(&mut state.is_swept, true) {
            tokio::spawn(task(sweep(Arc::downgrade(self))));
        }
    }

    /// Closes connections whose idle time is over. False if none is left.
    fn close_old(&self) -> bool {
        let mut state = self.state();
        state.by_authority.retain(|_, idle| {
            idle.retain_mut(Idle::is_usable);
            !idle.is_empty()
        });
        state.is_swept = !state.by_authority.is_empty();
        state.is_swept
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn sweep(pool: Weak<Pool>) {
    loop {
        sleep(IDLE / 3).await;
        match pool.upgrade() {
            Some(pool) if pool.close_old() => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, TcpStream};

    /// Both ends of a connection.
    async fn connection() -> (Stream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, server) = tokio::join!(client, listener.accept());
        (Stream::Clear(client.unwrap()), server.unwrap().0)
    }

    fn local_port(stream: &Stream) -> u16 {
        match stream {
            Stream::Clear(tcp) => tcp.local_addr().unwrap().port(),
            _ => unreachable!(),
        }
    }

    #[tokio::test]
    async fn the_connection_that_was_used_last_is_taken_first() {
        let pool = Arc::new(Pool::default());
        let (first, _one) = connection().await;
        let (second, _two) = connection().await;
        let last = local_port(&second);
        pool.put("h:1", first, Duration::MAX);
        pool.put("h:1", second, Duration::MAX);
        assert!(pool.take("h:2").await.is_none());
        assert_eq!(local_port(&pool.take("h:1").await.unwrap()), last);
        assert!(pool.take("h:1").await.is_some());
        assert!(pool.take("h:1").await.is_none());
    }

    #[tokio::test]
    async fn a_connection_that_the_server_has_closed_is_not_taken() {
        let pool = Arc::new(Pool::default());
        let (client, server) = connection().await;
        drop(server);
        poll_fn(|context| client.poll_read_ready(context))
            .await
            .unwrap();
        pool.put("h:1", client, Duration::MAX);
        assert!(pool.take("h:1").await.is_none());
    }

    #[tokio::test]
    async fn a_connection_with_an_unasked_answer_is_not_taken() {
        let pool = Arc::new(Pool::default());
        let (client, server) = connection().await;
        server.writable().await.unwrap();
        pool.put("h:1", client, Duration::MAX);
        // No look of the runtime at the socket comes between these two.
        assert_eq!(server.try_write(b"HTTP/1.1 200 OK").unwrap(), 15);
        assert!(pool.take("h:1").await.is_none());
    }

    #[tokio::test]
    async fn a_connection_whose_answer_has_just_ended_is_looked_at_after_the_other_tasks() {
        let pool = Arc::new(Pool::default());
        let (client, server) = connection().await;
        server.writable().await.unwrap();
        let taking = tokio::spawn(async move {
            pool.put("h:1", client, Duration::MAX);
            let sending = tokio::spawn(async move {
                server.try_write(b"HTTP/1.1 200 OK").unwrap();
                server
            });
            (pool.take("h:1").await.is_some(), sending.await)
        });
        assert!(!taking.await.unwrap().0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_whose_answer_was_a_failure_serves_no_request_at_once() {
        let pool = Arc::new(Pool::default());
        let (client, _server) = connection().await;
        pool.put_after_failure("h:1", client, Duration::MAX);
        assert!(pool.take("h:1").await.is_none());
        sleep(FRESH).await;
        assert!(pool.take("h:1").await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_not_taken_when_the_server_may_be_about_to_close_it() {
        let pool = Arc::new(Pool::default());
        let (client, _server) = connection().await;
        pool.put("h:1", client, Duration::from_secs(4));
        sleep(Duration::from_secs(3)).await;
        let client = pool.take("h:1").await.unwrap();
        pool.put("h:1", client, Duration::from_secs(4));
        sleep(Duration::from_secs(4)).await;
        assert!(pool.take("h:1").await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_idle_for_long_is_closed() {
        let pool = Arc::new(Pool::default());
        let (client, mut server) = connection().await;
        pool.put("h:1", client, Duration::MAX);
        sleep(IDLE / 2).await;
        let client = pool.take("h:1").await.unwrap();
        pool.put("h:1", client, Duration::MAX);
        sleep(IDLE * 2).await;
        assert!(pool.take("h:1").await.is_none());
        assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
        assert!(!pool.state().is_swept);
    }
}
