//! A full disk, I/O errors, a folder that cannot be written, no file descriptors: a clear error, nothing acknowledged is
//! lost, and all is well again without a restart.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Server, Start};
use crate::tools::{Strace, create, names, sound, until, works};

const OWN_MOUNTS: [&str; 3] = ["unshare", "--mount", "--propagation=private"];

/// In front of the server: its data folder is made ready by `script`, in mounts of its own.
fn in_mounts(script: &str) -> Vec<String> {
    let script = format!("mkdir -p hearth_data && {script} && exec \"$@\"");
    OWN_MOUNTS
        .iter()
        .copied()
        .chain(["sh", "-c", &script, "sh"])
        .map(str::to_owned)
        .collect()
}

fn mounts_work() -> bool {
    works(&[&OWN_MOUNTS[..], &["sh", "-c", "mount -t tmpfs none /mnt"]].concat())
}

#[tokio::test]
async fn a_full_disk_refuses_writes_loses_nothing_and_recovers_when_there_is_room() {
    if !mounts_work() {
        return;
    }
    let wrapper = in_mounts("mount -t tmpfs -o size=8m none hearth_data");
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    let server = Start::new("").run_in(&wrapper).await;
    let user = server.user("ada").await;
    let mut acknowledged = vec!["before".to_owned()];
    create(&server, &user, "before", 10).await.expect(201);
    // The folder as the server sees it.
    let inside = format!("/proc/{}/root{}", server.pid(), server.database().display());
    let ballast = std::path::Path::new(&inside).with_file_name("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    for round in 0..4 {
        let made = (0..16).map(|number| {
            let name = format!("{round} {number}");
            let (server, user) = (&server, &user);
            async move { (create(server, user, &name, 50_000).await, name) }
        });
        for (answer, name) in join_all(made).await {
            match answer.status {
                201 => acknowledged.push(name),
                _ => {
                    assert!(answer.detail().contains("the disk is full"), "{answer:?}");
                    assert!(answer.clone().expect(503).header("retry-after").is_some());
                }
            }
        }
        assert!(!names(&server, &user).await.is_empty(), "reads go on");
    }
    assert!(acknowledged.len() < 64, "the disk was never full");
    drop(file);
    std::fs::remove_file(&ballast).unwrap();
    create(&server, &user, "after", 50_000).await.expect(201);
    acknowledged.push("after".to_owned());
    let mut kept = names(&server, &user).await;
    kept.sort();
    acknowledged.sort();
    assert_eq!(kept, acknowledged);
    sound(std::path::Path::new(&inside));
}

/// Requests while a system call of the server fails. What was acknowledged must be there afterwards, also after a kill.
async fn injected(inject: &str, trace: &str) -> Option<Server> {
    let mut server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "before", 10).await.expect(201);
    let mut acknowledged = vec!["before".to_owned()];
    let strace = Strace::attach(&server, &[trace, inject])?;
    for round in 0..5 {
        let made = (0..8).map(|number| {
            let name = format!("{round} {number}");
            let (server, user) = (&server, &user);
            async move { (create(server, user, &name, 500).await, name) }
        });
        for (answer, name) in join_all(made).await {
            assert!([201, 503].contains(&answer.status), "{}", answer.text());
            if answer.status == 201 {
                acknowledged.push(name);
            }
        }
        let read = server.get("/api/items/1").by(&user).send().await;
        assert!([200, 503].contains(&read.status), "{}", read.text());
    }
    assert!(strace.end().contains("(INJECTED)"));
    create(&server, &user, "after", 10).await.expect(201);
    acknowledged.push("after".to_owned());
    server.kill();
    let again = Start::again(&server).run().await;
    let kept = names(&again, &user).await;
    for name in &acknowledged {
        assert!(kept.contains(name), "{name} was acknowledged and is gone");
    }
    sound(&again.database());
    Some(server)
}

#[tokio::test]
async fn a_failing_fsync_is_never_acknowledged_and_the_connection_is_opened_anew() {
    let inject = "inject=fsync,fdatasync:error=EIO";
    let Some(server) = injected(inject, "trace=fsync,fdatasync").await else {
        return;
    };
    let log = server.log();
    assert!(log.contains("a commit failed"), "{log}");
    assert!(log.contains("opened anew"), "{log}");
}

#[tokio::test]
async fn a_failing_write_is_never_acknowledged() {
    let inject = "inject=pwrite64:error=EIO:when=1+3";
    injected(inject, "trace=pwrite64").await;
}

#[tokio::test]
async fn a_failing_read_is_a_503_and_passes() {
    let inject = "inject=pread64:error=EIO";
    injected(inject, "trace=pread64").await;
}

