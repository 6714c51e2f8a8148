//! Several processes begin in one folder while the processor is busy, and while one of them takes long: each does its part
//! or waits.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::project::{NOTES, Project, Said, said, three};

const TITLED: &str = "[models.tasks.fields]\ntitle = { type = \"string\" }\n";

/// Threads that take the processor until they are dropped.
struct Load(Arc<AtomicBool>);

impl Load {
    fn new() -> Self {
        let over = Arc::<AtomicBool>::default();
        for _ in 0..4 {
            let over = Arc::clone(&over);
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        Load(over)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn spawn(project: &Project, arguments: &[&str]) -> Child {
    let mut command = project.command(arguments);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    piped.spawn().unwrap()
}

fn end(child: Child) -> Said {
    said(&child.wait_with_output().unwrap())
}

/// Waits until it serves, then ends it.
fn served(mut child: Child) {
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    if line.is_empty() {
        panic!("{:?}", end(child));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn four_processes_begin_in_a_new_folder_under_load_and_all_arrive() {
    let rounds = std::env::var("HEARTH_START_ROUNDS").map_or(5, |text| text.parse().unwrap());
    let _load = Load::new();
    for _ in 0..rounds {
        let project = Project::new(TITLED);
        three(&project);
        let serve = spawn(&project, &["serve", "--port", "0"]);
        let upgrade = ["migrate", "upgrade", "head"];
        let others: Vec<Child> = (0..3).map(|_| spawn(&project, &upgrade)).collect();
        for other in others {
            end(other).done();
        }
        served(serve);
        let versions = project.versions();
        assert!(
            versions.starts_with("20260101000000,20260102000000,20260103000000,"),
            "{versions}"
        );
        assert_eq!(project.files("up").len(), 4);
        assert_eq!(project.files("down"), project.files("up"));
        project.migrate(&["check"]).done();
        assert_eq!(project.value("PRAGMA integrity_check"), "ok");
    }
}

#[test]
fn whoever_comes_while_a_long_revision_runs_waits_for_its_end() {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    // It holds the lock until it is told; longer than a request would wait.
    let long = project.database();
    long.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = [
        spawn(&project, &["migrate", "upgrade"]),
        spawn(&project, &["migrate", "stamp", "head"]),
    ];
    // Whoever only looks sees the tables as they were.
    let looks: Vec<Said> = ["current", "history", "heads", "check"]
        .iter()
        .map(|word| end(spawn(&project, &["migrate", word])))
        .collect();
    assert_eq!(looks[0].out, "20260103000000 (head)\n", "{looks:?}");
    assert!(
        looks
            .iter()
            .all(|look| !look.err.contains("holds the database")),
        "{looks:?}"
    );
    std::thread::sleep(std::time::Duration::from_secs(6));
    long.execute_batch("COMMIT").unwrap();
    for child in waiting {
        end(child).done();
    }
}
