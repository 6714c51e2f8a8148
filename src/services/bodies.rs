//! What the bodies of accounts' calls look like: the same vocabulary, the same checks and the same document as models.

use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::document::{Document, Value};
use crate::error::{Error, FieldError, Result, Step};
use crate::models::{Models, declare, validate};

const TEXT: &str = include_str!("bodies.toml");

/// Each body under its name; a test sees to it that the text has no mistake.
pub(crate) static BODIES: LazyLock<Models> = LazyLock::new(|| {
    let document = Document::new(TEXT);
    match document
        .table()
        .get("models")
        .map(|models| models.get_ref())
    {
        Some(Value::Table(models)) => declare::read(&document, models, &[]),
        _ => Models::default(),
    }
});

/// A body as the call wants it; 422 with every fault when it is not.
pub(crate) fn take<T: DeserializeOwned>(name: &str, body: &Json) -> Result<T> {
    let members = members(name, body)?;
    serde_json::from_value(Json::Object(members)).map_err(Error::internal)
}

/// Its members.
pub(crate) fn members(name: &str, body: &Json) -> Result<Map<String, Json>> {
    let shape = BODIES
        .find(name)
        .ok_or_else(|| Error::internal(format!("no body `{name}`")))?;
    Ok(validate::body(shape, body)?)
}

/// The fault of a member that the call needs in this case.
pub(crate) fn missing(name: &str) -> FieldError {
    FieldError::new(
        "missing",
        &[Step::from("body"), Step::from(name)],
        "Field required",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bodies_have_no_mistake() {
        let document = Document::new(TEXT);
        let table = document.table();
        if let Value::Table(models) = table["models"].get_ref() {
            declare::read(&document, models, &[]);
        }
        assert_eq!(document.mistakes(), []);
        assert!(BODIES.find("register").is_some());
    }
}
