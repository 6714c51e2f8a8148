//! Filters, orders and pages of a list, against what a simple model of them says; also while records come and go.

use std::collections::HashSet;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Server, Start, User};

mod model;

use model::{Case, Step, case};

const CONFIG: &str = r#"
[models.rows.fields]
batch = { type = "integer", index = true }
s = { type = "string" }
i = { type = "integer" }
n = { type = "number", index = true }
b = { type = "boolean" }
d = { type = "string", format = "date-time" }
u = { type = "string", format = "uuid" }

[models.keyed]
id = "uuid"
[models.keyed.fields]
batch = { type = "integer", index = true }
s = { type = "string" }
i = { type = "integer" }
n = { type = "number", index = true }
b = { type = "boolean" }
d = { type = "string", format = "date-time" }
u = { type = "string", format = "uuid" }
"#;

/// A case on its way: the server's records of it, as the server said them.
struct Trial<'s> {
    server: &'s Server,
    user: &'s User,
    case: Case,
    batch: usize,
    rows: Vec<Value>,
}

impl Trial<'_> {
    fn path(&self, row: &Value) -> String {
        let id = row["id"]
            .as_str()
            .map_or_else(|| row["id"].to_string(), str::to_owned);
        format!("/api/{}/{id}", self.case.model)
    }

    async fn insert(&mut self, mut row: Value) {
        row["batch"] = json!(self.batch);
        let made = self
            .server
            .post(&format!("/api/{}", self.case.model), row)
            .by(self.user)
            .send()
            .await;
        self.rows.push(made.expect(201).item());
    }

    async fn apply(&mut self, step: Step) {
        match step {
            Step::Insert(row) => self.insert(row).await,
            Step::Remove(at) if !self.rows.is_empty() => {
                let row = self.rows.remove(at.index(self.rows.len()));
                self.server
                    .delete(&self.path(&row))
                    .by(self.user)
                    .send()
                    .await
                    .expect(200);
            }
            Step::Change(at, change) if !self.rows.is_empty() => {
                let at = at.index(self.rows.len());
                let path = self.path(&self.rows[at]);
                self.rows[at] = self
                    .server
                    .put(&path, change)
                    .by(self.user)
                    .send()
                    .await
                    .expect(200)
                    .item();
            }
            _ => {}
        }
    }

    async fn get(&self, more: &str) -> Value {
        let path = format!(
            "/api/{}?{}{more}",
            self.case.model,
            self.case.query(self.batch)
        );
        self.server
            .get(&path)
            .by(self.user)
            .send()
            .await
            .expect(200)
            .json()
    }

    /// All pages by offset, with the total on each.
    async fn check_offsets(&self) {
        let wanted = self.case.wanted(&self.rows, None);
        let mut offset = 0;
        while offset <= wanted.len() {
            let page = self.get(&format!("&offset={offset}&total=true")).await;
            let end = wanted.len().min(offset + self.case.limit);
            assert_eq!(page["items"], json!(wanted[offset..end]), "{:?}", self.case);
            assert_eq!(page["total"], wanted.len());
            assert_eq!(page["next_cursor"].is_null(), end == wanted.len());
            offset += self.case.limit;
        }
    }

    /// All pages by cursor, with a step between each two.
    async fn check_cursors(&mut self) {
        let (mut last, mut more, mut seen) = (None::<Value>, String::new(), Vec::new());
        for step in self.case.steps.clone() {
            let page = self.get(&more).await;
            let wanted = self.case.wanted(&self.rows, last.as_ref());
            let end = wanted.len().min(self.case.limit);
            assert_eq!(page["items"], json!(wanted[..end]), "{:?}", self.case);
            seen.extend(wanted[..end].iter().map(|row| row["id"].to_string()));
            let Some(cursor) = page["next_cursor"].as_str() else {
                assert_eq!(end, wanted.len());
                break;
            };
            more = format!("&cursor={cursor}");
            last = Some(wanted[end - 1].clone());
            // A record whose place in the order changes may be met again or missed; others never.
            if !matches!(step, Step::Change(..)) {
                self.apply(step).await;
            }
        }
        let distinct: HashSet<&String> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "no record is met twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_as_a_simple_model_says_also_while_records_come_and_go() {
    let server = Server::with(CONFIG).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    for batch in 0..40 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let mut trial = Trial {
            server: &server,
            user: &ada,
            case,
            batch,
            rows: Vec::new(),
        };
        let mut rows = trial.case.rows.clone();
        for row in &mut rows {
            row["batch"] = json!(batch);
        }
        if !rows.is_empty() {
            let path = format!("/api/{}", trial.case.model);
            trial.rows = server
                .post(&path, json!(rows))
                .by(&ada)
                .send()
                .await
                .expect(201)
                .items();
            server
                .post(&path, json!(rows))
                .by(&bob)
                .send()
                .await
                .expect(201);
        }
        let steps = trial.case.steps.clone();
        for step in steps.into_iter().take(3) {
            trial.apply(step).await;
        }
        trial.check_offsets().await;
        trial.check_cursors().await;
    }
}

#[tokio::test]
async fn a_cursor_survives_a_restart_and_the_record_that_it_stands_at() {
    let mut server = Server::with(CONFIG).await;
    let ada = server.user("ada").await;
    let rows: Vec<Value> = (0..6)
        .map(|number| json!({"n": f64::from(number) / 10.0, "s": "x"}))
        .collect();
    server
        .post("/api/rows", json!(rows))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let page = server
        .get("/api/rows?sort=-n&limit=2")
        .by(&ada)
        .send()
        .await
        .expect(200);
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    assert!(server.stop().success());
    let server = Start::again(&server).run().await;
    server
        .delete("/api/rows/5")
        .by(&ada)
        .send()
        .await
        .expect(200);
    server
        .post("/api/rows", json!({"n": 9}))
        .by(&ada)
        .send()
        .await
        .expect(201);
    let page = server
        .get(&format!("/api/rows?sort=-n&limit=2&cursor={cursor}"))
        .by(&ada)
        .send()
        .await
        .expect(200);
    let ids: Vec<Value> = page.items().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [4, 3]);
}
