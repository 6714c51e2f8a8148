//! `/api/admin/…`: what admins may do with users.

use warp::Filter;
use warp::http::Method;

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, api_keys, fixed, second_factor, with_id};
use crate::error::Result;
use crate::services::{accounts, bodies, deletion, query};

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| warp::path(name).boxed();
    let one = Methods::new()
        .on(Method::GET, get)
        .on(Method::PUT, update)
        .on(Method::DELETE, delete);
    let users = fixed(at("users"), taken, Methods::new().on(Method::GET, list))
        .or(with_id(at("users"), taken, one))
        .unify()
        .or(second_factor::admin_routes(taken))
        .unify();
    let keys = api_keys::all(taken);
    warp::path("admin").and(users.or(keys).unify()).boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let page = query::plain_page(&request.parameters()?)?;
    let after = page
        .cursor
        .map(|cursor| query::unmasked(&cursor))
        .transpose()?;
    let mut users = accounts::list(&request.app, &caller, after, page.limit + 1).await?;
    let more = users.len() > page.limit;
    users.truncate(page.limit);
    let next = users
        .last()
        .filter(|_| more)
        .map(|last| query::masked(&last.id));
    Ok(reply::items(&users, Some(next)))
}

async fn get(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    Ok(reply::item(
        &accounts::get(&request.app, &caller, id).await?,
    ))
}

async fn update(mut request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let changes = bodies::take("admin_user", &request.json().await?.json)?;
    request.no_parameters()?;
    Ok(reply::item(
        &accounts::update(&request.app, &caller, id, changes).await?,
    ))
}

async fn delete(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    deletion::delete_user(&request.app, &caller, id).await?;
    Ok(reply::done())
}
