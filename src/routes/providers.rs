//! `/api/auth/providers`, `/api/auth/oauth/…` and `/api/auth/identities`: signing in elsewhere. A browser goes there and
//! comes back by redirects; what goes wrong is told on the console's sign-in page, and to programs as JSON.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::header;
use warp::http::{Method, StatusCode};

use super::auth::{cookie, cookies, is_secure};
use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, first_of, fixed, with_id};
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::providers::Refused;
use crate::services::providers::attempt::local_page;
use crate::services::providers::sign_in::{self, Brought, Outcome};
use crate::services::{bodies, identities};

/// What a browser holds of a sign-in on its way.
const COOKIE: &str = "hearth_oauth";
const CONSOLE: &str = "/console/";

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| -> BoxedFilter<()> { warp::path(name).boxed() };
    let get = || Methods::new();
    first_of([
        fixed(at("providers"), taken, get().on(Method::GET, list)),
        with_id(at("oauth"), taken, Methods::new().on(Method::GET, begin)),
        callback(taken),
        fixed(
            at("identities"),
            taken,
            get().on(Method::GET, list_identities),
        ),
        with_id(
            at("identities"),
            taken,
            Methods::new().on(Method::POST, link),
        ),
        identity(taken),
    ])
}

/// `/api/auth/oauth/{provider}/callback`
fn callback(taken: &Taken) -> Group {
    let methods = Arc::new(Methods::new().on(Method::GET, end));
    warp::path("oauth")
        .and(warp::path::param::<String>())
        .and(warp::path("callback"))
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |name: String, request| Arc::clone(&methods).answer(request, decoded(&name)))
        .boxed()
}

/// `/api/auth/identities/{provider}/{subject}`
fn identity(taken: &Taken) -> Group {
    let methods = Arc::new(Methods::new().on(Method::DELETE, unlink));
    warp::path("identities")
        .and(warp::path::param::<String>())
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |name: String, subject: String, request| {
            Arc::clone(&methods).answer(request, (decoded(&name), decoded(&subject)))
        })
        .boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    request.no_parameters()?;
    Ok(reply::items(&request.app.providers.list(), None))
}

async fn begin(request: Request, name: String) -> Result<Response> {
    let mut return_to = None;
    for (parameter, value) in request.parameters()? {
        match parameter.as_str() {
            "return_to" => return_to = Some(local_page(&value, "query")?),
            other => {
                return Err(Error::invalid(vec![crate::services::query::unknown(
                    other,
                    [],
                )]));
            }
        }
    }
    match sign_in::begin(&request.app, &name, return_to, None).await {
        Ok(begun) => Ok(with_attempt(
            &request,
            reply::secret(reply::found(&begun.url)),
            Some(&begun.cookie),
        )),
        Err(refused) if refused.error.code() == Code::NotFound => Err(refused.error),
        Err(refused) => Ok(told(&request, &name, &refused)),
    }
}

async fn end(request: Request, name: String) -> Result<Response> {
    let brought = brought(&request);
    let held = attempt(&request);
    let ended = sign_in::end(
        &request.app,
        &name,
        &brought,
        held.as_deref(),
        &request.origin(),
    )
    .await?;
    let page = ended.return_to.as_deref().unwrap_or(CONSOLE);
    let response = match &ended.outcome {
        Ok(Outcome::SignedIn(signed_in)) => {
            let _ = request.head.user.set(signed_in.user.id.clone());
            let token = Some(signed_in.tokens.refresh_token.as_str());
            let refresh = cookie(&request, token);
            reply::with(reply::found(page), header::SET_COOKIE, &refresh)
        }
        Ok(Outcome::Linked) => reply::found(page),
        Err(refused) => match refused.error.challenge() {
            Some(challenge) if is_page(&request) => {
                let mut pairs = vec![("challenge", challenge)];
                pairs.extend(ended.return_to.as_deref().map(|page| ("return_to", page)));
                reply::found(&console("second-factor", &pairs))
            }
            _ => told(&request, &name, refused),
        },
    };
    // Used up, whatever came of it.
    Ok(with_attempt(&request, reply::secret(response), None))
}

/// What the query has; whatever else a provider puts into it is its own affair. What stands twice counts as absent.
fn brought(request: &Request) -> Brought {
    let parameters = request.parameters().unwrap_or_default();
    let one = |name: &str| {
        let mut found = parameters.iter().filter(|(other, _)| other == name);
        let value = found.next().map(|(_, value)| value.clone());
        value.filter(|_| found.next().is_none())
    };
    Brought {
        state: one("state"),
        code: one("code"),
        error: one("error"),
        issuer: one("iss"),
    }
}

/// The attempt that the browser holds. Two of them are none: a page of a neighbouring host may have set the other.
fn attempt(request: &Request) -> Option<String> {
    let mut found = cookies(request, COOKIE);
    let held = found.next().map(str::to_owned);
    held.filter(|_| found.next().is_none())
}

/// Sets the attempt's cookie, or removes it. Lax, since the browser brings it along when the provider sends it back.
fn with_attempt(request: &Request, response: Response, sealed: Option<&str>) -> Response {
    let age = sealed.map_or(0, |_| limits::ATTEMPT_LIFETIME.as_secs());
    let cookie = format!(
        "{COOKIE}={}; Path=/api/auth/oauth; Max-Age={age}; HttpOnly; SameSite=Lax{}",
        sealed.unwrap_or_default(),
        if is_secure(request) { "; Secure" } else { "" }
    );
    let response = reply::with(response, header::REFERRER_POLICY, "no-referrer");
    reply::with(response, header::SET_COOKIE, &cookie)
}

/// Whether a person looks at the answer.
fn is_page(request: &Request) -> bool {
    request
        .header(&header::ACCEPT)
        .is_some_and(|kinds| kinds.contains("text/html"))
}

/// Why nobody is signed in: on the console's sign-in page for a person, as the usual error for a program.
fn told(request: &Request, provider: &str, refused: &Refused) -> Response {
    // Also logs what is the log's.
    let error = reply::error(&refused.error, &request.head.id);
    if !is_page(request) {
        return error;
    }
    let pairs = [("error", refused.word), ("provider", provider)];
    reply::found(&console("sign-in", &pairs))
}

/// A page of the console. What stands behind `#` never leaves the browser.
fn console(page: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{CONSOLE}#/{page}?{query}")
}

async fn list_identities(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    request.no_parameters()?;
    let list = identities::list(&request.app, &principal).await?;
    Ok(reply::items(&list, None))
}

#[derive(Deserialize)]
struct Linking {
    return_to: Option<String>,
}

#[derive(Serialize)]
struct Going {
    url: String,
}

async fn link(mut request: Request, name: String) -> Result<Response> {
    let principal = request.principal().await?;
    principal.session()?;
    let body: Linking = bodies::take("identity_link", &request.optional_json().await?)?;
    request.no_parameters()?;
    let page = body.return_to.map(|page| local_page(&page, "body"));
    let begun = identities::link(&request.app, &principal, &name, page.transpose()?).await;
    let begun = begun.map_err(|refused| refused.error)?;
    let going = Going { url: begun.url };
    let answer = reply::secret(reply::data(StatusCode::OK, &going));
    Ok(with_attempt(&request, answer, Some(&begun.cookie)))
}

async fn unlink(request: Request, (name, subject): (String, String)) -> Result<Response> {
    let principal = request.principal().await?;
    request.no_parameters()?;
    identities::unlink(&request.app, &principal, name, subject, &request.origin()).await?;
    Ok(reply::done())
}
