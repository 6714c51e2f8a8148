//! `/api/{model}` and `/api/{model}/{id}`: extract, call the service, reply. One pair of paths, however many models.

use std::sync::Arc;

use bytes::Bytes;
use warp::Filter;
use warp::http::header::{self, HeaderName};
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded};
use crate::app::App;
use crate::auth;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::services::access::Caller;
use crate::services::idempotency::{Created, ITEM, Key};
use crate::services::records::{self, Change, Listed, Table, Way};

type Found = Arc<Table>;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(super) fn routes(app: &Arc<App>, taken: &Taken) -> Group {
    let many = Arc::new(
        Methods::new()
            .on(Method::GET, list)
            .on(Method::POST, create),
    );
    let one = Arc::new(
        Methods::new()
            .on(Method::GET, get)
            .on(Method::PUT, |request, at| update(request, at, Way::Set))
            .on(Method::PATCH, |request, at| update(request, at, Way::Merge))
            .on(Method::DELETE, delete),
    );
    let tables = Arc::clone(app);
    let model = warp::path::param::<String>()
        .and_then(move |name: String| {
            let found = tables.table(&decoded(&name)).cloned();
            std::future::ready(found.ok_or_else(warp::reject::not_found))
        })
        .boxed();
    let many = model
        .clone()
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |table: Found, request| Arc::clone(&many).answer(request, table));
    let one = model
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |table: Found, id: String, request| {
            Arc::clone(&one).answer(request, (table, decoded(&id)))
        });
    one.boxed().or(many.boxed()).unify().boxed()
}

async fn list(request: Request, table: Found) -> Result<Response> {
    let caller = request.caller().await?;
    let listed = records::list(&request.app, &caller, &table, &request.parameters()?).await?;
    Ok(reply::json_bytes(StatusCode::OK, page(listed)))
}

fn page(listed: Listed) -> Bytes {
    let mut body = Vec::with_capacity(listed.items.len() + 96);
    body.extend_from_slice(b"{\"success\":true,\"items\":[");
    body.extend_from_slice(&listed.items);
    body.extend_from_slice(b"],\"next_cursor\":");
    match listed.next_cursor {
        // It is base64url: nothing to escape.
        Some(cursor) => body.extend([b"\"", cursor.as_bytes(), b"\""].concat()),
        None => body.extend_from_slice(b"null"),
    }
    if let Some(total) = listed.total {
        body.extend_from_slice(format!(",\"total\":{total}").as_bytes());
    }
    body.push(b'}');
    body.into()
}

async fn get(request: Request, (table, id): (Found, String)) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let record = records::get(&request.app, &caller, &table, &id).await?;
    let etag = records::etag(&record);
    if tags(&request, &header::IF_NONE_MATCH)
        .is_some_and(|tags| records::matches_weakly(&tags, &etag))
    {
        return Ok(reply::with(
            reply::empty(StatusCode::NOT_MODIFIED),
            header::ETAG,
            &etag,
        ));
    }
    Ok(item(&record, &etag))
}

/// One record with its version.
fn item(record: &[u8], etag: &str) -> Response {
    let body: Bytes = [ITEM, record, b"}"].concat().into();
    reply::with(reply::json_bytes(StatusCode::OK, body), header::ETAG, etag)
}

async fn create(mut request: Request, table: Found) -> Result<Response> {
    let caller = request.caller().await?;
    records::may_create(&table, &caller)?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let key = key(&request, &caller, &sent.bytes)?;
    let created = records::create(
        &request.app,
        &caller,
        &table,
        &sent.json,
        key,
        sent.bytes.len(),
    )
    .await?;
    let etag = created.etag();
    Ok(answer(created, etag))
}

/// 201, with where it is.
pub(super) fn answer(created: Created, etag: Option<String>) -> Response {
    let mut response = reply::json_bytes(StatusCode::CREATED, created.answer.into());
    if let Some(location) = &created.location {
        response = reply::with(response, header::LOCATION, location);
    }
    if let Some(etag) = &etag {
        response = reply::with(response, header::ETAG, etag);
    }
    if created.replayed {
        response = reply::with(response, IDEMPOTENCY_REPLAYED, "true");
    }
    response
}

/// The Idempotency-Key, bound to who sent it, where to, and what.
pub(super) fn key(request: &Request, caller: &Caller, body: &[u8]) -> Result<Option<Key>> {
    let mut sent = request.head.headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = sent.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    if sent.next().is_some() || text.is_empty() || text.len() > limits::IDEMPOTENCY_KEY_SIZE {
        let at = [Step::from("header"), Step::from("Idempotency-Key")];
        let message = format!(
            "Value error, send one key of 1 to {} visible ASCII characters",
            limits::IDEMPOTENCY_KEY_SIZE
        );
        return Err(Error::invalid(vec![FieldError::new(
            "value_error",
            &at,
            message,
        )]));
    }
    let path = request.head.path.trim_end_matches('/');
    // Nobody in particular is whoever asks from there: another's key must not show another's record.
    let who = match caller.user() {
        Some(user) => user.to_owned(),
        None => request.head.client.to_string(),
    };
    let scope = format!("{who} {} {path}", request.head.method);
    Ok(Some(Key {
        key: text.to_owned(),
        scope,
        body_hash: auth::digest(body),
    }))
}

async fn update(mut request: Request, (table, id): (Found, String), way: Way) -> Result<Response> {
    let caller = request.caller().await?;
    records::may_update(&table, &caller)?;
    let sent = match way {
        Way::Set => request.json().await?,
        Way::Merge => request.merge_patch().await?,
    };
    request.no_parameters()?;
    let change = Change {
        way,
        if_match: if_match(&request),
        size: sent.bytes.len(),
    };
    let record = records::update(&request.app, &caller, &table, &id, &sent.json, change).await?;
    Ok(item(&record, &records::etag(&record)))
}

fn if_match(request: &Request) -> Option<String> {
    tags(request, &header::IF_MATCH)
}

/// A list of entity tags, which may stand in several headers.
fn tags(request: &Request, name: &HeaderName) -> Option<String> {
    let sent = request.head.headers.get_all(name).iter();
    let texts: Vec<_> = sent
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

async fn delete(request: Request, (table, id): (Found, String)) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    records::delete(&request.app, &caller, &table, &id, if_match(&request)).await?;
    Ok(reply::done())
}
