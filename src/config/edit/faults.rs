//! What is wrong with a declaration, at the place in what was sent: the same reader as at a start, on a text in which each
//! key has a line of its own.

use serde_json::{Map, Value as Json};
use toml_edit::DocumentMut;

use super::{Change, json};
use crate::document::{Document, Value};
use crate::error::{FieldError, Step};
use crate::models::declare;

/// Every fault of the change against the text that it is for. `roles` are those of `[auth.roles]`.
pub fn faults(text: &str, change: &Change, roles: &[String]) -> Vec<FieldError> {
    let mut models = super::declared(text);
    let mut faults = names(&models, change);
    let at = [Step::from("body"), Step::from("declaration")];
    unsayable(&Json::Object(change.declaration.clone()), &at, &mut faults);
    if !faults.is_empty() {
        return faults;
    }
    models.shift_remove(change.from.as_ref().unwrap_or(&change.model));
    let mut lines = Lines::default();
    lines.model(change);
    let others = lines.text.lines().count();
    for (name, model) in &models {
        lines.rest(name, model);
    }
    let document = Document::new(&lines.text);
    let table = document.table();
    if let Some(Value::Table(models)) = table.get("models").map(|models| models.get_ref()) {
        declare::read(&document, models, roles);
    }
    let mut found: Vec<FieldError> = Vec::new();
    for mistake in document.mistakes() {
        let place = match mistake.line {
            line if line > others => vec![Step::from("body"), Step::from("model")],
            line => lines
                .places
                .get(line.saturating_sub(1))
                .cloned()
                .unwrap_or_default(),
        };
        found.push(fault(&place, &mistake.message));
    }
    found
}

fn fault(at: &[Step], message: &str) -> FieldError {
    FieldError::new("value_error", at, format!("Value error, {message}"))
}

/// Whether there is such a model, or is none yet.
fn names(models: &Map<String, Json>, change: &Change) -> Vec<FieldError> {
    let at = |member: &str| [Step::from("body"), Step::from(member)];
    let name = &change.model;
    match &change.from {
        Some(from) if !models.contains_key(from) => {
            let message =
                format!("There is no model `{from}` in config.toml. Leave `from` out to add one");
            vec![fault(&at("from"), &message)]
        }
        Some(from) if from == name => Vec::new(),
        _ if models.contains_key(name) => {
            let message = format!(
                "There is a model `{name}` already. Choose another name, or change that one"
            );
            vec![fault(&at("model"), &message)]
        }
        _ => Vec::new(),
    }
}

/// What JSON can say and TOML can't.
fn unsayable(json: &Json, at: &[Step], faults: &mut Vec<FieldError>) {
    let inner = |step: Step| [at, &[step]].concat();
    match json {
        Json::Null => faults.push(fault(
            at,
            "There is no null in a declaration. Leave the key out",
        )),
        Json::Number(number) if number.is_u64() && number.as_i64().is_none() => {
            faults.push(fault(at, "A whole number must fit into 64 bits"));
        }
        Json::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                unsayable(item, &inner(Step::from(index)), faults);
            }
        }
        Json::Object(members) => {
            for (name, member) in members {
                unsayable(member, &inner(Step::Name(name.clone())), faults);
            }
        }
        _ => {}
    }
}

/// A text, and for each of its lines the place in the body that it stands for.
#[derive(Default)]
struct Lines {
    text: String,
    places: Vec<Vec<Step>>,
}

impl Lines {
    fn model(&mut self, change: &Change) {
        let body = [Step::from("body"), Step::from("model")];
        // A wrong name is reported at the header, an unknown key at its own line.
        let declaration = vec![Step::from("body"), Step::from("declaration")];
        self.push(
            &format!("[models.{}]", quoted(&change.model)),
            body.to_vec(),
        );
        let path = format!("models.{}", quoted(&change.model));
        self.table(&path, &change.declaration, &declaration, 2);
        if !change.declaration.contains_key("fields") {
            let at = [declaration.as_slice(), &[Step::from("fields")]].concat();
            self.push(&format!("[{path}.fields]"), at);
        }
    }

    /// Scalars, then the tables within, as deep as columns are declared.
    fn table(&mut self, path: &str, members: &Map<String, Json>, at: &[Step], depth: usize) {
        let opens = |value: &Json| depth > 0 && value.is_object();
        let inner = |name: &str| [at, &[Step::Name(name.to_owned())]].concat();
        for (name, value) in members.iter().filter(|(_, value)| !opens(value)) {
            self.push(
                &format!("{} = {}", quoted(name), one_line(value)),
                inner(name),
            );
        }
        for (name, value) in members.iter().filter(|(_, value)| opens(value)) {
            let Json::Object(members) = value else {
                continue;
            };
            let path = format!("{path}.{}", quoted(name));
            self.push(&format!("[{path}]"), inner(name));
            self.table(&path, members, &inner(name), depth - 1);
        }
    }

    fn rest(&mut self, name: &str, model: &Json) {
        if let Json::Object(members) = model {
            self.push(&format!("[models.{}]", quoted(name)), Vec::new());
            self.table(&format!("models.{}", quoted(name)), members, &[], 0);
        }
    }

    fn push(&mut self, line: &str, place: Vec<Step>) {
        self.text.push_str(line);
        self.text.push('\n');
        self.places.push(place);
    }
}

/// A key in double quotes, whatever is in it.
fn quoted(name: &str) -> String {
    one_line(&Json::from(name))
}

/// A value in one line: a text with several lines is escaped.
fn one_line(value: &Json) -> String {
    match value {
        // JSON's escapes are TOML's, but for DEL.
        Json::String(text) => Json::from(text.as_str())
            .to_string()
            .replace('\u{7f}', "\\u007f"),
        Json::Array(list) => {
            let items: Vec<String> = list.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{} = {}", quoted(name), one_line(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => {
            let mut document = DocumentMut::new();
            document["x"] = toml_edit::Item::Value(json::value(other));
            document
                .to_string()
                .trim_start_matches("x = ")
                .trim_end()
                .to_owned()
        }
    }
}
