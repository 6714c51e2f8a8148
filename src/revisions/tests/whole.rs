//! Two processes at once; SQLite's own look at the file.

use super::*;
use crate::store::quick_check;

#[test]
fn two_processes_at_once_bring_up_to_date_once() {
    let bench = Bench::new();
    let path = bench.folder.path().join("hearth.db");
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            let folder = bench.folder.path().join("revisions");
            std::thread::spawn(move || {
                let models = Models::new(vec![
                    items(),
                    model("notes", vec![string("a")]).unique(&["a"], true),
                ]);
                bring_up_to_date(&mut open(path), &models, &folder, true)
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    let files = std::fs::read_dir(bench.folder.path().join("revisions/up"));
    assert_eq!(files.unwrap().count(), 1);
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
    open(path.to_owned())
        .start(Vec::new(), Models::default(), 0)
        .unwrap()
        .stop();
}
