//! How far a request got, and the one rule for repeating it.
//!
//! ```text
//! NotSent ──first byte handed to a connection──▶ HandedOver ──protocol says so──▶ Unprocessed
//!                                                     └──answer says so──▶ Declined
//! ```

/// How far the request of a failed attempt got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// No byte of the request was handed to a connection.
    #[default]
    NotSent,
    /// The request was handed to a connection: the server may have processed it, whatever it says afterwards.
    HandedOver,
    /// The server states in the protocol that it did not process the request. HTTP/2 alone has such statements:
    /// `REFUSED_STREAM`, and a `GOAWAY` whose last stream is a lower one (RFC 9113 §8.7).
    Unprocessed,
    /// The server answered, and the answer says that the request was not done: a redirect that cannot be followed.
    Declined,
}

impl Delivery {
    /// Whether a request may be repeated that must not be processed twice. Every transport and every retry asks here.
    pub fn may_repeat(self) -> bool {
        matches!(self, Delivery::NotSent | Delivery::Unprocessed)
    }

    /// Whether the server may have processed the request: a write is ambiguous then.
    pub fn is_in_doubt(self) -> bool {
        self == Delivery::HandedOver
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_protocol_says_was_not_processed_is_repeated_once_it_was_handed_over() {
        let table = [
            (Delivery::NotSent, true, false),
            (Delivery::HandedOver, false, true),
            (Delivery::Unprocessed, true, false),
            (Delivery::Declined, false, false),
        ];
        for (delivery, may_repeat, is_in_doubt) in table {
            assert_eq!(delivery.may_repeat(), may_repeat, "{delivery:?}");
            assert_eq!(delivery.is_in_doubt(), is_in_doubt, "{delivery:?}");
        }
    }
}
