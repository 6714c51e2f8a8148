//! Who watches which records, and what has happened to them. The writer thread tells it after each commit, in the commits'
//! order, before the writer's caller is answered.
//!
//! Nobody has a queue here: a watcher has a place in the log, and asks for what is behind it. What is no longer in memory
//! is read from the log's table.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::bell::{Bell, DATA};
use super::filter::{Filter, Marks, Parsed, Shape, seen};
use super::ring::{Entry, Ring};
use crate::error::{Error, Result};
use crate::limits;
use crate::store::Event;
use crate::store::changes::{Change, Op};

#[derive(Default)]
pub(crate) struct Hub {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    /// How far the log was told.
    head: i64,
    ring: Ring,
    topics: HashMap<String, Topic>,
    groups: HashMap<u64, Group>,
    next: u64,
}

/// The watchers of one model, those who look at the same places together.
#[derive(Default)]
struct Topic {
    shapes: HashMap<Shape, HashMap<Marks, u64>>,
}

/// Watchers with one filter.
struct Group {
    id: u64,
    filter: Filter,
    /// What has happened to their records: the number in the log, and how they see it.
    matched: VecDeque<(i64, Op)>,
    /// What has happened up to here may no longer be among it.
    floor: i64,
    /// Who had seen everything up to the first had seen everything up to the second, when the floor was last raised by
    /// a leap.
    quiet: (i64, i64),
    /// The tables have changed: their view is over.
    over: bool,
    members: Arc<Members>,
}

#[derive(Default)]
struct Members(Mutex<HashMap<u64, Arc<Bell>>>);

impl Members {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Bell>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.lock().values().for_each(|bell| bell.ring(DATA));
    }
}

/// One who watches; ends with the value.
pub(crate) struct Member {
    hub: Arc<Hub>,
    group: u64,
    id: u64,
}

/// What is behind a watcher's place.
pub(crate) enum Taken {
    /// What happened since, and how far that goes: nothing else up to there was the watcher's. Perhaps there is more.
    Seen(Vec<(Arc<Entry>, Op)>, i64),
    /// The memory does not go back that far; what is to be read begins behind this place.
    Behind(i64),
    /// The tables have changed.
    Over,
}

impl Hub {
    pub(crate) fn new(head: i64) -> Self {
        let hub = Hub::default();
        {
            let mut state = hub.write();
            state.head = head;
            state.ring.floor = head;
        }
        hub
    }

    /// Called on the writer thread after each commit.
    pub(crate) fn hear(&self, events: &[Event]) {
        let concerns = |event: &Event| event.logged().is_some() || *event == Event::Schema;
        if !events.iter().any(concerns) {
            return;
        }
        let mut touched = HashSet::new();
        let mut state = self.write();
        for event in events {
            match event {
                Event::Changed(change) => state.add(change, &mut touched),
                Event::Logged(seq) => state.leap(*seq, &mut touched),
                Event::Schema => state.end_all(&mut touched),
                _ => {}
            }
        }
        metrics::gauge!("hearth_changes_seq").set(state.head as f64);
        let groups = touched.iter().filter_map(|group| state.groups.get(group));
        let woken: Vec<_> = groups.map(|group| Arc::clone(&group.members)).collect();
        drop(state);
        woken.iter().for_each(|members| members.ring());
    }

