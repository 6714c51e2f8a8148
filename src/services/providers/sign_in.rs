//! The way to a provider and back. Whatever comes back is believed in this order: it is this browser's own sign-in, not
//! too old and for the first time; it comes from that provider; the provider says yes; its code is good.

use serde_json::Value as Json;

use super::attempt::{Attempt, Link};
use super::exchange::{self, Failed};
use super::{Known, Refused, arrival};
use crate::app::App;
use crate::config::Protocol;
use crate::error::{Code, Error, Result};
use crate::services::entrance::{Proof, SignedIn, enter};
use crate::services::sessions::Origin;
use crate::store::Weight;
use crate::store::audit::{self, Entry};

/// Where to send the browser, and what it keeps meanwhile.
pub(crate) struct Begun {
    pub(crate) url: String,
    pub(crate) cookie: String,
}

/// What the provider had the browser bring back.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    /// RFC 9207.
    pub(crate) issuer: Option<String>,
}

/// What became of a sign-in that came back.
pub(crate) struct Ended {
    /// The page that was asked for at its beginning.
    pub(crate) return_to: Option<String>,
    pub(crate) outcome: std::result::Result<Outcome, Refused>,
}

pub(crate) enum Outcome {
    SignedIn(Box<SignedIn>),
    Linked,
}

/// Begins a sign-in; with `link`, one that gives a signed-in user another way in.
pub(crate) async fn begin(
    app: &App,
    name: &str,
    return_to: Option<String>,
    link: Option<Link>,
) -> std::result::Result<Begun, Refused> {
    let known = app.providers.find(name)?;
    let endpoints = known.description.get().await;
    let endpoints = endpoints.map_err(|reason| unreachable(known, &reason))?;
    let attempt = Attempt::new(name, return_to, link)?;
    let mut url = url::Url::parse(&endpoints.authorize).map_err(Error::internal)?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &known.settings.client_id)
        .append_pair("redirect_uri", &known.redirect(app))
        .append_pair("scope", &known.settings.scopes.join(" "))
        .append_pair("state", &attempt.state)
        .append_pair("code_challenge", &attempt.challenge())
        .append_pair("code_challenge_method", "S256");
    if matches!(known.settings.protocol, Protocol::OpenId { .. }) {
        url.query_pairs_mut().append_pair("nonce", &attempt.nonce);
    }
    Ok(Begun {
        url: url.into(),
        cookie: app.providers.attempts.close(&attempt)?,
    })
}

/// Ends a sign-in that came back. An unknown provider is the only error of the call itself.
pub(crate) async fn end(
    app: &App,
    name: &str,
    brought: &Brought,
    cookie: Option<&str>,
    origin: &Origin,
) -> Result<Ended> {
    let known = app.providers.find(name)?;
    if let Err(error) = app.sign_in.take_address(origin) {
        return Ok(Ended {
            return_to: None,
            outcome: Err(error.into()),
        });
    }
    let attempt = cookie.zip(brought.state.as_deref());
    let attempt =
        attempt.and_then(|(cookie, state)| app.providers.attempts.open(cookie, name, state));
    let outcome = match &attempt {
        Some(attempt) => go_on(app, known, attempt, brought, origin).await,
        None => Err(stale()),
    };
    match &outcome {
        Ok(_) => app.sign_in.give_back_address(origin),
        // The second step counts by itself.
        Err(refused) if refused.error.challenge().is_some() => {
            app.sign_in.give_back_address(origin);
        }
        Err(refused) => note(app, known, attempt.as_ref(), refused, origin).await?,
    }
    Ok(Ended {
        return_to: attempt.and_then(|attempt| attempt.return_to),
        outcome,
    })
}

