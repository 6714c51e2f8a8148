//! The shapes of what workers and people send about executions: kinds of events, answers to questions. In the same
//! vocabulary as models.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use crate::document::{Document, Value};
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::models::{Default, Field, Kind, Model, Models, declare, validate};
use crate::services::bodies::BODIES;

const TEXT: &str = include_str!("kinds.toml");

static KINDS: LazyLock<Models> = LazyLock::new(|| models(TEXT).unwrap_or_default());

/// The models of a text; what is wrong with it, if anything is.
fn models(text: &str) -> Result<Models, Vec<String>> {
    let document = Document::new(text);
    let table = document.table();
    let models = match table.get("models").map(|models| models.get_ref()) {
        Some(Value::Table(models)) => declare::read(&document, models, &[]),
        _ => Models::default(),
    };
    let mistakes = document.mistakes();
    if mistakes.is_empty() {
        Ok(models)
    } else {
        Err(mistakes
            .into_iter()
            .map(|mistake| mistake.message)
            .collect())
    }
}

/// The body of a new execution of a task that declares its input.
pub(crate) fn with_input(input: &Field) -> Option<Model> {
    let mut shape = Model::clone(BODIES.find("execution")?);
    let place = shape
        .fields
        .iter()
        .position(|field| field.name == "input")?;
    let mut input = input.clone();
    // What a worker gets is never null, and what was left out is checked like what was sent.
    input.required = true;
    if input.default.is_none() && matches!(input.kind, Kind::Object(_)) {
        input.default = Some(Default::Literal(json!({})));
    }
    shape.fields[place] = input;
    Some(shape)
}

/// Whether a worker may say that; the faults of the event at `at`.
pub(crate) fn event_faults(kind: &str, data: &Json, at: &[Step]) -> Vec<FieldError> {
    let within = |name: &str| [at, &[Step::from(name)]].concat();
    let mut faults = Vec::new();
    let shape = match kind {
        "log" | "progress" | "step" => KINDS.find(kind),
        "input.request" => KINDS.find("input_request"),
        custom if custom.len() > "custom.".len() && custom.starts_with("custom.") => None,
        _ => {
            let expected = "'log', 'progress', 'step', 'input.request' or 'custom.…'";
            let message = format!("Input should be {expected}");
            faults
                .push(FieldError::new("enum", &within("kind"), message).with("expected", expected));
            None
        }
    };
    let mut data = data.clone();
    if kind == "step" {
        let id = data.as_object_mut().and_then(|data| data.remove("id"));
        let named = |id: &Json| id.as_str().is_some_and(|id| (1..=200).contains(&id.len()));
        if !id.as_ref().is_some_and(named) {
            let at = [at, &[Step::from("data"), Step::from("id")]].concat();
            let message = "Value error, a step has an id of 1 to 200 bytes";
            faults.push(FieldError::new("value_error", &at, message));
        }
    }
    if let Some(shape) = shape
        && let Err(found) = validate::create(shape, &data, &within("data"), true)
    {
        faults.extend(found);
    }
    faults
}

pub(crate) fn too_large(at: &[Step], most: usize) -> FieldError {
    let message = format!("Value error, at most {most} bytes of JSON");
    FieldError::new("value_error", at, message)
}

/// The shape of an answer, as a worker sent it; what is wrong with it, if anything is.
pub(crate) fn answer_shape(schema: &Json) -> Result<Model, String> {
    let declared = json!({ "models": { "answer": { "fields": { "data": schema } } } });
    let text = toml::to_string(&declared).map_err(|error| error.to_string())?;
    let models = models(&text).map_err(|mistakes| mistakes.join(" "))?;
    let shape = models.find("answer").map(|model| Model::clone(model));
    let mut shape = shape.ok_or("It is not a field")?;
    for field in &mut shape.fields {
        field.required = true;
    }
    Ok(shape)
}

/// The answer as its question wants it.
pub(crate) fn check_answer(schema: Option<&str>, body: &Json) -> Result<Json> {
    let sent = body.as_object().filter(|body| body.len() == 1);
    let data = sent.and_then(|body| body.get("data"));
    let at = [Step::from("body"), Step::from("data")];
    let Some(data) = data else {
        let (kind, message) = ("missing", "Field required");
        return Err(Error::invalid(vec![FieldError::new(kind, &at, message)]));
    };
    let text = data.to_string();
    if text.len() > limits::EVENT_SIZE {
        return Err(Error::invalid(vec![too_large(&at, limits::EVENT_SIZE)]));
    }
    let Some(schema) = schema else {
        return Ok(data.clone());
    };
    let schema = serde_json::from_str(schema).map_err(Error::internal)?;
    let shape = answer_shape(&schema).map_err(Error::internal)?;
    let mut members = validate::object(&shape, body)?;
    Ok(members.remove("data").unwrap_or(Json::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_have_no_mistake() {
        assert!(models(TEXT).is_ok(), "{:?}", models(TEXT).err());
    }

    #[test]
    fn an_answer_is_checked_by_its_questions_schema() {
        let schema = r#"{"type":"object","properties":{"ok":{"type":"boolean","required":true}}}"#;
        let good = json!({"data": {"ok": true}});
        assert_eq!(
            check_answer(Some(schema), &good).unwrap(),
            json!({"ok": true})
        );
        let bad = check_answer(Some(schema), &json!({"data": {"ok": 1}})).unwrap_err();
        assert_eq!(bad.to_string(), "data.ok: Input should be a valid boolean");
        assert!(check_answer(None, &json!({"data": null})).is_ok());
        assert!(check_answer(None, &json!({})).is_err());
    }

    #[test]
    fn a_schema_that_is_none_is_told() {
        assert!(answer_shape(&json!({"type": "text"})).is_err());
        assert!(answer_shape(&json!({"type": null})).is_err());
    }
}
