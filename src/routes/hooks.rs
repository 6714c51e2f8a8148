//! `/test/…`, in builds with the feature `test-hooks` alone: makes things go wrong on purpose.

use std::time::Duration;

use serde::Deserialize;
use warp::Filter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, fixed};
use crate::error::{Error, Result};
use crate::store::hooks::{self, Point};
use crate::store::{Tx, Weight};

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

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Write {
    /// The job sleeps so long inside the transaction.
    milliseconds: u64,
    panic: bool,
    error: bool,
    /// Rolls the whole transaction back, as a full disk does.
    rollback: bool,
}

/// A write that takes long, fails, panics, or takes the whole transaction with it.
async fn write(mut request: Request, (): ()) -> Result<Response> {
    let wanted: Write =
        serde_json::from_value(request.json().await?.json).map_err(Error::internal)?;
    let work = move |tx: &mut Tx<'_>| {
        std::thread::sleep(Duration::from_millis(wanted.milliseconds));
        if wanted.rollback {
            tx.roll_back_everything();
        }
        #[expect(clippy::panic, reason = "it is what is tested")]
        if wanted.panic {
            panic!("on purpose");
        }
        if wanted.error {
            Err(Error::conflict("on purpose"))
        } else {
            Ok(())
        }
    };
    request
        .app
        .db
        .write(
            Weight {
                long: true,
                size: 0,
            },
            work,
        )
        .await?;
    Ok(reply::done())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fail {
    /// `before_commit`, `after_commit`, `after_publish`: the process aborts there at the next commit.
    abort_at: Option<String>,
    /// Each read takes so much longer.
    delay_reads: Option<u64>,
}

async fn fail(mut request: Request, (): ()) -> Result<Response> {
    let wanted: Fail =
        serde_json::from_value(request.json().await?.json).map_err(Error::internal)?;
    match wanted.abort_at.as_deref() {
        Some("before_commit") => hooks::abort_at(Point::BeforeCommit),
        Some("after_commit") => hooks::abort_at(Point::AfterCommit),
        Some("after_publish") => hooks::abort_at(Point::AfterPublish),
        _ => {}
    }
    if let Some(milliseconds) = wanted.delay_reads {
        hooks::delay_reads(Duration::from_millis(milliseconds));
    }
    Ok(reply::done())
}
