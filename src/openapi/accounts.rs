//! The calls that every Hearth answers, accounts above all, and the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed};
use super::names::pascal;
use super::usage::Use;
use super::{answers, examples, faults, reference, schemas, second_factor};
use crate::models::Models;

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 39] = [
    "User",
    "UserAnswer",
    "UserListAnswer",
    "Session",
    "SessionListAnswer",
    "Tokens",
    "TokensAnswer",
    "SignedIn",
    "SignedInAnswer",
    "TokenForm",
    "TokenError",
    "RegisterBody",
    "LoginBody",
    "RefreshBody",
    "LogoutBody",
    "MeBody",
    "PasswordBody",
    "AdminUserBody",
    "SetupBody",
    "SecondFactor",
    "SecondFactors",
    "SecondFactorsAnswer",
    "Totp",
    "TotpAnswer",
    "RecoveryCodes",
    "RecoveryCodesAnswer",
    "SecondFactorBody",
    "TotpBody",
    "TotpConfirmBody",
    "RecoveryCodesBody",
    "SecondFactorRemovalBody",
    "LinkBody",
    "ResetPasswordBody",
    "NewPasswordBody",
    "ChangeEmailBody",
    "Done",
    "Error",
    "InvalidError",
    "FieldError",
];

/// The schemas of accounts, by their names among the components.
pub(super) fn components(bodies: &Models) -> Map<String, Json> {
    let user = reference("schemas", "User");
    let session = reference("schemas", "Session");
    let users = json!({ "items": { "type": "array", "items": &user }, "next_cursor": answers::next_cursor() });
    let sessions = json!({ "items": { "type": "array", "items": session } });
    let mut schemas = Map::new();
    // A form says more of itself than a body can: see `token_form`.
    for body in bodies.iter().filter(|body| body.name != "token") {
        schemas.insert(body_name(&body.name), schemas::body(body, Use::Create));
    }
    let own = [
        ("Done", answers::done()),
        ("TokenForm", token_form()),
        ("TokenError", faults::token_error()),
        ("Tokens", closed(tokens())),
        ("TokensAnswer", data("Tokens")),
        ("SignedIn", signed_in(&user)),
        ("SignedInAnswer", data("SignedIn")),
        ("User", closed(user_members())),
        (
            "UserAnswer",
            answers::envelope(json!({ "item": &user }), &["item"]),
        ),
        (
            "UserListAnswer",
            answers::envelope(users, &["items", "next_cursor"]),
        ),
        ("Session", closed(session_members())),
        ("SessionListAnswer", answers::envelope(sessions, &["items"])),
    ];
    let own = own.into_iter().chain(second_factor::components());
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
    schemas
}

/// What an operation object of this call has beside its name: parameters, body, answers.
pub(super) fn parts(fixed: &Fixed, bodies: &Models) -> Map<String, Json> {
    let mut parts = Map::new();
    if !fixed.parameters.is_empty() {
        let parameters = fixed
            .parameters
            .iter()
            .map(|name| reference("parameters", name));
        parts.insert("parameters".to_owned(), parameters.collect());
    }
    if let Some(body) = body(&fixed.body, bodies) {
        parts.insert("requestBody".to_owned(), body);
    }
    let mut responses = Map::from_iter([(fixed.status.to_string(), success(fixed))]);
    if let Some(reason) = fixed.nothing {
        let nothing = json!({ "description": reason });
        responses.insert("204".to_owned(), answers::with_headers(nothing, &[]));
    }
    let own_errors = matches!(fixed.body, Body::TokenForm).then_some("TokenError");
    faults::add(&mut responses, &fixed.statuses(), own_errors);
    parts.insert("responses".to_owned(), Json::Object(responses));
    parts
}

fn body(body: &Body, bodies: &Models) -> Option<Json> {
    let (name, required) = match body {
        Body::None => return None,
        Body::Json(name) => (name, true),
        Body::OptionalJson(name) => (name, false),
        Body::Foreign => return Some(super::webhooks::body()),
        Body::File => {
            return Some(
                json!({ "required": true, "content": { "*/*": { "schema": {}, "example": "The file itself" } } }),
            );
        }
        Body::TokenForm => {
            let example = json!({ "grant_type": "password", "username": "ada@example.com", "password": "correct horse battery" });
            let media = json!({ "schema": reference("schemas", "TokenForm"), "example": example });
            return Some(
                json!({ "required": true, "content": { "application/x-www-form-urlencoded": media } }),
            );
        }
    };
    let mut media = json!({ "schema": reference("schemas", &body_name(name)) });
    if let Some(mut example) = bodies.find(name).and_then(|body| examples::body(body)) {
        for (member, value) in PEOPLE {
            if let Some(shown) = example.get_mut(member) {
                *shown = json!(value);
            }
        }
        media["example"] = example;
    }
    if let Some(example) = super::executions::body_example(name) {
        media["example"] = example;
    }
    Some(json!({ "required": required, "content": { "application/json": media } }))
}

/// What examples say of a person; a password among them has to be one that is taken.
const PEOPLE: [(&str, &str); 8] = [
    ("email", "ada@example.com"),
    ("name", "Ada"),
    ("role", "user"),
    ("return_to", "/inbox"),
    ("password", "correct horse battery"),
    ("current_password", "correct horse battery"),
    ("new_password", "a longer horse battery"),
    ("code", "287082"),
];

