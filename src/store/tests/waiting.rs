//! Who waits for the writer: how many, how much, how long, and what a stop does to them.

use super::*;
use crate::error::Code;
use crate::limits;

#[tokio::test]
async fn of_10_000_callers_those_beyond_the_queue_hear_503_at_once_and_the_others_are_served() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let writes: Vec<_> = (0..10_000)
        .map(|number| bench.insert(number.to_string()))
        .collect();
    let_others_run().await;
    let refused = writes.iter().filter(|write| write.is_finished()).count();
    assert_eq!(refused, 10_000 - limits::QUEUE_JOBS);
    drop(release);
    blocker.await.unwrap().unwrap();
    let mut served = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(()) => served += 1,
            Err(error) => {
                assert_eq!(
                    (error.code(), error.retry_after()),
                    (Code::Unavailable, Some(1))
                );
            }
        }
    }
    assert_eq!(served, limits::QUEUE_JOBS);
    assert_eq!(bench.rows().await.len(), served);
}

#[tokio::test]
async fn bodies_that_wait_are_counted_by_their_bytes_and_given_back() {
    let bench = Bench::new();
    let large = Weight {
        size: limits::QUEUE_SIZE / 8,
        long: false,
    };
    for _ in 0..3 {
        let (release, blocker) = bench.block().await;
        let writes: Vec<_> = (0..20)
            .map(|_| {
                let db = Arc::clone(&bench.db);
                tokio::spawn(async move { db.write(large, |_| Ok(())).await })
            })
            .collect();
        let_others_run().await;
        drop(release);
        blocker.await.unwrap().unwrap();
        let mut served = 0;
        for write in writes {
            served += usize::from(write.await.unwrap().is_ok());
        }
        assert_eq!(served, 8);
    }
}

#[tokio::test]
async fn a_write_that_waits_too_long_is_refused_and_never_done() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let began = std::time::Instant::now();
    let writes: Vec<_> = (0..20)
        .map(|number| bench.insert(number.to_string()))
        .collect();
    for write in writes {
        let error = write.await.unwrap().unwrap_err();
        assert!(error.message().contains("waited too long"), "{error}");
    }
    assert!(began.elapsed() < limits::QUEUE_WAIT + Duration::from_secs(2));
    drop(release);
    // What runs is waited for, however long it takes.
    blocker.await.unwrap().unwrap();
    bench.insert("next").await.unwrap().unwrap();
    assert_eq!(bench.rows().await, ["next"]);
}

#[tokio::test]
async fn a_foreign_lock_makes_all_writers_wait_once_and_not_one_after_the_other() {
    let bench = Bench::new();
    let stranger = bench.stranger();
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = std::time::Instant::now();
    let writes: Vec<_> = (0..20)
        .map(|number| bench.insert(number.to_string()))
        .collect();
    for write in writes {
        let error = write.await.unwrap().unwrap_err();
        assert_eq!(error.code(), Code::Unavailable);
    }
    assert!(began.elapsed() < limits::QUEUE_WAIT + Duration::from_secs(2));
    assert!(bench.rows().await.is_empty(), "reads go on");
    stranger.execute_batch("ROLLBACK").unwrap();
    bench.insert("next").await.unwrap().unwrap();
    assert_eq!(bench.rows().await, ["next"]);
}

#[tokio::test]
async fn a_stop_finishes_what_is_queued_and_refuses_what_comes_later() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let writes: Vec<_> = (0..1_000)
        .map(|number| bench.insert(number.to_string()))
        .collect();
    let_others_run().await;
    let db = Arc::clone(&bench.db);
    let stopping = tokio::task::spawn_blocking(move || db.stop());
    drop(release);
    for write in writes {
        write.await.unwrap().unwrap();
    }
    blocker.await.unwrap().unwrap();
    stopping.await.unwrap();
    let late = bench.insert("late").await.unwrap().unwrap_err();
    assert_eq!(late.message(), "Hearth is shutting down");
    let log = options(&bench.folder).path.with_extension("db-wal");
    assert_eq!(log.metadata().unwrap().len(), 0, "the log is in the file");
}
