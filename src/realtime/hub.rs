//! Who watches which records, and what has happened to them. The writer thread tells it after each commit, in the commits'
//! order, before the writer's caller is answered.
//!
//! Nobody has a queue here: a watcher has a place in the log, and asks for what is behind it. What is no longer in memory
//! is read from the log's table.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::bell::Bell;
use super::filter::Filter;
use super::ring::Entry;
use super::state::State;
use crate::error::Result;
use crate::store::Event;
use crate::store::changes::Op;

#[derive(Default)]
pub(crate) struct Hub {
    state: RwLock<State>,
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
    pub(crate) fn join(
        self: &Arc<Self>,
        filter: &Filter,
        bell: &Arc<Bell>,
    ) -> Result<(Member, i64)> {
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
        let member = Member {
            hub: Arc::clone(self),
            group,
            id,
        };
        Ok((member, state.head))
    }

    /// How far the log was told.
    pub(crate) fn head(&self) -> i64 {
        self.read().head
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
