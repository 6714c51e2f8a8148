//! Access tokens: JWT, HS256, signed by this instance. The only user of jsonwebtoken.
//!
//! The library's defaults are lax (60 s leeway, no issuer, `typ` and `iat` unchecked), so each check is said here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::error::{Error, Result};
use crate::limits;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)] // what we never say was not said by us
pub struct Claims {
    pub iss: String,
    /// The user's id.
    pub sub: String,
    /// Both in seconds since 1970.
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    /// The session's id.
    pub sid: String,
    /// Who acts in the user's place, as RFC 8693 says it; such a token is good for seeing alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The id of a user.
    pub sub: String,
}

/// Signs and verifies this instance's own tokens.
pub struct Signer {
    /// The instance's id, which moves house with the database; an address would end every session.
    issuer: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    header: Header,
    validation: Validation,
}

/// Tells jsonwebtoken which cryptography to use; without it the first token panics. Once, in `main` and in tests.
pub fn install_provider() {
    // An error means that it is installed already.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

impl Signer {
    pub fn new(secret: &str, issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = limits::LEEWAY.as_secs();
        validation.validate_nbf = true;
        validation.validate_aud = false;
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        Signer {
            issuer: issuer.to_owned(),
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            header: Header::new(Algorithm::HS256),
            validation,
        }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A token of the session for so many seconds; `actor` is whose session it is, where that is not the user.
    pub fn sign(
        &self,
        user: &str,
        session: &str,
        actor: Option<&str>,
        lifetime: i64,
    ) -> Result<String> {
        let now = clock::seconds();
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: user.to_owned(),
            exp: now + lifetime,
            iat: now,
            jti: uuid::Uuid::new_v4().to_string(),
            sid: session.to_owned(),
            act: actor.map(|sub| Act {
                sub: sub.to_owned(),
            }),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.encoding).map_err(Error::internal)
    }

    /// What a token says, once all of it was checked: the signature first, then each claim.
    pub fn verify(&self, token: &str) -> Result<Claims> {
        if token.len() > limits::TOKEN_SIZE {
            return Err(Error::invalid_token());
        }
        let token = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Error::token_expired(),
                _ => Error::invalid_token(),
            })?;
        let typed = token.header.typ.as_deref();
        let from_the_future = token.claims.iat > clock::seconds() + limits::LEEWAY.as_secs() as i64;
        let header = &token.header;
        // Each would change what was signed, or point to another key.
        let foreign = header.crit.is_some()
            || header.cty.is_some()
            || header.enc.is_some()
            || header.zip.is_some()
            || header.jwk.is_some()
            || header.jku.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some();
        if foreign
            || typed.is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT"))
            || from_the_future
            || token.claims.sub.is_empty()
        {
            return Err(Error::invalid_token());
        }
        Ok(token.claims)
    }
}

/// When a token ends, in seconds since 1970, as it says itself: for one that was verified already.
pub fn end_of(token: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct End {
        exp: f64,
    }
    let payload = token.split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let end: End = serde_json::from_slice(&json).ok()?;
    Some(end.exp as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use serde_json::{Value as Json, json};

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn signer() -> Signer {
        install_provider();
        Signer::new(SECRET, "instance")
    }

    /// A token with this header and these claims, signed with `secret` by HS256 whatever the header says.
    fn forge(header: &Json, claims: &Json, secret: &str) -> String {
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let signature = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn claims() -> Json {
        let now = clock::seconds();
        json!({"iss": "instance", "sub": "u1", "exp": now + 60, "iat": now, "jti": "j", "sid": "s1"})
    }

    fn verdict(header: &Json, claims: &Json) -> Result<Claims> {
        signer().verify(&forge(header, claims, SECRET))
    }

    fn hs256() -> Json {
        json!({"alg": "HS256", "typ": "JWT"})
    }

    #[test]
    fn what_was_signed_is_verified() {
        let signer = signer();
        let token = signer.sign("u1", "s1", None, 900).unwrap();
        let claims = signer.verify(&token).unwrap();
        assert_eq!((claims.sub.as_str(), claims.sid.as_str()), ("u1", "s1"));
        assert_eq!(claims.exp - claims.iat, 900);
        assert!(verdict(&hs256(), &self::claims()).is_ok());
    }

    #[test]
    fn an_expired_token_is_told_so_and_only_then() {
        let mut old = claims();
        old["exp"] = json!(clock::seconds() - 6);
        assert_eq!(
            verdict(&hs256(), &old).unwrap_err().code(),
            Code::TokenExpired
        );
        old["exp"] = json!(clock::seconds() - 2);
        assert!(verdict(&hs256(), &old).is_ok(), "within the leeway");
        let forged = forge(
            &hs256(),
            &json!({"exp": 1}),
            "another secret of thirty-two bytes",
        );
        assert_eq!(
            signer().verify(&forged).unwrap_err().code(),
            Code::InvalidToken
        );
    }

    #[test]
    fn a_missing_claim_is_no_token() {
        for name in ["exp", "iss", "sub", "sid", "iat"] {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            let error = verdict(&hs256(), &claims).unwrap_err();
            assert_eq!(error.code(), Code::InvalidToken, "{name}");
        }
    }

    #[test]
    fn other_algorithms_and_headers_are_refused() {
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "None", "typ": "JWT"}),
            json!({"alg": "HS384", "typ": "JWT"}),
            json!({"alg": "RS256", "typ": "JWT"}),
            json!({"alg": "HS256", "typ": "at+jwt"}),
            json!({"alg": "HS256", "typ": "JWT", "crit": ["exp"]}),
        ] {
            let error = verdict(&header, &claims()).unwrap_err();
            assert_eq!(error.code(), Code::InvalidToken, "{header}");
        }
    }

    #[test]
    fn times_and_issuer_must_fit() {
        let later = clock::seconds() + 60;
        for (name, value) in [
            ("iss", json!("another")),
            ("nbf", json!(later)),
            ("iat", json!(later)),
            ("exp", json!("soon")),
            ("sub", json!("")),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert!(verdict(&hs256(), &claims).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "a".repeat(limits::TOKEN_SIZE + 1);
        for text in ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "..", long.as_str()] {
            assert_eq!(
                signer().verify(text).unwrap_err().code(),
                Code::InvalidToken
            );
        }
    }
}
