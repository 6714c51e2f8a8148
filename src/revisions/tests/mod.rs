//! What the safe path does and refuses, on real database files. Here are the models that the tests build by hand.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::{Plan, bring_up_to_date, plan};
use crate::config::Synchronous;
use crate::error::Result;
use crate::models::{
    Access, Array, Default, Field, IdKind, Kind, Model, Models, Object, OnDelete, OnOwnerDelete,
    Range, Reference, Text, Unique, Word,
};
use crate::store::{Opening, Options, schema};

mod create;
mod extend;
mod property;
mod refuse;
mod rename;

/// A database in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
    opening: Opening,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let opening = open(folder.path().join("hearth.db"));
        Bench { folder, opening }
    }

    /// With these models' tables.
    fn with(models: &[Model]) -> Self {
        let mut bench = Bench::new();
        bench.bring(models).unwrap();
        bench
    }

    fn bring(&mut self, models: &[Model]) -> Result<()> {
        bring_up_to_date(&mut self.opening, &Models::new(models.to_vec()), true)
    }

    fn plan(&mut self, models: &[Model]) -> Plan {
        let models = Models::new(models.to_vec());
        self.opening.transaction(|tx| plan(tx, &models)).unwrap()
    }

    /// Brings the tables up to date, and they must agree then.
    fn agree(&mut self, models: &[Model]) {
        self.bring(models).unwrap();
        let plan = self.plan(models);
        assert_eq!((plan.steps, plan.refusals), (vec![], vec![]));
    }

    /// The refusal of models must say all of this and must change nothing.
    fn refuses(&mut self, models: &[Model], words: &[&str]) {
        let before = self.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY name");
        let message = self.bring(models).unwrap_err().to_string();
        for word in words {
            assert!(message.contains(word), "{word} is not in: {message}");
        }
        assert_eq!(
            before,
            self.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY name")
        );
    }

    fn steps(&mut self, models: &[Model]) -> Vec<String> {
        let steps = self.plan(models).steps;
        steps.into_iter().map(|step| step.says).collect()
    }

    fn run(&mut self, sql: &str) {
        self.try_run(sql).unwrap();
    }

    fn try_run(&mut self, sql: &str) -> Result<()> {
        self.opening
            .transaction(|tx| schema::apply(tx, sql, "The test"))
    }

    fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        self.opening
            .transaction(|tx| schema::cells(tx, sql))
            .unwrap()
    }

    /// The first column of an answer, with commas.
    fn list(&mut self, sql: &str) -> String {
        let rows = self.rows(sql);
        let first: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        first.join(",")
    }

    fn user(&mut self, id: &str) {
        self.run(&format!(
            "INSERT INTO hearth_users (id, email, email_key, created_at, updated_at) VALUES ('{id}', '{id}', '{id}', '', '')"
        ));
    }

    /// A record with values for these columns; times are empty.
    fn insert(&mut self, table: &str, columns: &str, values: &str) {
        self.run(&insert(table, columns, values));
    }
}

fn insert(table: &str, columns: &str, values: &str) -> String {
    let comma = if columns.is_empty() { "" } else { ", " };
    format!(
        "INSERT INTO \"{table}\" (created_at, updated_at{comma}{columns}) VALUES ('', ''{comma}{values})"
    )
}

fn open(path: PathBuf) -> Opening {
    let options = Options {
        path,
        synchronous: Synchronous::Normal,
        query_timeout: Duration::from_secs(2),
        cache_size: 8 * 1024 * 1024,
        readers: 1,
    };
    Opening::open(options).unwrap()
}

fn model(name: &str, fields: Vec<Field>) -> Model {
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
    fn uuid(mut self) -> Self {
        self.id = IdKind::Uuid;
        self
    }

    fn read_by(mut self, word: Word) -> Self {
        self.access.read = vec![word];
        self
    }

    fn unique(mut self, fields: &[&str], by_owner: bool) -> Self {
        let fields = fields.iter().map(|&name| name.to_owned()).collect();
        self.unique.push(Unique { fields, by_owner });
        self
    }

    fn index(mut self, fields: &[&str]) -> Self {
        self.indexes
            .push(fields.iter().map(|&name| name.to_owned()).collect());
        self
    }

    fn was(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }
}

fn field(name: &str, kind: Kind) -> Field {
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

fn string(name: &str) -> Field {
    field(name, Kind::String(Text::default()))
}

fn choice(name: &str, options: &[&str]) -> Field {
    let options = options.iter().map(|&option| option.to_owned()).collect();
    field(
        name,
        Kind::String(Text {
            options: Some(options),
            ..Text::default()
        }),
    )
}

fn integer(name: &str) -> Field {
    field(name, Kind::Integer(Range::default()))
}

fn number(name: &str) -> Field {
    field(name, Kind::Number(Range::default()))
}

fn boolean(name: &str) -> Field {
    field(name, Kind::Boolean)
}

fn array(name: &str) -> Field {
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

fn object(name: &str) -> Field {
    field(name, Kind::Object(Object::default()))
}

fn reference(name: &str, model: &str, on_delete: OnDelete) -> Field {
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
    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn default(mut self, value: serde_json::Value) -> Self {
        self.default = Some(Default::Literal(value));
        self
    }

    fn was_called(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }
}

/// The embedded default.
fn items() -> Model {
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
