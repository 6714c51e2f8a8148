//! What the safe path does and refuses, on real database files.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::{bring_up_to_date, generate};
use crate::config::Synchronous;
use crate::error::Result;
use crate::models::{
    Field, IdKind, Kind, Model, Models, OnDelete, OnOwnerDelete, Reference, Text, Word,
};
use crate::store::{Opening, Options, schema};
use models::*;

mod create;
mod extend;
mod indexes;
mod keep;
mod models;
mod names;
mod property;
mod rename;
mod revise;
mod whole;

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
        let folder = self.folder.path().join("revisions");
        bring_up_to_date(
            &mut self.opening,
            &Models::new(models.to_vec()),
            &folder,
            true,
        )
    }

    /// Brings the tables up to date, and they must agree then.
    fn agree(&mut self, models: &[Model]) {
        self.bring(models).unwrap();
        assert_eq!(self.steps(models), [""; 0]);
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

    /// What would be done.
    fn steps(&mut self, models: &[Model]) -> Vec<String> {
        let models = Models::new(models.to_vec());
        let made = self.opening.transaction(|tx| generate(tx, &models, &[]));
        made.unwrap().map_or_else(Vec::new, |made| made.summary)
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
    Opening::open(options(path)).unwrap()
}

fn options(path: PathBuf) -> Options {
    Options {
        path,
        synchronous: Synchronous::Normal,
        query_timeout: Duration::from_secs(2),
        cache_size: 8 * 1024 * 1024,
        readers: 1,
    }
}

/// `notes` with one record of Ada's.
fn notes() -> (Bench, Model) {
    let notes = model("notes", vec![string("name").required()]);
    let mut bench = Bench::with(std::slice::from_ref(&notes));
    bench.user("ada");
    bench.insert("notes", "user_id, name", "'ada', 'first'");
    (bench, notes)
}

fn and(mut model: Model, fields: Vec<Field>) -> Model {
    model.fields.extend(fields);
    model
}
