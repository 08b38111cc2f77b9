//! The tokens that etcd gives for credentials, asked for once for all calls that need one.

use http::header::HeaderValue;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Mutex as Queue;

/// A token, or `None` where the cluster asks for none.
pub type Token = Option<HeaderValue>;

/// The token of each user's credentials. `Debug` shows none.
#[derive(Default)]
pub struct Tokens {
    known: Mutex<HashMap<HeaderValue, Token>>,
    /// Held while a token is asked for.
    asking: Queue<()>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Tokens")
    }
}

impl Tokens {
    /// The token for credentials. `ask` asks the server for one; callers that come meanwhile get the same.
    pub async fn of<E>(
        &self,
        credentials: &HeaderValue,
        ask: impl AsyncAsk<E>,
    ) -> Result<Token, E> {
        if let Some(token) = self.get(credentials) {
            return Ok(token);
        }
        let _turn = self.asking.lock().await;
        if let Some(token) = self.get(credentials) {
            return Ok(token);
        }
        let token = ask.ask().await?;
        self.known().insert(credentials.clone(), token.clone());
        Ok(token)
    }

    /// Forgets a token that was refused, unless a newer one has taken its place.
    pub fn forget(&self, credentials: &HeaderValue, refused: &Token) {
        let mut known = self.known();
        if known.get(credentials) == Some(refused) {
            known.remove(credentials);
        }
    }

    fn get(&self, credentials: &HeaderValue) -> Option<Token> {
        self.known().get(credentials).cloned()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<HeaderValue, Token>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks the server for a token.
pub trait AsyncAsk<E>: Send {
    /// Asks once.
    fn ask(self) -> impl Future<Output = Result<Token, E>> + Send;
}

impl<E, F: FnOnce() -> R + Send, R: Future<Output = Result<Token, E>> + Send> AsyncAsk<E> for F {
    fn ask(self) -> impl Future<Output = Result<Token, E>> + Send {
        self()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn callers_share_a_token_and_a_refused_one_is_asked_for_once_more() {
        let tokens = Tokens::default();
        let user = HeaderValue::from_static("Basic dTpw");
        let asked = AtomicUsize::new(0);
        let ask = || async {
            tokio::task::yield_now().await;
            let count = asked.fetch_add(1, Ordering::Relaxed);
            Ok::<_, ()>(Some(HeaderValue::from(count)))
        };
        let (one, two) = tokio::join!(tokens.of(&user, ask), tokens.of(&user, ask));
        assert_eq!(one, two);
        let old = one.unwrap();
        tokens.forget(&user, &old);
        let new = tokens.of(&user, ask).await.unwrap();
        tokens.forget(&user, &old);
        assert_eq!(tokens.of(&user, ask).await.unwrap(), new);
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
