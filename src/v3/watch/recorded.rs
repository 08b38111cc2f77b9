//! Which revisions are known to have no record of an action. Pure.

/// What the record has told: etcd keeps one key for the record of the latest action.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The revision of the latest record that was read.
    last: i64,
    /// The store's revision when it was read.
    until: i64,
}

impl Recorded {
    /// Takes the revision of the record, and the store's revision when it was read.
    pub fn note(&mut self, last: i64, until: i64) {
        if until > self.until {
            *self = Recorded { last, until };
        }
    }

    /// Whether a revision has no record: the latest one was older later on.
    pub fn is_none_at(&self, revision: i64) -> bool {
        self.last < revision && revision <= self.until
    }

    /// Whether a later action has replaced the record that a revision may have.
    pub fn was_replaced_after(&self, revision: i64) -> bool {
        revision < self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_between_the_record_and_the_moment_of_its_read_have_none() {
        let mut recorded = Recorded::default();
        assert!(!recorded.is_none_at(1) && !recorded.was_replaced_after(1));
        recorded.note(5, 9);
        // An answer that comes late tells less.
        recorded.note(3, 4);
        let without: Vec<i64> = (1..12).filter(|at| recorded.is_none_at(*at)).collect();
        assert_eq!(without, [6, 7, 8, 9]);
        let replaced: Vec<i64> = (1..12)
            .filter(|at| recorded.was_replaced_after(*at))
            .collect();
        assert_eq!(replaced, [1, 2, 3, 4]);
    }
}
