//! All of it or nothing: two processes, a kill, a step that fails.

use super::*;
use crate::store::quick_check;

#[test]
fn two_processes_at_once_bring_up_to_date_once() {
    let bench = Bench::new();
    let path = bench.folder.path().join("hearth.db");
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                let models = Models::new(vec![
                    items(),
                    model("notes", vec![string("a")]).unique(&["a"], true),
                ]);
                bring_up_to_date(&mut open(path), &models, true)
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}

#[test]
fn a_stop_in_the_middle_leaves_the_old_tables() {
    let (mut bench, notes) = notes();
    let models = Models::new(vec![and(notes, vec![string("more")]), items()]);
    let folder = bench.folder.path().to_owned();
    let copy = tempfile::tempdir().unwrap();
    let left = bench.opening.transaction(|tx| {
        for step in plan(tx, &models)?.steps {
            schema::apply(tx, &step.sql, &step.says)?;
        }
        // What a kill would leave on the disk now.
        for file in ["hearth.db", "hearth.db-wal"] {
            std::fs::copy(folder.join(file), copy.path().join(file)).unwrap();
        }
        Err::<(), _>(crate::error::Error::internal("killed"))
    });
    assert!(left.is_err());
    let mut after = open(copy.path().join("hearth.db"));
    let seen = after
        .transaction(|tx| schema::cells(tx, "SELECT * FROM notes"))
        .unwrap();
    assert_eq!(seen[0].len(), 5);
    bring_up_to_date(&mut after, &models, true).unwrap();
}

#[test]
fn a_step_that_fails_undoes_those_before_it() {
    let (mut bench, notes) = notes();
    bench.run("CREATE VIEW broken AS SELECT gone FROM nowhere");
    let mut renamed = notes;
    renamed.fields[0] = string("title").required().was_called("name");
    bench.refuses(
        &[items(), renamed],
        &[
            "Rename column `notes.name` to `title`: this failed, and nothing was changed",
            "broken",
        ],
    );
}

#[test]
fn the_plan_can_be_read_beside_a_server() {
    let (mut bench, notes) = notes();
    let wanted = and(notes, vec![string("more")]);
    let models = Models::new(vec![wanted]);
    let Bench {
        folder: _folder,
        opening,
    } = std::mem::replace(&mut bench, Bench::new());
    let db = opening.start(Vec::new()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let plan = runtime
        .block_on(db.read(move |db| plan(db, &models)))
        .unwrap();
    assert_eq!(plan.steps.len(), 1);
    db.stop();
}

#[test]
fn quick_check_passes_a_sound_file_and_names_a_damaged_one() {
    let mut bench = Bench::with(&[items()]);
    for _ in 0..200 {
        bench.insert("items", "name", "hex(zeroblob(300))");
    }
    let Bench { folder, opening } = bench;
    drop(opening);
    let path = folder.path().join("hearth.db");
    rewrite_through_checkpoint(&path);
    quick_check(&options(path.clone())).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() - 4096 * 8;
    bytes[middle..middle + 4096].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let error = quick_check(&options(path)).unwrap_err();
    assert!(error.message().contains("damaged"), "{error}");
    assert!(error.message().contains("backup"), "{error}");
}

/// Moves the log into the file, as a clean stop does.
fn rewrite_through_checkpoint(path: &std::path::Path) {
    open(path.to_owned()).start(Vec::new()).unwrap().stop();
}
