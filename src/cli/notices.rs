//! What `hearth import` says about a file as a whole, beside what is wrong with single rows.

use super::print;
use crate::document::closest;
use crate::models::{Kind, Model, Models};
use crate::services::import::{Noticed, Outcome};

/// Names without a field that are listed.
const STRAYS: usize = 12;

/// Names that lead to no field, with what to do about each.
pub(super) fn strays(noticed: &Noticed, model: &Model) {
    for (name, count) in noticed.strays.iter().take(STRAYS) {
        let fields = model.fields.iter().map(|field| field.name.as_str());
        let meant = closest(&name.to_lowercase().replace([' ', '-'], "_"), fields);
        let hint = meant.map_or_else(String::new, |meant| format!(" Did you mean `{meant}`?"));
        let field = meant.unwrap_or("FIELD");
        print::note(format_args!(
            "No field is named \"{name}\", which {count} {}.{hint} Name one with --map \"{name}={field}\", or leave it \
             out with --map \"{name}=\"",
            if *count == 1 { "row has" } else { "rows have" }
        ));
    }
    let more = noticed.strays.len().saturating_sub(STRAYS);
    if more > 0 {
        print::note(format_args!("and {more} more such names"));
    }
}

/// Values that were refused, and that a mapping would read.
pub(super) fn hints(noticed: &Noticed, model: &Model, models: &Models) {
    for (source, field) in &noticed.numbers {
        print::note(format_args!(
            "\"{source}\" has values that are no texts, and `{field}` is a string. To take them as texts, write in a mapping file \
             (--mapping): \"{source}\" = {{ field = \"{field}\", text = true }}"
        ));
    }
    for (source, field) in &noticed.names {
        let declared = model.field(field);
        let reference = declared.and_then(|(_, field)| field.references.as_ref());
        let target = reference.and_then(|reference| models.find(&reference.model));
        let Some(target) = target else { continue };
        let Some(by) = name_of(target) else { continue };
        print::note(format_args!(
            "\"{source}\" has no ids, and `{field}` refers to `{}` by id. To find its records by another field: --map \
             \"{source}={field}.{by}\", or in a mapping file \"{source}\" = {{ field = \"{field}\", by = \"{by}\" }}",
            target.name
        ));
    }
}

/// The field by which people know a record: the one that no two share, else the first that always has a text.
fn name_of(model: &Model) -> Option<&str> {
    let texts = || {
        let fields = model.fields.iter().filter(|field| !field.write_only);
        fields.filter(|field| matches!(field.kind, Kind::String(_)) && field.references.is_none())
    };
    let is_unique = |name: &str| model.unique.iter().any(|unique| unique.fields == [name]);
    texts()
        .find(|field| is_unique(&field.name))
        .or_else(|| texts().find(|field| field.required))
        .or_else(|| texts().next())
        .map(|field| field.name.as_str())
}

/// What the file has and the records have not, or not any more.
pub(super) fn ids(outcome: &Outcome, model: &Model, models: &Models) {
    if outcome.strangers > 0 {
        print::note(format_args!(
            "note: the owner of {} {} is no user here, so that {} to whom --as names, else to nobody in particular",
            outcome.strangers,
            if outcome.strangers == 1 {
                "record"
            } else {
                "records"
            },
            if outcome.strangers == 1 {
                "it belongs"
            } else {
                "they belong"
            },
        ));
    }
    let anew: Vec<&str> = outcome.noticed.anew().collect();
    if anew.is_empty() {
        return;
    }
    let one = anew.len() == 1;
    print::note(format_args!(
        "note: {} of the file {} left out, and set anew; --keep-ids keeps {}",
        listed(&anew),
        if one { "is" } else { "are" },
        if one { "it" } else { "them" },
    ));
    let references = references(&outcome.noticed, model, models);
    if anew.contains(&"id") && !references.is_empty() {
        let names: Vec<&str> = references.iter().map(String::as_str).collect();
        print::note(format_args!(
            "note: with new ids, references by id out of the same source do not fit: {}. Import all of these models with \
             --keep-ids",
            listed(&names)
        ));
    }
}

/// The reference fields that the file gives by id, and those by which a model refers to this one.
fn references(noticed: &Noticed, model: &Model, models: &Models) -> Vec<String> {
    let own = noticed.by_id.iter();
    let mut list: Vec<String> = own.map(|field| format!("{}.{field}", model.name)).collect();
    for other in models.iter() {
        for field in &other.fields {
            let name = format!("{}.{}", other.name, field.name);
            let target = field.references.as_ref();
            if target.is_some_and(|target| target.model == model.name) && !list.contains(&name) {
                list.push(name);
            }
        }
    }
    list
}

/// "`a`, `b` and `c`".
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
