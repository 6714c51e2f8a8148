//! A field that refers to a record of another model: its values are that model's ids.

use super::field::{Place, Spot};
use super::section::Section;
use super::types::Type;
use super::{Context, keys};
use crate::document::closest;
use crate::models::{Format, IdKind, Kind, OnDelete, Range, Reference, Text};

pub(super) fn read<'r>(
    context: &Context<'r>,
    spot: &Spot<'r>,
    section: &Section<'r>,
    required: bool,
) -> Option<(Kind, Reference)> {
    let on_delete = on_delete(section, required);
    let target = section.text("references")?;
    keys::check(section, &spot.place, None, Some(target));
    let Some(id) = context.id_kind(target) else {
        section.mistake("references", unknown(context, section, target));
        return None;
    };
    check_type(section, target, id);
    if let Place::Own { model, .. } = spot.place
        && model == target
        && required
    {
        section.mistake(
            "required",
            format!(
                "{} would need another record of `{target}` before the first. Remove `required`.",
                super::section::capital(&section.name)
            ),
        );
    }
    let kind = match id {
        IdKind::Integer => Kind::Integer(Range::default()),
        IdKind::Uuid => Kind::String(Text {
            format: Some(Format::Uuid),
            ..Text::default()
        }),
    };
    let model = target.to_owned();
    Some((
        kind,
        Reference {
            model,
            id,
            on_delete,
        },
    ))
}

fn on_delete(section: &Section<'_>, required: bool) -> OnDelete {
    let words = [
        ("restrict", OnDelete::Restrict),
        ("cascade", OnDelete::Cascade),
        ("set_null", OnDelete::SetNull),
    ];
    let action = section.word("on_delete", &words);
    if required && action == Some(OnDelete::SetNull) {
        section.mistake(
            "on_delete",
            format!(
                "`on_delete` of {} can't be `set_null`: the field is `required` and never \
                null. Write `restrict` or `cascade`, or remove `required`.",
                section.name
            ),
        );
    }
    action.unwrap_or(OnDelete::Restrict)
}

fn unknown(context: &Context<'_>, section: &Section<'_>, target: &str) -> String {
    let remedy = if target == "users" {
        "Whoever made a record stands in its `user_id` without a declaration.".to_owned()
    } else {
        closest(target, context.model_names()).map_or_else(
            || format!("Declare it as `[models.{target}]`."),
            |meant| format!("Did you mean `{meant}`?"),
        )
    };
    format!(
        "`references` of {} names `{target}`, which is no declared model. {remedy}",
        section.name
    )
}

/// `type` may be left out; if it is said, it is the one of the ids.
fn check_type(section: &Section<'_>, target: &str, id: IdKind) {
    let fitting = match id {
        IdKind::Integer => Type::Integer,
        IdKind::Uuid => Type::String,
    };
    if section.has("type")
        && let Some(word) = section.text("type")
        && Type::from_word(word) != Some(fitting)
    {
        section.mistake(
            "type",
            format!(
                "`type` of {} can't be `{word}`: the ids of `{target}` have the type `{}`. \
                Remove `type`, it follows from `references`.",
                section.name,
                fitting.word()
            ),
        );
    }
}
