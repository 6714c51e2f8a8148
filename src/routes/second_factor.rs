//! `/api/auth/second-factor…`: the second step of a sign-in, and what users do with theirs; what admins do with others'.

use serde::{Deserialize, Serialize};
use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, auth, decoded, first_of, fixed, with_id};
use crate::error::Result;
use crate::services::second_factor::{begin, own, reset};
use crate::services::{bodies, entrance};

/// Under `/api/auth`.
pub(super) fn routes(taken: &Taken) -> Group {
    let all = || warp::path("second-factors").boxed();
    let at = |name: &'static str| all().and(warp::path(name)).boxed();
    let post = |path, methods: Methods<()>| fixed(path, taken, methods);
    let step = warp::path("second-factor").boxed();
    let confirm_at = at("totp").and(warp::path("confirm")).boxed();
    first_of([
        post(step, Methods::new().on(Method::POST, go_on)),
        post(all(), Methods::new().on(Method::GET, list)),
        post(at("totp"), Methods::new().on(Method::POST, begin_totp)),
        post(confirm_at, Methods::new().on(Method::POST, confirm)),
        post(
            at("recovery-codes"),
            Methods::new().on(Method::POST, renew_codes),
        ),
        with_id(all(), taken, Methods::new().on(Method::DELETE, remove)),
    ])
}

/// Under `/api/admin`.
pub(super) fn admin_routes(taken: &Taken) -> Group {
    let methods = std::sync::Arc::new(Methods::new().on(Method::DELETE, reset_for));
    warp::path("users")
        .and(warp::path::param::<String>())
        .and(warp::path("second-factors"))
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, request| {
            std::sync::Arc::clone(&methods).answer(request, decoded(&id))
        })
        .boxed()
}

#[derive(Deserialize)]
struct Step {
    challenge: String,
    code: String,
}

async fn go_on(mut request: Request, (): ()) -> Result<Response> {
    let body: Step = bodies::take("second_factor", &request.json().await?.json)?;
    request.no_parameters()?;
    let origin = request.origin();
    let signed_in = entrance::go_on(&request.app, &body.challenge, &body.code, &origin).await?;
    Ok(auth::with_cookie(&request, &signed_in, StatusCode::OK))
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal_setting_up().await?;
    request.no_parameters()?;
    let overview = own::list(&request.app, &principal).await?;
    Ok(reply::data(StatusCode::OK, &overview))
}

async fn begin_totp(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal_setting_up().await?;
    let body = bodies::take("totp", &request.json().await?.json)?;
    request.no_parameters()?;
    let started = begin::begin(&request.app, &principal, body, &request.origin()).await?;
    Ok(reply::secret(reply::data(StatusCode::OK, &started)))
}

#[derive(Deserialize)]
struct First {
    code: String,
}

/// Recovery codes, which are shown this once.
#[derive(Serialize)]
struct Shown {
    recovery_codes: Vec<String>,
}

fn shown(recovery_codes: Vec<String>) -> Response {
    reply::secret(reply::data(StatusCode::OK, &Shown { recovery_codes }))
}

async fn confirm(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal_setting_up().await?;
    let body: First = bodies::take("totp_confirm", &request.json().await?.json)?;
    request.no_parameters()?;
    let origin = request.origin();
    let codes = own::confirm(&request.app, &principal, &body.code, &origin).await?;
    Ok(shown(codes))
}

async fn renew_codes(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    let body = bodies::take("recovery_codes", &request.json().await?.json)?;
    request.no_parameters()?;
    let codes = own::renew_codes(&request.app, &principal, body, &request.origin()).await?;
    Ok(shown(codes))
}

async fn remove(mut request: Request, id: String) -> Result<Response> {
    let principal = request.principal().await?;
    let body = bodies::take("second_factor_removal", &request.json().await?.json)?;
    request.no_parameters()?;
    own::remove(&request.app, &principal, id, body, &request.origin()).await?;
    Ok(reply::done())
}

async fn reset_for(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    reset::reset(&request.app, &caller, id, Some(request.head.client)).await?;
    Ok(reply::done())
}
