//! Who waits for the next entry of an execution's log. A wake-up is only a hint: what there is to see is read from the
//! table, so nobody can miss anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::store::Event;
use crate::store::executions::events::Appended;

/// The logs that somebody waits for, and nothing else.
#[derive(Default)]
pub(crate) struct Watchers {
    by_execution: Mutex<HashMap<Arc<str>, Watched>>,
    /// Told when users or their credentials changed.
    rights: watch::Sender<()>,
}

/// One log, and how many wait for it.
#[derive(Default)]
struct Watched {
    grown: watch::Sender<()>,
    count: usize,
}

impl Watchers {
    /// Called on the writer thread after each commit, once what is remembered of users was forgotten.
    pub(crate) fn hear(&self, events: &[Event]) {
        if events.iter().any(Event::is_about_users) {
            self.rights.send_replace(());
        }
        let heard = |event: &Event| {
            matches!(
                event,
                Event::Appended(_) | Event::Removed(_) | Event::Foreign
            )
        };
        if !events.iter().any(heard) {
            return;
        }
        let watched = self.lock();
        for event in events {
            match event {
                Event::Appended(Appended { execution, .. }) | Event::Removed(execution) => {
                    if let Some(one) = watched.get(execution) {
                        one.grown.send_replace(());
                    }
                }
                // Somebody else's commit may have added to any of them.
                Event::Foreign => watched.values().for_each(|one| one.grown.send_replace(())),
                _ => {}
            }
        }
    }

    /// From here on nothing is missed: look at the table first, then wait. For who may see it alone: what is asked for is
    /// remembered until the last one goes.
    pub(crate) fn watch(self: &Arc<Self>, execution: &str) -> Watcher {
        let execution: Arc<str> = execution.into();
        let mut watched = self.lock();
        let one = watched.entry(Arc::clone(&execution)).or_default();
        one.count += 1;
        Watcher {
            grown: one.grown.subscribe(),
            rights: self.rights.subscribe(),
            all: Arc::clone(self),
            execution,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Watched>> {
        self.by_execution
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits.
pub(crate) struct Watcher {
    all: Arc<Watchers>,
    execution: Arc<str>,
    grown: watch::Receiver<()>,
    rights: watch::Receiver<()>,
}

/// Why one who waits was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The log may have grown, or be gone.
    Grown,
    /// Somebody's rights may have changed.
    Rights,
}

impl Watcher {
    /// Of which execution.
    pub(crate) fn execution(&self) -> &str {
        &self.execution
    }

    pub(crate) async fn woken(&mut self) -> Woken {
        // The senders live as long as `all` and its entry, so neither ends before this.
        tokio::select! {
            biased;
            _ = self.grown.changed() => Woken::Grown,
            _ = self.rights.changed() => Woken::Rights,
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watched = self.all.lock();
        if let Some(one) = watched.get_mut(&self.execution) {
            one.count -= 1;
            if one.count == 0 {
                watched.remove(&self.execution);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_no_longer_waits_leaves_nothing_behind() {
        let all = Arc::<Watchers>::default();
        for number in 0..1_000 {
            drop(all.watch(&number.to_string()));
        }
        assert_eq!(all.lock().len(), 0);
        let (first, mut second) = (all.watch("a"), all.watch("a"));
        drop(first);
        all.hear(&[Event::Removed("a".into())]);
        assert_eq!(second.woken().await, Woken::Grown);
        all.hear(&[Event::User("ada".to_owned())]);
        assert_eq!(second.woken().await, Woken::Rights);
        drop(second);
        assert_eq!(all.lock().len(), 0);
    }
}
