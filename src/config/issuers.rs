//! `[[auth.issuers]]`: whose tokens are believed beside our own.

use url::{Host, Url};

use super::Config;
use super::tables::Entry;
use crate::auth::keys::{Algorithm, DEFAULT_ALGORITHMS, PublicKey};
use crate::auth::webhook::MessageKey;
use crate::error::Mistake;

/// One of `[[auth.issuers]]`.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Its name, as it stands in `iss`.
    pub issuer: String,
    /// One of them must be in `aud`, if there are any.
    pub audience: Vec<String>,
    /// One of them must be `azp` or `client_id`, if there are any.
    pub authorized_parties: Vec<String>,
    pub keys: KeySource,
    pub algorithms: Vec<Algorithm>,
    /// The claim that says the role, with dots into it.
    pub role_claim: Option<String>,
    /// Values of that claim with roles of ours; the first that is there holds.
    pub roles: Vec<(String, String)>,
    /// What signs its messages about its users.
    pub webhook_secret: Option<MessageKey>,
}

/// Where an issuer's keys come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A JWKS.
    Url(String),
    /// The description of an issuer, which names its JWKS.
    Discovery(String),
    Fixed(PublicKey),
}

/// Puts the entries into the `Config`.
pub(super) fn put(config: &mut Config, entries: Vec<Entry>, mistakes: &mut Vec<Mistake>) {
    for entry in &entries {
        let before = mistakes.len();
        let issuer = issuer(entry, &config.auth.roles, mistakes);
        if config
            .auth
            .issuers
            .iter()
            .any(|other| other.issuer == issuer.issuer)
        {
            mistakes.push(entry.mistake(
                "issuer",
                "stands in two entries: put both into one, with lists where they differ.",
            ));
        }
        check_message_secret(entry, &entries, mistakes);
        if mistakes.len() == before {
            config.auth.issuers.push(issuer);
        }
    }
}

fn issuer(entry: &Entry, roles: &[String], mistakes: &mut Vec<Mistake>) -> Issuer {
    let issuer = Issuer {
        issuer: entry.text("issuer").unwrap_or_default(),
        audience: entry.texts("audience"),
        authorized_parties: entry.texts("authorized_parties"),
        keys: keys(entry, mistakes),
        algorithms: algorithms(entry),
        role_claim: entry.text("role_claim"),
        roles: entry.map("roles"),
        webhook_secret: message_key(entry, mistakes),
    };
    if issuer.audience.is_empty() && issuer.authorized_parties.is_empty() {
        mistakes.push(entry.mistake(
            "issuer",
            "has neither `audience` nor `authorized_parties`: without one of them a token made for any other \
             application would open this one. Set the one that its tokens have (`aud`, or `azp` or `client_id`).",
        ));
    }
    check_roles(entry, &issuer, roles, mistakes);
    issuer
}

fn message_key(entry: &Entry, mistakes: &mut Vec<Mistake>) -> Option<MessageKey> {
    let secret = entry.secret("webhook_secret")?;
    let key = MessageKey::parse(secret.reveal());
    if key.is_none() {
        mistakes.push(entry.mistake(
            "webhook_secret",
            "is no signing secret: it begins with whsec_, and base64 of 24 to 64 bytes follows. Copy it whole from the \
             endpoint's page at the issuer.",
        ));
    }
    key
}

/// The secret tells whose message it is, so each has its own.
fn check_message_secret(entry: &Entry, all: &[Entry], mistakes: &mut Vec<Mistake>) {
    let Some(secret) = entry.secret("webhook_secret") else {
        return;
    };
    let same = |other: &&Entry| {
        let other = other.secret("webhook_secret");
        other.is_some_and(|other| other.reveal() == secret.reveal())
    };
    if all.iter().filter(same).count() > 1 {
        mistakes.push(entry.mistake(
            "webhook_secret",
            "is another entry's, too: make an endpoint with a secret of its own at each issuer.",
        ));
    }
}

fn algorithms(entry: &Entry) -> Vec<Algorithm> {
    let said = entry.texts("algorithms");
    if said.is_empty() {
        return DEFAULT_ALGORITHMS.to_vec();
    }
    said.iter()
        .filter_map(|name| Algorithm::named(name))
        .collect()
}

fn keys(entry: &Entry, mistakes: &mut Vec<Mistake>) -> KeySource {
    let issuer = entry.text("issuer").unwrap_or_default();
    match (entry.text("jwks_url"), entry.text("public_key_pem")) {
        (Some(_), Some(_)) => mistakes.push(entry.mistake(
            "public_key_pem",
            "stands beside `jwks_url`: keep the one from which the keys shall come.",
        )),
        (Some(url), None) => match fetchable(&url) {
            Ok(url) => return KeySource::Url(url),
            Err(sentence) => mistakes.push(entry.mistake("jwks_url", &sentence)),
        },
        (None, Some(pem)) => match PublicKey::from_pem(&pem) {
            Some(key) => return KeySource::Fixed(key),
            None => mistakes.push(entry.mistake(
                "public_key_pem",
                "is no public key that can be used: it must be PEM (`-----BEGIN PUBLIC KEY-----`) of RSA with at least \
                 2048 bits, P-256 or Ed25519.",
            )),
        },
        (None, None) => match fetchable(&issuer) {
            Ok(_) => return KeySource::Discovery(discovery(&issuer)),
            Err(sentence) => mistakes.push(entry.mistake(
                "issuer",
                &format!("{sentence} Or say where the keys are: `jwks_url` or `public_key_pem`."),
            )),
        },
    }
    KeySource::Url(String::new())
}

/// Where OpenID Connect Discovery has the issuer's description.
pub(super) fn discovery(issuer: &str) -> String {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    format!("{issuer}/.well-known/openid-configuration")
}

/// An address from which keys may come: https, or http of this machine.
pub(crate) fn fetchable(text: &str) -> Result<String, String> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.host().is_some() && ["http", "https"].contains(&url.scheme()))
        .ok_or_else(|| {
            format!("is {text:?}; it must be an address, as \"https://issuer.example\".")
        })?;
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() == "http" && !here {
        return Err(format!(
            "is {text:?}: over http anybody on the way could put in keys of their own. Use https; http is for this \
             machine alone."
        ));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(format!(
            "is {text:?}: remove the user, password or fragment."
        ));
    }
    Ok(text.to_owned())
}

fn check_roles(entry: &Entry, issuer: &Issuer, roles: &[String], mistakes: &mut Vec<Mistake>) {
    if issuer.role_claim.is_some() == issuer.roles.is_empty() {
        let (name, sentence) = if issuer.roles.is_empty() {
            (
                "role_claim",
                "needs `roles` beside it: which value of the claim is which role here.",
            )
        } else {
            (
                "roles",
                "needs `role_claim` beside it: the claim whose values these are.",
            )
        };
        mistakes.push(entry.mistake(name, sentence));
    }
    for (value, role) in &issuer.roles {
        let known = ["user", "admin"].contains(&role.as_str()) || roles.contains(role);
        if !known {
            mistakes.push(entry.mistake(
                "roles",
                &format!(
                    "gives {value:?} the role {role:?}, which is not there. Declare it with `[auth.roles.{role}]`, or \
                     use \"user\" or \"admin\"."
                ),
            ));
        }
    }
}
