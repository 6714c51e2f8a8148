//! The changes of late, in memory, with the frames that were made of them: each is serialised once, however many watch.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::frames;
use crate::limits;
use crate::store::changes::{Change, Op};

/// A change with its frames, one for each way in which it can be seen.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) change: Arc<Change>,
    frames: [OnceLock<Utf8Bytes>; 4],
}

impl Entry {
    pub(crate) fn new(change: Arc<Change>) -> Self {
        Entry {
            change,
            frames: Default::default(),
        }
    }

    pub(crate) fn frame(&self, op: Op) -> Utf8Bytes {
        let made = self.frames[op as usize].get_or_init(|| frames::change(&self.change, op));
        made.clone()
    }
}

/// The newest entries, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    entries: VecDeque<Arc<Entry>>,
    size: usize,
    /// What is up to here is no longer in it.
    pub(crate) floor: i64,
}

impl Ring {
    pub(crate) fn push(&mut self, entry: Arc<Entry>) {
        self.size += entry.change.size();
        self.entries.push_back(entry);
        while self.size > limits::RING_SIZE || self.entries.len() > limits::RING_ENTRIES {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.size -= oldest.change.size();
            self.floor = oldest.change.seq;
        }
    }

    /// Forgets everything up to there.
    pub(crate) fn clear(&mut self, floor: i64) {
        self.entries = VecDeque::new();
        self.size = 0;
        self.floor = floor;
    }

    pub(crate) fn get(&self, seq: i64) -> Option<&Arc<Entry>> {
        let place = self.entries.partition_point(|entry| entry.change.seq < seq);
        self.entries
            .get(place)
            .filter(|entry| entry.change.seq == seq)
    }
}
