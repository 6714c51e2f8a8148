//! What tells that two columns are alike, and that a table or column is one that Hearth makes.

use super::names::Names;
use super::{Altered, IdKind};
use crate::models::ddl::text::normal;
use crate::models::ddl::{Column, Key, Parent, Shape, Stored};

/// Whether a table shows no difference between the two.
pub(super) fn is_alike(found: &Column, wanted: &Column, names: &Names) -> bool {
    let text = |sql: &Option<String>| sql.as_deref().map(normal);
    let parent = |parent: &Option<Parent>, table: &dyn Fn(&str) -> String| {
        let parent = parent.as_ref();
        parent.map(|parent| {
            (
                table(&parent.table).to_ascii_lowercase(),
                parent.on_delete.clone(),
            )
        })
    };
    found.stored.is_like(&wanted.stored)
        && found.key == wanted.key
        && (found.required == wanted.required || found.is_primary())
        && text(&found.default) == text(&wanted.default)
        && sorted(&found.options) == sorted(&wanted.options)
        && parent(&found.references, &|table| {
            names.new_table(table).to_owned()
        }) == parent(&wanted.references, &str::to_owned)
}

/// Whether a table takes and gives what a model writes and reads: each of its columns is there and of its form. More
/// columns, other indexes and another default, which is for rows of before, do no harm.
pub(super) fn takes(found: &Shape, wanted: &Shape) -> bool {
    let fits = |wanted: &Column| {
        found.column(&wanted.name).is_some_and(|found| {
            let default = wanted.default.clone();
            let found = Column {
                default,
                ..found.clone()
            };
            !found.computed && is_alike(&found, wanted, &Names::default())
        })
    };
    is_a_models(found) && wanted.columns.iter().all(fits)
}

/// Their order means nothing.
pub(super) fn sorted(options: &Option<Vec<String>>) -> Option<Vec<String>> {
    let mut list: Vec<String> = options
        .as_ref()?
        .iter()
        .map(|option| normal(option))
        .collect();
    list.sort_unstable();
    list.dedup();
    Some(list)
}

/// A column such as Hearth makes for a field. One with something else in it is somebody's own.
pub(super) fn is_former_field(column: &Column) -> bool {
    !column.computed && column.beside.is_empty() && !matches!(column.stored, Stored::Other(_))
}

/// Whether a table has the form that Hearth gives to those of models.
pub(super) fn is_a_models(table: &Shape) -> bool {
    let of =
        |name: &str, stored: &Stored| table.column(name).filter(|column| column.stored == *stored);
    let id = match of("id", &Stored::Integer) {
        Some(id) => id.is_primary(),
        None => {
            of("id", &Stored::Text).is_some_and(|id| id.key == Key::Unique)
                && of("_row", &Stored::Integer).is_some_and(Column::is_primary)
        }
    };
    let others = ["user_id", "created_at", "updated_at"];
    table.strict
        && !table.keyed
        && id
        && others.iter().all(|name| of(name, &Stored::Text).is_some())
}

/// Each table of a model has the index of its owners.
pub(super) fn has_owners_index(table: &Shape) -> bool {
    let mut indexes = table.indexes.iter();
    indexes.any(|index| index.columns.first().is_some_and(|name| name == "user_id"))
}

/// Whether the ids become of another kind, which no row survives.
pub fn changes_ids(altered: &Altered) -> bool {
    let kind = |shape: &Shape| match shape.column("id").map(|id| &id.stored) {
        Some(Stored::Text) => IdKind::Uuid,
        _ => IdKind::Integer,
    };
    kind(&altered.found) != kind(&altered.wanted)
}
