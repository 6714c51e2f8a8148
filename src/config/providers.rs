//! `[[auth.providers]]`: where people can sign in instead of by password.

use super::tables::Entry;
use super::{Config, Secret, fetchable, issuers};
use crate::error::Mistake;
use crate::limits;

/// One of `[[auth.providers]]`.
#[derive(Clone, Debug)]
pub struct Provider {
    /// In paths, and in the redirect URL.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// By which it is one half of an identity.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    pub scopes: Vec<String>,
    pub protocol: Protocol,
}

/// How it is spoken with.
#[derive(Clone, Debug)]
pub enum Protocol {
    /// OpenID Connect: the address of its description.
    OpenId { discovery: String },
    /// Plain OAuth2, and a call that says who somebody is.
    OAuth(Endpoints),
    /// OAuth2 as GitHub has it.
    GitHub(Endpoints),
}

/// The addresses of a provider that has no description.
#[derive(Clone, Debug)]
pub struct Endpoints {
    pub authorize: String,
    pub token: String,
    pub userinfo: String,
}

const GOOGLE: &str = "https://accounts.google.com";
const GITHUB: &str = "https://github.com";
const URLS: [&str; 3] = ["authorize_url", "token_url", "userinfo_url"];

impl Provider {
    /// The path to which the provider sends people back.
    pub fn callback(&self) -> String {
        format!("/api/auth/oauth/{}/callback", self.name)
    }

    /// Whether it says that addresses are verified which it has only seen once: of those that are not its own, Google
    /// says so itself.
    pub fn is_google(&self) -> bool {
        self.issuer == GOOGLE
    }
}

/// Puts the entries into the `Config`.
pub(super) fn put(config: &mut Config, entries: Vec<Entry>, mistakes: &mut Vec<Mistake>) {
    if let Some(entry) = entries.first()
        && config.server.url.is_none()
    {
        mistakes.push(entry.mistake(
            "name",
            "stands there, so `server.url` must be set, too: the address to which a provider sends people back begins \
             with it, and a request's Host may be forged.",
        ));
    }
    for entry in &entries {
        let before = mistakes.len();
        let provider = provider(entry, mistakes);
        let others = &config.auth.providers;
        if others.iter().any(|other| other.name == provider.name) {
            mistakes.push(entry.mistake("name", "stands in two entries: each needs its own."));
        } else if others.iter().any(|other| other.issuer == provider.issuer) {
            mistakes.push(entry.mistake(
                "issuer",
                &format!(
                    "is {:?} in two entries: its people would be the same in both. Keep one.",
                    provider.issuer
                ),
            ));
        }
        if mistakes.len() == before {
            config.auth.providers.push(provider);
        }
    }
}

