//! The bodies of accounts, built by hand, and that they are those of the server.

use serde_json::json;

use super::shapes::{described, field, length, model, required, with_default};
use crate::models::{Field, Format, Kind, Models, Text};
use crate::openapi::{schemas, usage};

/// What `services/bodies.toml` says.
pub(super) fn bodies() -> Models {
    let long = || Kind::String(length(None, 1_024));
    let text = |most| Kind::String(length(None, most));
    let mut shapes: Vec<(&str, Vec<Field>)> = vec![
        (
            "register",
            vec![new_email(), new_password("password"), name()],
        ),
        (
            "login",
            vec![required("email", text(254)), required("password", long())],
        ),
    ];
    let known = "Not needed where the cookie of a sign-in is sent.";
    let token = described(field("refresh_token", text(8_192)), known);
    shapes.push(("refresh", vec![token]));
    let all = with_default("all", Kind::Boolean, json!(false));
    let all = described(all, "Whether to end all of the user's sessions.");
    shapes.push(("logout", vec![all]));
    shapes.push(("me", vec![name()]));
    let password = vec![
        required("current_password", long()),
        new_password("new_password"),
    ];
    shapes.push(("password", password));
    shapes.push(("admin_user", admin_user()));
    let shapes = shapes.into_iter();
    Models::new(
        shapes
            .map(|(name, fields)| model(name, name, fields))
            .collect(),
    )
}

fn name() -> Field {
    let name = field("name", Kind::String(length(None, 200)));
    described(name, "What to call the user.")
}

fn new_email() -> Field {
    let email = Text {
        format: Some(Format::Email),
        ..length(None, 254)
    };
    described(
        required("email", Kind::String(email)),
        "What the user signs in with.",
    )
}

fn new_password(name: &str) -> Field {
    let rules = "At least `auth.password_length` characters, and not a common one.";
    described(required(name, Kind::String(length(None, 1_024))), rules)
}

fn admin_user() -> Vec<Field> {
    let ends = "Whether the user is kept from signing in; ends their sessions at once.";
    let role = field("role", Kind::String(length(Some(1), 64)));
    vec![
        described(field("disabled", Kind::Boolean), ends),
        described(role, "`user`, `admin` or a role of `[auth.roles]`."),
        name(),
    ]
}

#[test]
fn the_bodies_of_the_tests_are_those_of_the_server() {
    let text = include_str!("../../services/bodies.toml");
    let file: toml::Table = text.parse().unwrap();
    let bodies = bodies();
    let shapes = file["models"].as_table().unwrap();
    assert_eq!(shapes.len(), bodies.iter().count());
    for (name, shape) in shapes {
        let fields = shape["fields"].as_table().unwrap();
        let model = bodies.find(name).unwrap();
        assert_eq!(fields.len(), model.fields.len());
        for (field, (name, declared)) in model.fields.iter().zip(fields) {
            assert_eq!(&field.name, name);
            let is_required = declared.get("required").and_then(toml::Value::as_bool);
            assert_eq!(field.required, is_required.unwrap_or(false), "{name}");
            let description = declared.get("description").and_then(toml::Value::as_str);
            assert_eq!(field.description.as_deref(), description, "{name}");
            let schema = schemas::member(field, usage::Use::Answer);
            let of = |key: &str| declared.get(key).map(|value| json!(value));
            assert_eq!(schema.get("maxLength").cloned(), of("max_length"), "{name}");
            assert_eq!(schema.get("minLength").cloned(), of("min_length"), "{name}");
            assert_eq!(schema.get("format").cloned(), of("format"), "{name}");
            assert_eq!(schema.get("default").cloned(), of("default"), "{name}");
        }
    }
}
