//! The examples of issuers in `config.toml`, uncommented as they stand there, with tokens as each issuer's documentation
//! shows them. Only addresses are replaced, by those of this machine.

use serde_json::{Value, json};

use crate::issuers::{now, with};
use crate::support::issuer::{Issuer, Key};
use crate::support::{Server, Start};

const CONFIG: &str = include_str!("../../config.toml");

/// Parts of an issuer's own address, in the order of the examples.
const HOSTS: [&str; 7] = [
    "clerk.example.com",
    "auth0.com",
    "keycloak.example.com",
    "supabase.co",
    "securetoken.google.com",
    "cognito-idp.",
    "issuer.example.com",
];

/// `https://host/path` is `/path`.
fn path_of(url: &str) -> &str {
    let rest = url.strip_prefix("https://").unwrap();
    rest.find('/').map_or("", |at| &rest[at..])
}

/// The value of a line `#name = "value"`.
fn value<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let rest = line.strip_prefix('#')?.strip_prefix(name)?;
    rest.strip_prefix(" = \"")?.split('"').next()
}

/// A server with all of the examples, and the issuers behind them.
struct Presets {
    server: Server,
    /// Each with the name that its tokens have, and its key.
    issuers: Vec<(Issuer, String, Key)>,
}

impl Presets {
    async fn start() -> Presets {
        let begin = CONFIG.find("# Others whose tokens are believed").unwrap();
        let end = CONFIG.find("# Where people can sign in instead").unwrap();
        let mut config = CONFIG[..begin].to_owned();
        let mut issuers: Vec<(Issuer, String, Key)> = Vec::new();
        for line in CONFIG[begin..end].lines() {
            if let Some(url) = value(line, "issuer") {
                assert!(url.contains(HOSTS[issuers.len()]), "{url}");
                // Supabase signs by P-256, the others by RSA.
                let key = match issuers.len() {
                    3 => Key::p256(),
                    _ => Key::rsa(),
                };
                let issuer = Issuer::start_at(path_of(url), &[key.jwk("k1")]).await;
                let name = format!("{}{}", issuer.url, path_of(url));
                config.push_str(&format!("issuer = \"{name}\"\n"));
                issuers.push((issuer, name, key));
            } else if let Some(url) = value(line, "jwks_url") {
                let at = &issuers.last().unwrap().0.url;
                config.push_str(&format!("jwks_url = \"{at}{}\"\n", path_of(url)));
            } else {
                let setting = line.strip_prefix('#').filter(|text| !text.starts_with(' '));
                config.push_str(setting.unwrap_or(line));
                config.push('\n');
            }
        }
        config.push_str(&CONFIG[end..]);
        assert_eq!(issuers.len(), HOSTS.len());
        let secret = format!("whsec_{}", "c2VjcmV0".repeat(4));
        let server = Start::new(&config)
            .environment("CLERK_WEBHOOK_SECRET", &secret)
            .run()
            .await;
        Presets { server, issuers }
    }

    /// A token of that issuer with these claims in place of the usual ones; null takes one away.
    fn token(&self, at: usize, claims: &Value, more: &Value) -> String {
        let (_, name, key) = &self.issuers[at];
        let mut claims = with(claims, more);
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        if claims.get("iss").is_none() {
            claims["iss"] = json!(name);
        }
        key.sign(&key.header("k1"), &claims)
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        self.server.get(path).token(token).send().await.status
    }

    /// Those claims are somebody; changed by any of `others` they are nobody.
    async fn check(&self, at: usize, claims: &Value, others: &[Value]) {
        let token = self.token(at, claims, &json!({}));
        let answer = self.server.get("/api/auth/me").token(&token).send().await;
        let me = answer.expect(200).item();
        assert_eq!(me["email"], claims["email"], "{claims}");
        for more in others {
            let token = self.token(at, claims, more);
            assert_eq!(self.status("/api/auth/me", &token).await, 401, "{more}");
        }
        // Nor are they, whoever else signs them.
        let forged = Key::rsa();
        let said = with(claims, &json!({"iss": self.issuers[at].1}));
        let token = forged.sign(&forged.header("k1"), &said);
        assert_eq!(self.status("/api/auth/me", &token).await, 401);
    }

    /// Whether these claims make an admin.
    async fn check_admin(&self, at: usize, claims: &Value, cases: &[(Value, bool)]) {
        for (more, is_admin) in cases {
            let token = self.token(at, claims, more);
            let status = self.status("/api/admin/users", &token).await;
            assert_eq!(status, if *is_admin { 200 } else { 403 }, "{more}");
        }
    }
}

