//! `/openapi.json` and `/docs`: the API's description, and a page that tries it out, both without the internet.

use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::Method;

use super::extract::Request;
use super::files::{self, File};
use super::reply::Response;
use super::{Group, Methods, Taken, fixed, not_found, with_id};
use crate::error::Result;
use crate::openapi;

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| -> BoxedFilter<()> { warp::path(name).boxed() };
    fixed(
        at("openapi.json"),
        taken,
        Methods::new().on(Method::GET, document),
    )
    .or(fixed(
        at("docs"),
        taken,
        Methods::new().on(Method::GET, |request, ()| {
            page(request, "index.html".to_owned())
        }),
    ))
    .unify()
    .or(with_id(
        at("docs"),
        taken,
        Methods::new().on(Method::GET, page),
    ))
    .unify()
    .boxed()
}

async fn document(request: Request, (): ()) -> Result<Response> {
    let file = File::new("application/json", request.app.document().clone());
    Ok(files::answer(&request, &file))
}

async fn page(request: Request, name: String) -> Result<Response> {
    let Some((kind, body)) = openapi::docs_file(&name) else {
        return Ok(not_found(&request));
    };
    Ok(files::page(
        files::answer(&request, &File::new(kind, body)),
        openapi::DOCS_CSP,
    ))
}
