//! `/test/…`, in builds with the feature `test-hooks` alone: makes things go wrong on purpose.

use warp::Filter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::{Error, Result};
use crate::services::hooks;

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| warp::path(name).boxed();
    let group = fixed(at("panic"), taken, Methods::new().on(Method::GET, panic))
        .or(fixed(
            at("write"),
            taken,
            Methods::new().on(Method::POST, write),
        ))
        .unify()
        .or(fixed(
            at("fail"),
            taken,
            Methods::new().on(Method::POST, fail),
        ))
        .unify();
    warp::path("test").and(group).boxed()
}

async fn panic(_request: Request, (): ()) -> Result<Response> {
    #[expect(clippy::panic, reason = "it is what is tested")]
    {
        panic!("on purpose");
    }
}

/// A write that takes long, fails, panics, or takes the whole transaction with it.
async fn write(mut request: Request, (): ()) -> Result<Response> {
    let wanted = serde_json::from_value(request.json().await?.json).map_err(Error::internal)?;
    hooks::write(&request.app, wanted).await?;
    Ok(reply::done())
}

async fn fail(mut request: Request, (): ()) -> Result<Response> {
    let wanted = serde_json::from_value(request.json().await?.json).map_err(Error::internal)?;
    hooks::fail(&wanted);
    Ok(reply::done())
}
