//! Joins the messages of a watch into whole revisions. Pure.
//!
//! ```text
//! message  | 7 7 8 |·····| 8 9 9 |·····| 9 |        ·····: the server says that more follows
//! revision | 7 7 |  8 8  |   9 9 9         |
//! ```

use crate::v3::pb;

/// The events of a revision.
#[derive(Debug, Default)]
pub struct Part {
    pub revision: i64,
    pub events: Vec<pb::Event>,
    /// The bytes that taking the events frees: an event keeps its whole message in memory, so the last revision of a message has
    /// the bytes of all.
    pub bytes: usize,
    /// The bytes of the keys and values of these events.
    pub size: usize,
}

/// The revision whose events have not all come.
#[derive(Debug, Default)]
pub struct Parts {
    unfinished: Option<Part>,
}

impl Parts {
    /// Adds the events of a message. `has_more`: the next message may have events of the last revision. Gives the whole revisions.
    pub fn add(&mut self, events: Vec<pb::Event>, has_more: bool) -> Vec<Part> {
        let mut bytes = 0;
        let mut parts: Vec<Part> = self.unfinished.take().into_iter().collect();
        for event in events {
            let size = size_of(&event);
            bytes += size;
            let revision = event.kv.as_ref().map_or(0, |kv| kv.mod_revision);
            if parts.last().is_none_or(|last| last.revision != revision) {
                parts.push(Part {
                    revision,
                    ..Part::default()
                });
            }
            if let Some(last) = parts.last_mut() {
                last.size += size;
                last.events.push(event);
            }
        }
        if let Some(last) = parts.last_mut() {
            last.bytes += bytes;
        }
        if has_more {
            self.unfinished = parts.pop();
        }
        parts
    }

    /// Whether all events of the last revision have come.
    pub fn are_whole(&self) -> bool {
        self.unfinished.is_none()
    }

    /// The size of the revision whose events have not all come.
    pub fn unfinished_size(&self) -> usize {
        self.unfinished.as_ref().map_or(0, |part| part.size)
    }
}

/// The bytes of the keys and values of an event.
fn size_of(event: &pb::Event) -> usize {
    let stored = [&event.kv, &event.prev_kv].into_iter().flatten();
    stored.map(|one| one.key.len() + one.value.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event for each revision, with a value of one byte.
    fn message(revisions: &[i64]) -> Vec<pb::Event> {
        let event = |revision: &i64| pb::Event {
            kv: Some(pb::KeyValue {
                mod_revision: *revision,
                value: "v".into(),
                ..pb::KeyValue::default()
            }),
            ..pb::Event::default()
        };
        revisions.iter().map(event).collect()
    }

    /// The number, the count of events and the bytes of each revision.
    fn shown(parts: &[Part]) -> Vec<(i64, usize, usize)> {
        let shown = |part: &Part| (part.revision, part.events.len(), part.bytes);
        parts.iter().map(shown).collect()
    }

    #[test]
    fn the_last_revision_of_a_message_has_its_bytes() {
        let parts = Parts::default().add(message(&[7, 7, 8]), false);
        assert_eq!(shown(&parts), [(7, 2, 0), (8, 1, 3)]);
    }

    #[test]
    fn a_revision_is_whole_however_it_is_spread_over_messages() {
        let mut parts = Parts::default();
        assert_eq!(shown(&parts.add(message(&[7, 7, 8]), true)), [(7, 2, 0)]);
        assert_eq!(parts.unfinished_size(), 1);
        assert_eq!(shown(&parts.add(message(&[8, 9, 9]), true)), [(8, 2, 3)]);
        assert_eq!(shown(&parts.add(message(&[9]), true)), []);
        assert_eq!(parts.unfinished_size(), 3);
        assert_eq!(shown(&parts.add(message(&[9]), false)), [(9, 4, 5)]);
        assert_eq!(parts.unfinished_size(), 0);
    }

    #[test]
    fn a_revision_ends_where_the_next_message_begins_with_another_one() {
        let mut parts = Parts::default();
        assert_eq!(shown(&parts.add(message(&[7]), true)), []);
        let whole = parts.add(message(&[8]), false);
        assert_eq!(shown(&whole), [(7, 1, 1), (8, 1, 1)]);
    }
}
