//! Names of schemas and operations for each model: short, stable as models are added, and never used twice.
//!
//! Code generators make types, functions and files of them, so two names that differ in case alone count as one.

use std::collections::HashSet;

use super::fixed;
use crate::models::{Model, Models};

/// What a model is called in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// `BlogPost`: the record's schema, and the thing of `createBlogPost`.
    pub(super) one: String,
    /// `BlogPosts`, of `listBlogPosts`.
    pub(super) many: String,
}

/// What follows the record's name in the names of its schemas.
const SCHEMAS: [&str; 8] = [
    "",
    "Partial",
    "Create",
    "Update",
    "Patch",
    "Answer",
    "BatchAnswer",
    "ListAnswer",
];
const VERBS: [&str; 5] = ["create", "get", "update", "patch", "delete"];

impl Names {
    pub(super) fn partial(&self) -> String {
        format!("{}Partial", self.one)
    }

    pub(super) fn create(&self) -> String {
        format!("{}Create", self.one)
    }

    pub(super) fn update(&self) -> String {
        format!("{}Update", self.one)
    }

    pub(super) fn patch(&self) -> String {
        format!("{}Patch", self.one)
    }

    pub(super) fn answer(&self) -> String {
        format!("{}Answer", self.one)
    }

    pub(super) fn batch_answer(&self) -> String {
        format!("{}BatchAnswer", self.one)
    }

    pub(super) fn list_answer(&self) -> String {
        format!("{}ListAnswer", self.one)
    }
}

/// One entry for each model, in the order of the models. Earlier models keep the shorter names.
pub(super) fn choose(models: &Models) -> Vec<Names> {
    let mut taken: HashSet<String> = super::schema_names()
        .chain(fixed::all().map(|fixed| fixed.id))
        .map(|name| name.to_lowercase())
        .collect();
    models
        .iter()
        .map(|model| choose_one(model, &mut taken))
        .collect()
}

fn choose_one(model: &Model, taken: &mut HashSet<String>) -> Names {
    let (title, name) = (pascal(&model.title), pascal(&model.name));
    let record = format!("{name}Record");
    let one = free([title, name.clone(), record.clone()], taken, |one| {
        let schemas = SCHEMAS.iter().map(|suffix| format!("{one}{suffix}"));
        let operations = VERBS.iter().map(|verb| format!("{verb}{one}"));
        schemas.chain(operations).collect()
    });
    let many = free(
        [name.clone(), format!("{record}s"), record],
        taken,
        |many| vec![format!("list{many}")],
    );
    Names { one, many }
}

/// The first candidate of which no derived name is taken; at last, the last one with a number.
fn free(
    candidates: [String; 3],
    taken: &mut HashSet<String>,
    derived: impl Fn(&str) -> Vec<String>,
) -> String {
    let last = candidates[2].clone();
    let numbered = (2..).map(|number: usize| format!("{last}{number}"));
    for candidate in candidates.into_iter().chain(numbered) {
        let names: Vec<String> = derived(&candidate)
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        if names.iter().all(|name| !taken.contains(name)) {
            taken.extend(names);
            return candidate;
        }
    }
    last
}

/// `blog_posts` and `Blog Posts` are both `BlogPosts`.
pub(super) fn pascal(words: &str) -> String {
    let mut joined = String::with_capacity(words.len());
    for word in words.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        joined.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        joined.push_str(letters.as_str());
    }
    joined
}
