//! The writer, the readers and the log under stress, on real files; what a client sees of it is in `tests/faults`.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Db, Event, Listener, Opening, Options, Tx, Weight};
use crate::config::Synchronous;
use crate::error::Result;
use crate::models::Models;

mod log;
mod reads;
mod waiting;
mod writes;

/// A database with the table `t (a TEXT UNIQUE, b TEXT)`, and all that its listener heard, a list a commit.
struct Bench {
    folder: tempfile::TempDir,
    db: Arc<Db>,
    heard: Arc<Mutex<Vec<Vec<Event>>>>,
}

fn options(folder: &tempfile::TempDir) -> Options {
    Options {
        path: folder.path().join("hearth.db"),
        synchronous: Synchronous::Normal,
        query_timeout: Duration::from_millis(300),
        cache_size: 8 * 1024 * 1024,
        readers: 1,
    }
}

impl Bench {
    fn new() -> Self {
        let heard = Arc::<Mutex<Vec<Vec<Event>>>>::default();
        let ear = Arc::clone(&heard);
        Bench::listening(
            Box::new(move |events| ear.lock().unwrap().push(events.to_vec())),
            heard,
        )
    }

    fn listening(listener: Listener, heard: Arc<Mutex<Vec<Vec<Event>>>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut opening = Opening::open(options(&folder)).unwrap();
        let table = "CREATE TABLE t (a TEXT UNIQUE, b TEXT)";
        opening.transaction(|tx| tx.batch(table)).unwrap();
        let db = Arc::new(opening.start(vec![listener], Models::default(), 0).unwrap());
        Bench { folder, db, heard }
    }

    /// Another process, as far as SQLite can tell.
    fn stranger(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(options(&self.folder).path).unwrap()
    }

    /// Keeps the writer busy until the sender is told something or dropped.
    async fn block(&self) -> (Sender<()>, JoinHandle<Result<()>>) {
        let (release, told) = channel();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let told = Mutex::new(told);
        let long = Weight {
            long: true,
            size: 0,
        };
        let db = Arc::clone(&self.db);
        let blocker = tokio::spawn(async move {
            db.write(long, move |_| {
                begun.take().map(|begun| begun.send(()));
                let _ = told.lock().unwrap().recv();
                Ok(())
            })
            .await
        });
        has_begun.await.unwrap();
        (release, blocker)
    }

    /// Queues a write without waiting for it.
    fn spawn<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> JoinHandle<Result<T>> {
        let db = Arc::clone(&self.db);
        tokio::spawn(async move { db.write(Weight::default(), work).await })
    }

    fn insert(&self, a: impl Into<String>) -> JoinHandle<Result<()>> {
        let a = a.into();
        self.spawn(move |tx| insert(tx, &a))
    }

    async fn rows(&self) -> Vec<String> {
        let rows =
            |db: &super::Read<'_>| db.all("SELECT a FROM t ORDER BY a", [], |row| row.get(0));
        self.db.read_long(rows).await.unwrap()
    }
}

fn insert(tx: &mut Tx<'_>, a: &str) -> Result<()> {
    tx.execute("INSERT INTO t (a) VALUES (?1)", [a]).map(|_| ())
}

/// On the one thread of a test, spawned tasks run until they wait; about 60 of them at a time.
async fn let_others_run() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

/// Counts to more than anybody waits for.
const ENDLESS: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
