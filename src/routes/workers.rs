//! `/api/workers/claim`: work for programs.

use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::Result;
use crate::services::bodies;
use crate::services::workers::{self, Worker};

pub(super) fn routes(taken: &Taken) -> Group {
    let path = warp::path("workers").and(warp::path("claim")).boxed();
    fixed(path, taken, Methods::new().on(Method::POST, claim))
}

async fn claim(mut request: Request, (): ()) -> Result<Response> {
    let worker = Worker::of(&request.caller().await?)?;
    let wanted = bodies::take("claim", &request.json().await?.json)?;
    request.no_parameters()?;
    let given = workers::claim(&request.app, &worker, wanted).await?;
    if given.is_empty() {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    Ok(reply::items(&given, None))
}
