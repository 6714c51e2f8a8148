//! What lies between the tables that exist and those that the models want: old shapes, new shapes → changes. Pure: it
//! sees no database and no row, and writes no SQL.

use super::ddl::text::normal;
use super::ddl::{Column, Index, Shape, is_same};
use super::{IdKind, Models};

mod beside;
mod by_hand;
mod form;
mod names;
mod summary;

pub use by_hand::ByHand;
pub use form::changes_ids;
use form::{has_owners_index, is_a_models, is_alike, is_former_field, takes};
use names::Names;
pub use names::Rename;

/// What a database has beside Hearth's own tables.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub tables: Vec<Shape>,
    /// What somebody made: indexes, triggers, views, virtual tables.
    pub objects: Vec<Object>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub kind: ObjectKind,
    pub name: String,
    /// What it belongs to; its own name for a view.
    pub table: String,
    pub sql: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    Index,
    Trigger,
    View,
    Virtual,
}

/// Changes, in the order of the declaration.
#[derive(Debug, Default)]
pub struct Diff {
    pub altered: Vec<Altered>,
    pub created: Vec<Shape>,
    /// Tables of models that are no longer declared.
    pub dropped: Vec<Shape>,
    /// Why it cannot be done, with the remedies.
    pub refusals: Vec<String>,
    /// What somebody added; it stays.
    pub notes: Vec<String>,
}

/// A table that stays, with what changes in it. Columns have the names that they have now.
#[derive(Debug)]
pub struct Altered {
    pub found: Shape,
    /// As the model has it, with the new names.
    pub wanted: Shape,
    /// The new name of each of these columns.
    pub renamed: Vec<(String, String)>,
    pub added: Vec<Column>,
    pub dropped: Vec<Column>,
    pub changed: Vec<Changed>,
    pub drop_indexes: Vec<Index>,
    pub create_indexes: Vec<Index>,
    /// Somebody's indexes and triggers on it, which a rebuild must make again.
    pub objects: Vec<Object>,
}

#[derive(Debug)]
pub struct Changed {
    pub from: Column,
    pub to: Column,
}

/// All that must be done so that the tables are as the models say.
pub fn diff(found: &Found, models: &Models, renames: &[Rename]) -> Diff {
    let mut diff = Diff::default();
    let names = Names::of(found, models, renames, &mut diff);
    for model in models.iter() {
        let wanted = Shape::of(model);
        let old = names.old_table(&wanted.name);
        match found.table(old) {
            Some(table) if is_a_models(table) => {
                let altered = Altered::between(found, table, wanted, &names, &mut diff);
                diff.altered.push(altered);
            }
            Some(table) => diff.refusals.push(format!(
                "Table `{}` was not made by Hearth. Rename the table, or the model",
                table.name
            )),
            None => match found.taken(&wanted.name) {
                Some(refusal) => diff.refusals.push(refusal),
                None => diff.created.push(wanted),
            },
        }
    }
    for table in &found.tables {
        let is_declared = models
            .iter()
            .any(|model| is_same(names.old_table(&model.name), &table.name));
        if is_declared {
            continue;
        }
        if is_a_models(table) && has_owners_index(table) {
            diff.dropped.push(table.clone());
        } else {
            diff.notes.push(format!("Table `{}`", table.name));
        }
    }
    beside::look(found, &mut diff);
    diff
}

/// The models whose tables are not, or no longer, of the form that their records have.
pub fn unfit(found: &Found, models: &Models) -> Vec<String> {
    let fits = |wanted: &Shape| {
        let table = found.table(&wanted.name);
        table.is_some_and(|table| takes(table, wanted))
    };
    let shapes = models.iter().map(|model| Shape::of(model));
    shapes
        .filter(|wanted| !fits(wanted))
        .map(|wanted| wanted.name)
        .collect()
}

impl Found {
    pub fn table(&self, name: &str) -> Option<&Shape> {
        self.tables.iter().find(|table| is_same(&table.name, name))
    }

    fn taken(&self, name: &str) -> Option<String> {
        let object = self
            .objects
            .iter()
            .find(|other| is_same(&other.name, name))?;
        Some(format!(
            "Model `{name}` cannot have its table, because the database has {} of that name. Rename one of them",
            object.kind.with_article()
        ))
    }
}

