//! `[[auth.providers]]`: the keys of an entry, and the examples of `config.toml`. docs/providers.md explains them.

use crate::config::providers;
use crate::config::tables::{Field, FieldKind, Tables};

const fn field(name: &'static str, kind: FieldKind, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        required: false,
        meaning,
    }
}

const fn required(name: &'static str, kind: FieldKind, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        required: true,
        meaning,
    }
}

pub(super) const TABLES: Tables = Tables {
    name: "auth.providers",
    meaning: "Where people can sign in instead of by password; `hearth check` prints the redirect URL to register there.",
    fields: &[
        required(
            "name",
            FieldKind::Text,
            "Its name in paths, for good: it is part of the redirect URL.",
        ),
        field(
            "title",
            FieldKind::Text,
            "What people call it; else the preset's title, or the name.",
        ),
        field(
            "preset",
            FieldKind::Word(&["github", "google"]),
            "One whose addresses are known. This or `issuer` must be there.",
        ),
        field(
            "issuer",
            FieldKind::Text,
            "The name of an OpenID Connect provider, letter by letter: https, or http of this machine. With the preset `github`: another GitHub server.",
        ),
        required(
            "client_id",
            FieldKind::Text,
            "What the provider calls this server.",
        ),
        required(
            "client_secret",
            FieldKind::Secret,
            "What this server proves itself with.",
        ),
        field(
            "scopes",
            FieldKind::Texts,
            "What is asked for; else what is needed for a name and an e-mail address.",
        ),
        field(
            "authorize_url",
            FieldKind::Text,
            "For a provider of plain OAuth2, together with the next two: where people are sent.",
        ),
        field(
            "token_url",
            FieldKind::Text,
            "Where a code is exchanged for a token.",
        ),
        field(
            "userinfo_url",
            FieldKind::Text,
            "What says, as JSON, who somebody is: `sub` or `id`, `name`, `email`, `email_verified`.",
        ),
    ],
    examples: EXAMPLES,
    put: providers::put,
};

const EXAMPLES: &str = r##"
# All need server.url: the redirect URL begins with it.
#[[auth.providers]]
#name = "github"
#preset = "github"
#client_id = "Iv1.0123456789abcdef"
#client_secret = { env = "GITHUB_CLIENT_SECRET" }

#[[auth.providers]]
#name = "google"
#preset = "google"
#client_id = "NUMBER-NAME.apps.googleusercontent.com"
#client_secret = { env = "GOOGLE_CLIENT_SECRET" }

# Any provider of OpenID Connect: Keycloak, Authentik, GitLab, Gitea, Okta, Auth0 …
#[[auth.providers]]
#name = "company"
#title = "Example Inc."
#issuer = "https://sso.example.com/realms/main"
#client_id = "hearth"
#client_secret = { file = "/run/secrets/sso" }

# One of plain OAuth2: issuer is then any name for it that stays.
#[[auth.providers]]
#name = "forum"
#issuer = "https://forum.example.com"
#client_id = "hearth"
#client_secret = { env = "FORUM_CLIENT_SECRET" }
#scopes = ["profile"]
#authorize_url = "https://forum.example.com/oauth/authorize"
#token_url = "https://forum.example.com/oauth/token"
#userinfo_url = "https://forum.example.com/api/me"
"##;
