//! Which names models and fields may have, and which of them get a note.

use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

use super::section::Section;
use crate::document::Table;
use crate::limits::NAME_LENGTH;
use crate::models::parameters;
use crate::models::{Kind, Model};

/// The first step of paths under `/api` that are Hearth's own.
const MODELS: &[&str] = &[
    "auth",
    "executions",
    "workers",
    "changes",
    "admin",
    "actions",
    "batch",
    "files",
    "users",
    "search",
];
const MODEL_PREFIXES: &[&str] = &["hearth_", "sqlite_"];
/// The columns that every model has.
pub(super) const COLUMNS: &[&str] = &["id", "user_id", "created_at", "updated_at"];
/// What SQLite calls a row's key in every table; a column of that name would hide it.
const KEYS: &[&str] = &["rowid", "oid", "_rowid_"];
/// Parts of the query language that can't be told from a field.
const QUERY: &[&str] = &["expand", "search"];

/// What is wrong with a model's name.
pub(super) fn model_fault(name: &str) -> Option<String> {
    if MODELS.contains(&name) {
        return Some(format!(
            "A model can't be named `{name}`: `/api/{name}` is Hearth's own. Choose another name."
        ));
    }
    if let Some(prefix) = MODEL_PREFIXES
        .iter()
        .find(|prefix| name.starts_with(**prefix))
    {
        return Some(format!(
            "A model can't be named `{name}`: tables that begin with `{prefix}` are not yours. \
            Choose another name."
        ));
    }
    if name.len() > NAME_LENGTH {
        return Some(format!(
            "The name of model `{name}` has more than {NAME_LENGTH} characters. Choose a \
            shorter one."
        ));
    }
    if is_model_name(name) {
        return None;
    }
    let meant = name.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
    let remedy = remedy(&meant, is_model_name(&meant));
    Some(format!(
        "A model can't be named `{name}`: names of models have the letters a to z, digits and \
        `_`, and begin with a letter.{remedy}"
    ))
}

fn is_model_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

/// What is wrong with a field's name. Only a model's own fields are columns, so nested ones may be named like Hearth's.
pub(super) fn field_fault(path: &str, name: &str, own: bool) -> Option<String> {
    if own && COLUMNS.contains(&name) {
        return Some(format!(
            "Field `{path}` can't be declared: Hearth adds `{name}` to every model. Remove it, \
            or choose another name."
        ));
    }
    if own && KEYS.contains(&name.to_ascii_lowercase().as_str()) {
        return Some(format!(
            "A field can't be named `{name}`: that is SQLite's own name for the key of every row. \
            Choose another name for `{path}`."
        ));
    }
    if own && QUERY.contains(&name) {
        return Some(format!(
            "A field can't be named `{name}`: the word belongs to queries. Choose another name \
            for `{path}`."
        ));
    }
    if name.starts_with('_') {
        return Some(format!(
            "The name of field `{path}` begins with `_`, as Hearth's own do. Choose another name."
        ));
    }
    if name.chars().count() > NAME_LENGTH {
        return Some(format!(
            "The name of field `{path}` has more than {NAME_LENGTH} characters. Choose a \
            shorter one."
        ));
    }
    if !is_field_name(name) {
        let meant = name.replace(['-', ' ', '.'], "_");
        let remedy = remedy(&meant, is_field_name(&meant));
        return Some(format!(
            "A field can't be named `{name}`: names of fields have letters, digits and `_`, \
            and begin with a letter.{remedy}"
        ));
    }
    let normal: String = name.nfc().collect();
    (normal != name).then(|| {
        format!(
            "The name of field `{path}` is not in Unicode's normal form C, so that two \
            names could look the same. Write `{normal}`."
        )
    })
}

fn remedy(meant: &str, legal: bool) -> String {
    if legal {
        format!(" Did you mean `{meant}`?")
    } else {
        String::new()
    }
}

fn is_field_name(name: &str) -> bool {
    name.starts_with(is_xid_start) && name.chars().all(is_xid_continue)
}

/// Fields whose columns SQLite can't tell apart: it knows no case in the letters a to z.
pub(super) fn check_case(model: &str, fields: &Section<'_>) {
    let names: Vec<&str> = fields.keys().collect();
    for (at, name) in names.iter().enumerate() {
        let same = |other: &&&str| other.eq_ignore_ascii_case(name) && *other != name;
        if let Some(column) = COLUMNS.iter().find(same) {
            fields.mistake(
                name,
                format!(
                    "Field `{model}.{name}` differs only in case from Hearth's own \
                    `{column}`, and SQLite takes both for one column. Choose another name."
                ),
            );
        } else if let Some(other) = names[..at].iter().find(same) {
            fields.mistake(
                name,
                format!(
                    "Fields `{other}` and `{name}` of model `{model}` differ only in case, \
                    and SQLite takes both for one column. Rename one."
                ),
            );
        }
    }
}

/// The former name of what `section` declares, which stands as `name` among its siblings.
pub(super) fn renamed_from(
    section: &Section<'_>,
    name: &str,
    siblings: &Table<'_>,
) -> Option<String> {
    let from = section.text("renamed_from")?;
    let former = |sibling: &str| {
        let declared = siblings.get(sibling)?.get_ref();
        declared.get("renamed_from")?.get_ref().as_str()
    };
    let earlier = siblings
        .keys()
        .map(|key| key.get_ref().as_ref())
        .take_while(|sibling| *sibling != name)
        .find(|sibling| former(sibling) == Some(from));
    let section_name = &section.name;
    if from == name {
        section.mistake(
            "renamed_from",
            format!(
                "`renamed_from` of {section_name} is its present name. Remove it, or say \
                the former one."
            ),
        );
    } else if siblings.contains_key(from) && former(from).is_none() {
        section.mistake(
            "renamed_from",
            format!(
                "`renamed_from` of {section_name} is `{from}`, which is still declared. \
                Remove one of the two."
            ),
        );
    } else if let Some(earlier) = earlier {
        section.mistake(
            "renamed_from",
            format!(
                "`renamed_from` of {section_name} is `{from}`, and so is that of \
                `{earlier}`. Only one can take its place."
            ),
        );
    }
    Some(from.to_owned())
}

/// What is worth saying about a model's names, but no mistake.
pub(super) fn notes(model: &Model) -> impl Iterator<Item = String> {
    let hidden = model.fields.iter().filter(|field| {
        let filtered = !field.write_only && !matches!(field.kind, Kind::Array(_) | Kind::Object(_));
        filtered && parameters::hides(&field.name)
    });
    hidden.map(|field| {
        format!(
            "Field `{}.{}` can't be filtered on: the query parameter `{}` has a meaning of its \
            own.",
            model.name, field.name, field.name
        )
    })
}
