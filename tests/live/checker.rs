//! The one checker: what a watcher saw is the table and the log, whatever happened to its connection meanwhile.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{check, connect_to};

/// The name of the record after which there is nothing more.
pub(crate) const END: &str = "the end";
const PATIENCE: Duration = Duration::from_secs(60);

/// What one watcher knows.
#[derive(Debug, Default)]
pub(crate) struct Replica {
    pub(crate) known: BTreeMap<i64, Value>,
    /// Each change that it was told, in that order.
    pub(crate) told: Vec<(i64, String, i64)>,
    /// Its first snapshot's place.
    pub(crate) since: i64,
    /// Where it goes on.
    last: Option<i64>,
    epoch: String,
    pub(crate) connections: usize,
    ended: bool,
}

/// `ROUNDS=50` for more of each where a server is killed; who is cut again and again needs longer for it.
pub(crate) fn rounds(few: usize) -> usize {
    let wanted = std::env::var("ROUNDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// Why a connection is over.
enum Over {
    /// The last record was seen.
    Ended,
    Lost,
}

impl Replica {
    /// Watches until the end, across all connections. It cuts each one itself after so many frames.
    pub(crate) async fn follow(
        mut self,
        mut server: watch::Receiver<String>,
        token: String,
        cut: Option<usize>,
    ) -> Self {
        let until = tokio::time::Instant::now() + PATIENCE * (1 + rounds(0) as u32 / 10);
        loop {
            assert!(
                tokio::time::Instant::now() < until,
                "it never ended: {self:?}"
            );
            let address = server.borrow_and_update().clone();
            if let Over::Ended = self.watch(&address, &token, cut).await {
                return self;
            }
            let pause = tokio::time::sleep(Duration::from_millis(20));
            tokio::select! {
                _ = server.changed() => {}
                () = pause => {}
            }
        }
    }

    async fn watch(&mut self, address: &str, token: &str, cut: Option<usize>) -> Over {
        let bearer = format!("Bearer {token}");
        let opened = connect_to(address, "/ws", &[("authorization", &bearer)]).await;
        let Ok((mut stream, _)) = opened else {
            return Over::Lost;
        };
        self.connections += 1;
        let mut wish = json!({"type": "subscribe", "channel": "records:items"});
        match self.last {
            Some(last) => {
                wish["after"] = last.into();
                wish["epoch"] = self.epoch.as_str().into();
            }
            None => wish["snapshot"] = true.into(),
        }
        if stream.send(Message::text(wish.to_string())).await.is_err() {
            return Over::Lost;
        }
        let mut count = 0;
        while let Some(Ok(message)) = stream.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            let frame: Value = serde_json::from_str(&text).unwrap();
            check("server", &frame);
            self.take(&frame);
            count += 1;
            if self.ended {
                return Over::Ended;
            }
            if cut.is_some_and(|cut| count > cut) {
                return Over::Lost;
            }
        }
        Over::Lost
    }

    fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "welcome" => frame["epoch"].as_str().unwrap().clone_into(&mut self.epoch),
            "snapshot" => {
                for item in frame["items"].as_array().unwrap() {
                    self.known
                        .insert(item["id"].as_i64().unwrap(), item.clone());
                }
                if frame["more"] == false {
                    self.since = frame["seq"].as_i64().unwrap();
                    self.last = Some(self.since);
                    // Who came after the last record has it in the snapshot and is told nothing more.
                    self.ended = self.known.values().any(|item| item["name"] == END);
                } else {
                    assert_eq!(self.last, None);
                }
            }
            "change" => self.change(frame),
            "ok" | "live" | "ping" | "bye" => {}
            other => panic!("{other}: {frame}"),
        }
    }

    fn change(&mut self, frame: &Value) {
        let (seq, key) = (
            frame["seq"].as_i64().unwrap(),
            frame["key"].as_i64().unwrap(),
        );
        assert!(Some(seq) > self.last, "{seq} after {:?}", self.last);
        self.last = Some(seq);
        let op = frame["op"].as_str().unwrap();
        self.told.push((seq, op.to_owned(), key));
        let before = self.known.contains_key(&key);
        if op == "delete" {
            assert!(self.known.remove(&key).is_some(), "{frame}");
            return;
        }
        assert_eq!(op == "update", before, "{frame}");
        self.ended = frame["item"]["name"] == END;
        self.known.insert(key, frame["item"].clone());
    }

    /// Against the file itself: the same records, the same changes, in the same order.
    pub(crate) fn must_be(&self, database: &Path) {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let db = Connection::open_with_flags(database, flags).unwrap();
        let names: BTreeMap<i64, String> = db
            .prepare("SELECT id, name FROM items")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let seen = self.known.iter();
        let seen: BTreeMap<i64, String> = seen
            .map(|(id, item)| (*id, item["name"].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(seen, names);
        let logged: Vec<(i64, String, i64)> = db
            .prepare("SELECT seq, op, key FROM hearth_changes WHERE seq > ?1 ORDER BY seq")
            .unwrap()
            .query_map([self.since], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(self.told, logged);
    }
}
