//! Signing in at a provider: the way there and back, at the real thing and at one that lies.

use reqwest::Url;

use crate::support::browser::{APP, Browser};
use crate::support::oidc::Fake;
use crate::support::{Answer, Server};

mod accounts;
mod forged;
mod github;
mod links;
mod pages;
mod real;
mod states;

/// With the sign-in's settings, the providers behind them.
pub(crate) async fn server(auth: &str, entries: &str) -> Server {
    Server::with(&format!(
        "[models.items.fields]\nname = {{ type = \"string\" }}\n[server]\nurl = \"{APP}\"\n[auth]\n{auth}\n{entries}\n"
    ))
    .await
}

/// A parameter of a URL.
pub(crate) fn parameter(url: &Url, name: &str) -> String {
    let mut found = url.query_pairs().filter(|(other, _)| other == name);
    found
        .next()
        .unwrap_or_else(|| panic!("no {name}: {url}"))
        .1
        .into_owned()
}

/// The word for a person's page, of an answer that sends there.
#[track_caller]
pub(crate) fn told(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let to = answer.header("location").unwrap();
    let query = to
        .strip_prefix("/console/#/sign-in?error=")
        .unwrap_or_else(|| panic!("{to}"));
    query.split('&').next().unwrap().to_owned()
}

/// Claims of an ID token that is good for the sign-in at this address.
pub(crate) fn claims(fake: &Fake, url: &Url, subject: &str) -> serde_json::Value {
    let mut claims = crate::issuers::claims(&fake.url);
    claims["sub"] = subject.into();
    claims["aud"] = "hearth".into();
    claims["nonce"] = parameter(url, "nonce").into();
    claims.as_object_mut().unwrap().remove("azp");
    claims
}

/// Where the fake provider would send the browser back.
pub(crate) fn back(url: &Url) -> String {
    let state = parameter(url, "state");
    format!("/api/auth/oauth/fake/callback?code=secret-code&state={state}")
}

/// A whole sign-in at the fake provider as somebody with that address; the last answer.
pub(crate) async fn arrive(
    fake: &Fake,
    browser: &mut Browser<'_>,
    subject: &str,
    email: Option<(&str, bool)>,
) -> Answer {
    let url = browser.begin("fake", "").await;
    let mut claims = claims(fake, &url, subject);
    if let Some((email, verified)) = email {
        claims["email"] = email.into();
        claims["email_verified"] = verified.into();
    }
    fake.say_token(&fake.sign(&claims));
    browser.app(&back(&url)).await
}
