//! Tokens of others, in api.md's order: the signature by the issuer's own key first, then each claim.
//!
//! The compact form is taken apart here and not by the library, which takes what RFC 8725 warns of: members that stand
//! twice, times that are texts or fractions, extensions that nobody understands. Nothing a header points to is followed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::keys::{Algorithm, KeySet, PublicKey};
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;

/// What a token of an issuer must say.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub issuer: String,
    /// One of them must be in `aud`, if there are any.
    pub audience: Vec<String>,
    /// One of them must be `azp` or `client_id`, if there are any.
    pub parties: Vec<String>,
    pub algorithms: Vec<Algorithm>,
}

/// A token that has the right form. Nothing in it is believed yet.
#[derive(Debug)]
pub struct Token<'t> {
    pub algorithm: Algorithm,
    pub kid: Option<String>,
    /// Header and claims as they were signed.
    message: &'t str,
    signature: &'t str,
    claims: Map<String, Json>,
}

/// An object none of whose members stands twice.
struct Unique(Map<String, Json>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut access: A,
            ) -> std::result::Result<Unique, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Json>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member stands twice"));
                    }
                }
                Ok(Unique(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A part of a token, if it is base64 without padding of one JSON object.
fn object(part: &str) -> Option<Map<String, Json>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice::<Unique>(&bytes)
        .ok()
        .map(|unique| unique.0)
}

/// The issuer that a token claims, of whatever else it is made; to choose who checks it.
pub fn claimed_issuer(token: &str) -> Option<String> {
    if token.len() > limits::TOKEN_SIZE {
        return None;
    }
    let payload = token.split('.').nth(1)?;
    match object(payload)?.remove("iss") {
        Some(Json::String(issuer)) => Some(issuer),
        _ => None,
    }
}

impl<'t> Token<'t> {
    /// Takes a token apart; none unless every part has its form.
    pub fn read(text: &'t str) -> Option<Self> {
        if text.len() > limits::TOKEN_SIZE {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        if payload.contains('.') || signature.is_empty() {
            return None;
        }
        let header = object(header)?;
        let algorithm = Algorithm::named(header.get("alg")?.as_str()?)?;
        // Each would change what was signed, or says that the claims are another token.
        if ["crit", "b64", "enc", "zip", "cty"]
            .iter()
            .any(|name| header.contains_key(*name))
        {
            return None;
        }
        // RFC 9068 names access tokens so; what else there is (logout, DPoP, events) stands for nobody.
        let access = ["JWT", "at+jwt", "application/at+jwt"];
        if let Some(kind) = header.get("typ") {
            let kind = kind.as_str()?;
            access.iter().find(|name| name.eq_ignore_ascii_case(kind))?;
        }
        let kid = match header.get("kid") {
            None => None,
            Some(Json::String(kid)) if kid.len() <= limits::KID_SIZE => Some(kid.clone()),
            Some(_) => return None,
        };
        Some(Token {
            algorithm,
            kid,
            message,
            signature,
            claims: object(payload)?,
        })
    }

    /// The key that must have signed it.
    pub fn key<'k>(&self, keys: &'k KeySet) -> Option<&'k PublicKey> {
        keys.find(self.kid.as_deref(), self.algorithm)
    }

    /// What the token says, once all of it was checked.
    pub fn verify(self, key: &PublicKey, rules: &Rules) -> Result<Claims> {
        if !rules.algorithms.contains(&self.algorithm)
            || !key.has_signed(self.algorithm, self.message, self.signature)
        {
            return Err(Error::invalid_token());
        }
        let claims = Claims(self.claims);
        let now = clock::seconds();
        let leeway = limits::LEEWAY.as_secs() as i64;
        let until = claims.time("exp")?.ok_or_else(Error::invalid_token)?;
        if until <= now - leeway {
            return Err(Error::token_expired());
        }
        let early = |time: Option<i64>| time.is_some_and(|time| time > now + leeway);
        let sound = !early(claims.time("nbf")?)
            && claims.text("iss") == Some(&rules.issuer)
            && claims.is_for(&rules.audience)
            && claims.is_by(&rules.parties)
            && !early(claims.time("iat")?)
            && claims.names_somebody()
            && claims.stands_for_a_caller();
        if sound {
            Ok(claims)
        } else {
            Err(Error::invalid_token())
        }
    }
}

/// What a checked token says.
#[derive(Clone, Debug)]
pub struct Claims(Map<String, Json>);

impl Claims {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// In seconds since 1970.
    pub fn until(&self) -> i64 {
        self.time("exp").ok().flatten().unwrap_or(0)
    }

    /// When it was made, where it says so.
    pub fn issued_at(&self) -> Option<i64> {
        self.time("iat").ok().flatten()
    }

    /// The e-mail address, and whether the issuer has seen that it is the user's. Some issuers write the truth as a text.
    pub fn email(&self) -> Option<(&str, bool)> {
        let verified = match self.0.get("email_verified") {
            Some(Json::Bool(truth)) => *truth,
            Some(Json::String(text)) => text == "true",
            _ => false,
        };
        self.text("email").map(|email| (email, verified))
    }

    /// A claim by its name, or else by a path with dots.
    pub fn at(&self, path: &str) -> Option<&Json> {
        if let Some(value) = self.0.get(path) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        rest.split('.')
            .try_fold(self.0.get(first)?, |value, name| value.get(name))
    }

    /// A whole number of seconds of this age of the world; anything else is no time.
    fn time(&self, name: &str) -> Result<Option<i64>> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let seconds = value
            .as_i64()
            .filter(|seconds| (0..=LAST_SECOND).contains(seconds));
        seconds.map(Some).ok_or_else(Error::invalid_token)
    }

    fn is_for(&self, audience: &[String]) -> bool {
        let one_of_us = |text: &str| audience.iter().any(|name| name == text);
        match self.0.get("aud") {
            _ if audience.is_empty() => true,
            Some(Json::String(text)) => one_of_us(text),
            Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).any(one_of_us),
            _ => false,
        }
    }

    fn is_by(&self, parties: &[String]) -> bool {
        let party = self.0.get("azp").or_else(|| self.0.get("client_id"));
        parties.is_empty()
            || party
                .and_then(Json::as_str)
                .is_some_and(|party| parties.iter().any(|name| name == party))
    }

    fn names_somebody(&self) -> bool {
        is_subject(self.subject())
    }

    /// Not of a session that is not complete, not a message about somebody, not bound to a key whose proof nobody asks.
    fn stands_for_a_caller(&self) -> bool {
        self.text("sts") != Some("pending")
            && !self.0.contains_key("events")
            && !self.0.contains_key("cnf")
    }

    /// Whether it is the ID token that this sign-in asked for: our nonce, and no other client beside us.
    pub fn answers(&self, client: &str, nonce: &str) -> bool {
        let party = self.0.get("azp");
        let shared = self
            .0
            .get("aud")
            .and_then(Json::as_array)
            .is_some_and(|list| list.len() > 1);
        self.text("nonce") == Some(nonce)
            && party.is_none_or(|party| party == client)
            && (!shared || party.is_some())
    }
}

/// Whether it can be somebody's name at an issuer.
pub fn is_subject(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::SUBJECT_SIZE && !text.chars().any(char::is_control)
}

/// The end of the year 9999: what is later is no time.
const LAST_SECOND: i64 = 253_402_300_799;
