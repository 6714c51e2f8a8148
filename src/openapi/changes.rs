//! The call for the change log, and the schemas that it speaks.

use serde_json::{Map, Value as Json, json};

use super::accounts::closed;
use super::examples::{TIME, UUID};
use super::fixed::{Answer, Fixed, NONE};
use super::parameters::query;
use super::{answers, reference};

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 2] = ["Change", "ChangeListAnswer"];

pub(super) const CALLS: [Fixed; 1] = [Fixed {
    path: "/api/changes",
    id: "listChanges",
    access: "signed_in",
    tag: "Changes",
    summary: "Follow changes of records",
    note: "Those that the caller may see, in the order of the commits; with `wait` a long poll. Go on with `after` = `next` and \
           `epoch`, also where there was nothing: the log goes up to `seq`. 410 `reset` when nobody can go on from there.",
    parameters: &[
        "ChangeAfter",
        "ChangeModel",
        "ChangeKey",
        "Limit",
        "Wait",
        "Epoch",
    ],
    answer: Answer::Schema("ChangeListAnswer"),
    faults: &[401, 403, 404, 409, 410],
    ..NONE
}];

/// The parameters that no other call has, by their names among the components.
pub(super) fn parameters() -> Json {
    let after = "What follows this number; from the oldest that is kept when it is left out.";
    let text = || json!({ "type": "string" });
    json!({
        "ChangeAfter": query("after", after, json!({ "type": "integer", "format": "int64", "minimum": 0 })),
        "ChangeModel": query("model", "Changes of this model alone.", text()),
        "ChangeKey": query("key", "Changes of the record with this id alone; together with `model`.", text()),
        "Epoch": query("epoch", "The log that `after` is a place of.", text()),
    })
}

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let number = |description: &str| json!({ "type": "integer", "format": "int64", "description": description });
    let mut change = closed(json!({
        "seq": number("Its place in the log; others' changes count, too."),
        "at": { "type": "string", "format": "date-time" },
        "model": { "type": "string" },
        "op": {
            "type": "string",
            "enum": ["insert", "update", "delete", "leave"],
            "description": "What happened to the caller's records; `leave`: it is no longer among them.",
        },
        "key": { "type": ["integer", "string"], "description": "The record's id." },
    }));
    change["properties"]["item"] = json!({
        "type": "object",
        "additionalProperties": true,
        "description": "The record after an insert or an update.",
    });
    let members = json!({
        "items": { "type": "array", "items": reference("schemas", "Change") },
        "next": number("For `after`."),
        "seq": number("How far the log goes."),
        "epoch": { "type": "string", "description": "The log's identity; another one after a restore." },
    });
    let answer = answers::envelope(members, &["items", "next", "seq", "epoch"]);
    schemas.insert("Change".to_owned(), change);
    schemas.insert("ChangeListAnswer".to_owned(), answer);
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let item =
        json!({ "id": 7, "user_id": UUID, "name": "a", "created_at": TIME, "updated_at": TIME });
    let change =
        json!({ "seq": 912, "at": TIME, "model": "items", "op": "insert", "key": 7, "item": item });
    (schema == "ChangeListAnswer").then(
        || json!({ "success": true, "items": [change], "next": 912, "seq": 912, "epoch": "k3f9" }),
    )
}
