//! The log of an execution as server-sent events: `id:` is the number, `data:` the frame, without an `event:` line, so
//! that `onmessage` sees all. At the end one `event: end`; who comes back after it gets 204, and EventSource stops.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use warp::Reply as _;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderName, HeaderValue};

use super::executions::Waiting;
use super::extract::Request;
use super::reply::{self, Response};
use crate::app::App;
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::executions::events::{self, Page};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// A comment that keeps proxies from closing what is quiet.
const QUIET: Duration = Duration::from_secs(25);

pub(super) fn is_wanted(request: &Request) -> bool {
    let accepted = request.header(&header::ACCEPT).unwrap_or_default();
    accepted.split(',').any(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("text/event-stream")
    })
}

struct Reading {
    app: Arc<App>,
    caller: Caller,
    id: String,
    after: i64,
    limit: usize,
    ended: bool,
}

pub(super) async fn stream(
    request: &Request,
    caller: Caller,
    id: String,
    wanted: Waiting,
) -> Result<Response> {
    let last = request
        .header(&LAST_EVENT_ID)
        .and_then(|text| text.parse().ok());
    let after = last.or(wanted.after).unwrap_or(0);
    let app = Arc::clone(&request.app);
    let first = events::page(&app, &caller, &id, after, wanted.limit).await?;
    if first.frames.is_empty() && first.ended {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let reading = Reading {
        app,
        caller,
        id,
        after,
        limit: wanted.limit,
        ended: false,
    };
    let pieces = stream::try_unfold((reading, Some(first)), next);
    let mut response = warp::reply::stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

type State = (Reading, Option<Page>);

async fn next((mut reading, ready): State) -> Result<Option<(Bytes, State)>, Error> {
    if reading.ended {
        return Ok(None);
    }
    let page = match ready {
        Some(page) => page,
        None => {
            let (app, caller) = (&reading.app, &reading.caller);
            events::wait(
                app,
                caller,
                &reading.id,
                reading.after,
                reading.limit,
                QUIET,
            )
            .await?
        }
    };
    let mut text = String::new();
    for frame in &page.frames {
        reading.after = frame.seq;
        let data = serde_json::to_string(frame).map_err(Error::internal)?;
        text.push_str(&format!("id: {}\ndata: {data}\n\n", frame.seq));
    }
    if page.ended {
        reading.ended = true;
        let data = serde_json::json!({ "seq": reading.after, "state": page.state });
        text.push_str(&format!("event: end\ndata: {data}\n\n"));
    } else if text.is_empty() {
        text.push_str(": quiet\n\n");
    }
    Ok(Some((text.into(), (reading, None))))
}
