//! `[[auth.issuers]]`: the keys of an entry, and the examples of `config.toml`. docs/issuers.md explains them.

use crate::config::issuers;
use crate::config::tables::{Field, FieldKind, Tables};

const fn field(name: &'static str, kind: FieldKind, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        required: false,
        meaning,
    }
}

pub(super) const TABLES: Tables = Tables {
    name: "auth.issuers",
    meaning: "Others whose tokens are believed; `hearth docs issuers` explains each example.",
    fields: &[
        Field {
            name: "issuer",
            kind: FieldKind::Text,
            required: true,
            meaning: "The tokens' `iss`, letter by letter: a slash at the end counts.",
        },
        field(
            "audience",
            FieldKind::Texts,
            "Their `aud` must have one of these. This or `authorized_parties` must be there.",
        ),
        field(
            "authorized_parties",
            FieldKind::Texts,
            "Their `azp`, or `client_id`, must be one of these.",
        ),
        field(
            "jwks_url",
            FieldKind::Text,
            "Where the issuer's keys are: https, or http of this machine. Without it and `public_key_pem`: as `issuer`/.well-known/openid-configuration says.",
        ),
        field(
            "public_key_pem",
            FieldKind::Document,
            "The issuer's only key, in place of an address.",
        ),
        field(
            "algorithms",
            FieldKind::Words(
                &["RS256", "ES256", "EdDSA", "PS256"],
                " Tokens of a shared secret (HS256) are not taken: whoever can check them can forge them.",
            ),
            "Those that are taken; all four without it.",
        ),
        field(
            "role_claim",
            FieldKind::Texts,
            "The claim that says the caller's role, with dots into it: `o.rol`. Of several each is looked at.",
        ),
        field(
            "roles",
            FieldKind::Map,
            "Which value of that claim is which role here; any other value changes nothing.",
        ),
        field(
            "webhook_secret",
            FieldKind::Secret,
            "What signs the issuer's messages about its users (`whsec_…`).",
        ),
    ],
    examples: EXAMPLES,
    put: issuers::put,
};

const EXAMPLES: &str = r##"
# Clerk: no aud, so azp names the pages that may use the token (a missing azp is refused); tokens live 60 seconds.
# The organisation's role is o.rol in version 2 of its tokens ("admin"), and org_role in version 1 ("org:admin").
# Whoever makes an organisation is its admin: map that only if at Clerk users can't make organisations.
#[[auth.issuers]]
#issuer = "https://clerk.example.com"          # or https://NAME.clerk.accounts.dev, without a slash at the end
#authorized_parties = ["https://app.example.com", "http://localhost:3000"]
#jwks_url = "https://clerk.example.com/.well-known/jwks.json"
#role_claim = ["o.rol", "org_role"]
#roles = { "admin" = "admin", "org:admin" = "admin" }
#webhook_secret = { env = "CLERK_WEBHOOK_SECRET" }

# Auth0: the slash at the end of its name counts. audience is the API's identifier, without which its access tokens
# are opaque. Own claims have names that are addresses: such a name is taken whole before its dots are looked at.
#[[auth.issuers]]
#issuer = "https://TENANT.eu.auth0.com/"
#audience = "https://api.example.com"
#role_claim = "https://example.com/role"
#roles = { "editor" = "user" }

# Keycloak: one issuer a realm. Its access tokens have aud "account" unless a mapper adds yours; azp is the client.
#[[auth.issuers]]
#issuer = "https://keycloak.example.com/realms/REALM"
#authorized_parties = "web"
#algorithms = ["RS256"]
#role_claim = "realm_access.roles"             # a list: the first entry of roles below that is in it holds
#roles = { "hearth-admin" = "admin" }

# Supabase: only with signing keys (ES256 or RS256), not with the old shared secret.
#[[auth.issuers]]
#issuer = "https://PROJECT.supabase.co/auth/v1"
#audience = "authenticated"
#jwks_url = "https://PROJECT.supabase.co/auth/v1/.well-known/jwks.json"

# Firebase: the project is both the end of iss and aud; these are ID tokens.
#[[auth.issuers]]
#issuer = "https://securetoken.google.com/PROJECT"
#audience = "PROJECT"
#jwks_url = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
#algorithms = ["RS256"]

# Cognito: access tokens have no aud but client_id, which authorized_parties looks at; ID tokens have aud instead.
#[[auth.issuers]]
#issuer = "https://cognito-idp.REGION.amazonaws.com/POOL"
#authorized_parties = "CLIENT"
#algorithms = ["RS256"]
#role_claim = "cognito:groups"
#roles = { "admins" = "admin" }

# Any other issuer of OpenID Connect: its keys are found by discovery.
#[[auth.issuers]]
#issuer = "https://issuer.example.com"
#audience = "https://api.example.com"
"##;
