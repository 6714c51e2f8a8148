//! Where reads run: at once on the caller's thread, and elsewhere when they take long, wait, or find no connection.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::*;
use crate::error::Code;
use crate::store::Read;

fn thread() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

/// Where a read by key runs now.
async fn place(bench: &Bench) -> String {
    bench.db.read(|_| Ok(thread())).await.unwrap()
}

/// A busy machine may make any read slow, and the next ones run elsewhere: tries until `attempt` ran on this thread.
async fn until_here<T, F: Future<Output = Option<T>>>(bench: &Bench, attempt: impl Fn() -> F) -> T {
    let until = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        assert!(std::time::Instant::now() < until);
        if place(bench).await == thread()
            && let Some(found) = attempt().await
        {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_short_read_runs_where_it_is_and_a_long_one_again_on_a_reader_thread() {
    let bench = Bench::new();
    let long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT count(*) FROM n";
    let places = until_here(&bench, || async {
        let places = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&places);
        let count = move |db: &Read<'_>| {
            seen.lock().unwrap().push(thread());
            db.row(long, [], |row| row.get::<_, i64>(0))
        };
        assert_eq!(bench.db.read(count).await.unwrap(), Some(20_000));
        let places = places.lock().unwrap().clone();
        (places[0] == thread()).then_some(places)
    })
    .await;
    assert_eq!(places.len(), 2);
    assert!(places[1].starts_with("hearth-reader"), "{places:?}");
}

#[tokio::test]
async fn a_read_without_end_is_stopped_in_time() {
    let bench = Bench::new();
    let began = std::time::Instant::now();
    let error = bench
        .db
        .read(|db| db.row(ENDLESS, [], |row| row.get::<_, i64>(0)))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    assert!(error.message().contains("query_timeout"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(bench.rows().await.is_empty(), "the connection is as before");
}

#[tokio::test]
async fn reads_that_wait_for_the_disk_move_off_the_runtime_threads() {
    let bench = Bench::new();
    // One slow read may be a thread that lost its core; several are a slow disk.
    for _ in 0..10 {
        let slow = |_: &Read<'_>| {
            std::thread::sleep(Duration::from_millis(20));
            Ok(())
        };
        bench.db.read(slow).await.unwrap();
    }
    assert!(place(&bench).await.starts_with("hearth-reader"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_free_connection_a_read_goes_elsewhere_and_blocks_nobody() {
    let bench = Bench::new();
    loop {
        let (release, told) = channel::<()>();
        let told = Mutex::new(told);
        let (begun, has_begun) = channel();
        let db = Arc::clone(&bench.db);
        let holding = tokio::spawn(async move {
            db.read(move |_| {
                begun.send(thread()).unwrap();
                let _ = told.lock().unwrap().recv();
                Ok(())
            })
            .await
        });
        let holder = tokio::task::block_in_place(|| has_begun.recv().unwrap());
        let elsewhere = tokio::time::timeout(Duration::from_secs(5), place(&bench)).await;
        drop(release);
        holding.await.unwrap().unwrap();
        // Otherwise an earlier slow read had sent it away, and the connection was free.
        if !holder.starts_with("hearth-reader") {
            assert!(elsewhere.unwrap().starts_with("hearth-reader"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_read_that_panics_leaves_no_transaction_behind() {
    let bench = Bench::new();
    let panicking = |db: &Read<'_>| {
        db.snapshot(|| {
            db.row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))?;
            panic!("on purpose")
        })
    };
    until_here(&bench, || async {
        let here = bench.db.read::<(), _>(panicking);
        AssertUnwindSafe(here).catch_unwind().await.err()
    })
    .await;
    let there = bench.db.read_long::<(), _>(panicking).await.unwrap_err();
    assert_eq!(there.code(), Code::Internal);
    bench.insert("new").await.unwrap().unwrap();
    for _ in 0..20 {
        let count =
            |db: &Read<'_>| db.row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0));
        assert_eq!(bench.db.read(count).await.unwrap(), Some(1));
        assert_eq!(bench.rows().await, ["new"]);
    }
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_read() {
    let bench = Bench::new();
    let (release, told) = channel::<()>();
    let told = Arc::new(Mutex::new(told));
    let blockers: Vec<_> = (0..crate::limits::READER_THREADS)
        .map(|_| {
            let (db, told) = (Arc::clone(&bench.db), Arc::clone(&told));
            tokio::spawn(async move {
                db.read_long(move |_| {
                    let _ = told.lock().unwrap().recv();
                    Ok(())
                })
                .await
            })
        })
        .collect();
    let_others_run().await;
    let ran = Arc::<Mutex<bool>>::default();
    let (db, run) = (Arc::clone(&bench.db), Arc::clone(&ran));
    let gone = tokio::spawn(async move {
        db.read_long(move |_| {
            *run.lock().unwrap() = true;
            Ok(())
        })
        .await
    });
    let_others_run().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    drop(release);
    for blocker in blockers {
        blocker.await.unwrap().unwrap();
    }
    assert!(bench.rows().await.is_empty());
    assert!(!*ran.lock().unwrap());
}
