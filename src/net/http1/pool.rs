//! The connections that no request is using, by the authority that they lead to.

use super::super::dial::IDLE;
use super::super::stream::Stream;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::{self, yield_now};
use tokio::time::{Instant, sleep};

/// A server may send an answer that nobody asked for right behind one that somebody did. A connection that has been
/// idle for a shorter time is looked at after the runtime's other tasks.
const FRESH: Duration = Duration::from_millis(1);

/// The connections that no request is using.
#[derive(Debug, Default)]
pub struct Pool(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    by_authority: HashMap<String, Vec<Idle>>,
    /// A task is closing what nobody uses.
    is_swept: bool,
}

#[derive(Debug)]
struct Idle {
    stream: Stream,
    /// When its last answer ended; none where it had no answer yet.
    since: Option<Instant>,
    /// When it may serve again.
    from: Instant,
    until: Instant,
}

impl Idle {
    fn is_usable(&mut self) -> bool {
        Instant::now() < self.until && self.stream.is_silent()
    }

    /// Gives the rest of an answer that has just ended the time to come. A call that begins on the thread of JavaScript
    /// need not wait: it follows from an earlier answer, if from any.
    async fn settle(&self) {
        if task::try_id().is_some() && self.since.is_some_and(|since| since.elapsed() < FRESH) {
            yield_now().await;
        }
    }
}

impl Pool {
    /// The connection that was used last, unless its time is over or something has come on it: its end, or an answer
    /// that nobody asked for.
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

    /// Keeps a connection for the next request, for as long as the server does, or for [`IDLE`].
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

    /// Keeps a connection whose answer was a server's failure. A request that is repeated because of it takes another
    /// one, as with Node.js, whose connections are free a tick after their answers.
    pub fn put_to_rest(self: &Arc<Self>, authority: &str, stream: Stream, keep_for: Duration) {
        let now = Instant::now();
        let idle = Idle {
            stream,
            since: Some(now),
            from: now + FRESH,
            until: now + keep_for.min(IDLE),
        };
        self.add(authority, idle);
    }

    /// Keeps a connection that was just opened.
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
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    /// Closes what nobody has used for long. False where nothing is left.
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
            Stream::Secure(_) => unreachable!(),
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
    async fn a_connection_with_an_answer_that_nobody_asked_for_is_not_taken() {
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
        pool.put_to_rest("h:1", client, Duration::MAX);
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
    async fn what_nobody_uses_is_closed_after_a_while() {
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
