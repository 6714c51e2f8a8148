//! Sockets: who is connected, what they watch, and what they are told. The rules of what somebody may see are
//! `services/watching.rs`; the log behind it all is `services/change_log.rs`'s and nothing here reads it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Config;
use crate::error::Result;
use crate::services::change_log;
use crate::store::records::Table;
use crate::store::{Listener, Opening};

pub(crate) mod bell;
mod channels;
mod ends;
pub(crate) mod filter;
mod frames;
pub(crate) mod handshake;
pub(crate) mod hub;
mod members;
mod protocol;
mod rate;
mod records;
mod ring;
mod room;
mod run;
mod runs;
mod seats;
mod socket;
mod spoken;
mod state;
mod subscription;
mod times;
mod wire;

pub(crate) use protocol::NAME;
pub(crate) use seats::run;
pub(crate) use socket::{Entrance, serve};

use hub::Hub;
use room::Rooms;
use runs::Runs;
use seats::Seats;

/// JSON Schemas of all frames: `/realtime.schema.json`.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// What all sockets share.
pub(crate) struct Realtime {
    /// Names the log; another one after a restore.
    pub(crate) epoch: String,
    pub(crate) hub: Arc<Hub>,
    runs: Arc<Runs>,
    rooms: Arc<Rooms>,
    pub(crate) seats: Arc<Seats>,
    counts: Counts,
}

/// What /metrics tells.
struct Counts {
    deliveries: metrics::Counter,
    slow: metrics::Counter,
}

impl Realtime {
    /// With the head of the log. A process that serves `tables` notes what their records look like from here on.
    pub(crate) fn open(
        opening: &mut Opening,
        config: &Config,
        tables: Option<&HashMap<String, Arc<Table>>>,
    ) -> Result<(Self, i64)> {
        let (epoch, head) = change_log::open(opening, tables)?;
        let settings = &config.realtime;
        let seats = Seats::new(settings.sockets, settings.sockets_per_user);
        let realtime = Realtime {
            epoch,
            hub: Arc::new(Hub::new(head)),
            runs: Arc::new(Runs::new()),
            rooms: Arc::default(),
            seats: Arc::new(seats),
            counts: Counts {
                deliveries: metrics::counter!("hearth_deliveries_total"),
                slow: metrics::counter!("hearth_slow_closed_total"),
            },
        };
        Ok((realtime, head))
    }

    /// Whoever lost a right looks at that first. Each listens for itself: what breaks one is not missed by another.
    pub(crate) fn listeners(&self) -> [Listener; 3] {
        let (hub, seats) = (Arc::clone(&self.hub), Arc::clone(&self.seats));
        let runs = Arc::clone(&self.runs);
        [
            Box::new(move |events| seats.hear(events)),
            Box::new(move |events| hub.hear(events)),
            Box::new(move |events| runs.hear(events)),
        ]
    }
}
