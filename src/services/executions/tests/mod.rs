//! Every pair of a state and a command against the real store: what happens to the row and the log is what the pure
//! function says, and what it refuses changes nothing.

use super::create;
use super::steps::{Moment, begin, take};
use crate::error::{Code, Error};
use crate::executions::states::{Command, State, next};
use crate::models::Models;
use crate::store::executions::{self as stored, Bodies, Execution, events};
use crate::store::{Db, Opening, Options, Weight};

const COMMANDS: [Command; 15] = [
    Command::Due,
    Command::Expire,
    Command::Cancel,
    Command::Claim,
    Command::AskInput,
    Command::InputsDone,
    Command::Succeed,
    Command::Fail { again: true },
    Command::Fail { again: false },
    Command::StopCancelled,
    Command::LoseLease { again: true },
    Command::LoseLease { again: false },
    Command::TimeOut,
    Command::Release,
    Command::GraceOver,
];

/// The commands that lead from the beginning to that state.
fn way(to: State) -> Vec<Command> {
    let running = vec![Command::Claim];
    let with = |last: Command| [running.clone(), vec![last]].concat();
    match to {
        State::Queued => vec![],
        State::Running => running,
        State::Waiting => with(Command::AskInput),
        State::Cancelling => with(Command::Cancel),
        State::Scheduled => with(Command::Fail { again: true }),
        State::Succeeded => with(Command::Succeed),
        State::Failed => with(Command::Fail { again: false }),
        State::Cancelled => vec![Command::Cancel],
        State::Expired => vec![Command::Expire],
    }
}

fn open(folder: &std::path::Path) -> Db {
    let options = Options {
        path: folder.join("hearth.db"),
        synchronous: crate::config::Synchronous::Full,
        query_timeout: std::time::Duration::from_secs(10),
        cache_size: 4 * 1024 * 1024,
        readers: 2,
    };
    let opening = Opening::open(options).unwrap();
    opening.start(vec![], Models::default(), 0).unwrap()
}

/// A new one, led there by commands alone.
async fn led(db: &Db, to: State) -> Execution {
    let now = Moment::now();
    db.write(Weight::default(), move |tx| {
        let mut one = Execution {
            id: uuid::Uuid::now_v7().to_string(),
            task: "a".to_owned(),
            ..create::blank(None, &now)
        };
        let bodies = Bodies {
            input: "{}".to_owned(),
            labels: "{}".to_owned(),
            ..Bodies::default()
        };
        stored::insert(tx, &one, &bodies, &[])?;
        begin(tx, &mut one, &now)?;
        for command in way(to) {
            if command == Command::Claim {
                one.fence += 1;
                one.attempt += 1;
                one.worker = Some("w".to_owned());
                one.holder = Some("key:k".to_owned());
            }
            take(tx, &mut one, command, "test", &now)?;
        }
        Ok(one)
    })
    .await
    .unwrap()
}

async fn row(db: &Db, id: &str) -> (Execution, Vec<events::Entry>) {
    let id = id.to_owned();
    db.read(move |db| {
        let row = stored::find(db, &id)?.ok_or_else(|| Error::not_found("Execution"))?;
        Ok((row, events::find_all(db, &id, 0, 100)?))
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn every_pair_does_in_the_store_what_the_pure_function_says() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let mut taken = 0;
    for from in State::ALL {
        for command in COMMANDS {
            let before = led(&db, from).await;
            assert_eq!(row(&db, &before.id).await.0.state, from);
            let (now, id) = (Moment::now(), before.id.clone());
            let result = db
                .write(Weight::default(), move |tx| {
                    let mut one =
                        stored::find(tx, &id)?.ok_or_else(|| Error::not_found("Execution"))?;
                    take(tx, &mut one, command, "pair", &now)
                })
                .await;
            let (after, log) = row(&db, &before.id).await;
            let seqs: Vec<i64> = log.iter().map(|entry| entry.seq).collect();
            assert_eq!(seqs, (1..=after.last_seq).collect::<Vec<_>>());
            match next(from, command) {
                None => {
                    assert_eq!(
                        result.unwrap_err().code(),
                        Code::InvalidTransition,
                        "{from:?} {command:?}"
                    );
                    assert_eq!(
                        format!("{after:?}"),
                        format!("{before:?}"),
                        "{from:?} {command:?}"
                    );
                }
                Some(to) => {
                    result.unwrap();
                    check_taken(&before, &after, &log, to, command);
                    taken += 1;
                }
            }
        }
    }
    assert_eq!(taken, expected());
    db.stop();
}

fn expected() -> usize {
    let pairs = State::ALL
        .into_iter()
        .flat_map(|from| COMMANDS.map(|command| next(from, command)));
    pairs.flatten().count()
}

fn check_taken(
    before: &Execution,
    after: &Execution,
    log: &[events::Entry],
    to: State,
    command: Command,
) {
    let pair = format!("{:?} {command:?}", before.state);
    assert_eq!(after.state, to, "{pair}");
    // A question beside another changes no state, and says nothing of one.
    let moved = i64::from(before.state != to);
    assert_eq!(after.last_seq, before.last_seq + moved, "{pair}");
    if moved == 1 {
        let last = log.last().unwrap();
        let data: serde_json::Value = serde_json::from_str(&last.data).unwrap();
        assert_eq!(last.kind, "state", "{pair}");
        assert_eq!(
            (&data["from"], &data["to"]),
            (&before.state.word().into(), &to.word().into()),
            "{pair}"
        );
    }
    assert_eq!(after.finished_at.is_some(), to.is_terminal(), "{pair}");
    // Nobody holds what is not held; whoever was cut off has an old fence.
    assert!(
        to.is_held() || (after.holder.is_none() && after.lease_until.is_none()),
        "{pair}"
    );
    let cut_off = matches!(
        command,
        Command::LoseLease { .. } | Command::TimeOut | Command::GraceOver
    );
    assert_eq!(after.fence, before.fence + i64::from(cut_off), "{pair}");
    let uncounted = command == Command::Release && to == State::Queued;
    assert_eq!(
        after.attempt,
        before.attempt - i64::from(uncounted),
        "{pair}"
    );
    if command == (Command::Fail { again: true }) && to == State::Scheduled {
        assert!(after.run_at > before.run_at, "{pair}");
    }
}
