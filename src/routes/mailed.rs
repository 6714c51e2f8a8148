//! `/api/auth/verify-email`, `reset-password`, `change-email`: each asks for a link, and its `confirm` uses one up. That
//! is always a POST: programs that look into mails follow links.

use serde::Deserialize;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, first_of, fixed};
use crate::error::Result;
use crate::services::change_email::{self, NewEmail};
use crate::services::reset::{self, Reset};
use crate::services::{bodies, verification};

pub(super) fn routes(taken: &Taken) -> Group {
    let ask = |name: &'static str| -> BoxedFilter<()> { warp::path(name).boxed() };
    let confirm = |name: &'static str| warp::path(name).and(warp::path("confirm")).boxed();
    let post = || Methods::new();
    first_of([
        fixed(
            ask("verify-email"),
            taken,
            post().on(Method::POST, ask_to_verify),
        ),
        fixed(
            confirm("verify-email"),
            taken,
            post().on(Method::POST, verify),
        ),
        fixed(
            ask("reset-password"),
            taken,
            post().on(Method::POST, ask_to_reset),
        ),
        fixed(
            confirm("reset-password"),
            taken,
            post().on(Method::POST, reset),
        ),
        fixed(
            ask("change-email"),
            taken,
            post().on(Method::POST, ask_to_change),
        ),
        fixed(
            confirm("change-email"),
            taken,
            post().on(Method::POST, change),
        ),
    ])
}

#[derive(Deserialize)]
struct Link {
    token: String,
}

async fn ask_to_verify(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    request.no_parameters()?;
    verification::ask(&request.app, &principal, &request.origin()).await?;
    Ok(reply::accepted())
}

async fn verify(mut request: Request, (): ()) -> Result<Response> {
    let body: Link = bodies::take("link", &request.json().await?.json)?;
    request.no_parameters()?;
    verification::confirm(&request.app, &body.token, &request.origin()).await?;
    Ok(reply::done())
}

#[derive(Deserialize)]
struct Asked {
    email: String,
}

async fn ask_to_reset(mut request: Request, (): ()) -> Result<Response> {
    let body: Asked = bodies::take("reset_password", &request.json().await?.json)?;
    request.no_parameters()?;
    reset::ask(&request.app, body.email, &request.origin())?;
    Ok(reply::accepted())
}

async fn reset(mut request: Request, (): ()) -> Result<Response> {
    let body: Reset = bodies::take("new_password", &request.json().await?.json)?;
    request.no_parameters()?;
    reset::confirm(&request.app, body, &request.origin()).await?;
    Ok(reply::done())
}

async fn ask_to_change(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    let body: NewEmail = bodies::take("change_email", &request.json().await?.json)?;
    request.no_parameters()?;
    change_email::ask(&request.app, &principal, body, &request.origin()).await?;
    Ok(reply::accepted())
}

async fn change(mut request: Request, (): ()) -> Result<Response> {
    let body: Link = bodies::take("link", &request.json().await?.json)?;
    request.no_parameters()?;
    change_email::confirm(&request.app, &body.token, &request.origin()).await?;
    Ok(reply::done())
}
