//! Pages of executions, by state, task and label.

use super::{Shown, may_read, not_found};
use crate::app::App;
use crate::error::{Error, FieldError, Result, Step};
use crate::executions::states::State;
use crate::services::access::Caller;
use crate::services::query;
use crate::store::executions::list::Selection;
use crate::store::executions::{self as stored};

/// A page, and the id behind which the next one begins.
pub(crate) async fn list(
    app: &App,
    caller: &Caller,
    parameters: &[(String, String)],
) -> Result<(Vec<Shown>, Option<String>)> {
    may_read(caller)?;
    let mut wanted = selection(parameters)?;
    if !caller.is_admin() {
        wanted.user = Some(caller.user().unwrap_or_default().to_owned());
    }
    let limit = wanted.limit;
    wanted.limit += 1;
    let mut shown = app
        .db
        .read(move |db| {
            let found = stored::list::find_all(db, &wanted)?;
            let with_bodies = found.into_iter().map(|execution| {
                let bodies = stored::find_remarks(db, &execution.id)?.ok_or_else(not_found)?;
                Shown::new(execution, bodies, false)
            });
            with_bodies.collect::<Result<Vec<Shown>>>()
        })
        .await?;
    let more = shown.len() > limit;
    shown.truncate(limit);
    let next = shown.last().filter(|_| more).map(|last| last.id.clone());
    Ok((shown, next))
}

fn selection(parameters: &[(String, String)]) -> Result<Selection> {
    let (mut page, mut faults) = (Vec::new(), Vec::new());
    let mut wanted = Selection::default();
    for (name, text) in parameters {
        match name.as_str() {
            "state" => match State::of(text) {
                Some(state) => wanted.states.push(state),
                None => {
                    let words = State::ALL.map(|state| format!("'{}'", state.word()));
                    let expected = words.join(", ");
                    let message = format!("Input should be {expected}");
                    faults.push(fault("enum", "state", message).with("expected", expected));
                }
            },
            "task" if wanted.task.is_none() => wanted.task = Some(text.clone()),
            "label" if wanted.label.is_none() => match text.split_once(':') {
                Some((name, value)) => wanted.label = Some((name.to_owned(), value.to_owned())),
                None => faults.push(fault(
                    "value_error",
                    "label",
                    "Value error, write a label as name:value",
                )),
            },
            "task" | "label" => faults.push(fault(
                "value_error",
                name,
                "Value error, this parameter is sent once",
            )),
            _ => page.push((name.clone(), text.clone())),
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let page = query::plain_page(&page)?;
    wanted.limit = page.limit;
    wanted.before = page
        .cursor
        .map(|cursor| query::unmasked(&cursor))
        .transpose()?;
    Ok(wanted)
}

fn fault(kind: &'static str, name: &str, message: impl Into<String>) -> FieldError {
    FieldError::new(kind, &[Step::from("query"), Step::from(name)], message)
}
