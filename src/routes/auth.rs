//! `/api/auth/…`: accounts and sessions. The refresh token may travel in a cookie, for browsers.

use serde::Deserialize;
use warp::Filter;
use warp::http::header;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, api_keys, first_of, fixed, second_factor, with_id};
use crate::error::{Code, Error, Result};
use crate::services::entrance::SignedIn;
use crate::services::registration::{self, Registering, SetUp};
use crate::services::sessions::rotation::{self, Carrier};
use crate::services::sign_in::NewPassword;
use crate::services::{accounts, bodies, sessions, sign_in, sign_out};

const COOKIE: &str = "hearth_refresh";

pub(super) fn routes(taken: &Taken) -> Group {
    let at =
        |name: &'static str, methods: Methods<()>| fixed(warp::path(name).boxed(), taken, methods);
    let own = first_of([
        at(
            "me",
            Methods::new()
                .on(Method::GET, me)
                .on(Method::PUT, update_me),
        ),
        at("password", Methods::new().on(Method::POST, password)),
        at("sessions", Methods::new().on(Method::GET, list_sessions)),
        with_id(
            warp::path("sessions").boxed(),
            taken,
            Methods::new().on(Method::DELETE, delete_session),
        ),
    ]);
    let sign_ins = first_of([
        at("register", Methods::new().on(Method::POST, register)),
        at("token", Methods::new().on(Method::POST, token)),
        at("login", Methods::new().on(Method::POST, login)),
        at("refresh", Methods::new().on(Method::POST, refresh)),
        at("logout", Methods::new().on(Method::POST, logout)),
        at("setup", Methods::new().on(Method::POST, set_up)),
    ]);
    let keys = api_keys::own(taken);
    let mailed = super::mailed::routes(taken);
    let providers = super::providers::routes(taken);
    let webhooks = super::webhooks::routes(taken);
    let factors = second_factor::routes(taken);
    let rest = first_of([keys, mailed, providers, webhooks, factors]);
    warp::path("auth")
        .and(first_of([own, sign_ins, rest]))
        .boxed()
}

async fn register(mut request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    registration::may_register(&request.app, &caller)?;
    let sent = request.json().await?.json;
    let body: Registering =
        registration::read(&request.app, "register", &sent, &request.origin()).await?;
    request.no_parameters()?;
    let signed_in = registration::register(&request.app, &caller, body, &request.origin()).await?;
    if caller.user().is_some() {
        // Somebody who is signed in makes it for somebody else, and stays who they are.
        return Ok(reply::secret(reply::data(StatusCode::CREATED, &signed_in)));
    }
    Ok(with_cookie(&request, &signed_in, StatusCode::CREATED))
}

async fn set_up(mut request: Request, (): ()) -> Result<Response> {
    let sent = request.json().await?.json;
    let body: SetUp = registration::read(&request.app, "setup", &sent, &request.origin()).await?;
    request.no_parameters()?;
    let signed_in =
        registration::set_up(&request.app, &body.token, body.account, &request.origin()).await?;
    Ok(with_cookie(&request, &signed_in, StatusCode::CREATED))
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
    code: Option<String>,
}

async fn login(mut request: Request, (): ()) -> Result<Response> {
    let body: Login = bodies::take("login", &request.json().await?.json)?;
    request.no_parameters()?;
    let (code, origin) = (body.code.as_deref(), request.origin());
    let signed_in = sign_in::login(&request.app, &body.email, body.password, code, &origin).await?;
    Ok(with_cookie(&request, &signed_in, StatusCode::OK))
}

pub(super) fn with_cookie(request: &Request, signed_in: &SignedIn, status: StatusCode) -> Response {
    let cookie = cookie(request, Some(&signed_in.tokens.refresh_token));
    reply::with(
        reply::secret(reply::data(status, signed_in)),
        header::SET_COOKIE,
        &cookie,
    )
}

/// The refresh cookie; without a token, the one that removes it.
pub(super) fn cookie(request: &Request, token: Option<&str>) -> String {
    let lifetime = request.app.config.auth.refresh_lifetime;
    let age = token.map_or(0, |_| lifetime.as_secs());
    format!(
        "{COOKIE}={}; Path=/api/auth; Max-Age={age}; HttpOnly; SameSite=Strict{}",
        token.unwrap_or_default(),
        if is_secure(request) { "; Secure" } else { "" }
    )
}

/// Whether people reach the server by https.
pub(super) fn is_secure(request: &Request) -> bool {
    let url = request.app.config.server.url.as_deref();
    url.is_some_and(|url| url.starts_with("https:"))
}

/// The values of all cookies of that name, in whatever many headers they came.
pub(super) fn cookies<'r>(request: &'r Request, name: &'r str) -> impl Iterator<Item = &'r str> {
    let headers = request.head.headers.get_all(header::COOKIE).iter();
    headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(other, _)| *other == name)
        .map(|(_, value)| value)
}

