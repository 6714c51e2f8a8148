//! The refusal matrix of our own tokens, as wide as that of foreign ones: each is a 401 in the usual envelope, though most
//! are signed by the true secret, and none makes the server ask anybody.

use serde_json::{Value, json};

use crate::forge::{self, SECRET, hs256};
use crate::issuers::{now, with};
use crate::support::Server;
use crate::support::issuer::{Issuer, Key, base64};

struct Matrix {
    good: String,
    claims: Value,
    /// Where pointers lead.
    canary: Issuer,
    forged: Vec<(String, String)>,
}

impl Matrix {
    fn add(&mut self, name: impl Into<String>, token: impl Into<String>) {
        self.forged.push((name.into(), token.into()));
    }

    /// Well signed, with these members in the header.
    fn add_header(&mut self, more: &Value) {
        let token = forge::token(&with(&hs256(), more), &self.claims, SECRET.as_bytes());
        self.add(format!("header {more}"), token);
    }

    /// Well signed, with these claims beside or in place of the good ones; null takes one away.
    fn add_claims(&mut self, more: &Value) {
        let mut claims = with(&self.claims, more);
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let token = forge::token(&hs256(), &claims, SECRET.as_bytes());
        self.add(format!("claims {more}"), token);
    }

    fn algorithms(&mut self) {
        let claims = base64(self.claims.to_string().as_bytes());
        for name in ["none", "None", "NONE", "nOnE", ""] {
            let header = base64(json!({"alg": name, "typ": "JWT"}).to_string().as_bytes());
            self.add(
                format!("alg {name:?} without a signature"),
                format!("{header}.{claims}."),
            );
            self.add_header(&json!({"alg": name}));
        }
        for name in [
            "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "hs256", "HS256 ",
        ] {
            self.add_header(&json!({"alg": name}));
        }
        self.add_header(&json!({"alg": null}));
        self.add_header(&json!({"alg": ["HS256"]}));
        let rsa = Key::rsa();
        let token = rsa.sign(&rsa.header("r"), &self.claims);
        self.add("RS256 by a key of its own", token);
        let token = rsa.sign(&hs256(), &self.claims);
        self.add("HS256 by a key of RSA", token);
    }

    fn keys(&mut self) {
        let guess = b"a guess of at least thirty-two bytes";
        let url = format!("{}/jwks", self.canary.url);
        let jwk = json!({"kty": "oct", "alg": "HS256", "k": base64(guess)});
        for more in [
            json!({}),
            json!({"jwk": jwk}),
            json!({"jku": url}),
            json!({"x5u": url}),
            json!({"x5c": ["MIIB"]}),
            json!({"kid": url}),
            json!({"kid": "../../../../dev/null"}),
            json!({"kid": "k' UNION SELECT 'x"}),
            json!({"kid": "k".repeat(300)}),
        ] {
            let token = forge::token(&with(&hs256(), &more), &self.claims, guess);
            self.add(format!("another secret, {more}"), token);
        }
        for secret in [&b""[..], SECRET.trim_end_matches("more").as_bytes()] {
            let token = forge::token(&hs256(), &self.claims, secret);
            self.add("a shorter secret", token);
        }
        // Even under the true secret nothing that points elsewhere is ours.
        for more in [
            json!({"jwk": {"kty": "oct", "k": "AA"}}),
            json!({"jku": url}),
            json!({"x5u": url}),
            json!({"x5c": ["MIIB"]}),
            json!({"kid": "k".repeat(10_000)}),
            json!({"kid": 7}),
            json!({"kid": ["k"]}),
        ] {
            self.add_header(&more);
        }
    }

    fn headers(&mut self) {
        for more in [
            json!({"crit": ["exp"]}),
            json!({"crit": []}),
            json!({"b64": false, "crit": ["b64"]}),
            json!({"zip": "DEF"}),
            json!({"enc": "A128GCM"}),
            json!({"cty": "JWT"}),
            json!({"typ": "at+jwt"}),
            json!({"typ": "application/at+jwt"}),
            json!({"typ": "logout+jwt"}),
            json!({"typ": 1}),
        ] {
            self.add_header(&more);
        }
        let claims = self.claims.to_string();
        for header in [
            r#"{"alg":"HS256","typ":"JWT","alg":"HS256"}"#,
            r#"{"alg":"none","typ":"JWT","alg":"HS256"}"#,
            r#"{"typ":"at+jwt","alg":"HS256","typ":"JWT"}"#,
            r#"["HS256"]"#,
            r#"{"typ":"JWT"}"#,
            "",
            "{",
        ] {
            let token = forge::token_of(header, claims.as_bytes(), SECRET.as_bytes());
            self.add(format!("header {header:?}"), token);
        }
    }

