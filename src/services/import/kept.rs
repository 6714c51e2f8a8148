//! What Hearth sets itself, taken from a file that it exported: id, owner and times. Only the operator may.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::error::{FieldError, Step};
use crate::limits::KEPT_ID;
use crate::models::{Field, Format, IdKind, Kind, Text, Value, validate};

/// What Hearth sets itself; without `--keep-ids` it is left out.
pub(super) const SET_BY_HEARTH: [&str; 4] = ["id", "user_id", "created_at", "updated_at"];

/// What a row keeps; what it does not say is set as for any new record.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) id: Option<Json>,
    pub(super) owner: Owner,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Owner {
    /// The row has no such member.
    #[default]
    Unsaid,
    Nobody,
    User(String),
}

impl Kept {
    /// Out of a row's own members of these names.
    pub(super) fn read(kind: IdKind, members: &Map<String, Json>) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut keep = |read: Result<Option<Value>, FieldError>| {
            read.unwrap_or_else(|fault| {
                faults.push(fault);
                None
            })
        };
        let id = keep(member(members, "id", |text| id(kind, text)));
        let owner = match members.get("user_id") {
            None => Owner::Unsaid,
            Some(Json::Null) => Owner::Nobody,
            Some(_) => {
                let user = keep(member(members, "user_id", |text| {
                    validate::id(IdKind::Uuid, text)
                }));
                user.and_then(text).map_or(Owner::Nobody, Owner::User)
            }
        };
        let mut time = |name| {
            let field = moment(name);
            keep(member(members, name, |text| {
                validate::parameter(&field, text)
            }))
            .and_then(text)
        };
        let (created_at, updated_at) = (time("created_at"), time("updated_at"));
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Kept {
            id: id.map(super::writing::spooled),
            owner,
            created_at,
            updated_at,
        })
    }
}

/// A member as `read` takes it; none when the row does not have it, or null.
fn member(
    members: &Map<String, Json>,
    name: &str,
    read: impl Fn(&str) -> Result<Value, FieldError>,
) -> Result<Option<Value>, FieldError> {
    let text = match members.get(name) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    read(text.trim()).map(Some).map_err(|mut fault| {
        fault.loc = vec![Step::from(name)];
        fault
    })
}

fn id(kind: IdKind, text: &str) -> Result<Value, FieldError> {
    let id = validate::id(kind, text)?;
    match id {
        Value::Integer(number) if !(1..=KEPT_ID).contains(&number) => {
            let message = format!("Value error, an id is from 1 to {KEPT_ID}");
            Err(FieldError::new("value_error", &[], message))
        }
        id => Ok(id),
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A field that has a moment, for its check.
fn moment(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: Kind::String(Text {
            format: Some(Format::DateTime),
            ..Text::default()
        }),
        required: false,
        default: None,
        references: None,
        write_only: false,
        read_only: false,
        renamed_from: None,
        description: None,
        line: 0,
    }
}