/// The refresh token of the cookie. A page of another origin may not make the browser use it.
fn token_of_cookie(request: &Request) -> Result<Option<String>> {
    let token = cookies(request, COOKIE).next().map(str::to_owned);
    if token.is_some() && !request.is_own_origin() {
        return Err(Error::forbidden(
            "The refresh cookie works from this server's own pages alone",
        ));
    }
    Ok(token.filter(|token| !token.is_empty()))
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: Option<String>,
}

async fn refresh(mut request: Request, (): ()) -> Result<Response> {
    let body: Refresh = bodies::take("refresh", &request.optional_json().await?)?;
    request.no_parameters()?;
    let by_cookie = body.refresh_token.is_none();
    let token = match body.refresh_token {
        Some(token) => token,
        None => token_of_cookie(&request)?.ok_or_else(Error::not_authenticated)?,
    };
    let carrier = if by_cookie {
        Carrier::Cookie
    } else {
        Carrier::Body
    };
    let refreshed = rotation::refresh(&request.app, &token, carrier, &request.origin()).await;
    let tokens = match refreshed {
        Ok(tokens) => tokens,
        Err(error) if by_cookie && error.code() == Code::InvalidToken => {
            let refused = reply::error(&error, &request.head.id);
            return Ok(reply::with(
                refused,
                header::SET_COOKIE,
                &cookie(&request, None),
            ));
        }
        Err(error) => return Err(error),
    };
    let response = reply::secret(reply::data(StatusCode::OK, &tokens));
    if !by_cookie {
        return Ok(response);
    }
    Ok(reply::with(
        response,
        header::SET_COOKIE,
        &cookie(&request, Some(&tokens.refresh_token)),
    ))
}

#[derive(Deserialize)]
struct Token {
    grant_type: String,
    username: Option<String>,
    password: Option<String>,
    refresh_token: Option<String>,
    otp: Option<String>,
}

/// OAuth2's token endpoint: its own shape, its own errors beside ours.
async fn token(mut request: Request, (): ()) -> Result<Response> {
    let answered = granted(&mut request).await;
    Ok(reply::secret(match answered {
        Ok(tokens) => reply::json(StatusCode::OK, &tokens),
        Err(error) => reply::oauth_error(&error, &request.head.id),
    }))
}

async fn granted(request: &mut Request) -> Result<sessions::Tokens> {
    if !request.is_own_origin() {
        // A form is the one body that a page may send anywhere without asking.
        return Err(Error::forbidden(
            "Another site's page may not sign anybody in; add it to server.cors_origins if it is yours",
        ));
    }
    let form: Token = bodies::take("token", &request.form().await?)?;
    request.no_parameters()?;
    let missing = |name: &str| Error::invalid(vec![bodies::missing(name)]);
    let origin = request.origin();
    if form.grant_type == "refresh_token" {
        let token = form.refresh_token.ok_or_else(|| missing("refresh_token"))?;
        return rotation::refresh(&request.app, &token, Carrier::Body, &origin).await;
    }
    let username = form.username.ok_or_else(|| missing("username"))?;
    let password = form.password.ok_or_else(|| missing("password"))?;
    let otp = form.otp.as_deref();
    let signed_in = sign_in::login(&request.app, &username, password, otp, &origin).await?;
    Ok(signed_in.tokens)
}

#[derive(Deserialize)]
struct Logout {
    all: Option<bool>,
}

async fn logout(mut request: Request, (): ()) -> Result<Response> {
    let body: Logout = bodies::take("logout", &request.optional_json().await?)?;
    request.no_parameters()?;
    let all = body.all.unwrap_or(false);
    let by_cookie = token_of_cookie(&request)?;
    let bearer = request.head.headers.contains_key(header::AUTHORIZATION);
    match by_cookie {
        // A browser whose access token is over must be able to sign out, too.
        Some(token) if !bearer && !all => {
            sign_out::logout_by_token(&request.app, &token, &request.origin()).await?;
        }
        _ => {
            let principal = request.principal_setting_up().await?;
            principal.in_person()?;
            sign_out::logout(&request.app, &principal, all, &request.origin()).await?;
        }
    }
    Ok(reply::with(
        reply::done(),
        header::SET_COOKIE,
        &cookie(&request, None),
    ))
}

async fn me(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal_setting_up().await?;
    request.no_parameters()?;
    Ok(reply::item(&accounts::me(&request.app, &principal).await?))
}

async fn update_me(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    let changes = bodies::take("me", &request.json().await?.json)?;
    request.no_parameters()?;
    Ok(reply::item(
        &accounts::update_me(&request.app, &principal, changes, request.head.client).await?,
    ))
}

async fn password(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    let body: NewPassword = bodies::take("password", &request.json().await?.json)?;
    request.no_parameters()?;
    sign_in::change_password(&request.app, &principal, body, &request.origin()).await?;
    Ok(reply::done())
}

async fn list_sessions(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    request.no_parameters()?;
    Ok(reply::items(
        &sessions::list(&request.app, &principal).await?,
        None,
    ))
}

async fn delete_session(request: Request, id: String) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    request.no_parameters()?;
    sign_out::delete(&request.app, &principal, id, &request.origin()).await?;
    Ok(reply::done())
}
