//! `/api/executions/…`: runs of tasks, for their owners and for the workers that hold them.

use std::time::Duration;

use warp::Filter;
use warp::http::header;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, first_of, fixed, records, sse, with_id};
use crate::error::{Error, FieldError, Result};
use crate::limits;
use crate::services::bodies;
use crate::services::executions::{self, events, tasks};
use crate::services::query;
use crate::services::workers::{self, Worker};

pub(super) fn routes(taken: &Taken) -> Group {
    let base = || warp::path("executions").boxed();
    let many = Methods::new()
        .on(Method::GET, list)
        .on(Method::POST, create);
    let one = Methods::new().on(Method::GET, get);
    let post = |name, methods| below(name, taken, methods);
    first_of([
        fixed(base(), taken, many),
        fixed(
            base().and(warp::path("tasks")).boxed(),
            taken,
            Methods::new().on(Method::GET, list_tasks),
        ),
        with_id(base(), taken, one),
        post(
            "events",
            Methods::new()
                .on(Method::GET, list_events)
                .on(Method::POST, report),
        ),
        post("heartbeat", Methods::new().on(Method::POST, heartbeat)),
        post("finish", Methods::new().on(Method::POST, finish)),
        post("release", Methods::new().on(Method::POST, release)),
        post("cancel", Methods::new().on(Method::POST, cancel)),
        post("retry", Methods::new().on(Method::POST, retry)),
        post("run-now", Methods::new().on(Method::POST, run_now)),
        inputs(taken),
    ])
}

/// `/api/executions/{id}/NAME`
fn below(name: &'static str, taken: &Taken, methods: Methods<String>) -> Group {
    let methods = std::sync::Arc::new(methods);
    warp::path("executions")
        .and(warp::path::param::<String>())
        .and(warp::path(name))
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, request| {
            std::sync::Arc::clone(&methods).answer(request, decoded(&id))
        })
        .boxed()
}

/// `/api/executions/{id}/input/{request}`
fn inputs(taken: &Taken) -> Group {
    let methods = std::sync::Arc::new(Methods::new().on(Method::POST, answer));
    warp::path("executions")
        .and(warp::path::param::<String>())
        .and(warp::path("input"))
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, name: String, request| {
            std::sync::Arc::clone(&methods).answer(request, (decoded(&id), decoded(&name)))
        })
        .boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    let parameters = request.parameters()?;
    let (items, next) = executions::list(&request.app, &caller, &parameters).await?;
    Ok(reply::items(
        &items,
        Some(next.map(|id| query::masked(&id))),
    ))
}

/// Beside ids, which are no words.
async fn list_tasks(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let list = tasks::list(&request.app, &caller)?;
    Ok(reply::items(&list, None))
}

async fn create(mut request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    executions::may_write(&caller)?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let key = records::key(&request, &caller, &sent.bytes)?;
    let size = sent.bytes.len();
    let created = executions::create(&request.app, &caller, &sent.json, key, size).await?;
    // The first entry of its log.
    Ok(records::answer(created, Some("\"1\"".to_owned())))
}

async fn get(request: Request, id: String) -> Result<Response> {
    let mut standing = request.standing().await?;
    let wanted = Waiting::read(&request.parameters()?, &["wait", "after"])?;
    let app = &request.app;
    let shown = if wanted.wait.is_zero() {
        executions::get(app, standing.caller(), &id).await?
    } else {
        events::wait_for(app, &mut standing, &id, wanted.after, wanted.wait).await?
    };
    Ok(reply::with(
        reply::item(&shown),
        header::ETAG,
        &shown.etag(),
    ))
}

/// What is asked of a log: `after`, `limit`, `wait`.
pub(super) struct Waiting {
    pub(super) after: Option<i64>,
    pub(super) limit: usize,
    pub(super) wait: Duration,
}

