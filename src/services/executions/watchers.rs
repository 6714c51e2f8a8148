//! Who waits for the next entry of an execution's log. A wake-up is only a hint: what there is to see is read from the
//! table, so nobody can miss anything.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::store::Event;

/// The length of each log that somebody waits for.
#[derive(Default)]
pub(crate) struct Watchers {
    by_execution: Mutex<HashMap<String, watch::Sender<i64>>>,
}

impl Watchers {
    /// Called on the writer thread after each commit.
    pub(crate) fn hear(&self, events: &[Event]) {
        let heard = |event: &Event| matches!(event, Event::Appended(_) | Event::Foreign);
        if !events.iter().any(heard) {
            return;
        }
        let mut watched = self.lock();
        for event in events {
            match event {
                Event::Appended(appended) => {
                    let last = appended.entries.last().map_or(0, |entry| entry.seq);
                    if let Some(sender) = watched.get(&*appended.execution) {
                        sender.send_modify(|seq| *seq = last);
                    }
                }
                // Somebody else's commit may have added to any of them.
                Event::Foreign => watched
                    .values()
                    .for_each(|sender| sender.send_modify(|_| ())),
                _ => {}
            }
        }
        watched.retain(|_, sender| sender.receiver_count() > 0);
    }

    /// From here on nothing is missed: look at the table first, then wait.
    pub(crate) fn watch(&self, execution: &str) -> Watcher {
        let mut watched = self.lock();
        let sender = watched
            .entry(execution.to_owned())
            .or_insert_with(|| watch::Sender::new(0));
        Watcher(sender.subscribe())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Sender<i64>>> {
        self.by_execution
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits.
pub(crate) struct Watcher(watch::Receiver<i64>);

impl Watcher {
    /// Something came, or the time is over: false.
    pub(crate) async fn changed(&mut self, within: Duration) -> bool {
        matches!(
            tokio::time::timeout(within, self.0.changed()).await,
            Ok(Ok(()))
        )
    }
}
