//! `hearth settings`, `routes` and `openapi`: what this project is, for people and for programs.

use serde_json::Value;

use crate::folder::{Done, Folder, hearth};

fn with_variable(folder: &Folder, name: &str, value: &str, words: &[&str]) -> Done {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(words)
        .current_dir(folder.path())
        .env(name, value)
        .output()
        .unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn setting(list: &Value, name: &str) -> Value {
    let list = list.as_array().unwrap();
    let found = list.iter().find(|setting| setting["name"] == name);
    found.unwrap().clone()
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let folder = Folder::with("[server]\nport = 9000\n");
    let name = "HEARTH_AUTH__ACCESS_LIFETIME";
    let list = with_variable(&folder, name, "5m", &["settings", "--json"]).json();
    let port = setting(&list, "server.port");
    assert_eq!(
        (&port["value"], &port["source"]),
        (&9000.into(), &"config.toml:2".into())
    );
    let lifetime = setting(&list, "auth.access_lifetime");
    assert_eq!(
        (&lifetime["value"], &lifetime["source"]),
        (&"5m".into(), &name.into())
    );
    assert_eq!(setting(&list, "logs.level")["source"], "default");
    let table = folder.hearth(&["settings"]).ok();
    let row = table
        .lines()
        .find(|line| line.starts_with("server.port"))
        .unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(
        cells,
        [
            "server.port",
            "9000",
            "config.toml:2",
            "1",
            "to",
            "65535",
            "restart"
        ]
    );
}

#[test]
fn a_secret_is_never_shown() {
    let secret = "0123456789abcdef0123456789abcdef-hunter2";
    let folder = Folder::with(&format!("[auth]\nsecret = \"{secret}\"\n"));
    for words in [&["settings"][..], &["settings", "--json"], &["check"]] {
        let done = folder.hearth(words);
        assert!(!format!("{done:?}").contains("hunter2"), "{done:?}");
        done.ok();
    }
}

#[test]
fn an_unknown_variable_stops_with_what_was_meant() {
    let folder = Folder::new();
    let done = with_variable(&folder, "HEARTH_SERVER__PROT", "1", &["check"]);
    let said = done.refused();
    assert_eq!(
        said,
        "`HEARTH_SERVER__PROT` is no setting. Did you mean `HEARTH_SERVER__PORT`?"
    );
    with_variable(&folder, "HEARTH_PORT", "tcp://10.0.0.1:80", &["check"]).ok();
}

#[test]
fn routes_lists_every_operation_with_its_access() {
    let folder = Folder::with(
        "[models.films]\naccess = \"public_read\"\n[models.films.fields]\ntitle = { type = \"string\" }\n",
    );
    let all = folder.hearth(&["routes", "--json"]).json();
    let all = all.as_array().unwrap();
    let found = |method: &str, path: &str| {
        let mut fits = all.iter().filter(|route| route["method"] == method);
        fits.find(|route| route["path"] == path).unwrap()
    };
    assert_eq!(found("GET", "/api/films")["access"], "anyone");
    assert_eq!(found("POST", "/api/films")["access"], "signed_in");
    assert_eq!(found("PATCH", "/api/films/{id}")["access"], "owner");
    assert_eq!(found("GET", "/api/films")["model"], "films");
    let document = folder.hearth(&["openapi"]).json();
    assert_eq!(document["openapi"], "3.1.0");
    for route in all {
        let method = route["method"].as_str().unwrap().to_lowercase();
        let path = route["path"].as_str().unwrap();
        // Pages for people are no operations, nor are sockets.
        let pages = ["/docs", "/openapi.json", "/realtime.schema.json", "/ws"];
        if !pages.iter().any(|page| path.starts_with(page)) {
            assert!(document["paths"][path][&method].is_object(), "{route}");
        }
    }
    let table = folder.hearth(&["routes"]).ok();
    assert_eq!(table.lines().count(), all.len() + 1);
}

#[test]
fn public_routes_are_those_that_need_no_sign_in() {
    let folder = Folder::with(
        "[models.films]\naccess = \"public_read\"\n[models.films.fields]\ntitle = { type = \"string\" }\n\
         [models.notes.fields]\ntitle = { type = \"string\" }\n",
    );
    let list = folder.hearth(&["routes", "--public", "--json"]).json();
    let list: Vec<String> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|route| {
            assert_eq!(route["access"], "anyone", "{route}");
            format!("{} {}", route["method"], route["path"]).replace('"', "")
        })
        .collect();
    assert!(list.contains(&"GET /api/films".to_owned()), "{list:?}");
    assert!(
        list.contains(&"POST /api/auth/login".to_owned()),
        "{list:?}"
    );
    assert!(
        !list.iter().any(|route| route.contains("notes")),
        "{list:?}"
    );
    assert!(!list.contains(&"POST /api/films".to_owned()), "{list:?}");
}

#[test]
fn fifteen_models_are_more_than_seventy_operations() {
    let models: String = (0..15)
        .map(|at| format!("[models.m{at}.fields]\nx = {{ type = \"string\" }}\n"))
        .collect();
    let folder = Folder::with(&models);
    let document = hearth(folder.path(), &["openapi"], "").json();
    let operations: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|path| {
            path.as_object()
                .unwrap()
                .keys()
                .filter(|key| *key != "parameters")
                .count()
        })
        .sum();
    assert!(operations >= 75, "{operations}");
}
