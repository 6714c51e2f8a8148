//! All calls, those on records and the fixed ones: what `hearth routes` prints and what the document describes.

use super::Operation;
use super::fixed::{self, Fixed};
use super::names::Names;
use crate::models::{Model, Models, Word};

/// A call with what the document has to know beside.
pub(super) struct Call<'m> {
    pub(super) operation: Operation,
    /// The operationId.
    pub(super) id: String,
    pub(super) tag: &'m str,
    pub(super) subject: Subject<'m>,
}

pub(super) enum Subject<'m> {
    Record(&'m Model, &'m Names, Verb),
    Fixed(&'static Fixed),
}

impl Call<'_> {
    /// Sentences about the call that its summary does not say.
    pub(super) fn note(&self) -> &'static str {
        match self.subject {
            Subject::Record(_, _, verb) => verb.note(),
            Subject::Fixed(fixed) => fixed.note,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    List,
    Create,
    Get,
    Update,
    Patch,
    Delete,
}

impl Verb {
    const ALL: [Verb; 6] = [
        Verb::List,
        Verb::Create,
        Verb::Get,
        Verb::Update,
        Verb::Patch,
        Verb::Delete,
    ];

    fn method(self) -> &'static str {
        match self {
            Verb::List | Verb::Get => "GET",
            Verb::Create => "POST",
            Verb::Update => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }

    fn note(self) -> &'static str {
        match self {
            Verb::List => {
                "Pages by `cursor` or `offset`; a declared field's name is a filter for equality."
            }
            Verb::Create => "One record, or a list of them of which all are made or none.",
            Verb::Get | Verb::Delete => "",
            Verb::Update => "A field that is not sent stays as it is; an explicit null is set.",
            Verb::Patch => "JSON Merge Patch (RFC 7396): also changes single members of objects.",
        }
    }
}

/// All calls, the models' first.
pub(super) fn calls<'m>(models: &'m Models, names: &'m [Names]) -> Vec<Call<'m>> {
    let records = models
        .iter()
        .zip(names)
        .flat_map(|(model, names)| Verb::ALL.map(|verb| record_call(model, names, verb)));
    records.chain(fixed::all().map(fixed_call)).collect()
}

fn record_call<'m>(model: &'m Model, names: &'m Names, verb: Verb) -> Call<'m> {
    let one = with_article(&model.title.to_lowercase());
    let (id, summary, rule) = match verb {
        Verb::List => (
            format!("list{}", names.many),
            format!("List {}", model.name.replace('_', " ")),
            &model.access.read,
        ),
        Verb::Create => (
            format!("create{}", names.one),
            format!("Create {one}"),
            &model.access.create,
        ),
        Verb::Get => (
            format!("get{}", names.one),
            format!("Get {one}"),
            &model.access.read,
        ),
        Verb::Update => (
            format!("update{}", names.one),
            format!("Update {one}"),
            &model.access.update,
        ),
        Verb::Patch => (
            format!("patch{}", names.one),
            format!("Patch {one}"),
            &model.access.update,
        ),
        Verb::Delete => (
            format!("delete{}", names.one),
            format!("Delete {one}"),
            &model.access.delete,
        ),
    };
    let path = match verb {
        Verb::List | Verb::Create => format!("/api/{}", model.name),
        _ => format!("/api/{}/{{id}}", model.name),
    };
    let access: Vec<String> = rule.iter().map(Word::to_string).collect();
    let operation = Operation {
        method: verb.method(),
        path,
        access: access.join(", "),
        model: Some(model.name.clone()),
        public: rule.contains(&Word::Anyone),
        summary,
    };
    Call {
        operation,
        id,
        tag: &model.name,
        subject: Subject::Record(model, names, verb),
    }
}

fn fixed_call<'m>(fixed: &'static Fixed) -> Call<'m> {
    let operation = Operation {
        method: fixed.method,
        path: fixed.path.to_owned(),
        access: fixed.access.to_owned(),
        model: None,
        public: fixed.access == "anyone",
        summary: fixed.summary.to_owned(),
    };
    Call {
        operation,
        id: fixed.id.to_owned(),
        tag: fixed.tag,
        subject: Subject::Fixed(fixed),
    }
}

fn with_article(title: &str) -> String {
    let vowel = title.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {title}", if vowel { "an" } else { "a" })
}
