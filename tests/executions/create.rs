//! Making executions: what is checked, what is declared of a task, lists.

use serde_json::json;

use crate::bench::{get, path, run, until};
use crate::support::Server;

#[tokio::test]
async fn what_is_wrong_is_told_all_at_once() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let body = json!({"task": "a b", "priority": 101, "labels": {"n": 1}, "more": true});
    let refused = server
        .post("/api/executions", body)
        .by(&ada)
        .send()
        .await
        .expect(422);
    let told = refused.detail();
    for way in ["body.task", "body.priority", "body.more"] {
        assert!(told.contains(way), "{told}");
    }
    let body = json!({"task": "a", "labels": {"n": 1}});
    let refused = server
        .post("/api/executions", body)
        .by(&ada)
        .send()
        .await
        .expect(422);
    assert_eq!(
        refused.detail(),
        "body.labels.n string_type: Input should be a valid string"
    );
    let large = json!({"task": "a", "input": {"x": "y".repeat(300_000)}});
    server
        .post("/api/executions", large)
        .by(&ada)
        .send()
        .await
        .expect(422);
    server
        .post("/api/executions", json!({"task": "a"}))
        .send()
        .await
        .expect(401);
}

#[tokio::test]
async fn a_tasks_input_is_checked_by_its_declaration() {
    let config = r#"
        [tasks.greet]
        max_attempts = 1
        timeout = "5m"
        input = { type = "object", properties = { name = { type = "string", required = true } } }
    "#;
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let call = |input: serde_json::Value| {
        server
            .post("/api/executions", json!({"task": "greet", "input": input}))
            .by(&ada)
            .send()
    };
    let refused = call(json!({"name": 1})).await.expect(422);
    assert_eq!(
        refused.detail(),
        "body.input.name string_type: Input should be a valid string"
    );
    let made = call(json!({"name": "Ada"})).await.expect(201).item();
    assert_eq!(made["max_attempts"], 1);
    // What was left out is checked, too, and null is no input.
    let left_out = server.post("/api/executions", json!({"task": "greet"}));
    let refused = left_out.by(&ada).send().await.expect(422);
    assert_eq!(refused.detail(), "body.input.name missing: Field required");
    let refused = call(json!(null)).await.expect(422);
    assert!(
        refused.detail().starts_with("body.input dict_type"),
        "{}",
        refused.detail()
    );
    // A task without an entry takes anything.
    run(&server, &ada, json!({"task": "other", "input": {"x": [1]}})).await;
}

#[tokio::test]
async fn mistakes_of_tasks_stop_the_start_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "[tasks.greet]\ntimeout = 5\nmax_atempts = 3\nconcurrency = 0\n\n[tasks.\"a b\"]\n";
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
        .arg("check")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for line in [
        "config.toml:2: `tasks.greet.timeout` must be a time",
        "config.toml:3: `[tasks.greet]` has no key `max_atempts`. Did you mean `max_attempts`?",
        "config.toml:4: `tasks.greet.concurrency` must be a whole number",
        "config.toml:6: `a b` can't be the name of a task",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

#[tokio::test]
async fn the_same_key_makes_it_once() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let call = |body| {
        server
            .post("/api/executions", body)
            .by(&ada)
            .header("idempotency-key", "k")
            .send()
    };
    let first = call(json!({"task": "a"})).await.expect(201);
    let second = call(json!({"task": "a"})).await.expect(201);
    assert_eq!(first.item(), second.item());
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    call(json!({"task": "b"})).await.expect(422);
}

#[tokio::test]
async fn a_scheduled_one_becomes_due_and_a_late_one_expires() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(700);
    let made = run(
        &server,
        &ada,
        json!({"task": "a", "run_at": soon.to_string()}),
    )
    .await;
    assert_eq!(made["state"], "scheduled");
    let late = run(
        &server,
        &ada,
        json!({"task": "b", "start_by": soon.to_string()}),
    )
    .await;
    until(&server, &ada, &made, "queued").await;
    assert!(jiff::Timestamp::now() >= soon);
    until(&server, &ada, &late, "expired").await;
    let far = run(
        &server,
        &ada,
        json!({"task": "a", "run_at": "2999-01-01T00:00:00Z"}),
    )
    .await;
    let now = format!("{}/run-now", path(&far));
    for _ in 0..2 {
        let answer = server
            .post(&now, json!({}))
            .by(&ada)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.item()["state"], "queued");
    }
}

#[tokio::test]
async fn a_list_is_filtered_paged_and_leaves_the_bodies_out() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for number in 0..5 {
        let body =
            json!({"task": "a", "labels": {"n": number.to_string()}, "input": {"n": number}});
        run(&server, &ada, body).await;
    }
    run(&server, &ada, json!({"task": "b"})).await;
    let list = |query: &str| {
        let path = format!("/api/executions?{query}");
        let (server, ada) = (&server, &ada);
        async move { server.get(&path).by(ada).send().await }
    };
    let all = list("").await.expect(200).items();
    assert_eq!(all.len(), 6);
    assert_eq!(all[0]["task"], "b");
    assert!(all[0].get("input").is_none());
    assert_eq!(
        list("task=a&state=queued&state=running")
            .await
            .items()
            .len(),
        5
    );
    assert_eq!(
        list("label=n:3").await.items()[0]["labels"],
        json!({"n": "3"})
    );
    assert_eq!(list("state=succeeded").await.items().len(), 0);
    let first = list("limit=4").await.expect(200);
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let rest = list(&format!("limit=4&cursor={cursor}")).await.expect(200);
    assert_eq!(rest.items().len(), 2);
    assert!(rest.json()["next_cursor"].is_null());
    list("state=done").await.expect(422);
    list("label=n").await.expect(422);
    list("nothing=1").await.expect(422);
}

