//! The calls of a sign-in at a provider, and those on a user's identities; with the schemas that they speak.

use serde_json::{Map, Value as Json, json};

use super::examples::TIME;
use super::fixed::{Answer, Body, Fixed, NONE};
use super::{answers, reference};

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 7] = [
    "Provider",
    "ProviderListAnswer",
    "Identity",
    "IdentityListAnswer",
    "IdentityLink",
    "IdentityLinkAnswer",
    "IdentityLinkBody",
];

/// In the order of the document.
pub(super) const CALLS: [Fixed; 6] = [
    Fixed {
        path: "/api/auth/providers",
        id: "listProviders",
        summary: "List where one can sign in",
        note: "As `[[auth.providers]]` has them; without any, none.",
        answer: Answer::Schema("ProviderListAnswer"),
        ..NONE
    },
    Fixed {
        path: "/api/auth/oauth/{provider}",
        id: "beginOAuth",
        summary: "Go to a provider to sign in",
        note: "A browser goes here. `return_to` is a page of this server, to which it comes in the end; else it is the console.",
        parameters: &["ProviderName", "ReturnTo"],
        status: 302,
        answer: Answer::Redirect,
        headers: &["Location", "Set-Cookie"],
        faults: &[404],
        ..NONE
    },
    Fixed {
        path: "/api/auth/oauth/{provider}/callback",
        id: "endOAuth",
        summary: "Come back from a provider",
        note: "The provider sends the browser here. It gets the refresh token as a sign-in's cookie, and `POST /api/auth/refresh` the access token. What goes wrong is told as JSON unless `Accept` has `text/html`: then on the console's sign-in page.",
        parameters: &[
            "ProviderName",
            "OAuthState",
            "OAuthCode",
            "OAuthError",
            "OAuthIssuer",
        ],
        status: 302,
        answer: Answer::Redirect,
        headers: &["Location", "Set-Cookie"],
        faults: &[401, 403, 404, 409, 429],
        ..NONE
    },
    Fixed {
        path: "/api/auth/identities",
        id: "listIdentities",
        access: "signed_in",
        summary: "List one's sign-ins elsewhere",
        answer: Answer::Schema("IdentityListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/identities/{provider}",
        id: "linkIdentity",
        access: "signed_in",
        summary: "Begin to link a sign-in elsewhere",
        note: "The browser that gets this answer goes to `url`; once it is back at `return_to`, the account has one more way in.",
        parameters: &["ProviderName"],
        body: Body::OptionalJson("identity_link"),
        answer: Answer::Schema("IdentityLinkAnswer"),
        headers: &["Set-Cookie"],
        faults: &[401, 403, 404, 413, 415],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/auth/identities/{provider}/{subject}",
        id: "unlinkIdentity",
        access: "signed_in",
        summary: "Unlink a sign-in elsewhere",
        note: "Not the last way into the account.",
        parameters: &["ProviderName", "Subject"],
        faults: &[401, 403, 404, 409],
        ..NONE
    },
];

fn closed(properties: Json) -> Json {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    json!({ "type": "object", "required": required, "properties": &properties, "additionalProperties": false })
}

pub(super) fn components(schemas: &mut Map<String, Json>) {
    let list = |name: &str| {
        let items = json!({ "type": "array", "items": reference("schemas", name) });
        answers::envelope(json!({ "items": items }), &["items"])
    };
    let provider = json!({
        "name": { "type": "string" },
        "title": { "type": "string", "description": "What people call it." },
    });
    let identity = json!({
        "issuer": { "type": "string" },
        "subject": { "type": "string", "description": "What the issuer calls the user." },
        "provider": { "type": ["string", "null"], "description": "Null where only tokens of that issuer came." },
        "email": { "type": ["string", "null"], "description": "As the provider has it." },
        "created_at": { "type": "string", "format": "date-time" },
        "last_used_at": { "type": "string", "format": "date-time" },
    });
    let going =
        json!({ "url": { "type": "string", "format": "uri", "description": "Where to go." } });
    let data = json!({ "data": reference("schemas", "IdentityLink") });
    let own = [
        ("Provider", closed(provider)),
        ("ProviderListAnswer", list("Provider")),
        ("Identity", closed(identity)),
        ("IdentityListAnswer", list("Identity")),
        ("IdentityLink", closed(going)),
        ("IdentityLinkAnswer", answers::envelope(data, &["data"])),
    ];
    schemas.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let identity = json!({
        "issuer": "https://github.com", "subject": "583231", "provider": "github", "email": "ada@example.com",
        "created_at": TIME, "last_used_at": TIME,
    });
    let url = "https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1.0123456789abcdef";
    Some(match schema {
        "ProviderListAnswer" => {
            json!({ "success": true, "items": [{ "name": "github", "title": "GitHub" }] })
        }
        "IdentityListAnswer" => json!({ "success": true, "items": [identity] }),
        "IdentityLinkAnswer" => json!({ "success": true, "data": { "url": url } }),
        _ => return None,
    })
}
