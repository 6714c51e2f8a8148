//! Reads `[models.*]` and checks every word of it; each mistake has its line and a remedy.
//!
//! One file a part of the declaration: `model`, `access`, `field`, `reference`, `kind`, `default`, `unique`. Readers note
//! a mistake and go on, so that a person sees all of them at once.

use super::{Field, IdKind, Model, Models};
use crate::document::{Document, Table, Value};

mod access;
mod default;
mod field;
mod keys;
mod kind;
mod limits;
mod literal;
mod model;
mod names;
mod reference;
mod section;
mod text;
mod title;
mod types;
mod unique;

/// The models declared in a `models` table. Mistakes are noted in `document`; what is returned is of use only when
/// there are none. `roles` are the names of `[auth.roles.*]`.
pub fn read(document: &Document<'_>, models: &Table<'_>, roles: &[String]) -> Models {
    let context = Context {
        document,
        models,
        roles,
    };
    let list: Vec<Model> = models
        .iter()
        .filter_map(|(key, value)| model::read(&context, key, value))
        .collect();
    let notes = list.iter().flat_map(names::notes).collect();
    let mut read = Models::new(list);
    read.notes = notes;
    read
}

/// The shape of a value that is in no model, as what a task takes; its last name is that of the path.
pub fn shape(
    document: &Document<'_>,
    path: &str,
    span: &std::ops::Range<usize>,
    value: &Value<'_>,
) -> Option<Field> {
    let context = Context {
        document,
        models: &Table::new(),
        roles: &[],
    };
    let spot = field::Spot {
        path: path.to_owned(),
        name: path.rsplit('.').next().unwrap_or(path),
        place: field::Place::Property,
        depth: 2,
        span: span.clone(),
    };
    field::read(&context, &spot, value).map(|declared| declared.field)
}

/// What a reader has to know beyond its own table.
struct Context<'r> {
    document: &'r Document<'r>,
    /// All models as they are written, since a field may refer to one that comes later.
    models: &'r Table<'r>,
    roles: &'r [String],
}

impl<'r> Context<'r> {
    fn model_names(&self) -> impl Iterator<Item = &'r str> {
        self.models.keys().map(|key| key.get_ref().as_ref())
    }

    /// The kind of a model's ids; none when there is no such model. A wrong `id` is reported where it stands.
    fn id_kind(&self, model: &str) -> Option<IdKind> {
        let declared = self.models.get(model)?.get_ref();
        let id = declared.get("id").and_then(|id| id.get_ref().as_str());
        Some(if id == Some("uuid") {
            IdKind::Uuid
        } else {
            IdKind::Integer
        })
    }
}
