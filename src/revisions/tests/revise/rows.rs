//! Rows for the first models of a random pair: nulls, all of Unicode, the largest numbers, nested JSON, references.

use proptest::prelude::*;

use super::random::{Pair, json_text, real, text, whole};
use super::*;
use crate::models::ddl::{Column, Shape, Stored, quote};

/// The id of the first or second record.
fn id_of(model: &Model, number: usize) -> String {
    match model.id {
        IdKind::Integer => number.to_string(),
        IdKind::Uuid => format!("'{} {number}'", model.name),
    }
}

/// A value that the column takes, as SQL.
fn value(column: &Column, models: &[Model]) -> BoxedStrategy<String> {
    let quoted = |text: String| format!("'{}'", text.replace('\'', "''"));
    let parent = column.references.as_ref().and_then(|parent| {
        let mut parents = models.iter();
        parents.find(|model| model.name == parent.table)
    });
    let some = match &column.stored {
        _ if let Some(parent) = parent => {
            prop::sample::select(vec![id_of(parent, 1), id_of(parent, 2)]).boxed()
        }
        Stored::Text => match &column.options {
            Some(options) => prop::sample::select(options.clone()).boxed(),
            None => text().prop_map(quoted).boxed(),
        },
        Stored::Integer => whole().prop_map(|whole| whole.to_string()).boxed(),
        Stored::Boolean => (0..2_i64).prop_map(|flag| flag.to_string()).boxed(),
        Stored::Real => real().prop_map(|real| format!("{real:?}")).boxed(),
        Stored::Array => prop::collection::vec(json_text(), 0..3)
            .prop_map(move |list| quoted(json!(list).to_string()))
            .boxed(),
        _ => (text(), json_text())
            .prop_map(move |(name, value)| quoted(json!({ name: value }).to_string()))
            .boxed(),
    };
    match column.required {
        true => some,
        false => prop_oneof![1 => Just("NULL".to_owned()), 3 => some].boxed(),
    }
}

/// Statements that fill `others` and `things`.
pub(super) fn rows(pair: &Pair) -> BoxedStrategy<Vec<String>> {
    let models = pair.before.clone();
    let shape = Shape::of(&models[0]);
    let columns: Vec<Column> = shape
        .columns
        .iter()
        .filter(|column| models[0].field(&column.name).is_some())
        .cloned()
        .collect();
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!(", {}", quote(&column.name)))
        .collect();
    let row: Vec<BoxedStrategy<String>> = columns
        .iter()
        .map(|column| value(column, &models))
        .collect();
    let owner = prop::sample::select(vec!["NULL", "'ada'"]);
    let row = (owner, row).prop_map(|(owner, values)| {
        let values: Vec<String> = values.iter().map(|value| format!(", {value}")).collect();
        format!("{owner}{}", values.concat())
    });
    let backs = prop::option::of(1..3_usize);
    (prop::collection::vec(row, 0..4), backs)
        .prop_map(move |(rows, back)| {
            let mut list: Vec<String> = ["'one'", "'two'"]
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    let id = id_of(&models[1], at + 1);
                    insert("others", "id, name", &format!("{id}, {name}"))
                })
                .collect();
            list.extend(rows.iter().enumerate().map(|(at, values)| {
                let id = id_of(&models[0], at + 1);
                format!(
                    "INSERT OR IGNORE INTO things (created_at, updated_at, id, user_id{}) VALUES ('', '', {id}, {values})",
                    names.concat()
                )
            }));
            if let (Some(back), true) = (back, models[1].field("back").is_some()) {
                let id = id_of(&models[0], back);
                list.push(format!("UPDATE others SET back = {id} WHERE name = 'two'"));
            }
            list
        })
        .boxed()
}