/// <https://clerk.com/docs/guides/sessions/session-tokens>: 60 seconds, no `aud`, `azp` is the page's origin.
#[tokio::test]
async fn clerks_tokens_are_taken_with_roles_of_both_versions() {
    let presets = Presets::start().await;
    let time = now();
    let claims = json!({
        "azp": "https://app.example.com", "exp": time + 60, "fva": [0, -1], "iat": time, "jti": "b0f3d1e6a7", "nbf": time - 10,
        "sid": "sess_2NGSjAtXaPbtDMnTMTjVlLrmMUv", "sts": "active", "sub": "user_2NFvuk2kBGwLGJLsC6EUqAkUvhj", "v": 2,
    });
    let others = [
        json!({"azp": null}),
        json!({"azp": "https://evil.example"}),
        json!({"azp": "https://app.example.com/"}),
        json!({"azp": "http://app.example.com"}),
        json!({"exp": time - 6}),
        json!({"sts": "pending"}),
        json!({"iss": format!("{}/", presets.issuers[0].1)}),
        json!({"iss": "https://clerk.example.com"}),
    ];
    presets.check(0, &claims, &others).await;
    let local = json!({"azp": "http://localhost:3000"});
    let token = presets.token(0, &claims, &local);
    assert_eq!(presets.status("/api/auth/me", &token).await, 200);
    let second = |role: &str| json!({"o": {"id": "org_123", "slg": "acme", "rol": role, "per": "manage,read", "fpm": "3,1"}});
    let first = |role: &str| json!({"v": null, "sts": null, "org_id": "org_123", "org_slug": "acme", "org_role": role, "org_permissions": ["org:x:y"]});
    let cases = [
        (json!({}), false),
        (second("admin"), true),
        (second("member"), false),
        (second("org:member"), false),
        (first("org:admin"), true),
        (first("org:member"), false),
        // Neither what users may write into themselves.
        (
            json!({"role": "admin", "unsafe_metadata": {"rol": "admin"}}),
            false,
        ),
    ];
    presets.check_admin(0, &claims, &cases).await;
}

/// <https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles>: the slash at the end of `iss`, a list in
/// `aud`, claims whose names are addresses; and its other profile, RFC 9068.
#[tokio::test]
async fn auth0s_tokens_are_taken_with_the_slash_and_for_this_api_alone() {
    let presets = Presets::start().await;
    let (_, name, key) = &presets.issuers[1];
    assert!(name.ends_with('/'));
    let time = now();
    let claims = json!({
        "sub": "auth0|507f1f77bcf86cd799439011", "aud": ["https://api.example.com", "https://TENANT.eu.auth0.com/userinfo"],
        "azp": "my_client_id", "exp": time + 86_400, "iat": time, "scope": "openid profile email",
        "https://example.com/role": "editor",
    });
    let others = [
        json!({"iss": name.trim_end_matches('/')}),
        json!({"aud": ["https://TENANT.eu.auth0.com/userinfo"]}),
        json!({"aud": "https://api.example.com/"}),
        // An ID token is for the client.
        json!({"aud": "my_client_id"}),
    ];
    presets.check(1, &claims, &others).await;
    let rfc = with(&key.header("k1"), &json!({"typ": "at+jwt"}));
    let said = json!({"iss": name, "aud": "https://api.example.com", "client_id": "my_client_id", "jti": "j"});
    let token = key.sign(&rfc, &with(&claims, &said));
    assert_eq!(presets.status("/api/auth/me", &token).await, 200);
    // A machine's own token has a name, too.
    let machine = json!({"sub": "my_client_id@clients", "gty": "client-credentials", "aud": "https://api.example.com"});
    let token = presets.token(1, &claims, &machine);
    assert_eq!(presets.status("/api/auth/me", &token).await, 200);
    let role = json!({"https://example.com/role": "admin"});
    presets
        .check_admin(1, &claims, &[(json!({}), false), (role, false)])
        .await;
}

