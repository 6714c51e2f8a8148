//! Declared models: the shapes of data that a person writes in `config.toml`. Pure: no database handle, no HTTP.
//!
//! `declare` reads and checks a declaration, `validate` checks what clients send against it, `ddl` says it in SQL and
//! `diff` what lies between it and the tables that exist.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use regex::Regex;

pub mod ddl;
pub mod declare;
pub mod diff;
mod literal;
pub mod parameters;
pub mod validate;

/// All declared models, in the order of the declaration.
#[derive(Clone, Debug, Default)]
pub struct Models {
    list: Vec<Arc<Model>>,
    by_name: HashMap<String, Arc<Model>>,
    /// What is worth saying about the declaration, but no mistake: a field that a query parameter hides.
    pub notes: Vec<String>,
}

impl Models {
    pub fn new(list: Vec<Model>) -> Self {
        let list: Vec<Arc<Model>> = list.into_iter().map(Arc::new).collect();
        let by_name = list
            .iter()
            .map(|model| (model.name.clone(), Arc::clone(model)))
            .collect();
        Models {
            list,
            by_name,
            notes: Vec::new(),
        }
    }

    pub fn find(&self, name: &str) -> Option<&Arc<Model>> {
        self.by_name.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.list.iter()
    }
}

/// One `[models.NAME]`.
#[derive(Clone, Debug)]
pub struct Model {
    pub name: String,
    /// The name's singular in title case, for people: `blog_posts` is a "Blog Post".
    pub title: String,
    pub description: Option<String>,
    pub id: IdKind,
    pub access: Access,
    /// In the order of the declaration, which is the order of errors and of members in JSON.
    pub fields: Vec<Field>,
    /// Includes those that single fields declare.
    pub unique: Vec<Unique>,
    /// Up to four columns each; includes those that single fields declare.
    pub indexes: Vec<Vec<String>>,
    pub on_owner_delete: OnOwnerDelete,
    /// Whether committed changes go to the change log.
    pub realtime: bool,
    pub renamed_from: Option<String>,
    /// Where it stands in its file, counted from 1.
    pub line: usize,
}

impl Model {
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, field)| field.name == name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// 1, 2, 3 …, never used twice.
    Integer,
    /// Version 7, so that ids sort by time.
    Uuid,
}

/// A set of fields no two records may share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    pub fields: Vec<String>,
    /// Among the owner's records only, so that a clash tells nothing about others.
    pub by_owner: bool,
}

/// What happens to a user's records when the user is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnOwnerDelete {
    Cascade,
    Restrict,
}

/// Who may do what: four rules, to which the short names expand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub read: Rule,
    pub create: Rule,
    pub update: Rule,
    pub delete: Rule,
}

/// One of these must hold.
pub type Rule = Vec<Word>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Anyone,
    SignedIn,
    Owner,
    Admin,
    Role(String),
}

/// As `config.toml` has it.
impl Display for Word {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Word::Anyone => out.write_str("anyone"),
            Word::SignedIn => out.write_str("signed_in"),
            Word::Owner => out.write_str("owner"),
            Word::Admin => out.write_str("admin"),
            Word::Role(role) => write!(out, "role:{role}"),
        }
    }
}

/// One property of a model, or of an object field.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    /// Never null, and must be sent on create where there is no default.
    pub required: bool,
    pub default: Option<Default>,
    pub references: Option<Reference>,
    pub write_only: bool,
    pub read_only: bool,
    pub renamed_from: Option<String>,
    pub description: Option<String>,
    pub line: usize,
}

/// A field's type with the limits that belong to it.
#[derive(Clone, Debug)]
pub enum Kind {
    String(Text),
    Integer(Range<i64>),
    Number(Range<f64>),
    Boolean,
    Array(Array),
    Object(Object),
}

#[derive(Clone, Debug, Default)]
pub struct Text {
    pub format: Option<Format>,
    pub options: Option<Vec<String>>,
    /// In characters.
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Regex>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    DateTime,
    Date,
    Time,
    Email,
    Uri,
    Uuid,
    Ipv4,
    Ipv6,
    Hostname,
}

#[derive(Clone, Debug, Default)]
pub struct Range<T> {
    pub minimum: Option<T>,
    pub maximum: Option<T>,
    pub exclusive_minimum: Option<T>,
    pub exclusive_maximum: Option<T>,
    pub multiple_of: Option<T>,
}

#[derive(Clone, Debug)]
pub struct Array {
    /// The elements' shape; its name is `items`, and elements are never null.
    pub items: Box<Field>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub unique_items: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Object {
    /// None: any JSON object.
    pub properties: Option<Vec<Field>>,
    pub additional: bool,
}

/// What a field has when nothing is sent; evaluated for each record, never shared.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    Literal(serde_json::Value),
    Now,
    Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub model: String,
    pub id: IdKind,
    pub on_delete: OnDelete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// A value as a table keeps it. Booleans are 0 and 1, arrays and objects their JSON text, times their ISO text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

impl Format {
    /// The word of the declaration, which is JSON Schema's.
    pub fn word(self) -> &'static str {
        match self {
            Format::DateTime => "date-time",
            Format::Date => "date",
            Format::Time => "time",
            Format::Email => "email",
            Format::Uri => "uri",
            Format::Uuid => "uuid",
            Format::Ipv4 => "ipv4",
            Format::Ipv6 => "ipv6",
            Format::Hostname => "hostname",
        }
    }
}
