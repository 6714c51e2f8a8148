//! Tests of the validation, most of them tables: what is sent, and what has to come of it.

mod bodies;
mod faults;
mod formats;
mod merges;
mod properties;
mod queries;
mod records;
mod sample;

use serde_json::Value as Json;

use crate::error::{FieldError, Step};

/// `body.metadata.a.0`
fn place(fault: &FieldError) -> String {
    let steps: Vec<String> = fault
        .loc
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    steps.join(".")
}

/// `type place message`, as the tables have it.
fn line(fault: &FieldError) -> String {
    format!("{} {} {}", fault.kind, place(fault), fault.msg)
}

fn lines(faults: &[FieldError]) -> Vec<String> {
    faults.iter().map(line).collect()
}

fn json(text: &str) -> Json {
    super::parse(text.as_bytes()).expect(text)
}