#[tokio::test]
async fn what_was_made_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let ada = server.user("ada").await;
    let made = run(&server, &ada, json!({"task": "a", "input": {"x": "é"}})).await;
    server.kill();
    let again = crate::support::Start::again(&server).run().await;
    assert_eq!(get(&again, &ada, &made).await, made);
}

#[tokio::test]
async fn whoever_is_signed_in_sees_what_is_declared_of_tasks_but_no_command() {
    let config = r#"
        [tasks.greet]
        timeout = "5m"
        concurrency = 4
        input = { type = "object", properties = { name = { type = "string", required = true, max_length = 9 }, loud = { type = "boolean" } } }

        [tasks.backup]
        command = ["./secret-place/backup.sh", "--all"]
        schedule = "0 3 * * *"
        max_attempts = 1
    "#;
    let server = Server::with(config).await;
    server.get("/api/executions/tasks").send().await.expect(401);
    let ada = server.user("ada").await;
    let answer = server.get("/api/executions/tasks").by(&ada).send().await;
    let answer = answer.expect(200);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret-place"));
    let items = answer.items();
    let names: Vec<_> = items.iter().map(|task| &task["name"]).collect();
    assert_eq!(names, ["backup", "greet"]);
    let (backup, greet) = (&items[0], &items[1]);
    assert_eq!(backup["command"], true);
    assert_eq!(backup["schedule"], "0 3 * * *");
    assert_eq!(backup["input"], json!(null));
    assert_eq!(backup["timeout_seconds"], 3600.0);
    assert_eq!(greet["command"], false);
    assert_eq!(greet["concurrency"], 4);
    assert_eq!(greet["max_attempts"], 3);
    assert_eq!(greet["input"]["required"], json!(["name"]));
    assert_eq!(greet["input"]["properties"]["name"]["maxLength"], 9);
    let refused = server
        .get("/api/executions/tasks?x=1")
        .by(&ada)
        .send()
        .await;
    refused.expect(422);
}

#[tokio::test]
async fn an_input_that_was_left_out_is_the_tasks_default() {
    let config = r#"
        [tasks.shout]
        input = { type = "string", default = "hello" }
        [tasks.free]
        input = { type = "object", properties = { times = { type = "integer", default = 3 } } }
        [tasks.bare]
        input = { type = "integer" }
    "#;
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let shout = run(&server, &ada, json!({"task": "shout"})).await;
    assert_eq!(shout["input"], "hello");
    let free = run(&server, &ada, json!({"task": "free"})).await;
    assert_eq!(free["input"], json!({"times": 3}));
    let bare = server.post("/api/executions", json!({"task": "bare"}));
    let refused = bare.by(&ada).send().await.expect(422);
    assert_eq!(refused.detail(), "body.input missing: Field required");
}

#[tokio::test]
async fn where_tasks_must_be_declared_a_slip_in_a_name_is_told() {
    let config = "[executions]\ndeclared_only = true\n[tasks.greet]\nmax_attempts = 1\n";
    let server = Server::with(config).await;
    let ada = server.user("ada").await;
    let body = json!({"task": "gret", "priority": 101});
    let refused = server.post("/api/executions", body).by(&ada).send().await;
    assert_eq!(
        refused.expect(422).detail(),
        "body.task value_error: Value error, no task `gret` is declared. Did you mean `greet`?\n\
         body.priority less_than_equal: Input should be less than or equal to 100"
    );
    run(&server, &ada, json!({"task": "greet"})).await;
}

#[tokio::test]
async fn a_task_says_who_may_run_it() {
    let server = Server::with(
        "[auth.roles.editor]\n\n[tasks.chore]\nstart = \"admin\"\n\n[tasks.print]\nstart = \"role:editor\"\n\n\
         [tasks.any]\n",
    )
    .await;
    let (ada, root) = (server.user("ada").await, server.admin("root").await);
    let eve = server.user("eve").await;
    let at = format!("/api/admin/users/{}", eve.id);
    let promoted = server.put(&at, json!({"role": "editor"})).by(&root).send();
    promoted.await.expect(200);
    for (task, may) in [
        ("chore", [403, 403, 201]),
        ("print", [403, 201, 201]),
        ("any", [201, 201, 201]),
        ("undeclared", [201, 201, 201]),
    ] {
        for (user, status) in [&ada, &eve, &root].into_iter().zip(may) {
            let made = server.post("/api/executions", json!({"task": task}));
            let made = made.by(user).send().await.expect(status);
            if status == 403 {
                assert_eq!(made.json()["code"], "forbidden", "{task}");
            }
        }
    }
    // Nobody is offered what they may not run.
    for (user, offered) in [(&ada, 1), (&eve, 2), (&root, 3)] {
        let tasks = server.get("/api/executions/tasks").by(user).send().await;
        assert_eq!(tasks.expect(200).items().len(), offered);
    }
    // Nor is it tried again by who may not run it any more.
    let made = run(&server, &eve, json!({"task": "print"})).await;
    let again = || {
        let path = format!("{}/retry", path(&made));
        server.call("POST", &path).by(&eve).send()
    };
    let cancel = format!("{}/cancel", path(&made));
    let cancelled = server.post(&cancel, json!({})).by(&eve).send().await;
    cancelled.expect(200);
    let demoted = server.put(&at, json!({"role": "user"})).by(&root).send();
    demoted.await.expect(200);
    again().await.expect(403);
}
