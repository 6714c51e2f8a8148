//! What a list should be, computed the simple way, and the cases to try.

use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::{Value, json};

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
pub(super) enum Step {
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
pub(super) struct Case {
    pub(super) model: &'static str,
    pub(super) rows: Vec<Value>,
    pub(super) filters: Vec<(&'static str, Vec<Value>)>,
    pub(super) sort: Vec<(&'static str, bool)>,
    pub(super) limit: usize,
    pub(super) steps: Vec<Step>,
}

pub(super) fn case() -> impl Strategy<Value = Case> {
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
        self.filters.iter().all(|(name, _)| {
            // The same field in two filters means any of both.
            let same = self.filters.iter().filter(|(other, _)| other == name);
            let mut any = same.flat_map(|(_, any)| any);
            any.any(|value| !row[*name].is_null() && compare(value, &row[*name]).is_eq())
        })
    }

    /// Those that are wanted, in order, behind `last`.
    pub(super) fn wanted(&self, rows: &[Value], last: Option<&Value>) -> Vec<Value> {
        let mut wanted: Vec<Value> = rows.iter().filter(|row| self.keeps(row)).cloned().collect();
        wanted.retain(|row| last.is_none_or(|last| self.order(row, last) == Ordering::Greater));
        wanted.sort_by(|one, two| self.order(one, two));
        wanted
    }

    pub(super) fn query(&self, batch: usize) -> String {
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
