//! One question at a time: callers that ask while the same question is in flight get its answer, whatever it is.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

type Flights<Q, A> = HashMap<Q, Arc<OnceCell<A>>>;

/// The questions that are in flight.
#[derive(Debug)]
pub struct SingleFlight<Q, A> {
    flights: Mutex<Flights<Q, A>>,
}

impl<Q, A> Default for SingleFlight<Q, A> {
    fn default() -> Self {
        let flights = Mutex::default();
        SingleFlight { flights }
    }
}

impl<Q: Eq + Hash + Clone, A: Clone> SingleFlight<Q, A> {
    /// The answer to a question. `ask` runs unless the question is in flight; if the caller that asks gives up, the next one asks.
    pub async fn answer(&self, question: Q, ask: impl Future<Output = A>) -> A {
        let flight = self.flights().entry(question.clone()).or_default().clone();
        let answer = flight.get_or_init(|| ask).await.clone();
        let mut flights = self.flights();
        let is_current = |current| Arc::ptr_eq(current, &flight);
        if flights.get(&question).is_some_and(is_current) {
            flights.remove(&question);
        }
        answer
    }

    fn flights(&self) -> MutexGuard<'_, Flights<Q, A>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn callers_share_the_answer_of_a_question_in_flight_and_ask_anew_later() {
        let flights = SingleFlight::default();
        let asked = Cell::new(0);
        let ask = || async {
            yield_now().await;
            asked.set(asked.get() + 1);
            Err::<(), i32>(asked.get())
        };
        let (one, two, other) = tokio::join!(
            flights.answer("a", ask()),
            flights.answer("a", ask()),
            flights.answer("b", ask())
        );
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(flights.answer("a", ask()).await, Err(3));
        assert!(flights.flights().is_empty());
    }

    #[tokio::test]
    async fn the_next_caller_asks_where_the_first_one_gives_up() {
        let flights = SingleFlight::default();
        let silent = flights.answer((), std::future::pending());
        tokio::select! {
            biased;
            _ = silent => unreachable!(),
            answer = flights.answer((), async { 1 }) => panic!("{answer}"),
            () = yield_now() => {}
        }
        assert_eq!(flights.answer((), async { 2 }).await, 2);
    }
}
