//! The write-ahead log stays small: under load, beside readers, and when nobody writes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::limits;
use crate::store::Read;

fn log_size(bench: &Bench) -> u64 {
    let log = options(&bench.folder).path.with_extension("db-wal");
    log.metadata().unwrap().len()
}

async fn wait_for_an_empty_log(bench: &Bench) {
    let until = std::time::Instant::now() + Duration::from_secs(10);
    while log_size(bench) > 0 {
        assert!(
            std::time::Instant::now() < until,
            "{} bytes",
            log_size(bench)
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Writes so many MiB with 16 callers; the largest log on the way.
async fn load(bench: &Bench, size: usize) -> u64 {
    let largest = Arc::<Mutex<u64>>::default();
    let log = options(&bench.folder).path.with_extension("db-wal");
    let callers = (0..16).map(|_| {
        let (db, largest, log) = (Arc::clone(&bench.db), Arc::clone(&largest), log.clone());
        async move {
            for _ in 0..size {
                let work = |tx: &mut Tx<'_>| {
                    tx.execute("INSERT INTO t (b) VALUES (hex(randomblob(32768)))", [])
                };
                db.write(Weight::default(), work).await.unwrap();
                let mut largest = largest.lock().unwrap();
                *largest = log.metadata().unwrap().len().max(*largest);
            }
        }
    });
    futures_util::future::join_all(callers).await;
    *largest.lock().unwrap()
}

#[tokio::test]
async fn the_log_stays_small_under_a_steady_load_and_is_cut_when_idle() {
    let bench = Bench::new();
    let largest = load(&bench, 40).await;
    assert!(largest < 16 * 1024 * 1024, "{largest} bytes");
    wait_for_an_empty_log(&bench).await;
}

#[tokio::test]
async fn overlapping_reads_do_not_keep_the_log_from_beginning_anew() {
    let bench = Bench::new();
    let done = Arc::new(AtomicBool::new(false));
    // While one ends another one is in the middle: without a gap made for it, the log would never begin anew.
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (stranger, done) = (bench.stranger(), Arc::clone(&done));
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    stranger
                        .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")
                        .unwrap();
                    std::thread::sleep(Duration::from_millis(10));
                    stranger.execute_batch("COMMIT").unwrap();
                }
            })
        })
        .collect();
    let largest = load(&bench, 200).await;
    done.store(true, Ordering::Relaxed);
    readers
        .into_iter()
        .for_each(|reader| reader.join().unwrap());
    assert!(largest < 3 * limits::LOG_SIZE, "{largest} bytes");
}

#[tokio::test]
async fn a_long_reader_sees_its_moment_and_the_log_is_cut_after_it() {
    let bench = Bench::new();
    let (release, told) = channel::<()>();
    let told = Mutex::new(told);
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let db = Arc::clone(&bench.db);
    let reader = tokio::spawn(async move {
        db.read_long(move |db: &Read<'_>| {
            let count = || db.row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0));
            db.snapshot(|| {
                let before = count()?;
                let _ = begun.send(());
                let _ = told.lock().unwrap().recv();
                Ok((before, count()?))
            })
        })
        .await
    });
    has_begun.await.unwrap();
    load(&bench, 4).await;
    // Time for the looks that find somebody reading.
    tokio::time::sleep(limits::IDLE_TICK * 3).await;
    assert!(log_size(&bench) > 0);
    drop(release);
    assert_eq!(reader.await.unwrap().unwrap(), (Some(0), Some(0)));
    wait_for_an_empty_log(&bench).await;
}
