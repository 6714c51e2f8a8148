//! Rooms: what is said there is told to all who are there now, and kept nowhere. Who reads too slowly misses the oldest
//! messages, and is told how many.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::bell::{Bell, DATA};
use super::frames;
use super::subscription::{Portion, Then};
use crate::app::App;
use crate::limits;
use crate::services::access::Caller;
use crate::services::rooms;

type Listeners = HashMap<u64, Arc<Waiting>>;

/// Who is in which room.
#[derive(Default)]
pub(crate) struct Rooms {
    open: Mutex<HashMap<String, Listeners>>,
    next: AtomicU64,
}

/// What one who is there has not been told yet.
struct Waiting {
    bell: Arc<Bell>,
    messages: Mutex<Messages>,
}

#[derive(Default)]
struct Messages {
    list: VecDeque<Utf8Bytes>,
    dropped: u64,
}

/// One who is there; ends with the value.
pub(super) struct Room {
    rooms: Arc<Rooms>,
    channel: Box<str>,
    id: u64,
    waiting: Arc<Waiting>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rooms {
    pub(super) fn publish(&self, channel: &str, message: &Utf8Bytes) {
        let open = lock(&self.open);
        for waiting in open.get(channel).into_iter().flat_map(HashMap::values) {
            let mut messages = lock(&waiting.messages);
            if messages.list.len() >= limits::ROOM_QUEUE {
                messages.list.pop_front();
                messages.dropped += 1;
            }
            messages.list.push_back(message.clone());
            drop(messages);
            waiting.bell.ring(DATA);
        }
    }
}

impl Room {
    pub(super) fn join(rooms: &Arc<Rooms>, channel: &str, bell: &Arc<Bell>) -> Self {
        let id = rooms.next.fetch_add(1, Ordering::Relaxed);
        let waiting = Arc::new(Waiting {
            bell: Arc::clone(bell),
            messages: Mutex::default(),
        });
        let mut open = lock(&rooms.open);
        let there = open.entry(channel.to_owned()).or_default();
        there.insert(id, Arc::clone(&waiting));
        drop(open);
        Room {
            rooms: Arc::clone(rooms),
            channel: channel.into(),
            id,
            waiting,
        }
    }

    /// Whether this caller may stay.
    pub(super) fn judge(&self, app: &App, caller: &Caller) -> bool {
        let name = self.channel.strip_prefix("room:").unwrap_or_default();
        rooms::may_join(app, caller, name).is_ok()
    }

    pub(super) fn portion(&self) -> Portion {
        let messages = std::mem::take(&mut *lock(&self.waiting.messages));
        let mut told = Vec::with_capacity(messages.list.len() + 1);
        if messages.dropped > 0 {
            told.push(frames::dropped(&self.channel, messages.dropped));
        }
        told.extend(messages.list);
        Portion {
            frames: told,
            then: Then::Wait,
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut open = lock(&self.rooms.open);
        if let Some(there) = open.get_mut(&*self.channel) {
            there.remove(&self.id);
            if there.is_empty() {
                open.remove(&*self.channel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_read_misses_the_oldest_and_is_told() {
        let rooms = Arc::new(Rooms::default());
        let room = Room::join(&rooms, "room:a", &Arc::default());
        for n in 0..limits::ROOM_QUEUE + 12 {
            rooms.publish("room:a", &n.to_string().into());
        }
        let told = room.portion().frames;
        assert_eq!(told.len(), limits::ROOM_QUEUE + 1);
        assert_eq!(told[0], frames::dropped("room:a", 12));
        assert_eq!(told[1].as_str(), "12");
        assert!(room.portion().frames.is_empty());
        drop(room);
        assert!(lock(&rooms.open).is_empty());
    }
}
