//! A power cut cannot be had in a test; that the log is on the disk before the answer leaves can be seen.

use std::collections::HashSet;

use crate::support::{Server, Start};
use crate::tools::{Strace, create};

const WRITES: usize = 20;

/// For each answer 201, in order: how often the log was synced since the one before.
async fn syncs_before_answers(server: &Server) -> Option<Vec<usize>> {
    let user = server.user("ada").await;
    create(server, &user, "before", 10).await.expect(201);
    let trace = "trace=fsync,fdatasync,write,writev,sendto,sendmsg";
    let strace = Strace::attach(server, &[trace])?;
    for number in 0..WRITES {
        create(server, &user, &number.to_string(), 10)
            .await
            .expect(201);
    }
    Some(read(&strace.end()))
}

fn read(text: &str) -> Vec<usize> {
    let (mut answers, mut synced) = (Vec::new(), 0);
    // Threads in the middle of a sync of the log.
    let mut inside = HashSet::new();
    for line in text.lines() {
        let thread = line.split(' ').next().unwrap();
        let is_sync = line.contains("fsync") || line.contains("fdatasync");
        if is_sync && line.contains("hearth.db-wal") {
            if line.contains("unfinished") {
                inside.insert(thread);
            } else if line.ends_with("= 0") {
                synced += 1;
            }
        } else if is_sync && line.contains("resumed") && inside.remove(thread) {
            synced += usize::from(line.ends_with("= 0"));
        } else if line.contains("HTTP/1.1 201") {
            answers.push(std::mem::take(&mut synced));
        }
    }
    answers
}

#[tokio::test]
async fn with_full_the_log_is_on_the_disk_before_each_answer() {
    let server = Server::start().await;
    let Some(syncs) = syncs_before_answers(&server).await else {
        return;
    };
    assert_eq!(syncs.len(), WRITES);
    assert!(syncs.iter().all(|count| *count > 0), "{syncs:?}");
}

#[tokio::test]
async fn with_normal_it_is_not_waited_for_each_time() {
    let server = Start::new("[database]\nsynchronous = \"normal\"\n[models.items.fields]\nname = { type = \"string\" }\nmetadata = { type = \"object\" }\n")
        .run()
        .await;
    let Some(syncs) = syncs_before_answers(&server).await else {
        return;
    };
    assert_eq!(syncs.len(), WRITES);
    let waited = syncs.iter().filter(|count| **count > 0).count();
    assert!(waited < WRITES / 2, "{syncs:?}");
}
