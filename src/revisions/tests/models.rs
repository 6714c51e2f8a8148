//! Models built by hand, as the declaration's reader would build them.

use serde_json::json;

use crate::models::{
    Access, Array, Default, Field, IdKind, Kind, Model, Object, OnDelete, OnOwnerDelete, Range,
    Reference, Text, Unique, Word,
};

pub(super) fn model(name: &str, fields: Vec<Field>) -> Model {
    let owner = || vec![Word::Owner];
    Model {
        name: name.to_owned(),
        title: name.to_owned(),
        description: None,
        id: IdKind::Integer,
        access: Access {
            read: owner(),
            create: vec![Word::SignedIn],
            update: owner(),
            delete: owner(),
        },
        fields,
        unique: Vec::new(),
        indexes: Vec::new(),
        on_owner_delete: OnOwnerDelete::Cascade,
        realtime: true,
        renamed_from: None,
        line: 1,
    }
}

impl Model {
    pub(super) fn uuid(mut self) -> Self {
        self.id = IdKind::Uuid;
        self
    }

    pub(super) fn read_by(mut self, word: Word) -> Self {
        self.access.read = vec![word];
        self
    }

    pub(super) fn unique(mut self, fields: &[&str], by_owner: bool) -> Self {
        let fields = fields.iter().map(|&name| name.to_owned()).collect();
        self.unique.push(Unique { fields, by_owner });
        self
    }

    pub(super) fn index(mut self, fields: &[&str]) -> Self {
        self.indexes
            .push(fields.iter().map(|&name| name.to_owned()).collect());
        self
    }

    pub(super) fn was(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }
}

pub(super) fn field(name: &str, kind: Kind) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        required: false,
        default: None,
        references: None,
        write_only: false,
        read_only: false,
        renamed_from: None,
        description: None,
        line: 1,
    }
}

pub(super) fn string(name: &str) -> Field {
    field(name, Kind::String(Text::default()))
}

pub(super) fn choice(name: &str, options: &[&str]) -> Field {
    let options = options.iter().map(|&option| option.to_owned()).collect();
    field(
        name,
        Kind::String(Text {
            options: Some(options),
            ..Text::default()
        }),
    )
}

pub(super) fn integer(name: &str) -> Field {
    field(name, Kind::Integer(Range::default()))
}

pub(super) fn number(name: &str) -> Field {
    field(name, Kind::Number(Range::default()))
}

pub(super) fn boolean(name: &str) -> Field {
    field(name, Kind::Boolean)
}

pub(super) fn array(name: &str) -> Field {
    let items = Box::new(string("items"));
    field(
        name,
        Kind::Array(Array {
            items,
            min_items: None,
            max_items: None,
            unique_items: false,
        }),
    )
}

pub(super) fn object(name: &str) -> Field {
    field(name, Kind::Object(Object::default()))
}

pub(super) fn reference(name: &str, model: &str, on_delete: OnDelete) -> Field {
    let parent = Reference {
        model: model.to_owned(),
        id: IdKind::Integer,
        on_delete,
    };
    Field {
        references: Some(parent),
        ..integer(name)
    }
}

impl Field {
    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) fn default(mut self, value: serde_json::Value) -> Self {
        self.default = Some(Default::Literal(value));
        self
    }

    pub(super) fn was_called(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }
}

/// The embedded default.
pub(super) fn items() -> Model {
    model(
        "items",
        vec![
            string("name").required(),
            string("optional_field"),
            array("items").default(json!([])),
            object("metadata").default(json!({})),
        ],
    )
}
