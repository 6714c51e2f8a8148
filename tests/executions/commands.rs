//! Tasks that the server runs itself: real programs, what becomes of what they print, and how they end.

use std::path::Path;

use serde_json::{Value, json};

use crate::bench::{Worker, assert_gapless, log, run, until, words};
use crate::support::{Server, Start, User};

/// A server whose task `go` runs this shell script.
async fn with_script(script: &str, settings: &str) -> Server {
    start(script, settings).run().await
}

fn start(script: &str, settings: &str) -> Start {
    let config = format!(
        "{settings}\n[tasks.go]\nmax_attempts = 2\ncommand = [\"./go.sh\", \"one two\", \"$HOME;*\"]\n"
    );
    let start = Start::new(&config);
    write_script(start.folder(), script);
    start
}

fn write_script(folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("go.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

async fn go(server: &Server, by: &User, input: Value) -> Value {
    run(server, by, json!({"task": "go", "input": input})).await
}

fn messages(log: &[Value]) -> Vec<String> {
    let lines = log.iter().filter(|event| event["kind"] == "log");
    lines
        .map(|event| event["data"]["message"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether a process lives.
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

async fn until_gone(pid: &str) {
    for _ in 0..200 {
        if !lives(pid) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{pid} still lives");
}

/// The pid that a script wrote into that file.
async fn pid_in(server: &Server, file: &str) -> String {
    for _ in 0..400 {
        let text = std::fs::read_to_string(server.folder().join(file)).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{file} was not written: {}", server.log());
}

#[tokio::test]
async fn a_program_gets_its_input_and_what_it_prints_is_the_log() {
    let script = r#"
cat >input.json
echo "first $1 $2"
echo '{"kind":"progress","data":{"current":1,"total":2}}'
echo '{"kind":"nonsense","data":{}}'
echo problem >&2
printf '{"done":[1,null]}' >"$HEARTH_OUTPUT"
printf 'no newline'"#;
    let server = with_script(script, "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({"name": "Ada"})).await;
    let done = until(&server, &ada, &made, "succeeded").await;
    assert_eq!(done["output"], json!({"done": [1, null]}));
    let input = std::fs::read_to_string(server.folder().join("input.json")).unwrap();
    assert_eq!(input, r#"{"name":"Ada"}"#);
    let log = log(&server, &ada, &made).await;
    assert_gapless(&log);
    assert!(words(&log).contains(&"progress".to_owned()));
    let mut lines = messages(&log);
    // Two pipes: only each of them has an order.
    lines.retain(|line| line != "problem");
    assert_eq!(
        lines,
        [
            "first one two $HOME;*",
            r#"{"kind":"nonsense","data":{}}"#,
            "no newline"
        ]
    );
    let problem = log
        .iter()
        .find(|event| event["data"]["message"] == "problem")
        .unwrap();
    assert_eq!(problem["data"]["stream"], "stderr");
    let left = std::fs::read_dir(server.folder().join("hearth_data/commands")).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_program_sees_nothing_of_the_servers_environment() {
    let start = start(
        "env | cut -d= -f1 | sort | tr '\\n' ' '",
        "[auth]\nsecret = { env = \"MY_SECRET\" }",
    );
    let secret = "kJ3nq8Vw2mZr7Tb5Xc9Ld4Hf6Gs1Pa0Q";
    let server = start.environment("MY_SECRET", secret).run().await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    until(&server, &ada, &made, "succeeded").await;
    let names = messages(&log(&server, &ada, &made).await).concat();
    let mut names: Vec<&str> = names.split_whitespace().collect();
    // What the shell itself sets.
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    assert_eq!(
        names,
        [
            "HEARTH_EXECUTION_ID",
            "HEARTH_OUTPUT",
            "HEARTH_TOKEN",
            "HEARTH_URL",
            "PATH"
        ]
    );
}

#[tokio::test]
async fn how_it_ends_says_what_came_of_it() {
    let script = r#"
read -r input
case $input in
*fail*) echo "one" >&2; echo "the reason" >&2; exit 3 ;;
*again*) if [ -e again ]; then exit 0; fi; touch again; exit 75 ;;
*json*) echo "no json" >"$HEARTH_OUTPUT" ;;
*signal*) kill -9 $$ ;;
esac"#;
    let server = with_script(script, "").await;
    let ada = server.user("ada").await;
    let end = async |what: &str, state: &str| {
        // `read` wants a line; the input has none, which is fine.
        let made = go(&server, &ada, json!({"what": what})).await;
        until(&server, &ada, &made, state).await
    };
    let failed = end("fail", "failed").await;
    assert_eq!(
        failed["error"],
        json!({"message": "the reason", "code": "exit_3", "retryable": false})
    );
    assert_eq!(end("again", "succeeded").await["attempt"], 2);
    assert_eq!(
        end("json", "failed").await["error"]["code"],
        "invalid_output"
    );
    assert_eq!(end("signal", "failed").await["error"]["code"], "signal_9");
    assert_eq!(end("nothing", "succeeded").await["output"], json!(null));
}

#[tokio::test]
async fn a_program_that_is_not_there_fails_its_run() {
    let server = Server::with("[tasks.go]\ncommand = [\"./missing.sh\"]\n").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let failed = until(&server, &ada, &made, "failed").await;
    assert_eq!(failed["error"]["code"], "not_started");
}

#[tokio::test]
async fn a_cancel_asks_first_and_then_ends_the_whole_group() {
    let gentle = "trap 'echo stopping; exit 1' TERM\necho $$ >pid\nwhile :; do sleep 0.1; done";
    let server = with_script(gentle, "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    pid_in(&server, "pid").await;
    let cancel = format!("{}/cancel", crate::bench::path(&made));
    server
        .post(&cancel, json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    until(&server, &ada, &made, "cancelled").await;
    // The shell may add a line on the program that it waited for.
    let said = messages(&log(&server, &ada, &made).await);
    assert!(said.contains(&"stopping".to_owned()), "{said:?}");

    let stubborn = "trap '' TERM\nsh -c 'trap \"\" TERM; echo $$ >child; while :; do sleep 0.1; done' &\necho $$ >pid\nwait\nwhile :; do sleep 0.1; done";
    let server = with_script(stubborn, "[executions]\ncancel_grace = \"1s\"").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let (parent, child) = (pid_in(&server, "pid").await, pid_in(&server, "child").await);
    server
        .post(&cancel_of(&made), json!({}))
        .by(&ada)
        .send()
        .await
        .expect(200);
    until(&server, &ada, &made, "cancelled").await;
    until_gone(&parent).await;
    until_gone(&child).await;
}

fn cancel_of(made: &Value) -> String {
    format!("{}/cancel", crate::bench::path(made))
}

#[tokio::test]
async fn one_that_takes_too_long_is_ended() {
    let start = start("echo $$ >pid\nexec sleep 60", "");
    let config = start.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}timeout = \"1s\"\n")).unwrap();
    let server = start.run().await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let pid = pid_in(&server, "pid").await;
    let failed = until(&server, &ada, &made, "failed").await;
    assert_eq!(failed["error"]["code"], "timeout");
    until_gone(&pid).await;
}

#[tokio::test]
async fn what_a_program_leaves_in_its_group_goes_with_it() {
    let server = with_script("sleep 60 &\necho $! >child\nexit 0", "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let child = pid_in(&server, "child").await;
    until(&server, &ada, &made, "succeeded").await;
    until_gone(&child).await;
}

#[tokio::test]
async fn after_a_kill_of_the_server_its_programs_are_ended_and_their_runs_begin_anew() {
    let script = "echo $$ >>pids\nif [ -e second ]; then exit 0; fi\ntouch second\nsetsid sleep 60 &\necho $! >child\nsleep 60";
    let mut server = with_script(script, "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let child = pid_in(&server, "child").await;
    let first = pid_in(&server, "pids").await;
    server.kill();
    assert!(lives(&first) && lives(&child));
    let server = Start::again(&server).run().await;
    until_gone(&first).await;
    until_gone(&child).await;
    let done = until(&server, &ada, &made, "succeeded").await;
    assert_eq!(done["attempt"], 2);
}

#[tokio::test]
async fn a_server_that_stops_gives_the_run_back_uncounted() {
    let script = "if [ -e second ]; then exit 0; fi\ntouch second\necho $$ >pid\nsleep 60";
    let mut server = with_script(script, "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    let pid = pid_in(&server, "pid").await;
    assert!(server.stop().success());
    until_gone(&pid).await;
    let server = Start::again(&server).run().await;
    let done = until(&server, &ada, &made, "succeeded").await;
    assert_eq!(done["attempt"], 1);
}

#[tokio::test]
async fn no_more_programs_run_at_once_than_the_setting_says() {
    let script = "mkdir lock || { echo two at once >&2; exit 9; }\nsleep 0.2\nrmdir lock";
    let server = with_script(script, "[executions]\ncommands = 1").await;
    let ada = server.user("ada").await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(go(&server, &ada, json!({})).await);
    }
    for one in &all {
        until(&server, &ada, one, "succeeded").await;
    }
}

#[tokio::test]
async fn no_other_worker_gets_them_and_a_runs_key_does_nothing_else() {
    let script = r#"
say() { curl -s -o /dev/null -w '%{http_code} ' -H "Authorization: Bearer $HEARTH_TOKEN" "$@"; }
own="$HEARTH_URL/api/executions/$HEARTH_EXECUTION_ID"
say "$own"
printf 'hello' | say -X PUT -H 'Content-Type: text/plain' --data-binary @- "$own/artifacts/a.txt"
say "$own/artifacts/a.txt"
read -r input; other=$(echo "$input" | cut -d'"' -f4)
say "$HEARTH_URL/api/executions/$other"
say -X PUT --data-binary x "$HEARTH_URL/api/executions/$other/artifacts/b"
say -H 'Content-Type: application/json' -d '{"task":"go"}' "$HEARTH_URL/api/executions"
say -H 'Content-Type: application/json' -d '{}' "$own/cancel"
say "$HEARTH_URL/api/items"
say "$HEARTH_URL/api/auth/me"
say "$HEARTH_URL/api/admin/users"
say "$HEARTH_URL/api/workers"
echo "$HEARTH_TOKEN" >key"#;
    let server = with_script(
        script,
        "[models.items.fields]\nname = { type = \"string\" }",
    )
    .await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let other = run(&server, &worker.by, json!({"task": "else"})).await;
    let refused = json!({"tasks": ["go"], "worker": "w"});
    let refused = worker.post("/api/workers/claim", refused).await.expect(403);
    assert!(refused.detail().starts_with("`go` has a `command`"));
    let made = go(&server, &ada, json!({"other": other["id"]})).await;
    until(&server, &ada, &made, "succeeded").await;
    let said = messages(&log(&server, &ada, &made).await).concat();
    assert_eq!(said.trim(), "200 201 200 404 404 403 403 401 401 403 403");
    // And with the run it ends.
    let key = std::fs::read_to_string(server.folder().join("key")).unwrap();
    let path = crate::bench::path(&made);
    server.get(&path).token(key.trim()).send().await.expect(401);
}

#[tokio::test]
async fn twenty_thousand_lines_are_all_there_in_order() {
    let server = with_script("seq 1 20000", "").await;
    let ada = server.user("ada").await;
    let made = go(&server, &ada, json!({})).await;
    until(&server, &ada, &made, "succeeded").await;
    let (mut lines, mut after) = (Vec::new(), json!(0));
    loop {
        let path = format!("{}/events?after={after}", crate::bench::path(&made));
        let page = server
            .get(&path)
            .by(&ada)
            .unchecked()
            .send()
            .await
            .expect(200);
        if page.items().is_empty() {
            break;
        }
        lines.extend(messages(&page.items()));
        after = page.json()["next"].clone();
    }
    let wanted: Vec<String> = (1..=20_000).map(|number| number.to_string()).collect();
    assert_eq!(lines, wanted);
}
