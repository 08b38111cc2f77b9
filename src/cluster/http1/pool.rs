//! The connections that no request is using, by the authority that they lead to.

use super::super::dial::IDLE;
use super::super::stream::Stream;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::time::{Instant, sleep};

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
    since: Instant,
}

impl Pool {
    /// The connection that was used last, unless the server has closed it.
    pub fn take(&self, authority: &str) -> Option<Stream> {
        let mut state = self.state();
        let idle = state.by_authority.get_mut(authority)?;
        while let Some(Idle { mut stream, .. }) = idle.pop() {
            if stream.is_silent() {
                return Some(stream);
            }
        }
        None
    }

    /// Keeps a connection for the next request.
    pub fn put(self: &Arc<Self>, authority: &str, stream: Stream) {
        let since = Instant::now();
        let mut state = self.state();
        match state.by_authority.get_mut(authority) {
            Some(idle) => idle.push(Idle { stream, since }),
            None => {
                let idle = vec![Idle { stream, since }];
                state.by_authority.insert(authority.to_owned(), idle);
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
            idle.retain_mut(|idle| idle.since.elapsed() < IDLE && idle.stream.is_silent());
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
        pool.put("h:1", first);
        pool.put("h:1", second);
        assert!(pool.take("h:2").is_none());
        assert_eq!(local_port(&pool.take("h:1").unwrap()), last);
        assert!(pool.take("h:1").is_some());
        assert!(pool.take("h:1").is_none());
    }

    #[tokio::test]
    async fn a_connection_that_the_server_has_closed_is_not_taken() {
        let pool = Arc::new(Pool::default());
        let (client, server) = connection().await;
        drop(server);
        poll_fn(|context| client.poll_read_ready(context))
            .await
            .unwrap();
        pool.put("h:1", client);
        assert!(pool.take("h:1").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_uses_is_closed_after_a_while() {
        let pool = Arc::new(Pool::default());
        let (client, mut server) = connection().await;
        pool.put("h:1", client);
        sleep(IDLE / 2).await;
        let client = pool.take("h:1").unwrap();
        pool.put("h:1", client);
        sleep(IDLE * 2).await;
        assert!(pool.take("h:1").is_none());
        assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
        assert!(!pool.state().is_swept);
    }
}