async fn go_on(
    app: &App,
    known: &Known,
    attempt: &Attempt,
    brought: &Brought,
    origin: &Origin,
) -> std::result::Result<Outcome, Refused> {
    if !app.providers.attempts.take(&attempt.state)? {
        return Err(stale());
    }
    let endpoints = known.description.get().await;
    let endpoints = endpoints.map_err(|reason| unreachable(known, &reason))?;
    let openid = matches!(known.settings.protocol, Protocol::OpenId { .. });
    let named = brought.issuer.as_deref();
    // A provider of plain OAuth2 has no name that both know; its redirect URL is its own.
    if openid
        && (named.is_some() || endpoints.names_itself)
        && named != Some(&known.settings.issuer)
    {
        return Err(refused(known, "its answer names another issuer"));
    }
    if let Some(error) = &brought.error {
        return Err(said_no(known, error));
    }
    let code = brought.code.as_deref();
    let code = code.ok_or_else(|| refused(known, "its answer has no code"))?;
    let person = exchange::person(known, &endpoints, attempt, code, &known.redirect(app)).await;
    let person = person.map_err(|failed| match failed {
        Failed::Unreachable(reason) => unreachable(known, &reason),
        Failed::Refused(reason) => refused(known, &reason),
    })?;
    if let Some(link) = &attempt.link {
        arrival::link(app, known, person, link, origin).await?;
        return Ok(Outcome::Linked);
    }
    let user = arrival::arrive(app, known, person, attempt, origin).await?;
    let name = known.settings.name.clone();
    let signed_in = enter(app, &user, Proof::Provider { name }, origin).await;
    match signed_in {
        Ok(signed_in) => Ok(Outcome::SignedIn(Box::new(signed_in))),
        Err(error) if error.challenge().is_some() => Err(Refused::new("second_factor", error)),
        // Since the look at the account it was disabled or deleted.
        Err(error) if error.code() == Code::InvalidCredentials => Err(arrival::disabled()),
        Err(error) => Err(error.into()),
    }
}

/// Who was refused is in the audit; what they brought is not.
async fn note(
    app: &App,
    known: &Known,
    attempt: Option<&Attempt>,
    refused: &Refused,
    origin: &Origin,
) -> Result<()> {
    let user = attempt.and_then(|attempt| attempt.link.as_ref());
    let user = user.map(|link| link.user.clone());
    let detail = serde_json::json!({ "by": known.settings.name, "reason": refused.word });
    let entry = Entry::new("sign_in_refused")
        .by(user)
        .from(origin.address)
        .detail(detail);
    app.db
        .write(Weight::default(), move |tx| audit::insert(tx, &entry))
        .await
}

/// No cookie, another browser's, a wrong state, one that came before or late: nobody needs to know which.
fn stale() -> Refused {
    let error = Error::forbidden(
        "This sign-in is used up, too old, or was begun in another browser; begin again",
    );
    Refused::new("sign_in_expired", error)
}

/// The provider's `error`: the person's own no, a trouble that passes, or one that the operator has to mend.
fn said_no(known: &Known, error: &str) -> Refused {
    match error {
        "access_denied" => {
            let title = &known.settings.title;
            Refused::new(
                "access_denied",
                Error::forbidden(format!("{title} was not allowed to say who you are")),
            )
        }
        "server_error" | "temporarily_unavailable" => unreachable(known, error),
        other => {
            let json = Json::from(other);
            refused(known, &format!("it answers: {}", exchange::word(&json)))
        }
    }
}

fn refused(known: &Known, reason: &str) -> Refused {
    tracing::warn!(
        provider = known.settings.name,
        reason,
        "a sign-in at a provider failed"
    );
    let title = &known.settings.title;
    let error = Error::forbidden(format!(
        "The sign-in at {title} failed; try again. If it stays, the server's log says why"
    ));
    Refused::new("provider_error", error)
}

fn unreachable(known: &Known, reason: &str) -> Refused {
    tracing::warn!(
        provider = known.settings.name,
        reason,
        "a provider could not be asked"
    );
    let title = &known.settings.title;
    let error = Error::unavailable(format!("{title} can't be reached; try again"), 5);
    Refused::new("provider_unavailable", error)
}
