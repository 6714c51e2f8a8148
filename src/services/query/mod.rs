//! A list's parameters become a typed `Selection`; whatever is not understood is refused, nothing is ignored.

use crate::document::did_you_mean;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::models::parameters::{CONTROLS, LATER};
use crate::models::{Kind, Value, validate};
use crate::store::records::{Selection, Sort, Table};

mod audited;
mod cursor;
mod plain;

pub(crate) use audited::{Audited, audited, behind};
use cursor::after;
pub(crate) use cursor::cursor;
pub(crate) use plain::{masked, plain_page, searched_page, unmasked};

/// Marks of a richer language that comes later.
const MARKS: [char; 10] = ['.', '[', ']', '$', ':', '@', '~', '!', '<', '>'];

type Faults = Vec<FieldError>;

fn fault(kind: &'static str, name: &str, message: impl Into<String>) -> FieldError {
    FieldError::new(kind, &[Step::from("query"), Step::from(name)], message)
}

/// One entry of a 422 for a parameter that the call does not know; it knows `known`.
pub(crate) fn unknown<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> FieldError {
    let message = format!("Extra inputs are not permitted.{}", hint(name, known));
    fault("extra_forbidden", name, message.trim_end_matches('.'))
}

/// " Did you mean `title`?", or what there is.
fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = did_you_mean(word, known.iter().copied());
    if !near.is_empty() || known.is_empty() {
        return near;
    }
    let named: Vec<String> = known
        .iter()
        .take(limits::NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if known.len() > named.len() {
        " …"
    } else {
        ""
    };
    format!(" There are: {}{more}", named.join(", "))
}

/// Whether a parameter belongs to a language that is not there yet.
fn is_reserved(name: &str) -> bool {
    LATER.contains(&name)
        || name.starts_with("param.")
        || name.starts_with('_')
        || name.contains(MARKS)
}

/// The selection that a list's parameters ask for.
pub(crate) fn selection(table: &Table, parameters: &[(String, String)]) -> Result<Selection> {
    let mut faults = twice(parameters, &CONTROLS);
    let mut wanted = Selection {
        filters: Vec::new(),
        sort: by_id(table),
        after: None,
        offset: 0,
        limit: limits::PAGE,
        columns: Vec::new(),
        total: false,
    };
    let (mut cursor, mut offset) = (None, false);
    for (name, text) in parameters {
        let taken = match name.as_str() {
            "limit" => whole(name, text, 1, limits::PAGE_MAX as u64)
                .map(|limit| wanted.limit = limit as usize),
            "offset" => whole(name, text, 0, i64::MAX as u64).map(|from| {
                wanted.offset = from;
                offset = true;
            }),
            "total" => flag(name, text).map(|total| wanted.total = total),
            "sort" => sort(table, text).map(|sort| wanted.sort = sort),
            "fields" => columns(table, text).map(|columns| wanted.columns = columns),
            "cursor" => {
                cursor = Some(text);
                Ok(())
            }
            _ => filter(table, name, text, &mut wanted.filters),
        };
        faults.extend(taken.err());
    }
    if cursor.is_some() && offset {
        faults.push(fault(
            "value_error",
            "offset",
            "Value error, `offset` and `cursor` exclude each other",
        ));
    }
    // Before the faults: what is no cursor at all is a 400, whatever else was sent.
    let cursor = cursor.map(|text| cursor::read(text)).transpose()?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if let Some(parts) = cursor {
        wanted.after = Some(after(table, &wanted.sort, &parts)?);
    }
    Ok(wanted)
}

/// The order when none is asked for.
fn by_id(table: &Table) -> Vec<Sort> {
    table
        .column("id")
        .map(|column| Sort {
            column,
            descending: false,
        })
        .into_iter()
        .collect()
}

pub(crate) fn whole(name: &str, text: &str, least: u64, most: u64) -> Result<u64, FieldError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        return Err(fault("int_parsing", name, message));
    }
    let number = digits.parse().unwrap_or(u64::MAX);
    if digits != text || number < least {
        let message = format!("Input should be greater than or equal to {least}");
        return Err(fault("greater_than_equal", name, message).with("ge", least));
    }
    if number > most {
        let message = format!("Input should be less than or equal to {most}");
        return Err(fault("less_than_equal", name, message).with("le", most));
    }
    Ok(number)
}