fn body_name(name: &str) -> String {
    format!("{}Body", pascal(name))
}

fn success(fixed: &Fixed) -> Json {
    let (kind, media) = match fixed.answer {
        Answer::Schema(schema) => {
            return answers::response(fixed.summary, schema, example(schema), fixed.headers);
        }
        Answer::Redirect => {
            let nothing = json!({ "description": fixed.summary });
            return answers::with_headers(nothing, fixed.headers);
        }
        Answer::Text(kind) => (kind, json!({ "schema": { "type": "string" } })),
        Answer::Document => {
            let schema = json!({ "type": "object", "additionalProperties": true });
            ("application/json", json!({ "schema": schema }))
        }
    };
    let response = json!({ "description": fixed.summary, "content": { kind: media } });
    answers::with_headers(response, fixed.headers)
}

fn example(schema: &str) -> Option<Json> {
    let user = json!({
        "id": UUID, "email": "ada@example.com", "name": "Ada", "role": "user", "email_verified": false,
        "disabled": false, "created_at": TIME, "updated_at": TIME,
    });
    let tokens = json!({
        "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "token_type": "bearer", "expires_in": 900,
        "refresh_token": "c2VjcmV0IHRleHQ",
    });
    let session = json!({
        "id": UUID, "created_at": TIME, "last_used_at": TIME, "address": "192.0.2.1", "user_agent": "curl/8.5.0",
        "current": true,
    });
    Some(match schema {
        "Done" => json!({ "success": true }),
        "Tokens" => tokens,
        "TokensAnswer" => json!({ "success": true, "data": tokens }),
        "SignedInAnswer" => {
            let mut data = json!({ "user": user });
            if let (Json::Object(data), Json::Object(tokens)) = (&mut data, tokens) {
                data.extend(tokens);
            }
            json!({ "success": true, "data": data })
        }
        "UserAnswer" => json!({ "success": true, "item": user }),
        "UserListAnswer" => json!({ "success": true, "items": [user], "next_cursor": null }),
        "SessionListAnswer" => json!({ "success": true, "items": [session] }),
        other => {
            return second_factor::example(other)
                .or_else(|| super::admin::example(other))
                .or_else(|| super::schema::example(other))
                .or_else(|| super::executions::example(other))
                .or_else(|| super::changes::example(other));
        }
    })
}

pub(super) fn data(schema: &str) -> Json {
    answers::envelope(json!({ "data": reference("schemas", schema) }), &["data"])
}

/// An object with exactly these members.
pub(super) fn closed(properties: Json) -> Json {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    json!({
        "type": "object",
        "required": required,
        "properties": &properties,
        "additionalProperties": false,
    })
}

fn tokens() -> Json {
    json!({
        "access_token": { "type": "string", "description": "For `Authorization: Bearer …`." },
        "token_type": { "type": "string", "const": "bearer" },
        "expires_in": { "type": "integer", "format": "int64", "description": "Seconds that the access token lasts." },
        "refresh_token": { "type": "string", "description": "For new tokens, once." },
    })
}

fn signed_in(user: &Json) -> Json {
    let mut members = json!({ "user": user });
    if let (Json::Object(members), Json::Object(tokens)) = (&mut members, tokens()) {
        members.extend(tokens);
    }
    closed(members)
}

fn user_members() -> Json {
    json!({
        "id": { "type": "string" },
        "email": { "type": ["string", "null"], "format": "email", "description": "Null for who signs in elsewhere and whose issuer told none." },
        "name": { "type": ["string", "null"] },
        "role": { "type": "string", "description": "`user`, `admin` or a role of `[auth.roles]`." },
        "email_verified": { "type": "boolean" },
        "disabled": { "type": "boolean", "description": "Whether the user is kept from signing in." },
        "created_at": { "type": "string", "format": "date-time" },
        "updated_at": { "type": "string", "format": "date-time" },
    })
}

fn session_members() -> Json {
    json!({
        "id": { "type": "string" },
        "created_at": { "type": "string", "format": "date-time" },
        "last_used_at": { "type": "string", "format": "date-time" },
        "address": { "type": "string", "description": "Where it was last used from." },
        "user_agent": { "type": ["string", "null"] },
        "current": { "type": "boolean", "description": "Whether it is the one that asks." },
    })
}

/// OAuth2's form (RFC 6749, sections 4.3 and 6).
fn token_form() -> Json {
    let ignored = "Accepted for OAuth2 clients that send it; it means nothing.";
    json!({
        "type": "object",
        "required": ["grant_type"],
        "properties": {
            "grant_type": { "type": "string", "enum": ["password", "refresh_token"] },
            "username": { "type": "string", "description": "The e-mail, with `grant_type=password`." },
            "password": { "type": "string", "description": "With `grant_type=password`." },
            "refresh_token": { "type": "string", "description": "With `grant_type=refresh_token`." },
            "otp": { "type": "string", "description": "A code of the second factor, with `grant_type=password`." },
            "scope": { "type": "string", "description": ignored },
            "client_id": { "type": "string", "description": ignored },
            "client_secret": { "type": "string", "description": ignored },
        },
        "additionalProperties": false,
    })
}
