//! `/api/changes`: what happened to records, for those who do not hold a socket.

use std::time::{Duration, Instant};

use serde::Serialize;
use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::{Error, Result};
use crate::limits;
use crate::services::access::Caller;
use crate::services::changes::{Item, Reader, Wanted};
use crate::services::query;

pub(super) fn routes(taken: &Taken) -> Group {
    let methods = Methods::new().on(Method::GET, list);
    fixed(warp::path("changes").boxed(), taken, methods)
}

#[derive(Serialize)]
struct Answer<'a> {
    success: bool,
    items: &'a [Item],
    /// Where the caller goes on.
    next: i64,
    /// How far the log goes.
    seq: i64,
    epoch: &'a str,
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    let (wanted, wait) = read(&request.parameters()?)?;
    let caller = Caller::User(principal);
    let app = &request.app;
    let until = Instant::now() + wait;
    let mut reader = Reader::begin(app, &caller, &wanted).await?;
    loop {
        let items = reader.page(app).await?;
        let left = until.saturating_duration_since(Instant::now());
        if items.is_empty() && !left.is_zero() {
            reader.changed(left).await;
            continue;
        }
        // Whoever waited may have lost their rights meanwhile.
        request.look_again().await?;
        let answer = Answer {
            success: true,
            items: &items,
            next: reader.cursor,
            seq: reader.head,
            epoch: &app.realtime.epoch,
        };
        return Ok(reply::secret(reply::json(StatusCode::OK, &answer)));
    }
}

/// What the query says, and how long to wait.
fn read(parameters: &[(String, String)]) -> Result<(Wanted, Duration)> {
    let known = ["after", "model", "key", "limit", "wait", "epoch"];
    let mut faults = query::twice(parameters, &known);
    let mut wanted = Wanted {
        limit: limits::PAGE,
        ..Wanted::default()
    };
    let mut wait = 0;
    for (name, text) in parameters {
        let number = |least, most| query::whole(name, text, least, most);
        let fault = match name.as_str() {
            "model" => {
                wanted.model = Some(text.clone());
                None
            }
            "key" => {
                wanted.key = Some(text.clone());
                None
            }
            "epoch" => {
                wanted.epoch = Some(text.clone());
                None
            }
            "after" => number(0, i64::MAX as u64)
                .map(|after| wanted.after = i64::try_from(after).ok())
                .err(),
            "limit" => number(1, limits::PAGE_MAX as u64)
                .map(|limit| wanted.limit = limit as usize)
                .err(),
            "wait" => number(0, limits::WAIT).map(|seconds| wait = seconds).err(),
            _ => Some(query::unknown(name, known)),
        };
        faults.extend(fault);
    }
    wanted.waits = wait > 0;
    if faults.is_empty() {
        Ok((wanted, Duration::from_secs(wait)))
    } else {
        Err(Error::invalid(faults))
    }
}
