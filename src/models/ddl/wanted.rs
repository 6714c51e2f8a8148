//! A model's table as it is to be.

use crate::models::literal;
use crate::models::{Field, IdKind, Kind, Model, OnDelete, OnOwnerDelete, Word};

use super::{Column, Index, Key, Parent, Shape, Stored};

impl Shape {
    /// Columns in the order of a record's members: id, owner, fields, times.
    pub fn of(model: &Model) -> Self {
        let mut columns = match model.id {
            IdKind::Integer => vec![Column::new("id", Stored::Integer).keyed(Key::Counted)],
            IdKind::Uuid => vec![
                Column::new("_row", Stored::Integer).keyed(Key::Row),
                Column::new("id", Stored::Text)
                    .keyed(Key::Unique)
                    .required(),
            ],
        };
        columns.push(Column {
            references: Some(Parent {
                table: "hearth_users".to_owned(),
                // RESTRICT and not NO ACTION: a user who has such records stays, even where another cascade of the
                // same deletion would take the records away.
                on_delete: match model.on_owner_delete {
                    OnOwnerDelete::Cascade => "CASCADE".to_owned(),
                    OnOwnerDelete::Restrict => "RESTRICT".to_owned(),
                },
            }),
            ..Column::new("user_id", Stored::Text)
        });
        columns.extend(model.fields.iter().map(Column::of));
        columns.extend(
            ["created_at", "updated_at"].map(|time| Column::new(time, Stored::Text).required()),
        );
        Shape {
            name: model.name.clone(),
            columns,
            indexes: indexes(model),
            constraints: Vec::new(),
            strict: true,
            keyed: false,
            sql: String::new(),
        }
    }
}

impl Column {
    fn new(name: &str, stored: Stored) -> Self {
        Column {
            name: name.to_owned(),
            stored,
            key: Key::No,
            required: false,
            default: None,
            options: None,
            references: None,
            computed: false,
            beside: Vec::new(),
            sql: String::new(),
        }
    }

    fn keyed(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn of(field: &Field) -> Self {
        let stored = match (
            field.references.as_ref().map(|parent| parent.id),
            &field.kind,
        ) {
            (Some(IdKind::Integer), _) => Stored::Integer,
            (Some(IdKind::Uuid), _) => Stored::Text,
            (None, Kind::String(_)) => Stored::Text,
            (None, Kind::Integer(_)) => Stored::Integer,
            (None, Kind::Number(_)) => Stored::Real,
            (None, Kind::Boolean) => Stored::Boolean,
            (None, Kind::Array(_)) => Stored::Array,
            (None, Kind::Object(_)) => Stored::Object,
        };
        let options = match &field.kind {
            Kind::String(text) => text.options.as_deref(),
            _ => None,
        };
        Column {
            required: field.required,
            default: literal::default(field),
            options: options.map(|any| any.iter().map(|option| literal::text(option)).collect()),
            references: field.references.as_ref().map(|parent| Parent {
                table: parent.model.clone(),
                // NO ACTION and not RESTRICT: both refuse at once, but RESTRICT looks in the middle of a statement.
                // A user's deletion takes posts and their comments together; in whichever order, it must pass.
                on_delete: match parent.on_delete {
                    OnDelete::Restrict => "NO ACTION".to_owned(),
                    OnDelete::Cascade => "CASCADE".to_owned(),
                    OnDelete::SetNull => "SET NULL".to_owned(),
                },
            }),
            ..Column::new(&field.name, stored)
        }
    }
}

fn indexes(model: &Model) -> Vec<Index> {
    // Records are listed by id. An integer id is the rowid, on which every index ends by itself.
    let plain = |columns: &[&str]| {
        let mut columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        if model.id == IdKind::Uuid && !columns.iter().any(|column| column == "id") {
            columns.push("id".to_owned());
        }
        Index::new(&model.name, false, columns)
    };
    // An owner's list in the order of ids needs no sort, and the cascade of a user's deletion no scan.
    let mut list = vec![plain(&["user_id"])];
    for unique in &model.unique {
        // Records that nobody in particular made have no owner, and NULLs never clash: what one anonymous visitor
        // sent is not told to another by a 409.
        let owner = unique.by_owner.then(|| "user_id".to_owned());
        let columns = owner.into_iter().chain(unique.fields.iter().cloned());
        list.push(Index::new(&model.name, true, columns.collect()));
    }
    // Without these each deletion of a parent reads all of its possible children.
    let references = model
        .fields
        .iter()
        .filter(|field| field.references.is_some());
    list.extend(references.map(|field| plain(&[&field.name])));
    for declared in &model.indexes {
        let mut columns: Vec<&str> = declared.iter().map(String::as_str).collect();
        // Where readers are held to their own records, `user_id = ?` stands in every statement: an index that begins
        // with it finds just the owner's rows, where one on the field alone would walk through everybody's.
        if is_read_by_owner(model) && columns.first() != Some(&"user_id") {
            columns.insert(0, "user_id");
        }
        if !list
            .iter()
            .any(|index| index.unique && index.columns == columns)
        {
            list.push(plain(&columns));
        }
    }
    let mut names = std::collections::HashSet::new();
    list.retain(|index| names.insert(index.name.clone()));
    list
}

fn is_read_by_owner(model: &Model) -> bool {
    let rule = &model.access.read;
    rule.contains(&Word::Owner) && !rule.contains(&Word::Anyone) && !rule.contains(&Word::SignedIn)
}
