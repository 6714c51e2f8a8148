//! `/api/admin/schedules`: tasks that run by themselves, for admins.

use warp::Filter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed, with_id};
use crate::error::Result;
use crate::services::bodies;
use crate::services::executions::schedules;

pub(super) fn routes(taken: &Taken) -> Group {
    let at = || warp::path("schedules").boxed();
    fixed(at(), taken, Methods::new().on(Method::GET, list))
        .or(with_id(at(), taken, Methods::new().on(Method::PUT, pause)))
        .unify()
        .boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let list = schedules::list(&request.app, &caller).await?;
    Ok(reply::items(&list, None))
}

async fn pause(mut request: Request, task: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let members = bodies::members("schedule", &request.json().await?.json)?;
    request.no_parameters()?;
    let paused = members["paused"].as_bool().unwrap_or_default();
    let shown = schedules::pause(&request.app, &caller, &task, paused).await?;
    Ok(reply::item(&shown))
}
