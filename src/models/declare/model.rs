//! One `[models.NAME]`.

use std::borrow::Cow;

use super::field::{self, Declared, Place, Spot};
use super::section::{Section, spoken};
use super::{Context, access, names, title, unique};
use crate::document::{Spanned, Value};
use crate::models::{Access, IdKind, Model, OnOwnerDelete};

const KEYS: &[&str] = &[
    "access",
    "id",
    "description",
    "realtime",
    "on_owner_delete",
    "renamed_from",
    "unique",
    "indexes",
    "fields",
];
/// They come with the query language.
const LATER: &[&str] = &["conditions", "checks", "search", "relations"];

/// None when it is not even a table.
pub(super) fn read<'r>(
    context: &Context<'r>,
    key: &'r Spanned<Cow<'r, str>>,
    value: &'r Spanned<Value<'r>>,
) -> Option<Model> {
    let name = key.get_ref().as_ref();
    if let Some(fault) = names::model_fault(name) {
        context.document.mistake(&key.span(), fault);
    }
    let Value::Table(table) = value.get_ref() else {
        let found = spoken(value.get_ref());
        context.document.mistake(
            &key.span(),
            format!("Model `{name}` must be a table `[models.{name}]`, not {found}."),
        );
        return None;
    };
    let section = Section {
        document: context.document,
        table,
        name: format!("model `{name}`"),
        span: key.span(),
    };
    check_keys(&section, name);
    let access = access::read(&section, context.roles);
    let declared = fields(context, &section, name, &access);
    let unique = unique::unique(&section, &declared, &access);
    let indexes = unique::indexes(&section, &declared);
    Some(Model {
        name: name.to_owned(),
        title: title::of(name),
        description: section.sentence("description"),
        id: section
            .word(
                "id",
                &[("integer", IdKind::Integer), ("uuid", IdKind::Uuid)],
            )
            .unwrap_or(IdKind::Integer),
        access,
        fields: declared
            .into_iter()
            .map(|declared| declared.field)
            .collect(),
        unique,
        indexes,
        on_owner_delete: section
            .word(
                "on_owner_delete",
                &[
                    ("cascade", OnOwnerDelete::Cascade),
                    ("restrict", OnOwnerDelete::Restrict),
                ],
            )
            .unwrap_or(OnOwnerDelete::Cascade),
        realtime: section.flag("realtime").unwrap_or(true),
        renamed_from: names::renamed_from(&section, name, context.models),
        line: context.document.line(&key.span()),
    })
}

fn check_keys(section: &Section<'_>, model: &str) {
    for key in section.keys() {
        if KEYS.contains(&key) {
            continue;
        }
        let is_field = section
            .value(key)
            .is_some_and(|value| value.get("type").is_some() || value.get("references").is_some());
        if LATER.contains(&key) {
            section.mistake(
                key,
                format!("`{key}` of model `{model}` is not available yet. Remove it."),
            );
        } else if is_field {
            section.mistake(
                key,
                format!(
                    "Field `{key}` stands in model `{model}` itself. Fields stand under \
                    `[models.{model}.fields]`."
                ),
            );
        } else {
            section.unknown(key, KEYS);
        }
    }
}

fn fields<'r>(
    context: &Context<'r>,
    section: &Section<'r>,
    model: &'r str,
    access: &Access,
) -> Vec<Declared> {
    let table = match section.value("fields") {
        Some(Value::Table(table)) if !table.is_empty() => table,
        None | Some(Value::Table(_)) => {
            let example = "name = { type = \"string\" }";
            section.mistake(
                "fields",
                format!(
                    "Model `{model}` has no fields. Add some under \
                    `[models.{model}.fields]`, such as `{example}`."
                ),
            );
            return Vec::new();
        }
        Some(_) => {
            section.wrong("fields", "a table");
            return Vec::new();
        }
    };
    let fields = Section {
        document: context.document,
        table,
        name: format!("the fields of model `{model}`"),
        span: section.span.clone(),
    };
    names::check_case(model, &fields);
    let read = |(key, value): (&'r Spanned<Cow<'r, str>>, &'r Spanned<Value<'r>>)| {
        let name = key.get_ref().as_ref();
        let spot = Spot {
            path: format!("{model}.{name}"),
            name,
            place: Place::Own {
                model,
                access,
                siblings: table,
            },
            depth: 1,
            span: key.span(),
        };
        field::read(context, &spot, value.get_ref())
    };
    table.iter().filter_map(read).collect()
}