impl Waiting {
    fn read(parameters: &[(String, String)], known: &[&str]) -> Result<Self> {
        let mut wanted = Waiting {
            after: None,
            limit: limits::EVENTS_PAGE,
            wait: Duration::ZERO,
        };
        let mut faults: Vec<FieldError> = Vec::new();
        for (name, text) in parameters {
            let (least, most) = match name.as_str() {
                name if !known.contains(&name) => {
                    faults.push(query::unknown(name, known.iter().copied()));
                    continue;
                }
                "ticket" => continue,
                "limit" => (1, limits::EVENTS_PAGE as u64),
                "wait" => (0, limits::WAIT),
                _ => (0, i64::MAX as u64),
            };
            match (query::whole(name, text, least, most), name.as_str()) {
                (Ok(number), "limit") => wanted.limit = number as usize,
                (Ok(number), "wait") => wanted.wait = Duration::from_secs(number),
                (Ok(number), _) => wanted.after = i64::try_from(number).ok(),
                (Err(fault), _) => faults.push(fault),
            }
        }
        if faults.is_empty() {
            Ok(wanted)
        } else {
            Err(Error::invalid(faults))
        }
    }
}

async fn list_events(request: Request, id: String) -> Result<Response> {
    if sse::is_wanted(&request) {
        let standing = sse::standing(&request).await?;
        let known = ["after", "limit", "wait", "ticket"];
        let wanted = Waiting::read(&request.parameters()?, &known)?;
        return sse::stream(&request, standing, id, wanted).await;
    }
    let mut standing = request.standing().await?;
    let wanted = Waiting::read(&request.parameters()?, &["after", "limit", "wait"])?;
    let after = wanted.after.unwrap_or(0);
    let (app, limit) = (&request.app, wanted.limit);
    let page = events::wait(app, &mut standing, &id, after, limit, wanted.wait).await?;
    let next = page.frames.last().map_or(after, |frame| frame.seq);
    Ok(reply::json(
        StatusCode::OK,
        &serde_json::json!({
            "success": true,
            "items": page.frames,
            "next": next,
            "state": page.state,
            "ended": page.ended,
        }),
    ))
}

async fn cancel(mut request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    let body = request.optional_json().await?;
    request.no_parameters()?;
    let mut members = bodies::members("cancel", &body)?;
    let reason = members.remove("reason");
    let reason = reason.and_then(|reason| reason.as_str().map(str::to_owned));
    let shown = executions::cancel(&request.app, &caller, &id, reason).await?;
    Ok(reply::item(&shown))
}

async fn retry(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let shown = executions::retry(&request.app, &caller, &id).await?;
    let location = format!("/api/executions/{}", shown.id());
    let response = reply::item_with(StatusCode::CREATED, &shown);
    Ok(reply::with(response, header::LOCATION, &location))
}

async fn run_now(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let shown = executions::run_now(&request.app, &caller, &id).await?;
    Ok(reply::item(&shown))
}

async fn answer(mut request: Request, (id, name): (String, String)) -> Result<Response> {
    let caller = request.caller().await?;
    executions::may_write(&caller)?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let shown = executions::answer(&request.app, &caller, &id, &name, sent.json).await?;
    Ok(reply::item(&shown))
}

async fn report(mut request: Request, id: String) -> Result<Response> {
    let worker = Worker::of(&request.caller().await?)?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let stored = workers::report(&request.app, &worker, &id, &sent.json).await?;
    Ok(reply::data(StatusCode::OK, &stored))
}

async fn heartbeat(mut request: Request, id: String) -> Result<Response> {
    let worker = Worker::of(&request.caller().await?)?;
    let fence = fence(&mut request).await?;
    let heard = workers::heartbeat(&request.app, &worker, &id, fence).await?;
    Ok(reply::data(StatusCode::OK, &heard))
}

async fn finish(mut request: Request, id: String) -> Result<Response> {
    let worker = Worker::of(&request.caller().await?)?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let ended = workers::finish(&request.app, &worker, &id, &sent.json).await?;
    Ok(reply::data(StatusCode::OK, &ended))
}

async fn release(mut request: Request, id: String) -> Result<Response> {
    let worker = Worker::of(&request.caller().await?)?;
    let fence = fence(&mut request).await?;
    let ended = workers::release(&request.app, &worker, &id, fence).await?;
    Ok(reply::data(StatusCode::OK, &ended))
}

async fn fence(request: &mut Request) -> Result<i64> {
    let sent = request.json().await?;
    request.no_parameters()?;
    let members = bodies::members("fence", &sent.json)?;
    Ok(members["fence"].as_i64().unwrap_or_default())
}
