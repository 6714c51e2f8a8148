//! The refusal matrix of foreign tokens: each is a 401 in the usual envelope, and none makes the server ask anybody.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::forge;
use crate::issuers::{claims, entry, now, with};
use crate::support::Server;
use crate::support::issuer::{Issuer, Key, base64};

struct Matrix {
    issuer: Issuer,
    canary: Issuer,
    rsa: Key,
    p256: Key,
    ed25519: Key,
    /// Of somebody else, with the same `kid`s.
    other: [Key; 3],
    forged: Vec<(String, String)>,
}

impl Matrix {
    async fn new() -> Matrix {
        let (rsa, p256, ed25519) = (Key::rsa(), Key::p256(), Key::ed25519());
        let issuer = Issuer::start(&[rsa.jwk("r"), p256.jwk("e"), ed25519.jwk("o")]).await;
        Matrix {
            issuer,
            canary: Issuer::start(&[]).await,
            rsa,
            p256,
            ed25519,
            other: [Key::rsa(), Key::p256(), Key::ed25519()],
            forged: Vec::new(),
        }
    }

    fn claims(&self) -> Value {
        claims(&self.issuer.url)
    }

    fn good(&self) -> String {
        self.rsa.sign(&self.rsa.header("r"), &self.claims())
    }

    fn add(&mut self, name: impl Into<String>, token: impl Into<String>) {
        self.forged.push((name.into(), token.into()));
    }

    /// Well signed, with these claims beside or in place of the good ones; null takes one away.
    fn add_claims(&mut self, more: &Value) {
        let mut claims = with(&self.claims(), more);
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let token = self.rsa.sign(&self.rsa.header("r"), &claims);
        self.add(format!("claims {more}"), token);
    }

    /// Well signed by RS256, with these members in the header.
    fn add_header(&mut self, more: &Value) {
        let token = self
            .rsa
            .sign(&with(&self.rsa.header("r"), more), &self.claims());
        self.add(format!("header {more}"), token);
    }

