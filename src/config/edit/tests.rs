//! Changes of a text, and what stays as it was.

use serde_json::{Value as Json, json};

use super::{Change, edit, faults};

const TEXT: &str = "# Ours\n[auth]\nsecret = \"hush\" # never shown\n#old_secret = \"hush too\"\n\n# The notes\n[models.notes] # all of them\naccess = \"owner\"\n\n# What is in one\n[models.notes.fields]\ntitle = { type = \"string\" } # in short\n# long\nbody  = { type = \"string\" }\n\n[server]\nport = 9000\n";

fn change(from: Option<&str>, model: &str, declaration: Json) -> Change {
    let Json::Object(declaration) = declaration else {
        panic!("no object")
    };
    Change {
        model: model.to_owned(),
        from: from.map(str::to_owned),
        declaration,
    }
}

#[test]
fn comments_order_and_other_sections_stay() {
    let declaration = json!({"access": "shared_read", "fields": {
        "title": {"type": "string", "required": true},
        "done": {"type": "boolean"},
        "body": {"type": "string"},
    }});
    let edited = edit(TEXT, &change(Some("notes"), "notes", declaration)).unwrap();
    let expected = TEXT
        .replace("access = \"owner\"", "access = \"shared_read\"")
        .replace(
            "title = { type = \"string\" } # in short\n",
            "title = { type = \"string\", required = true } # in short\ndone  = { type = \"boolean\" }\n",
        );
    assert_eq!(edited.text, expected);
    assert!(
        !edited.after.contains("hush") && !edited.before.contains("hush"),
        "{}",
        edited.after
    );
    assert!(edited.after.contains("# What is in one"));
    assert!(edited.diff().contains("+done  = { type = \"boolean\" }"));
}

#[test]
fn what_is_already_said_is_not_touched() {
    let declaration = super::declared(TEXT)["notes"].clone();
    let edited = edit(TEXT, &change(Some("notes"), "notes", declaration)).unwrap();
    assert_eq!(edited.text, TEXT);
    assert_eq!(edited.diff(), "");
}

#[test]
fn a_new_model_stands_behind_the_others() {
    let declaration = json!({"access": {"read": "anyone"}, "fields": {"a": {"type": "integer", "minimum": 1}, "long": {"type": "number", "default": 0.5}}});
    let edited = edit(TEXT, &change(None, "posts", declaration)).unwrap();
    let model = "\n[models.posts]\naccess = { read = \"anyone\" }\n\n[models.posts.fields]\na    = { type = \"integer\", minimum = 1 }\nlong = { type = \"number\", default = 0.5 }\n";
    assert_eq!(
        edited.text,
        TEXT.replace("\n[server]", &format!("{model}\n[server]"))
    );
    assert_eq!(format!("\n{}", edited.after), model);
    let alone = edit(
        "",
        &change(None, "a", json!({"fields": {"b": {"type": "string"}}})),
    )
    .unwrap();
    assert_eq!(
        alone.text.trim_start(),
        "[models.a.fields]\nb = { type = \"string\" }\n"
    );
}

#[test]
fn a_renamed_field_keeps_its_line_and_a_renamed_model_its_place() {
    let declaration = json!({"fields": {
        "name": {"type": "string", "renamed_from": "title"},
        "body": {"type": "string"},
    }});
    let edited = edit(TEXT, &change(Some("notes"), "memos", declaration)).unwrap();
    assert!(
        edited
            .text
            .contains("# The notes\n[models.memos] # all of them\n"),
        "{}",
        edited.text
    );
    assert!(
        edited.text.contains(
            "name = { type = \"string\", renamed_from = \"title\" } # in short\n# long\n"
        ),
        "{}",
        edited.text
    );
}

#[test]
fn headers_inline_tables_and_dotted_keys_are_changed_in_their_form() {
    for text in [
        "[models.notes.fields.title]\ntype = \"string\"\n[models.notes.access]\nread = \"owner\"\n",
        "models = { notes = { fields = { title = { type = \"string\" } } } }\n",
        "[models]\nnotes.fields.title = { type = \"string\" }\n",
        "models.notes.fields.title.type = \"string\"\r\n",
    ] {
        let declaration = json!({"access": {"read": "anyone"}, "fields": {"title": {"type": "string", "max_length": 3}, "b": {"type": "integer"}}});
        let edited = edit(text, &change(Some("notes"), "notes", declaration.clone())).unwrap();
        assert_eq!(
            super::declared(&edited.text)["notes"],
            declaration,
            "{}",
            edited.text
        );
        let new = json!({"fields": {"a": {"type": "string"}}});
        edit(text, &change(None, "more", new)).unwrap();
        assert_eq!(edited.text.contains("\r\n"), text.contains("\r\n"));
    }
}

#[test]
fn faults_stand_where_they_were_made() {
    let declaration = json!({"acces": "owner", "access": {"read": "nobody"}, "fields": {
        "title": {"type": "string", "max_length": -1, "minimum": 1},
        "user_id": {"type": "string"},
        "to": {"references": "nothing"},
        "deep": {"type": "object", "properties": {"x": {"type": "text"}}},
        "none": {"type": "string", "default": null},
    }});
    let places = |change: &Change| {
        let faults = faults(TEXT, change, &[]);
        let place = |fault: &crate::error::FieldError| {
            let steps = serde_json::to_value(&fault.loc).unwrap();
            let steps: Vec<String> = steps
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step.as_str().unwrap().to_owned())
                .collect();
            steps.join(".")
        };
        faults.iter().map(place).collect::<Vec<_>>()
    };
    let mut made = change(None, "posts", declaration);
    assert_eq!(places(&made), ["body.declaration.fields.none.default"]);
    made.declaration["fields"]["none"] = json!({"type": "string"});
    assert_eq!(
        places(&made),
        [
            "body.declaration.acces",
            "body.declaration.access.read",
            "body.declaration.fields.title.max_length",
            "body.declaration.fields.title.minimum",
            "body.declaration.fields.user_id",
            "body.declaration.fields.to.references",
            "body.declaration.fields.deep.properties",
        ]
    );
    let good = json!({"fields": {"a": {"type": "string"}}});
    assert_eq!(places(&change(None, "notes", good.clone())), ["body.model"]);
    assert_eq!(
        places(&change(Some("no"), "no", good.clone())),
        ["body.from"]
    );
    assert_eq!(
        places(&change(None, "Bad name", good.clone())),
        ["body.model"]
    );
    assert_eq!(places(&change(None, "auth", good)), ["body.model"]);
    assert_eq!(
        places(&change(None, "empty", json!({}))),
        ["body.declaration.fields"]
    );
}
