//! The tokens that etcd gives for credentials, asked for once for all calls that need one.

use super::status::Status;
use crate::api::error::Failure;
use crate::single_flight::SingleFlight;
use http::header::HeaderValue;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A token, or `None` where the cluster asks for none.
pub type Token = Option<HeaderValue>;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq)]
pub enum NoToken {
    /// etcd refuses the credentials.
    Refused(Status),
    /// The host gave no answer.
    Failed(Failure),
}

impl From<Failure> for NoToken {
    fn from(failure: Failure) -> Self {
        NoToken::Failed(failure)
    }
}

/// The token of each user's credentials. `Debug` shows none.
#[derive(Default)]
pub struct Tokens {
    known: Mutex<HashMap<HeaderValue, Token>>,
    /// By the host that is asked: a host that falls silent delays no caller that goes to another one.
    asking: SingleFlight<(String, HeaderValue), Result<Token, NoToken>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Tokens")
    }
}

impl Tokens {
    /// The token for credentials. `ask` asks the host for one; callers that come meanwhile get the same answer of that host.
    pub async fn of(
        &self,
        host: &str,
        credentials: &HeaderValue,
        ask: impl Future<Output = Result<Token, NoToken>>,
    ) -> Result<Token, NoToken> {
        if let Some(token) = self.get(credentials) {
            return Ok(token);
        }
        let ask = async {
            let token = ask.await?;
            self.known().insert(credentials.clone(), token.clone());
            Ok(token)
        };
        let question = (host.to_owned(), credentials.clone());
        self.asking.answer(question, ask).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::yield_now;

    const HOST: &str = "http://a:1";

    #[tokio::test]
    async fn callers_share_a_token_and_a_refused_one_is_asked_for_once_more() {
        let tokens = Tokens::default();
        let user = HeaderValue::from_static("Basic dTpw");
        let asked = AtomicUsize::new(0);
        let of = || {
            tokens.of(HOST, &user, async {
                yield_now().await;
                let count = asked.fetch_add(1, Ordering::Relaxed);
                Ok(Some(HeaderValue::from(count)))
            })
        };
        let (one, two) = tokio::join!(of(), of());
        assert_eq!(one, two);
        let old = one.unwrap();
        tokens.forget(&user, &old);
        let new = of().await.unwrap();
        tokens.forget(&user, &old);
        assert_eq!(of().await.unwrap(), new);
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_silent_host_delays_no_caller_of_another_one() {
        let tokens = Tokens::default();
        let user = HeaderValue::from_static("Basic dTpw");
        let token = tokio::select! {
            biased;
            token = tokens.of(HOST, &user, std::future::pending()) => token,
            token = tokens.of("http://b:1", &user, async { Ok(None) }) => token,
        };
        assert_eq!(token, Ok(None));
    }
}
