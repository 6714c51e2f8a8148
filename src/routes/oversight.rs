//! `/api/admin/settings` and `/api/admin/users/{id}/sessions`: what admins see of the server and of who is signed in.

use std::sync::Arc;

use warp::Filter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, fixed};
use crate::error::Result;
use crate::services::user_sessions;

pub(super) fn settings(taken: &Taken) -> Group {
    fixed(
        warp::path("settings").boxed(),
        taken,
        Methods::new().on(Method::GET, list_settings),
    )
}

pub(super) fn sessions(taken: &Taken) -> Group {
    let methods = Methods::new()
        .on(Method::GET, list_sessions)
        .on(Method::DELETE, delete_sessions);
    let methods = Arc::new(methods);
    warp::path("users")
        .and(warp::path::param::<String>())
        .and(warp::path("sessions"))
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
