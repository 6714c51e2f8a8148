//! Sockets: who is connected, what they watch, and what they are told. The rules of what somebody may see are
//! `services/watching.rs`; the log behind it all is `store/changes.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::auth;
use crate::config::Config;
use crate::error::Result;
use crate::store::change_forms::{self, Form};
use crate::store::records::Table;
use crate::store::{Listener, Opening, changes, meta};

mod bell;
mod channels;
mod ends;
pub(crate) mod filter;
mod frames;
pub(crate) mod handshake;
mod hub;
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
        let fresh = auth::random_text()?[..12].to_owned();
        let known = opening.read(|db| meta::find(db, "epoch"))?;
        let epoch = match known {
            Some(epoch) => epoch,
            None => opening.transaction(|tx| meta::find_or_set(tx, "epoch", &fresh))?,
        };
        if let Some(tables) = tables {
            note_forms(opening, tables)?;
        }
        let head = opening.read(|db| Ok(changes::extent(db)?.last))?;
        let settings = &config.realtime;
        let seats = Seats::new(settings.sockets, settings.sockets_per_user);
        let realtime = Realtime {
            epoch,
            hub: Arc::new(Hub::new(head)),
            runs: Arc::default(),
            rooms: Arc::default(),
            seats: Arc::new(seats),
            counts: Counts {
                deliveries: metrics::counter!("hearth_deliveries_total"),
                slow: metrics::counter!("hearth_slow_closed_total"),
            },
        };
        Ok((realtime, head))
    }

    pub(crate) fn listener(&self) -> Listener {
        let (hub, seats) = (Arc::clone(&self.hub), Arc::clone(&self.seats));
        let runs = Arc::clone(&self.runs);
        Box::new(move |events| {
            // Whoever lost a right looks at that first.
            seats.hear(events);
            hub.hear(events);
            runs.hear(events);
        })
    }
}

fn note_forms(opening: &mut Opening, tables: &HashMap<String, Arc<Table>>) -> Result<()> {
    let watched = tables.values().filter(|table| table.model.realtime);
    let mut forms: Vec<Form> = watched
        .map(|table| Form {
            model: table.model.name.clone(),
            form: auth::fingerprint(&table.returned),
        })
        .collect();
    forms.push(opening.read(change_forms::revisions)?);
    if opening.read(|db| change_forms::are_known(db, &forms))? {
        return Ok(());
    }
    opening.transaction(|tx| change_forms::set(tx, &forms))
}
