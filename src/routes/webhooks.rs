//! `/api/auth/webhooks`: signed messages of foreign issuers about their users.

use warp::Filter;
use warp::http::Method;
use warp::http::header::HeaderMap;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::Result;
use crate::services::issuer_messages::{self, Headers};

pub(super) fn routes(taken: &Taken) -> Group {
    let path = warp::path("webhooks").boxed();
    fixed(path, taken, Methods::new().on(Method::POST, take))
}

async fn take(mut request: Request, (): ()) -> Result<Response> {
    issuer_messages::must_be_wanted(&request.app)?;
    request.no_parameters()?;
    let body = request.signed_json().await?;
    let headers = headers(&request.head.headers);
    issuer_messages::take(&request.app, headers, &body, request.head.client).await?;
    Ok(reply::done())
}

/// Those of Standard Webhooks, or Svix's older names for them; each must be there once.
fn headers(sent: &HeaderMap) -> Option<Headers<'_>> {
    let one = |name: String| {
        let mut values = sent.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    };
    let all = |prefix: &str| {
        let [id, timestamp, signatures] =
            ["id", "timestamp", "signature"].map(|name| one(format!("{prefix}-{name}")));
        Some([id?, timestamp?, signatures?])
    };
    all("webhook").or_else(|| all("svix"))
}
