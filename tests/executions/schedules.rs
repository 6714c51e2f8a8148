//! Tasks that run by themselves: at their times, once, whatever crashes or jumps.

use serde_json::{Value, json};

use crate::bench::{get, log, path};
use crate::clock::Clock;
use crate::support::{Server, Start, User};

/// Every second, so that no test waits for a minute.
const CONFIG: &str = "[tasks.tick]\nschedule = \"* * * * * *\"\n";
/// Every hour; the clock is what moves.
const HOURLY: &str = "[tasks.hourly]\nschedule = \"0 * * * *\"\nowner = \"ada@example.com\"\n";

async fn runs(server: &Server, by: &User, task: &str) -> Vec<Value> {
    let path = format!("/api/executions?limit=500&task={task}");
    let mut list = server.get(&path).by(by).send().await.expect(200).items();
    list.reverse();
    list
}

/// Waits for so many runs.
async fn until_runs(server: &Server, by: &User, task: &str, count: usize) -> Vec<Value> {
    for _ in 0..300 {
        let list = runs(server, by, task).await;
        if list.len() >= count {
            return list;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("there are not {count} runs: {}", server.log());
}

async fn schedules(server: &Server, by: &User) -> Vec<Value> {
    let answer = server.get("/api/admin/schedules").by(by).send().await;
    answer.expect(200).items()
}

/// Signed in by the clock of now.
async fn again(server: &Server, user: &User) -> User {
    server.sign_in(&user.email, crate::support::PASSWORD).await
}

fn times(list: &[Value]) -> Vec<String> {
    let time = |one: &Value| one["run_at"].as_str().unwrap().to_owned();
    list.iter().map(time).collect()
}

fn assert_each_second_once(list: &[Value]) {
    let times = times(list);
    let seconds: Vec<i64> = times
        .iter()
        .map(|time| time.parse::<jiff::Timestamp>().unwrap().as_second())
        .collect();
    assert!(
        seconds.windows(2).all(|pair| pair[0] < pair[1]),
        "a time ran twice: {times:?}"
    );
}

#[tokio::test]
async fn each_time_makes_one_run_that_belongs_to_nobody() {
    let server = Server::with(CONFIG).await;
    let admin = server.admin("boss").await;
    let ada = server.user("ada").await;
    let list = until_runs(&server, &admin, "tick", 3).await;
    assert_each_second_once(&list);
    assert!(times(&list).iter().all(|time| time.ends_with(".000Z")));
    let one = get(&server, &admin, &list[0]).await;
    assert_eq!((&one["user_id"], &one["input"]), (&json!(null), &json!({})));
    let events = log(&server, &admin, &list[0]).await;
    assert_eq!(events[0]["data"]["reason"], "schedule");
    assert!(runs(&server, &ada, "tick").await.is_empty());
    server
        .get(&path(&list[0]))
        .by(&ada)
        .send()
        .await
        .expect(404);
}

#[tokio::test]
async fn kills_and_restarts_neither_double_nor_lose_a_time() {
    let mut server = Server::with(CONFIG).await;
    let admin = server.admin("boss").await;
    for round in 0..4 {
        until_runs(&server, &admin, "tick", round + 1).await;
        if round % 2 == 0 {
            let point = ["before_commit", "after_commit"][round / 2];
            let body = json!({"abort_at": point});
            server.post("/test/fail", body).unchecked().send().await;
            server.wait();
        } else {
            server.kill();
        }
        server = Start::again(&server).run().await;
    }
    let before = runs(&server, &admin, "tick").await.len();
    let list = until_runs(&server, &admin, "tick", before + 2).await;
    assert_each_second_once(&list);
    let last = schedules(&server, &admin).await[0]["last_at"].clone();
    assert!(list.iter().any(|one| one["run_at"] == last) || !last.is_null());
}

#[tokio::test]
async fn what_passed_while_nobody_looked_runs_once_and_a_clock_set_back_doubles_nothing() {
    let Some(clock) = Clock::new() else { return };
    let server = clock.start(HOURLY).await;
    let ada = server.admin("ada").await;
    assert_eq!(runs(&server, &ada, "hourly").await.len(), 0);
    let next = schedules(&server, &ada).await[0]["next_at"].clone();
    clock.set("+1h");
    let ada = again(&server, &ada).await;
    let list = until_runs(&server, &ada, "hourly", 1).await;
    assert_eq!(
        (&list[0]["run_at"], &list[0]["user_id"]),
        (&next, &json!(ada.id))
    );
    // Five hours at once are one run, of the last of them.
    clock.set("+6h");
    let ada = again(&server, &ada).await;
    let list = until_runs(&server, &ada, "hourly", 2).await;
    let second = |text: &Value| {
        let time: jiff::Timestamp = text.as_str().unwrap().parse().unwrap();
        time.as_second()
    };
    assert_eq!(
        second(&list[1]["run_at"]) - second(&list[0]["run_at"]),
        5 * 3600
    );
    // Back by three hours: these have run.
    clock.set("+3h");
    let ada = again(&server, &ada).await;
    let shown = schedules(&server, &ada).await;
    assert!(second(&shown[0]["next_at"]) > second(&list[1]["run_at"]));
    clock.set("+7h");
    let ada = again(&server, &ada).await;
    let list = until_runs(&server, &ada, "hourly", 3).await;
    let mut distinct = times(&list);
    distinct.dedup();
    assert_eq!(distinct.len(), 3);
}

#[tokio::test]
async fn a_clock_that_was_days_ahead_does_not_stop_a_schedule() {
    let Some(clock) = Clock::new() else { return };
    clock.set("+9d");
    let server = clock.start(HOURLY).await;
    let ada = server.admin("ada").await;
    clock.set("+217h");
    let ada = again(&server, &ada).await;
    until_runs(&server, &ada, "hourly", 1).await;
    clock.set("+0");
    let ada = again(&server, &ada).await;
    while !schedules(&server, &ada).await[0]["last_at"].is_null() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    clock.set("+1h");
    let ada = again(&server, &ada).await;
    until_runs(&server, &ada, "hourly", 2).await;
}

#[tokio::test]
async fn a_paused_schedule_makes_no_run_until_it_is_resumed() {
    let server = Server::with(CONFIG).await;
    let admin = server.admin("boss").await;
    until_runs(&server, &admin, "tick", 1).await;
    let pause = |paused: bool| {
        let body = json!({"paused": paused});
        server
            .put("/api/admin/schedules/tick", body)
            .by(&admin)
            .send()
    };
    assert_eq!(pause(true).await.expect(200).item()["next_at"], json!(null));
    let count = runs(&server, &admin, "tick").await.len();
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(runs(&server, &admin, "tick").await.len(), count);
    let listed = server.hearth(&["schedule", "list"]);
    assert!(
        listed.contains("tick") && listed.contains("paused"),
        "{listed}"
    );
    // By the command line, beside the server.
    server.hearth(&["schedule", "resume", "tick"]);
    let list = until_runs(&server, &admin, "tick", count + 2).await;
    assert_each_second_once(&list);
    let body = json!({"paused": true});
    let answer = server
        .put("/api/admin/schedules/none", body.clone())
        .by(&admin)
        .send()
        .await;
    assert_eq!(answer.expect(404).detail(), "Schedule not found");
    let ada = server.user("ada").await;
    server
        .get("/api/admin/schedules")
        .by(&ada)
        .send()
        .await
        .expect(403);
    server
        .put("/api/admin/schedules/tick", body)
        .by(&ada)
        .send()
        .await
        .expect(403);
    server.get("/api/admin/schedules").send().await.expect(401);
}

#[tokio::test]
async fn what_config_says_is_what_is_scheduled() {
    let mut server = Server::with("[server]\ntimezone = \"Europe/Berlin\"\n[tasks.a]\nschedule = \"0 3 * * *\"\n[tasks.b]\nschedule = \"0 4 1 * *\"\n").await;
    let admin = server.admin("boss").await;
    let names = |list: &[Value]| -> Vec<String> {
        list.iter()
            .map(|one| one["task"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = schedules(&server, &admin).await;
    assert_eq!(names(&list), ["a", "b"]);
    let next = list[0]["next_at"].as_str().unwrap();
    assert!(
        next.contains("T01:00:00") || next.contains("T02:00:00"),
        "{next}"
    );
    server.stop();
    let text = "[tasks.b]\nschedule = \"0 5 1 * *\"\n[tasks.c]\nschedule = \"@yearly\"\n";
    std::fs::write(server.folder().join("config.toml"), text).unwrap();
    let server = Start::again(&server).run().await;
    let list = schedules(&server, &admin).await;
    assert_eq!(names(&list), ["b", "c"]);
    assert!(list[0]["next_at"].as_str().unwrap().contains("T05:00:00"));
}

/// What config.toml no longer has was due for good, and the server looked at it twenty times a second until a restart.
#[tokio::test]
async fn schedules_that_could_not_be_written_down_are_tried_again_and_not_all_the_time() {
    let mut server = Server::with(CONFIG).await;
    let admin = server.admin("eve").await;
    until_runs(&server, &admin, "tick", 1).await;
    assert!(server.stop().success());
    let file = server.database();
    let fault = "CREATE TRIGGER fault BEFORE DELETE ON hearth_schedules BEGIN SELECT RAISE(ABORT, 'on purpose'); END";
    let change = |sql: &str| {
        rusqlite::Connection::open(&file)
            .unwrap()
            .execute_batch(sql)
    };
    change(fault).unwrap();
    let start = Start::again(&server);
    std::fs::write(start.folder().join("config.toml"), "").unwrap();
    let before = server.log().len();
    let server = start.run().await;
    let failed = || {
        let log = server.log();
        log[before..].matches("could not be written down").count()
    };
    let began = std::time::Instant::now();
    while failed() < 3 {
        assert!(began.elapsed().as_secs() < 20, "{}", server.log());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The third try comes two pauses after the first.
    assert!(began.elapsed().as_millis() > 1_500, "{:?}", began.elapsed());
    change("DROP TRIGGER fault").unwrap();
    let admin = again(&server, &admin).await;
    let began = std::time::Instant::now();
    while !schedules(&server, &admin).await.is_empty() {
        assert!(began.elapsed().as_secs() < 20, "{}", server.log());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
