//! What the hub knows: the groups of watchers by what they look at, and what has happened to each group's records.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bell::{Bell, DATA};
use super::filter::{Filter, Marks, Parsed, Shape, seen};
use super::ring::{Entry, Ring};
use crate::error::{Error, Result};
use crate::limits;
use crate::store::changes::{Change, Op};

#[derive(Default)]
pub(super) struct State {
    /// How far the log was told.
    pub(super) head: i64,
    pub(super) ring: Ring,
    topics: HashMap<String, Topic>,
    pub(super) groups: HashMap<u64, Group>,
    next: u64,
}

/// The watchers of one model, those who look at the same places together.
#[derive(Default)]
struct Topic {
    shapes: HashMap<Shape, HashMap<Marks, u64>>,
}

/// Watchers with one filter.
pub(super) struct Group {
    id: u64,
    pub(super) filter: Filter,
    /// What has happened to their records: the number in the log, and how they see it.
    pub(super) matched: VecDeque<(i64, Op)>,
    /// What has happened up to here may no longer be among it.
    pub(super) floor: i64,
    /// Who had seen everything up to the first had seen everything up to the second, when the floor was last raised by
    /// a leap.
    pub(super) quiet: (i64, i64),
    /// The tables have changed: their view is over.
    pub(super) over: bool,
    pub(super) members: Arc<Members>,
}

#[derive(Default)]
pub(super) struct Members(Mutex<HashMap<u64, Arc<Bell>>>);

impl Members {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Bell>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ring(&self) {
        self.lock().values().for_each(|bell| bell.ring(DATA));
    }
}

impl State {
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn add(&mut self, change: &Arc<Change>, touched: &mut HashSet<u64>) {
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
    pub(super) fn leap(&mut self, seq: i64, touched: &mut HashSet<u64>) {
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

    pub(super) fn end_all(&mut self, touched: &mut HashSet<u64>) {
        for (id, group) in &mut self.groups {
            group.over = true;
            touched.insert(*id);
        }
        // Who comes now joins a new group.
        self.topics.clear();
    }

    /// The group of that filter.
    pub(super) fn group(&mut self, filter: &Filter) -> Result<u64> {
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

    pub(super) fn forget(&mut self, id: u64) {
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
    pub(super) fn add(&mut self, seq: i64, op: Op, floor: i64) -> u64 {
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
