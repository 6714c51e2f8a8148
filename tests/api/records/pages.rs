//! Filters, orders and pages of a list, against what a simple model of them says; also while records come and go.

use std::cmp::Ordering;
use std::collections::HashSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Server, Start, User};

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

const SORTABLE: [&str; 9] = [
    "id",
    "s",
    "i",
    "n",
    "b",
    "d",
    "u",
    "created_at",
    "updated_at",
];

/// Few values each, so that there are many equals.
fn value(field: &'static str) -> BoxedStrategy<Value> {
    let pool: Vec<Value> = match field {
        "s" => [
            "",
            "a",
            "A",
            "aa",
            "é",
            "e\u{301}",
            "ß",
            "\u{1F980}",
            "\u{FFFD}",
            "z' --",
            "%",
            "10",
            "9",
        ]
        .map(Value::from)
        .to_vec(),
        "i" => [0, 1, -1, 7, i64::MIN, i64::MAX, 1 << 53, (1 << 53) + 1]
            .map(Value::from)
            .to_vec(),
        "n" => [
            0.0,
            1.0,
            -1.5,
            0.1,
            0.30000000000000004,
            0.3,
            1e308,
            -1e308,
            5e-324,
            7.0,
            1e15,
        ]
        .map(Value::from)
        .to_vec(),
        "b" => [true, false].map(Value::from).to_vec(),
        "d" => [
            "2026-01-01T00:00:00.000Z",
            "1999-12-31T23:59:59.999Z",
            "2026-01-01T00:00:00.001Z",
        ]
        .map(Value::from)
        .to_vec(),
        _ => [
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "00000000-0000-0000-0000-000000000000",
        ]
        .map(Value::from)
        .to_vec(),
    };
    prop_oneof![1 => Just(Value::Null), 4 => proptest::sample::select(pool)].boxed()
}

fn row() -> impl Strategy<Value = Value> {
    (
        value("s"),
        value("i"),
        value("n"),
        value("b"),
        value("d"),
        value("u"),
    )
        .prop_map(|(s, i, n, b, d, u)| json!({"s": s, "i": i, "n": n, "b": b, "d": d, "u": u}))
}

fn filters() -> impl Strategy<Value = Vec<(&'static str, Vec<Value>)>> {
    let one = proptest::sample::select(vec!["s", "i", "n", "b", "d", "u"]).prop_flat_map(|field| {
        let some = value(field).prop_filter("no null", |value| !value.is_null());
        (Just(field), proptest::collection::vec(some, 1..4))
    });
    proptest::collection::vec(one, 0..2)
}

/// What happens to the records between two pages.
#[derive(Clone, Debug)]
enum Step {
    Nothing,
    Insert(Value),
    Remove(prop::sample::Index),
    Change(prop::sample::Index, Value),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Nothing),
        1 => row().prop_map(Step::Insert),
        1 => any::<prop::sample::Index>().prop_map(Step::Remove),
        1 => (any::<prop::sample::Index>(), row()).prop_map(|(at, row)| Step::Change(at, row)),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    model: &'static str,
    rows: Vec<Value>,
    filters: Vec<(&'static str, Vec<Value>)>,
    sort: Vec<(&'static str, bool)>,
    limit: usize,
    steps: Vec<Step>,
}

fn case() -> impl Strategy<Value = Case> {
    let sort = proptest::sample::subsequence(SORTABLE.to_vec(), 0..=3).prop_shuffle();
    let sort = (sort, proptest::collection::vec(any::<bool>(), 3))
        .prop_map(|(names, ways)| names.into_iter().zip(ways).collect());
    (
        proptest::sample::select(vec!["rows", "keyed"]),
        proptest::collection::vec(row(), 0..25),
        filters(),
        sort,
        1..8_usize,
        proptest::collection::vec(step(), 12),
    )
        .prop_map(|(model, rows, filters, sort, limit, steps)| Case {
            model,
            rows,
            filters,
            sort,
            limit,
            steps,
        })
}

fn compare(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(one), Value::Bool(two)) => one.cmp(two),
        (Value::String(one), Value::String(two)) => one.as_bytes().cmp(two.as_bytes()),
        (Value::Number(one), Value::Number(two)) => match (one.as_i64(), two.as_i64()) {
            (Some(one), Some(two)) => one.cmp(&two),
            _ => one.as_f64().partial_cmp(&two.as_f64()).unwrap(),
        },
        _ => panic!("{one} and {two} are of different types"),
    }
}

impl Case {
    /// The order with the id at its end.
    fn order(&self, one: &Value, two: &Value) -> Ordering {
        let ids = (!self.sort.iter().any(|(name, _)| *name == "id")).then_some(("id", false));
        let terms = self.sort.iter().copied().chain(ids);
        terms.fold(Ordering::Equal, |order, (name, descending)| {
            let next = compare(&one[name], &two[name]);
            order.then(if descending { next.reverse() } else { next })
        })
    }

    fn keeps(&self, row: &Value) -> bool {
        self.filters.iter().all(|(name, any)| {
            // The same field named by two filters means any of both.
            let mut all = self
                .filters
                .iter()
                .filter(|(other, _)| other == name)
                .flat_map(|(_, any)| any);
            debug_assert!(!any.is_empty());
            all.any(|value| !row[*name].is_null() && compare(value, &row[*name]) == Ordering::Equal)
        })
    }

    /// Those that are wanted, in order, behind `last`.
    fn wanted(&self, rows: &[Value], last: Option<&Value>) -> Vec<Value> {
        let mut wanted: Vec<Value> = rows.iter().filter(|row| self.keeps(row)).cloned().collect();
        wanted.retain(|row| last.is_none_or(|last| self.order(row, last) == Ordering::Greater));
        wanted.sort_by(|one, two| self.order(one, two));
        wanted
    }

    fn query(&self, batch: usize) -> String {
        let mut pairs = vec![
            ("batch".to_owned(), batch.to_string()),
            ("limit".to_owned(), self.limit.to_string()),
        ];
        if !self.sort.is_empty() {
            let terms: Vec<String> = self
                .sort
                .iter()
                .map(|(name, descending)| format!("{}{name}", if *descending { "-" } else { "" }))
                .collect();
            pairs.push(("sort".to_owned(), terms.join(",")));
        }
        for (name, any) in &self.filters {
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            pairs.extend(any.iter().map(|value| ((*name).to_owned(), text(value))));
        }
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }
}

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
        let kept: HashSet<String> = self.rows.iter().map(|row| row["id"].to_string()).collect();
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
        let _ = kept;
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
        for step in trial.case.steps[..3].to_vec() {
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
