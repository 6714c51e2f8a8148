//! What a commit promises: neighbours of a failing write, an abort around it, and those who must hear of it.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Server, Start};
use crate::tools::{create, names};

async fn write(server: &Server, how: Value) -> u16 {
    server
        .post("/test/write", how)
        .unchecked()
        .send()
        .await
        .status
}

#[tokio::test]
async fn failing_panicking_and_falling_writes_leave_their_neighbours_committed() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    let items = (0..20).map(|number| {
        let (server, user) = (&server, &user);
        async move {
            // Behind the long one, so that all are in one commit.
            tokio::time::sleep(Duration::from_millis(100)).await;
            create(server, user, &number.to_string(), 10).await.status
        }
    });
    let later = async |how: Value| {
        tokio::time::sleep(Duration::from_millis(110)).await;
        write(&server, how).await
    };
    let (long, error, panic, rollback, items) = tokio::join!(
        write(&server, json!({"milliseconds": 400})),
        later(json!({"error": true})),
        later(json!({"panic": true})),
        later(json!({"rollback": true})),
        join_all(items)
    );
    assert_eq!([long, error, panic, rollback], [200, 409, 500, 503]);
    assert_eq!(items, [201; 20]);
    assert_eq!(names(&server, &user).await.len(), 20);
}

#[tokio::test]
async fn an_abort_before_the_commit_leaves_nothing_and_after_it_everything() {
    for (point, there) in [
        ("before_commit", 0),
        ("after_commit", 1),
        ("after_publish", 1),
    ] {
        let mut server = Server::start().await;
        let user = server.user("ada").await;
        let fail = json!({"abort_at": point});
        server
            .post("/test/fail", fail)
            .unchecked()
            .send()
            .await
            .expect(200);
        let request = server.client.post(format!("{}/api/items", server.url));
        let sent = request
            .bearer_auth(&user.token)
            .json(&json!({"name": "x"}))
            .send()
            .await;
        assert!(sent.is_err(), "{point}: answered by a process that ended");
        assert!(!server.wait().success());
        let again = Start::again(&server).run().await;
        assert_eq!(names(&again, &user).await.len(), there, "{point}");
    }
}

#[tokio::test]
async fn a_user_disabled_by_the_command_line_is_out_within_a_second_beside_64_writers() {
    let server = Server::start().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let done = std::sync::atomic::AtomicBool::new(false);
    let writers = (0..64).map(|writer| {
        let (server, bob, done) = (&server, &bob, &done);
        async move {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                create(server, bob, &writer.to_string(), 10)
                    .await
                    .expect(201);
            }
        }
    });
    let disabling = async {
        server.get("/api/auth/me").by(&ada).send().await.expect(200);
        let folder = server.folder().to_owned();
        let disable = move || {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"));
            command
                .args(["user", "disable", "ada@example.com"])
                .current_dir(folder);
            (command.output().unwrap(), Instant::now())
        };
        let (output, at) = tokio::task::spawn_blocking(disable).await.unwrap();
        assert!(output.status.success(), "{output:?}");
        while server.get("/api/auth/me").by(&ada).send().await.status != 401 {
            assert!(at.elapsed() < Duration::from_secs(1));
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    tokio::join!(disabling, join_all(writers));
}

#[tokio::test]
async fn a_panic_is_a_500_and_a_line_of_log_and_the_process_goes_on() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    for _ in 0..20 {
        let answer = server
            .get("/test/panic")
            .unchecked()
            .send()
            .await
            .expect(500);
        assert!(!answer.text().contains("on purpose"), "{}", answer.text());
        assert_eq!(write(&server, json!({"panic": true})).await, 500);
    }
    create(&server, &user, "after", 10).await.expect(201);
    assert!(server.log().contains("on purpose"));
}

#[tokio::test]
async fn with_slow_reads_healthz_answers_at_once() {
    let server = Server::start().await;
    let user = server.user("ada").await;
    create(&server, &user, "x", 10).await.expect(201);
    let slow = json!({"delay_reads": 20});
    server
        .post("/test/fail", slow)
        .unchecked()
        .send()
        .await
        .expect(200);
    let done = std::sync::atomic::AtomicBool::new(false);
    let readers = (0..16).map(|_| {
        let (server, user, done) = (&server, &user, &done);
        async move {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                server.get("/api/items/1").by(user).send().await.expect(200);
            }
        }
    });
    let asking = async {
        let mut times = Vec::new();
        for _ in 0..100 {
            let began = Instant::now();
            server.get("/healthz").unchecked().send().await.expect(200);
            times.push(began.elapsed());
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        times.sort();
        times
    };
    let (times, _) = tokio::join!(asking, join_all(readers));
    assert!(times[97] < Duration::from_millis(50), "{times:?}");
}
