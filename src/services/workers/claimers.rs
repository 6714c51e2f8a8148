//! Workers that wait for work. Each commit that queues an execution wakes one who can do it, so nobody polls; whoever was
//! woken and went away meanwhile passes it on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::Event;

#[derive(Default)]
pub(crate) struct Claimers {
    waiting: Mutex<VecDeque<Arc<Waiting>>>,
}

struct Waiting {
    tasks: Vec<String>,
    wake: Notify,
}

impl Claimers {
    /// Called on the writer thread after each commit.
    pub(crate) fn hear(&self, events: &[Event]) {
        for event in events {
            match event {
                Event::Queued(task) => self.wake(task),
                Event::Foreign => self.wake_all(),
                _ => {}
            }
        }
    }

    /// The one who waits longest goes first.
    fn wake(&self, task: &str) {
        let mut waiting = self.lock();
        let fits = |one: &Arc<Waiting>| one.tasks.iter().any(|wanted| wanted == task);
        if let Some(place) = waiting.iter().position(fits)
            && let Some(one) = waiting.remove(place)
        {
            one.wake.notify_one();
        }
    }

    pub(crate) fn wake_all(&self) {
        for one in self.lock().drain(..) {
            one.wake.notify_one();
        }
    }

    /// From here on no commit is missed: try first, then wait.
    pub(crate) fn wait(self: &Arc<Self>, tasks: &[String]) -> Claimer {
        let waiting = Arc::new(Waiting {
            tasks: tasks.to_vec(),
            wake: Notify::new(),
        });
        self.lock().push_back(Arc::clone(&waiting));
        Claimer {
            all: Arc::clone(self),
            waiting,
            served: false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits.
pub(crate) struct Claimer {
    all: Arc<Claimers>,
    waiting: Arc<Waiting>,
    served: bool,
}

impl Claimer {
    pub(crate) async fn woken(&mut self) {
        self.waiting.wake.notified().await;
    }

    /// It looked at the tables, so a wake-up was not in vain.
    pub(crate) fn served(mut self) {
        self.served = true;
    }
}

impl Drop for Claimer {
    fn drop(&mut self) {
        let mut waiting = self.all.lock();
        let before = waiting.len();
        waiting.retain(|one| !Arc::ptr_eq(one, &self.waiting));
        let woken = waiting.len() == before;
        drop(waiting);
        if woken && !self.served {
            for task in &self.waiting.tasks {
                self.all.wake(task);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued(task: &str) -> Vec<Event> {
        vec![Event::Queued(task.to_owned())]
    }

    #[tokio::test]
    async fn who_waits_longest_is_woken_first_and_who_went_away_passes_it_on() {
        let all = Arc::<Claimers>::default();
        let first = all.wait(&["a".to_owned()]);
        let mut second = all.wait(&["a".to_owned(), "b".to_owned()]);
        all.hear(&queued("a"));
        drop(first);
        second.woken().await;
    }

    #[tokio::test]
    async fn what_was_queued_before_one_waits_for_it_is_not_missed() {
        let all = Arc::<Claimers>::default();
        let mut one = all.wait(&["a".to_owned()]);
        all.hear(&queued("a"));
        one.woken().await;
        one.served();
        assert_eq!(all.lock().len(), 0);
    }
}
