//! A hostile page in a user's browser: its forms change nothing, and what a link can do changes nothing either.

use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Server, User};

/// Every row of every table.
fn everything(server: &Server) -> Vec<(String, Vec<Vec<Cell>>)> {
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let patience = std::time::Duration::from_secs(5);
    database.busy_timeout(patience).unwrap();
    let names: Vec<String> = {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut tables = database.prepare(sql).unwrap();
        let names = tables.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let rows = |name: &String| {
        let mut all = database
            .prepare(&format!("SELECT * FROM \"{name}\""))
            .unwrap();
        let columns = all.column_count();
        let rows = all.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        rows.unwrap().map(Result::unwrap).collect()
    };
    names
        .iter()
        .map(|name| (name.clone(), rows(name)))
        .collect()
}

fn routes(server: &Server) -> Vec<(String, String)> {
    let text = server.hearth(&["routes", "--json"]);
    let routes: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text = |route: &Value, name: &str| route[name].as_str().unwrap().to_owned();
    let pairs = routes
        .iter()
        .map(|route| (text(route, "method"), text(route, "path")));
    pairs.collect()
}

/// An admin with one of everything that has an id, and a path's parameters filled with theirs.
struct Scene {
    server: Server,
    root: User,
    ids: Vec<(&'static str, String)>,
}

impl Scene {
    async fn start() -> Scene {
        let server = Server::start().await;
        let root = server.admin("root").await;
        let root = server.sign_in(&root.email, PASSWORD).await;
        let post = async |path: &str, body: Value| {
            let made = server.post(path, body).by(&root).send().await.expect(201);
            let id = made.item()["id"].clone();
            id.as_str().map_or_else(|| id.to_string(), str::to_owned)
        };
        let ids = vec![
            ("/api/items", post("/api/items", json!({"name": "a"})).await),
            (
                "/api/executions",
                post("/api/executions", json!({"task": "t"})).await,
            ),
            (
                "/api/auth/api-keys",
                post("/api/auth/api-keys", json!({"name": "k"})).await,
            ),
            ("/api/admin/users", root.id.clone()),
        ];
        Scene { server, root, ids }
    }

    fn filled(&self, path: &str) -> String {
        let known = self.ids.iter().find(|(prefix, _)| path.starts_with(prefix));
        path.replace("{id}", known.map_or("1", |(_, id)| id))
    }
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let scene = Scene::start().await;
    let server = &scene.server;
    let before = everything(server);
    assert!(before.len() > 10);
    let mut answered = 0;
    for (_, path) in routes(server).iter().filter(|(method, _)| method == "GET") {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let call = server.call(method, &scene.filled(path)).unchecked();
            let answer = call.by(&scene.root).send().await;
            assert!(answer.status < 500, "{method} {path}: {}", answer.text());
            answered += usize::from(answer.status == 200);
        }
    }
    assert!(answered > 30, "{answered}");
    for page in [
        "/",
        "/console/",
        "/console/app.js",
        "/docs",
        "/openapi.json",
    ] {
        server.get(page).unchecked().by(&scene.root).send().await;
    }
    assert!(everything(server) == before, "a GET has written");
}

#[tokio::test]
async fn another_sites_form_changes_nothing() {
    let scene = Scene::start().await;
    let server = &scene.server;
    let before = everything(server);
    // All that a page may send anywhere without asking; the browser adds the cookie where SameSite does not keep it.
    let kinds = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ];
    for (_, path) in routes(server).iter().filter(|(method, _)| method == "POST") {
        for kind in kinds {
            let body = match kind {
                "application/x-www-form-urlencoded" => format!(
                    "grant_type=password&username={}&password={}",
                    scene.root.email,
                    PASSWORD.replace(' ', "+")
                ),
                _ => json!({"email": scene.root.email, "password": PASSWORD, "all": true})
                    .to_string(),
            };
            let call = server
                .call("POST", &scene.filled(path))
                .header("origin", "https://evil.example")
                .header(
                    "cookie",
                    &format!("hearth_refresh={}", scene.root.refresh_token),
                )
                .body(kind, body);
            let answer = call.send().await;
            let refused = [401, 403, 404, 415].contains(&answer.status);
            assert!(
                refused,
                "{path} as {kind}: {} {}",
                answer.status,
                answer.text()
            );
            assert!(answer.header("access-control-allow-origin").is_none());
        }
    }
    assert!(everything(server) == before, "a form has written");
    server
        .get("/api/auth/me")
        .by(&scene.root)
        .send()
        .await
        .expect(200);
}