    /// From here on nothing is missed: what is behind the head of this moment will be told. Returned is that head, too.
    pub(crate) fn join(self: &Arc<Self>, filter: &Filter, bell: &Arc<Bell>) -> Result<Member> {
        let mut state = self.write();
        let id = state.number();
        let group = state.group(filter)?;
        let members = state
            .groups
            .get(&group)
            .map(|group| Arc::clone(&group.members));
        if let Some(members) = members {
            members.lock().insert(id, Arc::clone(bell));
        }
        Ok(Member {
            hub: Arc::clone(self),
            group,
            id,
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    /// At most so many of what is behind `cursor`.
    pub(crate) fn take(&self, cursor: i64, limit: usize) -> Taken {
        let state = self.hub.read();
        let Some(group) = state.groups.get(&self.group) else {
            return Taken::Over;
        };
        if group.over {
            return Taken::Over;
        }
        if cursor < group.floor {
            return Taken::Behind(match group.quiet {
                (seen, known) if cursor >= seen => cursor.max(known),
                _ => cursor,
            });
        }
        let first = group.matched.partition_point(|(seq, _)| *seq <= cursor);
        let mut found = Vec::new();
        for (seq, op) in group.matched.range(first..) {
            match state.ring.get(*seq) {
                Some(entry) if found.len() < limit => found.push((Arc::clone(entry), *op)),
                None if found.is_empty() => return Taken::Behind(cursor),
                _ => {
                    let last = found.last().map_or(cursor, |(entry, _)| entry.change.seq);
                    return Taken::Seen(found, last);
                }
            }
        }
        Taken::Seen(found, cursor.max(state.head))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.hub.write();
        let Some(group) = state.groups.get(&self.group) else {
            return;
        };
        let mut members = group.members.lock();
        members.remove(&self.id);
        let last = members.is_empty();
        drop(members);
        if last {
            state.forget(self.group);
        }
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn add(&mut self, change: &Arc<Change>, touched: &mut HashSet<u64>) {
        if change.seq <= self.head {
            return;
        }
        self.head = change.seq;
        if self.groups.is_empty() {
            return self.ring.clear(change.seq);
        }
        if let Some(topic) = self.topics.get(&*change.model) {
            let mut parsed = Parsed::new(change);
            for (shape, groups) in &topic.shapes {
                let (was, is) = parsed.marks(shape);
                let (was, is) = (
                    was.and_then(|marks| groups.get(&marks)),
                    is.and_then(|marks| groups.get(&marks)),
                );
                let both = was == is;
                for group in was.into_iter().chain(is.filter(|_| !both)) {
                    let op = seen(was == Some(group), is == Some(group), change.op);
                    let Some((op, group)) = op.zip(self.groups.get_mut(group)) else {
                        continue;
                    };
                    touched.insert(group.add(change.seq, op, self.ring.floor));
                }
            }
        }
        self.ring.push(Arc::new(Entry::new(Arc::clone(change))));
    }

    /// The log goes up to there, and nobody has told what was added.
    fn leap(&mut self, seq: i64, touched: &mut HashSet<u64>) {
        if seq <= self.head {
            return;
        }
        for (id, group) in &mut self.groups {
            let seen = group.matched.back().map_or(group.floor, |(seq, _)| *seq);
            group.quiet = (seen, self.head);
            group.matched = VecDeque::new();
            group.floor = seq;
            touched.insert(*id);
        }
        self.head = seq;
        self.ring.clear(seq);
    }

    fn end_all(&mut self, touched: &mut HashSet<u64>) {
        for (id, group) in &mut self.groups {
            group.over = true;
            touched.insert(*id);
        }
        // Who comes now joins a new group.
        self.topics.clear();
    }

    /// The group of that filter.
    fn group(&mut self, filter: &Filter) -> Result<u64> {
        let topic = self.topics.entry(filter.model.clone()).or_default();
        let (shape, marks) = (filter.shape(), filter.marks());
        if let Some(group) = topic
            .shapes
            .get(&shape)
            .and_then(|groups| groups.get(&marks))
        {
            return Ok(*group);
        }
        if topic.shapes.len() >= limits::FILTER_SHAPES && !topic.shapes.contains_key(&shape) {
            return Err(Error::unavailable(
                "Too many different `where` are watched; leave it out, or use the fields that others use",
                60,
            ));
        }
        self.next += 1;
        let id = self.next;
        topic.shapes.entry(shape).or_default().insert(marks, id);
        let group = Group {
            id,
            filter: filter.clone(),
            matched: VecDeque::new(),
            floor: self.head,
            quiet: (self.head, self.head),
            over: false,
            members: Arc::default(),
        };
        self.groups.insert(id, group);
        Ok(id)
    }

    fn forget(&mut self, id: u64) {
        let Some(group) = self.groups.remove(&id) else {
            return;
        };
        let (filter, shape) = (&group.filter, group.filter.shape());
        if let Some(topic) = self.topics.get_mut(&filter.model)
            && let Some(groups) = topic.shapes.get_mut(&shape)
            && groups.get(&filter.marks()) == Some(&id)
        {
            groups.remove(&filter.marks());
            if groups.is_empty() {
                topic.shapes.remove(&shape);
            }
        }
        if self.groups.is_empty() {
            self.ring.clear(self.head);
        }
    }
}

impl Group {
    /// Something has happened to their records; what is no longer in memory is no longer kept here. Returns its id.
    fn add(&mut self, seq: i64, op: Op, floor: i64) -> u64 {
        while let Some((oldest, _)) = self.matched.front()
            && *oldest <= floor
        {
            self.floor = *oldest;
            self.matched.pop_front();
        }
        self.matched.push_back((seq, op));
        self.id
    }
}
