//! `/api/auth/api-keys` and `/api/admin/api-keys`: keys of programs. And tickets, by which a browser opens a socket.

use serde::Serialize;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, first_of, fixed, with_id};
use crate::error::Result;
use crate::limits;
use crate::services::{api_keys, bodies};

fn at(name: &'static str) -> BoxedFilter<()> {
    warp::path(name).boxed()
}

/// Below `/api/auth`.
pub(super) fn own(taken: &Taken) -> Group {
    let many = Methods::new()
        .on(Method::GET, list)
        .on(Method::POST, create);
    first_of([
        fixed(at("api-keys"), taken, many),
        with_id(
            at("api-keys"),
            taken,
            Methods::new().on(Method::DELETE, delete),
        ),
        fixed(
            at("ws-ticket"),
            taken,
            Methods::new().on(Method::POST, ticket),
        ),
    ])
}

/// Below `/api/admin`.
pub(super) fn all(taken: &Taken) -> Group {
    first_of([
        fixed(
            at("api-keys"),
            taken,
            Methods::new().on(Method::GET, list_all),
        ),
        with_id(
            at("api-keys"),
            taken,
            Methods::new().on(Method::DELETE, delete_any),
        ),
    ])
}

#[derive(Serialize)]
struct Made<'a, T> {
    success: bool,
    item: &'a T,
    key: &'a str,
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    request.no_parameters()?;
    let keys = api_keys::list(&request.app, &principal).await?;
    Ok(reply::items(&keys, None))
}

async fn create(mut request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    principal.in_person()?;
    let new = bodies::take("api_key", &request.json().await?.json)?;
    request.no_parameters()?;
    let address = request.head.client;
    let (item, key) = api_keys::create(&request.app, &principal, new, address).await?;
    let made = Made {
        success: true,
        item: &item,
        key: &key,
    };
    Ok(reply::secret(reply::json(StatusCode::CREATED, &made)))
}

async fn delete(request: Request, id: String) -> Result<Response> {
    let principal = request.principal().await?;
    request.no_parameters()?;
    api_keys::delete(&request.app, &principal, id, request.head.client).await?;
    Ok(reply::done())
}

#[derive(Serialize)]
struct Ticket {
    ticket: String,
    expires_in: u64,
}

async fn ticket(request: Request, (): ()) -> Result<Response> {
    let principal = request.principal().await?;
    request.no_parameters()?;
    let ticket = Ticket {
        ticket: request.app.tickets.issue(principal, request.bearer()?)?,
        expires_in: limits::TICKET_LIFETIME.as_secs(),
    };
    Ok(reply::secret(reply::data(StatusCode::OK, &ticket)))
}

#[derive(Serialize)]
struct Listed<'a, T> {
    #[serde(flatten)]
    key: &'a T,
    user_id: &'a str,
    user: &'a str,
}

async fn list_all(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let keys = api_keys::list_all(&request.app, &caller).await?;
    let listed: Vec<_> = keys
        .iter()
        .map(|(key, user)| Listed {
            user_id: &key.user,
            key,
            user,
        })
        .collect();
    Ok(reply::items(&listed, None))
}

async fn delete_any(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let address = Some(request.head.client);
    api_keys::delete_any(&request.app, &caller, id, address).await?;
    Ok(reply::done())
}