    fn algorithms(&mut self) {
        let claims = self.claims();
        let parts = |header: &Value| {
            format!(
                "{}.{}.",
                base64(header.to_string().as_bytes()),
                base64(claims.to_string().as_bytes())
            )
        };
        for name in ["none", "None", "NONE", "nOnE", ""] {
            self.add(
                format!("alg {name:?} without a signature"),
                parts(&json!({"alg": name, "kid": "r"})),
            );
            self.add_header(&json!({"alg": name}));
        }
        for name in [
            "HS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "rs256", "RS256 ",
        ] {
            self.add_header(&json!({"alg": name}));
        }
        self.add_header(&json!({"alg": null}));
        self.add_header(&json!({"alg": ["RS256"]}));
        let (pem, der) = (self.rsa.pem(), self.rsa.der());
        for secret in [pem.as_bytes(), pem.trim_end().as_bytes(), &der, b""] {
            let token = forge::token(
                &json!({"alg": "HS256", "typ": "JWT", "kid": "r"}),
                &claims,
                secret,
            );
            self.add("HS256 by the public key", token);
        }
        let message = parts(&json!({"alg": "RS256", "kid": "r"}));
        let mac = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &der),
            message.trim_end_matches('.').as_bytes(),
        );
        self.add(
            "RS256 with a MAC",
            format!("{message}{}", base64(mac.as_ref())),
        );
    }

    fn keys(&mut self) {
        let claims = self.claims();
        for (at, kid) in ["r", "e", "o"].into_iter().enumerate() {
            let token = self.other[at].sign(&self.other[at].header(kid), &claims);
            self.add(format!("another's key as {kid}"), token);
        }
        let url = format!("{}/jwks", self.canary.url);
        let jwk = self.other[0].jwk("r");
        for pointer in [
            json!({"jwk": jwk}),
            json!({"jku": url}),
            json!({"x5u": url}),
            json!({"x5c": ["MIIB"]}),
            json!({"jku": url, "kid": "x"}),
            json!({"kid": url}),
        ] {
            let token = self.other[0].sign(&with(&self.other[0].header("r"), &pointer), &claims);
            self.add(format!("pointer {pointer}"), token);
        }
        for kid in [
            json!("../../../../etc/passwd"),
            json!("/dev/null"),
            json!("r' OR '1'='1"),
            json!("r\u{0}"),
            json!("k".repeat(300)),
            json!("k".repeat(10_000)),
            json!(7),
            json!(["r"]),
            json!(null),
        ] {
            self.add_header(&json!({ "kid": kid }));
        }
    }

    fn headers(&mut self) {
        for more in [
            json!({"crit": ["exp"]}),
            json!({"crit": []}),
            json!({"b64": false}),
            json!({"b64": false, "crit": ["b64"]}),
            json!({"zip": "DEF"}),
            json!({"enc": "A128GCM"}),
            json!({"cty": "JWT"}),
            json!({"typ": "logout+jwt"}),
            json!({"typ": "dpop+jwt"}),
            json!({"typ": 1}),
        ] {
            self.add_header(&more);
        }
        let claims = self.claims().to_string();
        for header in [
            r#"{"alg":"RS256","alg":"RS256","kid":"r"}"#,
            r#"{"alg":"none","kid":"r","alg":"RS256"}"#,
            r#"["RS256"]"#,
            "",
            "{",
        ] {
            let token = self.rsa.sign_text(header, &claims);
            self.add(format!("header {header:?}"), token);
        }
    }

    fn times_and_names(&mut self) {
        let time = now();
        for more in [
            json!({"exp": null}),
            json!({"iss": null}),
            json!({"sub": null}),
            json!({"exp": (time + 60).to_string()}),
            json!({"exp": u64::MAX}),
            json!({"exp": 1e300}),
            json!({"exp": time as f64 + 60.5}),
            json!({"exp": -1}),
            json!({"exp": time - 60}),
            json!({"exp": [time + 60]}),
            json!({"exp": true}),
            json!({"nbf": time + 60}),
            json!({"nbf": "0"}),
            json!({"iat": time + 60}),
            json!({"iat": "now"}),
            json!({"sub": ""}),
            json!({"sub": ["user_1"]}),
            json!({"sub": 1}),
            json!({"sub": "s".repeat(300)}),
            json!({"sub": "a\nb"}),
            json!({"iss": "https://evil.example"}),
            json!({"iss": format!("{}/", self.issuer.url)}),
            json!({"iss": [self.issuer.url]}),
            json!({"aud": "other"}),
            json!({"aud": null}),
            json!({"aud": []}),
            json!({"aud": {"api": true}}),
            json!({"aud": ["other", 1]}),
            json!({"azp": "other"}),
            json!({"azp": null}),
            json!({"azp": ["app"]}),
            json!({"azp": "other", "client_id": "app"}),
            json!({"sts": "pending"}),
            json!({"events": {}}),
            json!({"cnf": {"jkt": "x"}}),
        ] {
            self.add_claims(&more);
        }
        let good = self.claims().to_string();
        let twice = good.replacen('{', r#"{"sub":"admin","#, 1);
        for claims in [
            twice.as_str(),
            "[]",
            "null",
            "\"text\"",
            "",
            &format!("{good}x"),
        ] {
            let token = self
                .rsa
                .sign_text(&self.rsa.header("r").to_string(), claims);
            self.add(format!("payload {claims:?}"), token);
        }
    }

    fn forms(&mut self) {
        let good = self.good();
        let parts: Vec<&str> = good.split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        let admin = base64(
            with(&self.claims(), &json!({"sub": "admin"}))
                .to_string()
                .as_bytes(),
        );
        for (name, token) in [
            ("two parts", format!("{header}.{payload}")),
            ("four parts", format!("{good}.x")),
            ("five parts", format!("{good}.x.y")),
            ("an empty signature", format!("{header}.{payload}.")),
            ("padding", format!("{header}.{payload}.{signature}=")),
            ("padding before", format!("{header}=.{payload}.{signature}")),
            (
                "plus and slash",
                format!("{header}.{payload}.+/{signature}"),
            ),
            ("another payload", format!("{header}.{admin}.{signature}")),
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
                "not UTF-8",
                format!("{header}.{}.{signature}", base64(b"{\"iss\":\"\xff\"}")),
            ),
            (
                "nested",
                format!("{header}.{}.{signature}", base64(good.as_bytes())),
            ),
        ] {
            self.add(name, token);
        }
    }

    fn signatures(&mut self) {
        for (key, kid) in [(&self.p256, "e"), (&self.ed25519, "o")] {
            let token = key.sign(&key.header(kid), &self.claims());
            let (message, signature) = token.rsplit_once('.').unwrap();
            let der = [
                &[0x30, 0x44, 0x02, 0x20][..],
                &[1; 32],
                &[0x02, 0x20],
                &[1; 32],
            ]
            .concat();
            let bad = [
                vec![0; 64],
                vec![0; 1],
                der,
                signature.as_bytes()[..32].to_vec(),
                vec![0xff; 64],
            ];
            let bad: Vec<String> = bad
                .iter()
                .map(|bytes| format!("{message}.{}", base64(bytes)))
                .collect();
            for token in bad {
                self.forged.push((format!("signature of {kid}"), token));
            }
        }
    }
}

#[tokio::test]
async fn no_forged_token_gets_in_and_none_makes_the_server_ask_anybody() {
    let mut matrix = Matrix::new().await;
    let more = "audience = \"api\"\nauthorized_parties = [\"app\"]\nalgorithms = [\"RS256\", \"ES256\", \"EdDSA\"]";
    let server = Server::with(&entry(&matrix.issuer, more)).await;
    server
        .get("/api/auth/me")
        .token(&matrix.good())
        .send()
        .await
        .expect(200);
    matrix.algorithms();
    matrix.keys();
    matrix.headers();
    matrix.times_and_names();
    matrix.forms();
    matrix.signatures();
    assert!(matrix.forged.len() >= 100, "{}", matrix.forged.len());
    for (name, token) in &matrix.forged {
        let answer = server.get("/api/auth/me").token(token).send().await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text());
        let detail = answer.detail();
        assert!(
            ["Invalid token", "Token expired"].contains(&detail.as_str()),
            "{name}: {detail}"
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{name}");
    }
    assert_eq!(matrix.canary.asked(), 0, "no pointer was followed");
    assert!(matrix.issuer.asked() <= 2);
    server
        .get("/api/auth/me")
        .token(&matrix.good())
        .send()
        .await
        .expect(200);
    assert!(
        !server.log().contains(&matrix.good()[..40]),
        "no token in the log"
    );
}