/// <https://www.keycloak.org/docs/latest/server_admin/#_oidc_token_categories>: `aud` is `account`, `azp` the client.
#[tokio::test]
async fn keycloaks_tokens_are_taken_by_client_and_realm() {
    let presets = Presets::start().await;
    let time = now();
    let claims = json!({
        "exp": time + 300, "iat": time, "auth_time": time, "jti": "onrtac:9b8b", "aud": "account", "typ": "Bearer",
        "sub": "f1b1c1d1-0000-4000-8000-000000000001", "azp": "web", "sid": "a0b1", "acr": "1",
        "allowed-origins": ["https://app.example.com"], "realm_access": {"roles": ["offline_access", "hearth-admin"]},
        "resource_access": {"account": {"roles": ["manage-account"]}}, "scope": "openid email profile",
        "email_verified": true, "name": "Ada Lovelace", "preferred_username": "ada", "email": "ada@example.com",
    });
    let other_realm = presets.issuers[2].1.replace("REALM", "master");
    let others = [
        json!({"azp": "admin-cli"}),
        json!({"azp": null}),
        json!({"iss": other_realm}),
        // A message that somebody was signed out.
        json!({"typ": "Logout", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
    ];
    presets.check(2, &claims, &others).await;
    let cases = [
        (json!({}), true),
        (
            json!({"realm_access": {"roles": ["offline_access"]}}),
            false,
        ),
        (
            json!({"realm_access": null, "resource_access": {"web": {"roles": ["hearth-admin"]}}}),
            false,
        ),
    ];
    presets.check_admin(2, &claims, &cases).await;
}

/// <https://supabase.com/docs/guides/auth/jwt-fields>: ES256, `aud` and `role` are `authenticated`.
#[tokio::test]
async fn supabases_tokens_are_taken_by_its_signing_keys_alone() {
    let presets = Presets::start().await;
    let time = now();
    let claims = json!({
        "aal": "aal1", "amr": [{"method": "password", "timestamp": time}], "app_metadata": {"provider": "email", "providers": ["email"]},
        "aud": "authenticated", "email": "ada@example.com", "exp": time + 3600, "iat": time, "is_anonymous": false, "phone": "",
        "role": "authenticated", "session_id": "123e4567-e89b-12d3-a456-426614174000",
        "sub": "123e4567-e89b-12d3-a456-426614174001", "user_metadata": {"email_verified": true, "role": "admin"},
    });
    let others = [
        json!({"aud": "anon", "role": "anon"}),
        // The keys `anon` and `service_role` are tokens of nobody.
        json!({"aud": null, "sub": null, "role": "service_role", "iss": "supabase"}),
    ];
    presets.check(3, &claims, &others).await;
    // What users write into themselves neither verifies an address nor makes an admin.
    let token = presets.token(3, &claims, &json!({}));
    let me = presets.server.get("/api/auth/me").token(&token).send();
    assert_eq!(me.await.item()["email_verified"], false);
    presets.check_admin(3, &claims, &[(json!({}), false)]).await;
    let (_, name, _) = &presets.issuers[3];
    let shared = crate::forge::token(
        &json!({"alg": "HS256", "typ": "JWT"}),
        &with(&claims, &json!({"iss": name})),
        b"super-secret-jwt-token-with-at-least-32-characters-long",
    );
    assert_eq!(presets.status("/api/auth/me", &shared).await, 401);
}

/// <https://firebase.google.com/docs/auth/admin/verify-id-tokens>: `aud` is the project, `iss` ends with it.
#[tokio::test]
async fn firebases_tokens_are_taken_of_this_project_alone() {
    let presets = Presets::start().await;
    let time = now();
    let claims = json!({
        "aud": "PROJECT", "auth_time": time - 5, "user_id": "6Ce8Qk3oXZ", "sub": "6Ce8Qk3oXZ", "iat": time, "exp": time + 3600,
        "name": "Ada", "email": "ada@example.com", "email_verified": true,
        "firebase": {"identities": {"email": ["ada@example.com"]}, "sign_in_provider": "password"},
    });
    let name = &presets.issuers[4].1;
    let others = [
        json!({"aud": "ANOTHER"}),
        json!({"iss": name.replace("PROJECT", "ANOTHER"), "aud": "ANOTHER"}),
        json!({"sub": ""}),
        // A session cookie has another issuer.
        json!({"iss": "https://session.firebase.google.com/PROJECT"}),
    ];
    presets.check(4, &claims, &others).await;
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>:
/// no `aud` but `client_id`; an ID token has `aud` and no `client_id`.
#[tokio::test]
async fn cognitos_access_tokens_are_taken_and_its_id_tokens_are_not() {
    let presets = Presets::start().await;
    let time = now();
    let claims = json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "device_key": "REGION_aaaa", "cognito:groups": ["admins"], "version": 2,
        "client_id": "CLIENT", "origin_jti": "o", "event_id": "e", "token_use": "access", "auth_time": time, "exp": time + 3600,
        "iat": time, "jti": "j", "username": "my-test-user", "scope": "openid",
    });
    let others = [
        json!({"client_id": "ANOTHER"}),
        json!({"client_id": null}),
        json!({"client_id": null, "aud": "CLIENT", "token_use": "id", "email": "ada@example.com", "cognito:username": "ada"}),
        json!({"iss": presets.issuers[5].1.replace("POOL", "REGION_OTHER")}),
    ];
    presets.check(5, &claims, &others).await;
    let cases = [
        (json!({}), true),
        (json!({"cognito:groups": ["users"]}), false),
        (json!({"cognito:groups": null}), false),
    ];
    presets.check_admin(5, &claims, &cases).await;
}

#[tokio::test]
async fn any_other_issuers_tokens_are_taken_by_discovery_and_each_by_its_own_key() {
    let presets = Presets::start().await;
    let time = now();
    let claims =
        json!({"sub": "1", "aud": "https://api.example.com", "exp": time + 300, "iat": time});
    let others = [
        json!({"aud": "https://other.example.com"}),
        json!({"aud": null}),
    ];
    presets.check(6, &claims, &others).await;
    // One issuer's key is no good for another's name.
    for at in 0..6 {
        let said = json!({"iss": presets.issuers[at].1, "azp": "web", "client_id": "CLIENT", "aud": ["PROJECT", "authenticated", "https://api.example.com"]});
        let token = presets.token(6, &claims, &said);
        assert_eq!(presets.status("/api/auth/me", &token).await, 401, "{at}");
    }
    let token = presets.token(6, &claims, &json!({}));
    assert_eq!(presets.status("/api/auth/me", &token).await, 200);
}
