//! `/api/workers`: work for programs, and who works.

use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::Result;
use crate::services::bodies;
use crate::services::workers::{self, Worker};

pub(super) fn routes(taken: &Taken) -> Group {
    let base = warp::path("workers").boxed();
    let claims = base.clone().and(warp::path("claim")).boxed();
    fixed(claims, taken, Methods::new().on(Method::POST, claim))
        .or(fixed(base, taken, Methods::new().on(Method::GET, list)))
        .unify()
        .boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let list = workers::roll::list(&request.app, &caller).await?;
    Ok(reply::items(&list, None))
}

async fn claim(mut request: Request, (): ()) -> Result<Response> {
    let standing = request.standing().await?;
    let worker = Worker::of(standing.caller())?;
    let wanted = bodies::take("claim", &request.json().await?.json)?;
    request.no_parameters()?;
    let given = workers::claim(&request.app, &worker, Some(standing), wanted).await?;
    if given.is_empty() {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    Ok(reply::items(&given, None))
}
