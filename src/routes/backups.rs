//! `/api/admin/backups`: list, make, download and delete whole copies of the database.

use warp::Filter;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::reply::{self, Response};
use super::stream::{self, Download};
use super::{Group, Methods, Taken, first_of, fixed, with_id};
use crate::error::Result;
use crate::services::backups;

pub(super) fn routes(taken: &Taken) -> Group {
    let at = || warp::path("backups").boxed();
    let all = Methods::new()
        .on(Method::GET, list)
        .on(Method::POST, create);
    let one = Methods::new()
        .on(Method::GET, download)
        .on(Method::DELETE, delete);
    first_of([fixed(at(), taken, all), with_id(at(), taken, one)])
}

async fn list(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let found = backups::list(&request.app, &caller).await?;
    Ok(reply::items(&found, None))
}

async fn create(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let made = backups::create(&request.app, &caller, request.head.client).await?;
    Ok(reply::item_with(StatusCode::CREATED, &made))
}

async fn download(request: Request, name: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let (found, path) = backups::find(&request.app, &caller, name).await?;
    if request.head.method == Method::GET {
        backups::note_download(&request.app, &caller, &found, request.head.client).await?;
    }
    // A backup is never written to: its name and length tell it from every other one.
    let etag = format!("\"{}-{:x}\"", found.name, found.size);
    let file = Download {
        path,
        size: found.size,
        etag: &etag,
        name: format!("filename=\"{}\"", found.name),
        cache: "no-store",
    };
    stream::download(&request, file).await
}

async fn delete(request: Request, name: String) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    backups::delete(&request.app, &caller, name, request.head.client).await?;
    Ok(reply::done())
}
