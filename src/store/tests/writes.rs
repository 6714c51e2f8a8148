//! The group commit: what fails, fails alone; what is told, is committed.

use super::*;
use crate::error::{Code, Error};

#[tokio::test]
async fn a_failing_or_panicking_write_leaves_its_neighbours_committed() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let first = bench.insert("first");
    let failing = bench.spawn(|tx| {
        insert(tx, "failing")?;
        Err::<(), _>(Error::conflict("on purpose"))
    });
    let panicking = bench.spawn(|tx| -> Result<()> {
        insert(tx, "panicking")?;
        panic!("on purpose")
    });
    let clashing = bench.insert("first");
    let last = bench.insert("last");
    let_others_run().await;
    drop(release);
    blocker.await.unwrap().unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(failing.await.unwrap().unwrap_err().message(), "on purpose");
    let panicked = panicking.await.unwrap().unwrap_err();
    assert_eq!(panicked.code(), Code::Internal);
    let clash = clashing.await.unwrap().unwrap_err();
    assert_eq!(
        (clash.code(), clash.message()),
        (Code::Conflict, "`a` is taken")
    );
    last.await.unwrap().unwrap();
    assert_eq!(bench.rows().await, ["first", "last"]);
}

#[tokio::test]
async fn a_write_that_takes_the_whole_transaction_down_harms_only_itself() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let emit = |name: &'static str, falls: bool| {
        bench.spawn(move |tx| {
            insert(tx, name)?;
            tx.emit(Event::User(name.to_owned()));
            if falls {
                tx.roll_back_everything();
            }
            Ok(())
        })
    };
    let writes = [
        emit("a", false),
        emit("b", true),
        emit("c", false),
        emit("d", true),
        emit("e", false),
    ];
    let_others_run().await;
    drop(release);
    blocker.await.unwrap().unwrap();
    let mut codes = Vec::new();
    for write in writes {
        codes.push(write.await.unwrap().err().map(|error| error.code()));
    }
    let down = Some(Code::Unavailable);
    assert_eq!(codes, [None, down, None, down, None]);
    assert_eq!(bench.rows().await, ["a", "c", "e"]);
    let heard = bench.heard.lock().unwrap().concat();
    assert_eq!(
        heard,
        ["a", "c", "e"].map(|name| Event::User(name.to_owned()))
    );
}

#[tokio::test]
async fn a_slow_statement_is_stopped_in_time_and_its_neighbours_are_committed() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let before = bench.insert("before");
    let slow = bench.spawn(|tx| tx.execute(&format!("INSERT INTO t (a) {ENDLESS}"), []));
    let after = bench.insert("after");
    let_others_run().await;
    let began = std::time::Instant::now();
    drop(release);
    blocker.await.unwrap().unwrap();
    let error = slow.await.unwrap().unwrap_err();
    assert!(error.message().contains("query_timeout"), "{error}");
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
    before.await.unwrap().unwrap();
    after.await.unwrap().unwrap();
    assert_eq!(bench.rows().await, ["after", "before"]);
}

#[tokio::test]
async fn events_are_told_in_commit_order_and_never_of_what_was_rolled_back() {
    let bench = Bench::new();
    let (release, blocker) = bench.block().await;
    let mut writes = Vec::new();
    for number in 0..20 {
        writes.push(bench.spawn(move |tx| {
            tx.emit(Event::User(number.to_string()));
            if number % 3 == 0 {
                Err(Error::conflict("no"))
            } else {
                insert(tx, &number.to_string())
            }
        }));
    }
    let_others_run().await;
    drop(release);
    blocker.await.unwrap().unwrap();
    for write in writes {
        let _ = write.await.unwrap();
    }
    let expected: Vec<Event> = (0..20)
        .filter(|number| number % 3 != 0)
        .map(|number| Event::User(number.to_string()))
        .collect();
    assert_eq!(bench.heard.lock().unwrap().concat(), expected);
}

#[tokio::test]
async fn a_listener_that_panics_is_told_to_forget_all_and_writes_go_on() {
    let heard = Arc::<Mutex<Vec<Vec<Event>>>>::default();
    let ear = Arc::clone(&heard);
    let listener: Listener = Box::new(move |events| {
        ear.lock().unwrap().push(events.to_vec());
        assert_eq!(events, [Event::Foreign, Event::Logged(7)], "on purpose");
    });
    let bench = Bench::listening(listener, heard);
    let told = bench.spawn(|tx| {
        tx.emit(Event::User("ada".to_owned()));
        tx.emit(Event::Logged(7));
        insert(tx, "told")
    });
    told.await.unwrap().unwrap();
    bench.insert("next").await.unwrap().unwrap();
    assert_eq!(bench.rows().await, ["next", "told"]);
    let heard = bench.heard.lock().unwrap().clone();
    let once = [Event::User("ada".to_owned()), Event::Logged(7)];
    // And where to look for what it missed.
    assert_eq!(heard, [once, [Event::Foreign, Event::Logged(7)]]);
}

#[tokio::test]
async fn a_foreign_commit_is_heard_of_within_a_second_also_beside_64_writers() {
    let bench = Bench::new();
    let stranger = bench.stranger();
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> = (0..64)
        .map(|writer| {
            let (db, done) = (Arc::clone(&bench.db), Arc::clone(&done));
            tokio::spawn(async move {
                for number in 0.. {
                    if done.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    let name = format!("{writer} {number}");
                    let work = move |tx: &mut Tx<'_>| insert(tx, &name);
                    db.write(Weight::default(), work).await.unwrap();
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        bench.heard.lock().unwrap().is_empty(),
        "own commits are not foreign"
    );
    stranger.busy_timeout(Duration::from_secs(5)).unwrap();
    stranger
        .execute("INSERT INTO t (a) VALUES ('foreign')", [])
        .unwrap();
    let committed = std::time::Instant::now();
    while bench.heard.lock().unwrap().is_empty() {
        assert!(committed.elapsed() < Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    // And with nobody writing.
    bench.heard.lock().unwrap().clear();
    stranger
        .execute("INSERT INTO t (a) VALUES ('another')", [])
        .unwrap();
    let committed = std::time::Instant::now();
    while bench.heard.lock().unwrap().is_empty() {
        assert!(committed.elapsed() < Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(*bench.heard.lock().unwrap(), [[Event::Foreign]]);
}
