//! What is said of a value that its key can't take.

use super::form::{Form, Given, Raw};
use super::key::{Key, Kind};
use crate::error::Mistake;

pub(super) fn out_of_bounds(key: &Key, given: &Given, written: &str) -> Vec<Mistake> {
    given.raw.mistake(format!(
        "`{}` is {written}; it must be {}.",
        given.label,
        key.bounds()
    ))
}

pub(super) fn wrong_type(key: &Key, given: &Given) -> Vec<Mistake> {
    let hint = match (&key.kind, &given.raw.form) {
        (Kind::Port(_) | Kind::Integer { .. }, Form::Text(text)) if text.parse::<u32>().is_ok() => {
            format!(" Did you mean {text}, without quotes?")
        }
        (Kind::Boolean(_), Form::Text(text)) if text == "true" || text == "false" => {
            format!(" Did you mean {text}, without quotes?")
        }
        (
            Kind::Origins(_) | Kind::Hosts(_) | Kind::Networks(_) | Kind::Roles(_),
            Form::Text(text),
        ) => {
            format!(" Did you mean [{text:?}]?")
        }
        _ => String::new(),
    };
    given.raw.mistake(format!(
        "`{}` must be {}, as {}, not {}.{hint}",
        given.label,
        key.wanted(),
        key.example(),
        written(&given.raw)
    ))
}

pub(super) fn written(raw: &Raw) -> String {
    match &raw.form {
        Form::Text(text) => format!("the text {text:?}"),
        Form::Integer(number) => number.to_string(),
        Form::Boolean(truth) => truth.to_string(),
        _ => raw.what().to_owned(),
    }
}
