//! The log of an execution as server-sent events: `id:` is the number, `data:` the frame, without an `event:` line, so
//! that `onmessage` sees all. At the end one `event: end`; who comes back after it gets 204, and EventSource stops. When the
//! caller's rights end, or the server stops, the stream ends without it: whoever comes back hears why.

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
use crate::error::{Code, Error, Result};
use crate::services::executions::events::{self, Page};
use crate::services::executions::watchers::Watcher;
use crate::services::standing::Standing;

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

/// Who reads it: a browser's own EventSource can send a ticket and no token.
pub(super) async fn standing(request: &Request) -> Result<Standing> {
    let parameters = request.parameters()?;
    let ticket = parameters.iter().find(|(name, _)| name == "ticket");
    let Some((_, ticket)) = ticket.filter(|_| matches!(request.bearer(), Ok(None))) else {
        return request.standing().await;
    };
    let standing = Standing::of_ticket(&request.app, ticket, request.head.client).await?;
    request.note(standing.caller());
    Ok(standing)
}

struct Reading {
    app: Arc<App>,
    standing: Standing,
    watcher: Watcher,
    after: i64,
    limit: usize,
    ended: bool,
}

pub(super) async fn stream(
    request: &Request,
    standing: Standing,
    id: String,
    wanted: Waiting,
) -> Result<Response> {
    let last = request
        .header(&LAST_EVENT_ID)
        .and_then(|text| text.parse().ok());
    let after = last.or(wanted.after).unwrap_or(0);
    let app = Arc::clone(&request.app);
    let first = events::page(&app, standing.caller(), &id, after, wanted.limit).await?;
    if first.frames.is_empty() && first.ended {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let reading = Reading {
        watcher: app.watchers.watch(&id),
        app,
        standing,
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
    if reading.ended || reading.app.drain.has_begun() {
        return Ok(None);
    }
    let page = match ready {
        Some(page) => page,
        None => match more(&mut reading).await {
            Ok(page) => page,
            Err(error) if is_refusal(error.code()) => return Ok(None),
            Err(error) => return Err(error),
        },
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
    } else if text.is_empty() && reading.app.drain.has_begun() {
        return Ok(None);
    } else if text.is_empty() {
        text.push_str(": quiet\n\n");
    }
    Ok(Some((text.into(), (reading, None))))
}

async fn more(reading: &mut Reading) -> Result<Page> {
    let place = (reading.after, reading.limit);
    let (standing, watcher) = (&mut reading.standing, &mut reading.watcher);
    events::follow(&reading.app, standing, watcher, place, QUIET).await
}

/// It is not, or no longer, the caller's to see.
fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::NotFound
            | Code::Forbidden
            | Code::InvalidToken
            | Code::TokenExpired
            | Code::NotAuthenticated
            | Code::SecondFactorSetupRequired
    )
}
