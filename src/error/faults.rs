//! Where something is wrong: in what a client sent, or in a declaration.

use serde::Serialize;

/// One step of the way to a fault: a name, or an index in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Step {
    Name(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Step::Name(name.to_owned())
    }
}
impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// One fault of what was sent, in Pydantic's words. The offending input is never echoed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldError {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub loc: Vec<Step>,
    pub msg: String,
    /// Boxed, so that a `Result` with one fault stays small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Box<serde_json::Map<String, serde_json::Value>>>,
}

impl FieldError {
    pub fn new(kind: &'static str, loc: &[Step], msg: impl Into<String>) -> Self {
        FieldError {
            kind,
            loc: loc.to_vec(),
            msg: msg.into(),
            ctx: None,
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.ctx
            .get_or_insert_default()
            .insert(name.to_owned(), value.into());
        self
    }
}

/// A mistake in a declaration: `config.toml:12: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1; 0 when it is of no line (the environment).
    pub line: usize,
    /// A sentence with the remedy: "Model `notes` has no field `titel`. Did you mean `title`?"
    pub message: String,
}