#[tokio::test]
async fn with_every_fsync_failing_no_write_is_acknowledged_and_reads_go_on() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "before", 10).await.expect(201);
    let expressions = ["trace=fsync,fdatasync", "inject=fsync,fdatasync:error=EIO"];
    let Some(strace) = Strace::attach(&server, &expressions) else {
        return;
    };
    for _ in 0..10 {
        let refused = create(&server, &user, "during", 10).await.expect(503);
        assert!(refused.detail().contains("I/O error"), "{}", refused.text());
        server.get("/readyz").unchecked().send().await;
        server
            .get("/api/items/1")
            .by(&user)
            .send()
            .await
            .expect(200);
    }
    strace.end();
    create(&server, &user, "after", 10).await.expect(201);
}

#[test]
fn a_folder_that_cannot_be_written_stops_the_start_with_the_reason() {
    if !mounts_work() {
        return;
    }
    let mount = "mount --bind hearth_data hearth_data && mount -o remount,ro,bind hearth_data";
    let wrapper = in_mounts(mount);
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    let output = Start::new("").command(&wrapper).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Cannot write in"), "{said}");
    assert!(said.contains("May this user write there?"), "{said}");
}

#[test]
fn a_database_that_this_user_may_not_write_is_named() {
    let start = Start::new("");
    let words = ["user", "create", "ada@example.com", "--password-stdin"];
    let nobody = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    let hearth = env!("CARGO_BIN_EXE_hearth");
    if !works(&[&nobody[..], &[hearth, "--version"]].concat()) {
        return;
    }
    let folder = start.folder();
    let run = |command: &[&str]| {
        let script = "echo correct horse battery | \"$@\"";
        std::process::Command::new("sh")
            .args([&["-c", script, "sh"], command].concat())
            .current_dir(folder)
            .output()
            .unwrap()
    };
    let done = run(&[&[hearth][..], &words].concat());
    assert!(done.status.success(), "{done:?}");
    for (path, mode) in [
        ("", 0o755),
        ("hearth_data", 0o755),
        ("hearth_data/hearth.db", 0o644),
    ] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(folder.join(path), mode).unwrap();
    }
    for command in [&words[..], &["user", "list"], &["check"]] {
        let done = run(&[&nobody[..], &[hearth], command].concat());
        assert_eq!(
            String::from_utf8_lossy(&done.stderr),
            format!(
                "error: Cannot use {}: the file or its folder cannot be written\n",
                folder.join("hearth_data/hearth.db").display()
            )
        );
    }
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_leaves_nothing_half_made() {
    if !mounts_work() {
        return;
    }
    let mount = "mount -t tmpfs -o size=64k none hearth_data";
    let wrapper = in_mounts(mount);
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    let output = Start::new("")
        .command(&wrapper)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the disk is full"), "{said}");
}

/// Seconds of CPU that a process has used.
fn used(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let columns: Vec<&str> = rest.split(' ').collect();
    let ticks: f64 = columns[11].parse::<f64>().unwrap() + columns[12].parse::<f64>().unwrap();
    ticks / 100.0
}

#[tokio::test]
async fn without_file_descriptors_what_runs_is_finished_nothing_spins_and_it_passes() {
    if !works(&["prlimit", "--version"]) {
        return;
    }
    let mut server = Start::new("").run_in(&["prlimit", "--nofile=64:64"]).await;
    let user = server.user("ada").await;
    let slow = server.post("/test/write", json!({"milliseconds": 1_500}));
    let crowd = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let strangers: Vec<TcpStream> = (0..120)
            .map(|_| TcpStream::connect(server.address()).unwrap())
            .collect();
        until("no descriptor is left", async || {
            let open = std::fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap();
            open.count() >= 63
        })
        .await;
        let (before, began) = (used(server.pid()), std::time::Instant::now());
        tokio::time::sleep(Duration::from_millis(800)).await;
        let share = (used(server.pid()) - before) / began.elapsed().as_secs_f64();
        assert!(share < 0.3, "{share} of a core");
        drop(strangers);
    };
    let (answer, ()) = tokio::join!(slow.unchecked().send(), crowd);
    answer.expect(200);
    let lines = server.log().lines().count();
    assert!(lines < 200, "{lines} lines of log");
    until("a new connection is served", async || {
        let Ok(mut stream) = TcpStream::connect(server.address()) else {
            return false;
        };
        stream
            .set_read_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        let asked = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let mut text = String::new();
        stream.write_all(asked.as_bytes()).is_ok()
            && stream.read_to_string(&mut text).is_ok()
            && text.starts_with("HTTP/1.1 200")
    })
    .await;
    // Idle connections were asked to close; a client opens another one.
    server.client = reqwest::Client::new();
    create(&server, &user, "after", 10).await.expect(201);
}