fn flag(name: &str, text: &str) -> Result<bool, FieldError> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(fault(
            "bool_parsing",
            name,
            "Input should be a valid boolean, unable to interpret input",
        )),
    }
}

/// `-created_at,name`: the id is added at the end, so that the order is total.
fn sort(table: &Table, text: &str) -> Result<Vec<Sort>, FieldError> {
    let mut list: Vec<Sort> = Vec::new();
    let terms = text.split(',').count();
    if terms > limits::SORT_TERMS {
        let message = format!(
            "Value error, at most {} names, not {terms}",
            limits::SORT_TERMS
        );
        return Err(fault("value_error", "sort", message));
    }
    for term in text.split(',') {
        let (name, descending) = term
            .strip_prefix('-')
            .map_or((term, false), |name| (name, true));
        let column = table
            .column(name)
            .filter(|at| table.columns()[*at].sortable);
        let Some(column) = column else {
            let known = table
                .columns()
                .iter()
                .filter(|column| column.sortable)
                .map(|column| column.name.as_str());
            let hint = hint(name, known);
            return Err(fault(
                "value_error",
                "sort",
                format!("Value error, cannot sort by `{name}`.{hint}"),
            ));
        };
        if list.iter().any(|sort| sort.column == column) {
            return Err(fault(
                "value_error",
                "sort",
                format!("Value error, `{name}` stands twice in `sort`"),
            ));
        }
        list.push(Sort { column, descending });
    }
    let id = by_id(table);
    if !list
        .iter()
        .any(|sort| id.iter().any(|id| id.column == sort.column))
    {
        list.extend(id);
    }
    Ok(list)
}

fn columns(table: &Table, text: &str) -> Result<Vec<usize>, FieldError> {
    let mut list = Vec::new();
    for name in text.split(',') {
        let Some(column) = table.column(name) else {
            let known = table.columns().iter().map(|column| column.name.as_str());
            let hint = hint(name, known);
            return Err(fault(
                "value_error",
                "fields",
                format!("Value error, there is no field `{name}`.{hint}"),
            ));
        };
        if !list.contains(&column) {
            list.push(column);
        }
    }
    Ok(list)
}

/// What a list can be asked for.
fn allowed(table: &Table) -> impl Iterator<Item = &str> {
    let fields = table.model.fields.iter().filter(|field| {
        let single = !matches!(field.kind, Kind::Array(_) | Kind::Object(_));
        single && !field.write_only && !is_reserved(&field.name)
    });
    let names = fields.map(|field| field.name.as_str());
    names.chain(CONTROLS)
}

/// `status=open`; a name given twice means either.
fn filter(
    table: &Table,
    name: &str,
    text: &str,
    filters: &mut Vec<(usize, Vec<Value>)>,
) -> Result<(), FieldError> {
    let field = table
        .model
        .field(name)
        .filter(|(_, field)| !field.write_only);
    let Some((place, field)) = field else {
        return Err(if is_reserved(name) {
            fault(
                "extra_forbidden",
                name,
                format!("`{name}` is not available"),
            )
        } else {
            unknown(name, allowed(table))
        });
    };
    if is_reserved(name) {
        return Err(fault(
            "extra_forbidden",
            name,
            format!("`{name}` is not available"),
        ));
    }
    if matches!(field.kind, Kind::Array(_) | Kind::Object(_)) {
        let message =
            format!("Value error, records can't be filtered by `{name}`, which is no single value");
        return Err(fault("value_error", name, message));
    }
    let value = validate::parameter(field, text)?;
    match filters.iter_mut().find(|(known, _)| *known == place) {
        Some((_, values)) if values.len() >= limits::PAGE_MAX => {
            return Err(fault(
                "too_long",
                name,
                format!("`{name}` was sent more than {} times", limits::PAGE_MAX),
            ));
        }
        Some((_, values)) => values.push(value),
        None => filters.push((place, vec![value])),
    }
    Ok(())
}

/// A fault for each control parameter that was sent more than once.
fn twice(parameters: &[(String, String)], controls: &[&str]) -> Faults {
    let mut faults = Faults::new();
    for name in controls {
        if parameters.iter().filter(|(sent, _)| sent == name).count() > 1 {
            faults.push(fault(
                "value_error",
                name,
                format!("Value error, `{name}` was sent twice"),
            ));
        }
    }
    faults
}
