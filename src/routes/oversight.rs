//! `/api/admin/settings`, `/api/admin/logs`, `/api/admin/users/{id}/sessions` and `…/view-as`: what admins see of the
//! server, of who is signed in, and of what they see.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, fixed};
use crate::error::Result;
use crate::services::{bodies, logs, query, user_sessions, viewing};

pub(super) fn settings(taken: &Taken) -> Group {
    fixed(
        warp::path("settings").boxed(),
        taken,
        Methods::new().on(Method::GET, list_settings),
    )
}

pub(super) fn logs(taken: &Taken) -> Group {
    fixed(
        warp::path("logs").boxed(),
        taken,
        Methods::new().on(Method::GET, list_logs),
    )
}

pub(super) fn sessions(taken: &Taken) -> Group {
    let methods = Methods::new()
        .on(Method::GET, list_sessions)
        .on(Method::DELETE, delete_sessions);
    of_user("sessions", taken, methods)
}

pub(super) fn view(taken: &Taken) -> Group {
    of_user("view-as", taken, Methods::new().on(Method::POST, view_as))
}

/// What is below one user.
fn of_user(name: &'static str, taken: &Taken, methods: Methods<String>) -> Group {
    let methods = Arc::new(methods);
    warp::path("users")
        .and(warp::path::param::<String>())
        .and(warp::path(name))
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, request| Arc::clone(&methods).answer(request, decoded(&id)))
        .boxed()
}

/// As they were read at the start; a secret is not among them.
async fn list_settings(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    Ok(reply::items(&request.app.config.settings, None))
}

#[derive(Serialize)]
struct Lines {
    success: bool,
    items: Vec<Box<RawValue>>,
    next: u64,
    gap: bool,
}

async fn list_logs(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let wanted = query::logged(&request.parameters()?)?;
    let page = logs::list(&caller, &wanted).await?;
    // Whoever waited may be no admin any more.
    request.look_again().await?;
    let lines = Lines {
        success: true,
        items: page.items,
        next: page.next,
        gap: page.gap,
    };
    Ok(reply::secret(reply::json(StatusCode::OK, &lines)))
}

async fn list_sessions(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let sessions = user_sessions::list(&request.app, &caller, id).await?;
    Ok(reply::items(&sessions, None))
}

async fn delete_sessions(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let address = Some(request.head.client);
    user_sessions::delete(&request.app, &caller, id, address).await?;
    Ok(reply::done())
}

async fn view_as(mut request: Request, id: String) -> Result<Response> {
    request.caller().await?.must_be_admin()?;
    let principal = request.principal().await?;
    principal.session()?;
    let wanted = bodies::take("view_as", &request.json().await?.json)?;
    request.no_parameters()?;
    let address = request.head.client;
    let view = viewing::begin(&request.app, &principal, id, wanted, address).await?;
    Ok(reply::secret(reply::data(StatusCode::CREATED, &view)))
}
