//! Who is connected: how many sockets may be open, and the way to each of them for a clock, a commit or the end.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::bell::{self, Bell};
use crate::error::{Error, Result};
use crate::limits;
use crate::services::access::{Principal, Via};
use crate::services::throttle;
use crate::store::Event;

pub(crate) struct Seats {
    taken: Mutex<Taken>,
    most: usize,
    per_user: usize,
    start: Instant,
    draining: AtomicBool,
    left: Notify,
    open: metrics::Gauge,
}

#[derive(Default)]
struct Taken {
    seats: HashMap<u64, Arc<Seat>>,
    next: u64,
    by_user: HashMap<String, usize>,
    strangers: usize,
    /// As they are throttled: IPv6 by /64.
    by_address: HashMap<String, usize>,
}

/// One socket, as others see it.
pub(crate) struct Seat {
    pub(crate) bell: Arc<Bell>,
    who: Mutex<Option<Arc<Principal>>>,
    /// When its clock is to ring, in milliseconds since the start.
    next: AtomicU64,
}

impl Seat {
    fn who(&self) -> MutexGuard<'_, Option<Arc<Principal>>> {
        self.who.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket's place among them; given back with the value.
pub(crate) struct Place {
    seats: Arc<Seats>,
    pub(crate) seat: Arc<Seat>,
    id: u64,
    counted: Counted,
}

/// Under what it is counted.
enum Counted {
    Stranger(String),
    User(String),
    /// A worker's: not at all.
    Not,
}

impl Seats {
    pub(crate) fn new(most: usize, per_user: usize) -> Self {
        Seats {
            taken: Mutex::default(),
            most,
            per_user,
            start: Instant::now(),
            draining: AtomicBool::new(false),
            left: Notify::new(),
            open: metrics::gauge!("hearth_sockets"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new socket: of a user who is known, or of nobody yet.
    pub(crate) fn take(
        self: &Arc<Self>,
        address: IpAddr,
        who: Option<Arc<Principal>>,
    ) -> Result<Place> {
        let mut taken = self.lock();
        // Looked at under the lock: who comes in is told of the end, or the end came first.
        if self.draining.load(Ordering::Acquire) {
            return Err(Error::unavailable("Hearth is shutting down", 1));
        }
        if taken.seats.len() >= self.most {
            return Err(Error::unavailable(
                "Too many sockets are open (realtime.sockets)",
                5,
            ));
        }
        let counted = match &who {
            Some(principal) => taken.count_user(principal, self.per_user)?,
            None => taken.count_stranger(address)?,
        };
        taken.next += 1;
        let id = taken.next;
        let seat = Arc::new(Seat {
            bell: Arc::default(),
            who: Mutex::new(who),
            next: AtomicU64::new(u64::MAX),
        });
        taken.seats.insert(id, Arc::clone(&seat));
        drop(taken);
        self.open.increment(1.0);
        Ok(Place {
            seats: Arc::clone(self),
            seat,
            id,
            counted,
        })
    }

    /// Called on the writer thread: whoever may have lost a right looks after it.
    pub(crate) fn hear(&self, events: &[Event]) {
        if !events.iter().any(Event::is_about_users) {
            return;
        }
        let concerns = |who: &Principal, event: &Event| match event {
            Event::Foreign => true,
            Event::User(user) => {
                who.user == *user || who.viewer().is_some_and(|right| right.admin == *user)
            }
            Event::Session(session) => match &who.via {
                Via::Session(own) => own == session,
                Via::View(right) => right.session == *session,
                _ => false,
            },
            Event::Key(id) => who.key().is_some_and(|key| key.id == *id),
            _ => false,
        };
        for seat in self.lock().seats.values() {
            let who = seat.who();
            if who
                .as_ref()
                .is_some_and(|who| events.iter().any(|event| concerns(who, event)))
            {
                seat.bell.ring(bell::JUDGE);
            }
        }
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    /// Rings for all whose time has come.
    pub(crate) fn tick(&self) {
        let now = self.now();
        for seat in self.lock().seats.values() {
            if seat.next.load(Ordering::Relaxed) <= now {
                seat.next.store(u64::MAX, Ordering::Relaxed);
                seat.bell.ring(bell::TICK);
            }
        }
    }

    /// No more come, and those who are here are sent away.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
        for seat in self.lock().seats.values() {
            seat.bell.ring(bell::DRAIN);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().seats.len()
    }

    /// Until nobody is left.
    pub(crate) async fn emptied(&self) {
        loop {
            let left = self.left.notified();
            if self.count() == 0 {
                return;
            }
            left.await;
        }
    }
}

impl Taken {
    fn count_user(&mut self, principal: &Principal, most: usize) -> Result<Counted> {
        if principal.key().is_some_and(|key| key.scopes.works()) {
            return Ok(Counted::Not);
        }
        let count = self.by_user.entry(principal.user.clone()).or_default();
        if *count >= most {
            return Err(Error::too_many_requests(
                "Too many sockets of one user are open (realtime.sockets_per_user)",
                10,
            ));
        }
        *count += 1;
        Ok(Counted::User(principal.user.clone()))
    }

    fn count_stranger(&mut self, address: IpAddr) -> Result<Counted> {
        if self.strangers >= limits::STRANGERS {
            return Err(Error::unavailable(
                "Too many sockets have not said yet who they are",
                5,
            ));
        }
        let address = throttle::address_key(address);
        let count = self.by_address.entry(address.clone()).or_default();
        if *count >= limits::STRANGERS_PER_ADDRESS {
            return Err(Error::too_many_requests(
                "Too many sockets of this address have not said yet who they are",
                5,
            ));
        }
        *count += 1;
        self.strangers += 1;
        Ok(Counted::Stranger(address))
    }

    fn discount(&mut self, counted: &Counted) {
        match counted {
            Counted::Not => {}
            Counted::User(user) => less(&mut self.by_user, user),
            Counted::Stranger(address) => {
                self.strangers -= 1;
                less(&mut self.by_address, address);
            }
        }
    }
}

fn less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Place {
    /// Whose it is from now on.
    pub(crate) fn belongs_to(&mut self, principal: &Arc<Principal>) -> Result<()> {
        let same = matches!(&self.counted, Counted::User(user) if *user == principal.user);
        if !same {
            let mut taken = self.seats.lock();
            let counted = taken.count_user(principal, self.seats.per_user)?;
            taken.discount(&self.counted);
            self.counted = counted;
        }
        *self.seat.who() = Some(Arc::clone(principal));
        Ok(())
    }

    /// When it may come back after a restart, in milliseconds: not all at once.
    pub(crate) fn spread(&self) -> u64 {
        const STEP: u64 = 7_919;
        500 + self.id * STEP % 4_500
    }

    /// Has its clock ring in so long, about.
    pub(crate) fn wake_in(&self, time: Duration) {
        // What is due in a part of a millisecond is due in the next one.
        let at = self.seats.now().saturating_add(time.as_millis() as u64 + 1);
        self.seat.next.store(at, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.seats.remove(&self.id);
        taken.discount(&self.counted);
        drop(taken);
        self.seats.open.decrement(1.0);
        self.seats.left.notify_waiters();
    }
}

/// The one clock of all sockets.
pub(crate) async fn run(seats: Arc<Seats>) {
    let mut clock = tokio::time::interval(TICK);
    loop {
        clock.tick().await;
        seats.tick();
    }
}

const TICK: Duration = Duration::from_millis(500);