    fn times_and_names(&mut self, other: &str) {
        let time = now();
        for name in ["exp", "iat", "iss", "sub", "sid", "jti"] {
            self.add_claims(&json!({ name: null }));
            self.add_claims(&json!({ name: [self.claims[name]] }));
        }
        for more in [
            json!({"exp": (time + 60).to_string()}),
            json!({"exp": u64::MAX}),
            json!({"exp": 1e300}),
            json!({"exp": time as f64 + 60.5}),
            json!({"exp": -1}),
            json!({"exp": time - 60}),
            json!({"exp": true}),
            json!({"nbf": time + 60}),
            json!({"nbf": "0"}),
            json!({"iat": time + 60}),
            json!({"iat": "now"}),
            json!({"sub": ""}),
            json!({"sub": 1}),
            json!({"sub": other}),
            json!({"sub": "s".repeat(300)}),
            json!({"sid": ""}),
            json!({"sid": "no such session"}),
            json!({"iss": "https://evil.example"}),
            json!({"iss": format!("{}/", self.claims["iss"].as_str().unwrap())}),
            json!({"sts": "pending"}),
            json!({"aud": "other"}),
            json!({"role": "admin"}),
            json!({"events": {}}),
            json!({"cnf": {"jkt": "x"}}),
        ] {
            self.add_claims(&more);
        }
        let good = self.claims.to_string();
        let twice = good.replacen('{', &format!("{{\"sub\":\"{other}\","), 1);
        let unreadable = [good.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
        for claims in [
            twice.as_bytes(),
            b"[]",
            b"null",
            b"\"text\"",
            b"",
            &[good.as_bytes(), b"x"].concat(),
            &unreadable,
        ] {
            let token = forge::token_of(&hs256().to_string(), claims, SECRET.as_bytes());
            self.add(
                format!("payload {}", String::from_utf8_lossy(claims)),
                token,
            );
        }
    }

    fn forms(&mut self, other: &str) {
        let good = self.good.clone();
        let parts: Vec<&str> = good.split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        let claims = with(&self.claims, &json!({ "sub": other })).to_string();
        for (name, token) in [
            ("two parts", format!("{header}.{payload}")),
            ("four parts", format!("{good}.x")),
            ("five parts", format!("{good}.x.y")),
            ("an empty part before", format!(".{good}")),
            ("an empty signature", format!("{header}.{payload}.")),
            ("padding", format!("{header}.{payload}.{signature}=")),
            ("padding before", format!("{header}=.{payload}.{signature}")),
            (
                "plus and slash",
                format!("{header}.{payload}.+/{signature}"),
            ),
            (
                "another payload",
                format!("{header}.{}.{signature}", base64(claims.as_bytes())),
            ),
            (
                "a shorter signature",
                format!("{header}.{payload}.{}", &signature[..signature.len() - 4]),
            ),
            (
                "a longer signature",
                format!("{header}.{payload}.{signature}AAAA"),
            ),
            (
                "too long",
                format!("{header}.{}.{signature}", "A".repeat(9_000)),
            ),
            (
                "nested",
                format!("{header}.{}.{signature}", base64(good.as_bytes())),
            ),
        ] {
            self.add(name, token);
        }
    }
}

#[tokio::test]
async fn no_forged_token_of_ours_gets_in_and_none_makes_the_server_ask_anybody() {
    let issuer = Issuer::start(&[]).await;
    let trusted = crate::issuers::entry(&issuer, "audience = \"api\"");
    let server = Server::with(&format!("{}{trusted}", forge::config())).await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let me = |token: &str| server.get("/api/auth/me").token(token);
    let mut matrix = Matrix {
        good: ada.token.clone(),
        claims: forge::claims(&ada.token),
        canary: Issuer::start(&[]).await,
        forged: Vec::new(),
    };
    // What the matrix changes is good before it is changed.
    let good = forge::token(&hs256(), &matrix.claims, SECRET.as_bytes());
    me(&good).send().await.expect(200);
    matrix.algorithms();
    matrix.keys();
    matrix.headers();
    matrix.times_and_names(&bob.id);
    matrix.forms(&bob.id);
    assert!(matrix.forged.len() >= 100, "{}", matrix.forged.len());
    let mut wrong = Vec::new();
    for (name, token) in &matrix.forged {
        let answer = me(token).send().await;
        let told = ["Invalid token", "Token expired"].contains(&answer.detail().as_str());
        let challenged = answer.header("www-authenticate") == Some("Bearer");
        if answer.status != 401 || !told || !challenged {
            wrong.push(format!("{name}: {} {}", answer.status, answer.text()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((matrix.canary.asked(), issuer.asked()), (0, 0));
    me(&good).send().await.expect(200);
    me(&ada.token).send().await.expect(200);
    assert!(!server.log().contains(&good[..40]), "no token in the log");
}
