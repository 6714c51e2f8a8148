//! Those who are told of each commit, in the order in which they are told.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::services::api_keys::ApiKeys;
use crate::services::executions::leases::Leases;
use crate::services::executions::watchers::Watchers;
use crate::services::issuers::Issuers;
use crate::services::sessions::Sessions;
use crate::services::workers::claimers::Claimers;
use crate::store::{Event, Listener};

pub(super) struct Heard {
    sessions: Arc<Sessions>,
    issuers: Arc<Issuers>,
    pub(super) api_keys: Arc<ApiKeys>,
    pub(super) watchers: Arc<Watchers>,
    pub(super) claimers: Arc<Claimers>,
    pub(super) leases: Arc<Leases>,
    pub(super) clockwork: Arc<Notify>,
}

impl Heard {
    pub(super) fn new(sessions: &Arc<Sessions>, issuers: &Arc<Issuers>) -> Self {
        Heard {
            sessions: Arc::clone(sessions),
            issuers: Arc::clone(issuers),
            api_keys: Arc::default(),
            watchers: Arc::default(),
            claimers: Arc::default(),
            leases: Arc::default(),
            clockwork: Arc::new(Notify::new()),
        }
    }

    pub(super) fn listener(&self) -> Listener {
        let (sessions, issuers) = (Arc::clone(&self.sessions), Arc::clone(&self.issuers));
        let (keys, watchers) = (Arc::clone(&self.api_keys), Arc::clone(&self.watchers));
        let leases = Arc::clone(&self.leases);
        let (claimers, clockwork) = (Arc::clone(&self.claimers), Arc::clone(&self.clockwork));
        Box::new(move |events| {
            sessions.hear(events);
            issuers.hear(events);
            keys.hear(events);
            watchers.hear(events);
            claimers.hear(events);
            leases.hear(events);
            if events.iter().any(Event::may_have_set_a_time) {
                clockwork.notify_one();
            }
        })
    }
}