fn provider(entry: &Entry, mistakes: &mut Vec<Mistake>) -> Provider {
    let name = entry.text("name").unwrap_or_default();
    if !is_name(&name) {
        mistakes.push(entry.mistake(
            "name",
            &format!(
                "is {name:?}; it stands in paths, so it must begin with a small letter and have only small letters, \
                 digits, - and _, at most {} of them.",
                limits::NAME_LENGTH
            ),
        ));
    }
    let preset = entry.text("preset");
    let title = match preset.as_deref() {
        Some("github") => "GitHub".to_owned(),
        Some(_) => "Google".to_owned(),
        None => name.clone(),
    };
    let (issuer, protocol) = match preset.as_deref() {
        Some("github") => github(entry, mistakes),
        Some(_) => google(entry, mistakes),
        None => general(entry, mistakes),
    };
    let mut scopes = entry.texts("scopes");
    match &protocol {
        Protocol::OpenId { .. } if scopes.is_empty() => {
            scopes = ["openid", "email", "profile"].map(str::to_owned).to_vec();
        }
        Protocol::OpenId { .. } if !scopes.iter().any(|scope| scope == "openid") => {
            mistakes.push(entry.mistake(
                "scopes",
                "has no \"openid\", without which the provider does not say who somebody is. Add it.",
            ));
        }
        Protocol::GitHub(_) if scopes.is_empty() => {
            scopes = ["read:user", "user:email"].map(str::to_owned).to_vec();
        }
        _ => {}
    }
    Provider {
        name,
        title: entry.text("title").unwrap_or(title),
        issuer,
        client_id: entry.text("client_id").unwrap_or_default(),
        client_secret: entry
            .secret("client_secret")
            .unwrap_or_else(|| Secret::new("")),
        scopes,
        protocol,
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= limits::NAME_LENGTH
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// GitHub's own server, or another one of its making.
fn github(entry: &Entry, mistakes: &mut Vec<Mistake>) -> (String, Protocol) {
    let issuer = entry.text("issuer");
    let elsewhere = URLS.iter().find(|name| entry.has(name));
    if let (None, Some(name)) = (&issuer, elsewhere) {
        mistakes.push(entry.mistake(
            name,
            "is another GitHub server's, whose numbers are other people: name that server by `issuer`, as \
             \"https://github.example.com\".",
        ));
    }
    let issuer = issuer.unwrap_or_else(|| GITHUB.to_owned());
    let api = if issuer == GITHUB {
        "https://api.github.com".to_owned()
    } else {
        format!("{issuer}/api/v3")
    };
    let mut url = |name: &str, usual: String| {
        checked(entry, name, entry.text(name).unwrap_or(usual), mistakes)
    };
    let endpoints = Endpoints {
        authorize: url("authorize_url", format!("{issuer}/login/oauth/authorize")),
        token: url("token_url", format!("{issuer}/login/oauth/access_token")),
        userinfo: url("userinfo_url", format!("{api}/user")),
    };
    (issuer, Protocol::GitHub(endpoints))
}

fn google(entry: &Entry, mistakes: &mut Vec<Mistake>) -> (String, Protocol) {
    for name in ["issuer"].iter().chain(&URLS) {
        if entry.has(name) {
            mistakes
                .push(entry.mistake(name, "is what `preset` says already: remove one of them."));
        }
    }
    let discovery = issuers::discovery(GOOGLE);
    (GOOGLE.to_owned(), Protocol::OpenId { discovery })
}

/// By its issuer alone, or by its three addresses.
fn general(entry: &Entry, mistakes: &mut Vec<Mistake>) -> (String, Protocol) {
    let Some(issuer) = entry.text("issuer") else {
        mistakes.push(entry.mistake(
            "issuer",
            "must be there, or a `preset`: it is the provider's name, and for OpenID Connect where it is found.",
        ));
        return (
            String::new(),
            Protocol::OpenId {
                discovery: String::new(),
            },
        );
    };
    if !URLS.iter().any(|name| entry.has(name)) {
        if let Err(sentence) = fetchable(&issuer) {
            mistakes.push(entry.mistake("issuer", &sentence));
        }
        let discovery = issuers::discovery(&issuer);
        return (issuer, Protocol::OpenId { discovery });
    }
    let mut url = |name: &str| match entry.text(name) {
        Some(url) => checked(entry, name, url, mistakes),
        None => {
            mistakes.push(entry.mistake(
                name,
                "must stand beside the other two addresses of a provider of plain OAuth2; one of OpenID Connect needs \
                 none of them.",
            ));
            String::new()
        }
    };
    let endpoints = Endpoints {
        authorize: url("authorize_url"),
        token: url("token_url"),
        userinfo: url("userinfo_url"),
    };
    (issuer, Protocol::OAuth(endpoints))
}

fn checked(entry: &Entry, name: &str, url: String, mistakes: &mut Vec<Mistake>) -> String {
    if let Err(sentence) = fetchable(&url) {
        // The addresses of a GitHub server come from its name.
        let said = if entry.has(name) { name } else { "issuer" };
        mistakes.push(entry.mistake(said, &sentence));
    }
    url
}
