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

type Listeners = HashMap<u64, Arc<Inbox>>;

/// Who is in which room.
#[derive(Default)]
pub(crate) struct Rooms {
    open: Mutex<HashMap<String, Listeners>>,
    next: AtomicU64,
}

/// What a socket has not been told yet of its rooms: one for all of them, so that many rooms hold back no more than one.
pub(super) struct Inbox {
    bell: Arc<Bell>,
    messages: Mutex<Messages>,
}

#[derive(Default)]
struct Messages {
    /// The oldest first, with whose they are.
    list: VecDeque<(u64, Utf8Bytes)>,
    size: usize,
    dropped: HashMap<u64, u64>,
}

/// One who is there; ends with the value.
pub(super) struct Room {
    rooms: Arc<Rooms>,
    channel: Box<str>,
    id: u64,
    inbox: Arc<Inbox>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rooms {
    pub(super) fn publish(&self, channel: &str, message: &Utf8Bytes) {
        let open = lock(&self.open);
        for (id, inbox) in open.get(channel).into_iter().flatten() {
            lock(&inbox.messages).add(*id, message);
            inbox.bell.ring(DATA);
        }
    }
}

impl Inbox {
    pub(super) fn new(bell: &Arc<Bell>) -> Arc<Self> {
        Arc::new(Inbox {
            bell: Arc::clone(bell),
            messages: Mutex::default(),
        })
    }
}

impl Messages {
    /// The oldest go where there are too many, whichever room they are of.
    fn add(&mut self, id: u64, message: &Utf8Bytes) {
        self.list.push_back((id, message.clone()));
        self.size += message.len();
        while self.list.len() > limits::ROOM_QUEUE
            || (self.size > limits::ROOM_QUEUE_SIZE && self.list.len() > 1)
        {
            let Some((of, oldest)) = self.list.pop_front() else {
                break;
            };
            self.size -= oldest.len();
            *self.dropped.entry(of).or_default() += 1;
        }
    }

    /// Those of one room, and how many of it were dropped.
    fn take(&mut self, id: u64) -> (Vec<Utf8Bytes>, u64) {
        let dropped = self.dropped.remove(&id).unwrap_or_default();
        let waiting = std::mem::take(&mut self.list);
        let (own, others): (VecDeque<_>, VecDeque<_>) =
            waiting.into_iter().partition(|(of, _)| *of == id);
        self.list = others;
        self.size -= own.iter().map(|(_, message)| message.len()).sum::<usize>();
        let messages = own.into_iter().map(|(_, message)| message);
        (messages.collect(), dropped)
    }
}

impl Room {
    pub(super) fn join(rooms: &Arc<Rooms>, channel: &str, inbox: &Arc<Inbox>) -> Self {
        let id = rooms.next.fetch_add(1, Ordering::Relaxed);
        let mut open = lock(&rooms.open);
        let there = open.entry(channel.to_owned()).or_default();
        there.insert(id, Arc::clone(inbox));
        drop(open);
        Room {
            rooms: Arc::clone(rooms),
            channel: channel.into(),
            id,
            inbox: Arc::clone(inbox),
        }
    }

    /// Whether this caller may stay.
    pub(super) fn judge(&self, app: &App, caller: &Caller) -> bool {
        let name = self.channel.strip_prefix("room:").unwrap_or_default();
        rooms::may_join(app, caller, name).is_ok()
    }

    pub(super) fn portion(&self) -> Portion {
        let (mut told, dropped) = lock(&self.inbox.messages).take(self.id);
        if dropped > 0 {
            told.insert(0, frames::dropped(&self.channel, dropped));
        }
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
        drop(open);
        lock(&self.inbox.messages).take(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_read_misses_the_oldest_and_is_told() {
        let rooms = Arc::new(Rooms::default());
        let room = Room::join(&rooms, "room:a", &Inbox::new(&Arc::default()));
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

    #[test]
    fn bytes_are_bounded_in_all_rooms_of_a_socket_together() {
        let rooms = Arc::new(Rooms::default());
        let inbox = Inbox::new(&Arc::default());
        let [a, b] = ["room:a", "room:b"].map(|name| Room::join(&rooms, name, &inbox));
        let large: Utf8Bytes = "x".repeat(limits::ROOM_QUEUE_SIZE / 8).into();
        for _ in 0..100 {
            rooms.publish("room:a", &large);
        }
        rooms.publish("room:b", &"small".into());
        assert!(lock(&inbox.messages).size <= limits::ROOM_QUEUE_SIZE);
        // What was said last is there, also in the other room.
        assert_eq!(b.portion().frames[0].as_str(), "small");
        let told = a.portion().frames;
        assert_eq!(told[0], frames::dropped("room:a", 101 - told.len() as u64));
        assert_eq!(lock(&inbox.messages).size, 0);
        let beyond: Utf8Bytes = "x".repeat(2 * limits::ROOM_QUEUE_SIZE).into();
        rooms.publish("room:a", &beyond);
        assert_eq!(a.portion().frames.len(), 1, "one passes, whatever its size");
        rooms.publish("room:b", &large);
        drop(b);
        assert_eq!(lock(&inbox.messages).size, 0, "who leaves holds nothing");
    }
}