impl ObjectKind {
    pub fn word(self) -> &'static str {
        match self {
            ObjectKind::Index => "index",
            ObjectKind::Trigger => "trigger",
            ObjectKind::View => "view",
            ObjectKind::Virtual => "virtual table",
        }
    }

    fn with_article(self) -> &'static str {
        match self {
            ObjectKind::Index => "an index",
            ObjectKind::Trigger => "a trigger",
            ObjectKind::View => "a view",
            ObjectKind::Virtual => "a virtual table",
        }
    }
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.created.is_empty()
            && self.dropped.is_empty()
            && self.altered.iter().all(Altered::is_empty)
    }
}

impl Altered {
    fn between(
        found: &Found,
        table: &Shape,
        wanted: Shape,
        names: &Names,
        diff: &mut Diff,
    ) -> Altered {
        let of_table = |object: &&Object| is_same(&object.table, &table.name);
        let on_it =
            |object: &&Object| matches!(object.kind, ObjectKind::Index | ObjectKind::Trigger);
        let objects = found.objects.iter().filter(of_table).filter(on_it).cloned();
        let mut altered = Altered {
            found: table.clone(),
            renamed: names.columns_of(&table.name),
            added: Vec::new(),
            dropped: Vec::new(),
            changed: Vec::new(),
            drop_indexes: Vec::new(),
            create_indexes: Vec::new(),
            objects: objects.collect(),
            wanted,
        };
        altered.compare_columns(names, diff);
        altered.compare_indexes();
        altered
    }

    /// The name that a column of the model has now.
    pub fn old_name<'n>(&'n self, new: &'n str) -> &'n str {
        let pair = self.renamed.iter().find(|(_, to)| is_same(to, new));
        pair.map_or(new, |(from, _)| from)
    }

    fn new_name<'n>(&'n self, old: &'n str) -> &'n str {
        let pair = self.renamed.iter().find(|(from, _)| is_same(from, old));
        pair.map_or(old, |(_, to)| to)
    }

    /// The name of the table after the change, when it is another one.
    pub fn new_table(&self) -> Option<&str> {
        (!is_same(&self.found.name, &self.wanted.name)).then_some(self.wanted.name.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.new_table().is_none()
            && self.renamed.is_empty()
            && self.added.is_empty()
            && self.dropped.is_empty()
            && self.changed.is_empty()
            && self.drop_indexes.is_empty()
            && self.create_indexes.is_empty()
    }

    fn compare_columns(&mut self, names: &Names, diff: &mut Diff) {
        let mut kept = Vec::new();
        for wanted in &self.wanted.columns {
            let old = self.old_name(&wanted.name).to_owned();
            let Some(found) = self.found.column(&old) else {
                self.added.push(wanted.clone());
                continue;
            };
            kept.push(old);
            if found.computed {
                diff.refusals.push(format!(
                    "`{}.{}` is computed in the database. Rename the field",
                    self.found.name, found.name
                ));
            } else if !is_alike(found, wanted, names) {
                let to = Column {
                    name: found.name.clone(),
                    beside: found.beside.clone(),
                    ..wanted.clone()
                };
                self.changed.push(Changed {
                    from: found.clone(),
                    to,
                });
            }
        }
        for found in &self.found.columns {
            if kept.iter().any(|name| is_same(name, &found.name)) {
                continue;
            }
            if is_former_field(found) {
                self.dropped.push(found.clone());
            } else {
                diff.notes
                    .push(format!("Column `{}.{}`", self.found.name, found.name));
            }
        }
    }

    fn compare_indexes(&mut self) {
        let fits = |found: &Index| {
            let wanted = self.wanted.indexes.iter();
            wanted
                .filter(|wanted| wanted.name == found.name)
                .any(|wanted| normal(&wanted.create(&self.wanted.name)) == normal(&found.sql))
        };
        let (stay, go): (Vec<Index>, Vec<Index>) =
            self.found.indexes.iter().cloned().partition(fits);
        let missing = |wanted: &&Index| !stay.iter().any(|found| found.name == wanted.name);
        self.create_indexes = self
            .wanted
            .indexes
            .iter()
            .filter(missing)
            .cloned()
            .collect();
        self.drop_indexes = go;
    }
}
