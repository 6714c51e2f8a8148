//! `/api/admin/schema`: the models' shape, for admins, and a change of it.

use warp::Filter;
use warp::http::{Method, StatusCode, header};

use super::extract::Request;
use super::reply::{self, Response};
use super::{Group, Methods, Taken, first_of, fixed};
use crate::error::Result;
use crate::services::schema;

pub(super) fn routes(taken: &Taken) -> Group {
    let whole = Methods::new().on(Method::GET, get).on(Method::PUT, update);
    let preview = Methods::new().on(Method::POST, preview);
    first_of([
        fixed(warp::path("schema").boxed(), taken, whole),
        fixed(
            warp::path!("schema" / "preview" / ..).boxed(),
            taken,
            preview,
        ),
    ])
}

async fn get(request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    request.no_parameters()?;
    let (view, etag) = schema::get(&request.app, &caller).await?;
    let response = reply::data(StatusCode::OK, &view);
    Ok(match etag {
        Some(etag) => reply::with(response, header::ETAG, &etag),
        None => response,
    })
}

async fn preview(mut request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let (shown, etag) = schema::preview(&request.app, &caller, &sent.json).await?;
    Ok(tagged(&shown, &etag))
}

async fn update(mut request: Request, (): ()) -> Result<Response> {
    let caller = request.caller().await?;
    caller.must_be_admin()?;
    let sent = request.json().await?;
    request.no_parameters()?;
    let if_match = request.header(&header::IF_MATCH).map(str::to_owned);
    let address = Some(request.head.client);
    let (shown, etag) =
        schema::update(&request.app, &caller, &sent.json, if_match, address).await?;
    Ok(tagged(&shown, &etag))
}

fn tagged(shown: &serde_json::Value, etag: &str) -> Response {
    reply::with(reply::data(StatusCode::OK, shown), header::ETAG, etag)
}
