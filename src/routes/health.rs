//! `/healthz` (alive), `/readyz` (able to write), `/metrics` (Prometheus).

use warp::Filter;
use warp::http::header::HeaderValue;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::config::MetricsReaders;
use crate::error::Result;
use crate::services::access::Caller;

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| warp::path(name).boxed();
    fixed(at("healthz"), taken, Methods::new().on(Method::GET, alive))
        .or(fixed(
            at("readyz"),
            taken,
            Methods::new().on(Method::GET, ready),
        ))
        .unify()
        .or(fixed(
            at("metrics"),
            taken,
            Methods::new().on(Method::GET, metrics),
        ))
        .unify()
        .boxed()
}

async fn alive(_request: Request, (): ()) -> Result<Response> {
    Ok(reply::done())
}

async fn ready(request: Request, (): ()) -> Result<Response> {
    request.app.ready().await?;
    Ok(reply::done())
}

async fn metrics(request: Request, (): ()) -> Result<Response> {
    let readers = request.app.config.server.metrics;
    let open = match readers {
        MetricsReaders::Open => true,
        MetricsReaders::Loopback => request.head.client.to_canonical().is_loopback(),
        MetricsReaders::Key => false,
    };
    let caller = if open {
        Caller::Operator { acts_for: None }
    } else {
        request.caller().await?
    };
    caller.must_read_metrics()?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    Ok(reply::bytes_of(
        StatusCode::OK,
        kind,
        request.app.metrics().into(),
    ))
}
