//! `/api/admin/…`: what admins may do with users, and the audit.

use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::{
    Group, Methods, Taken, api_keys, backups, first_of, fixed, oversight, schedules, second_factor,
    with_id,
};
use crate::error::Result;
use crate::services::{accounts, audit, bodies, deletion, query, registration};

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| warp::path(name).boxed();
    let one = Methods::new()
        .on(Method::GET, get)
        .on(Method::PUT, update)
        .on(Method::DELETE, delete);
    let all = Methods::new()
        .on(Method::GET, list)
        .on(Method::POST, create);
    let audit = fixed(
        at("audit"),
        taken,
        Methods::new().on(Method::GET, list_audit),
    );
    let users = first_of([
        fixed(at("users"), taken, all),
        with_id(at("users"), taken, one),
        second_factor::admin_routes(taken),
        oversight::sessions(taken),
        oversight::view(taken),
    ]);
    let server = first_of([
        oversight::settings(taken),
        oversight::logs(taken),
        backups::routes(taken),
    ]);
    let keys = api_keys::all(taken);
    let schedules = schedules::routes(taken);
    warp::path("admin")
        .and(first_of([users, keys, audit, schedules, server]))
        .boxed()
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let (page, search) = query::searched_page(request.parameters()?)?;
    let after = page
        .cursor
        .map(|cursor| query::unmasked(&cursor))
        .transpose()?;
    let mut users = accounts::list(&request.app, &caller, search, after, page.limit + 1).await?;
    let more = users.len() > page.limit;
    users.truncate(page.limit);
    let next = users
        .last()
        .filter(|_| more)
        .map(|last| query::masked(&last.id));
    Ok(reply::items(&users, Some(next)))
}

async fn create(mut request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let new = bodies::take("new_user", &request.json().await?.json)?;
    request.no_parameters()?;
    let address = Some(request.head.client);
    let user = registration::create(&request.app, &caller, new, address).await?;
    Ok(reply::item_with(StatusCode::CREATED, &user))
}

async fn list_audit(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let mut wanted = query::audited(&request.parameters()?)?;
    let limit = wanted.limit;
    wanted.limit += 1;
    let mut entries = audit::list(&request.app, &caller, wanted).await?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(query::behind);
    Ok(reply::items(&entries, Some(next)))
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
    let address = Some(request.head.client);
    Ok(reply::item(
        &accounts::update(&request.app, &caller, id, changes, address).await?,
    ))
}

async fn delete(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let address = Some(request.head.client);
    deletion::delete_user(&request.app, &caller, id, address).await?;
    Ok(reply::done())
}
