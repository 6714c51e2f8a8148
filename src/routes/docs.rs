//! `/openapi.json` and `/docs`: the API's description, and a page that tries it out, both without the internet.

use std::sync::Arc;

use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::Method;

use super::extract::Request;
use super::files::{self, File, Shelf};
use super::reply::Response;
use super::{Group, Methods, Taken, first_of, fixed, not_found, with_id};
use crate::error::Result;
use crate::openapi;

const DOCUMENT: &str = "openapi.json";

pub(super) fn routes(taken: &Taken) -> Group {
    let at = |name: &'static str| -> BoxedFilter<()> { warp::path(name).boxed() };
    let shelf = Arc::new(Shelf::default());
    let shelves = [(); 3].map(|()| Arc::clone(&shelf));
    let [of_document, of_page, of_parts] = shelves;
    let document = Methods::new().on(Method::GET, move |request, ()| {
        document(Arc::clone(&of_document), request)
    });
    let index = Methods::new().on(Method::GET, move |request, ()| {
        page(Arc::clone(&of_page), request, "index.html".to_owned())
    });
    let parts = Methods::new().on(Method::GET, move |request, name| {
        page(Arc::clone(&of_parts), request, name)
    });
    first_of([
        fixed(at(DOCUMENT), taken, document),
        fixed(at("docs"), taken, index),
        with_id(at("docs"), taken, parts),
    ])
}

async fn document(shelf: Arc<Shelf>, request: Request) -> Result<Response> {
    let app = Arc::clone(&request.app);
    let make = move || Some(File::compressed("application/json", app.document().clone()));
    let file = shelf.take(DOCUMENT, make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::answer(&request, &file),
    ))
}

async fn page(shelf: Arc<Shelf>, request: Request, name: String) -> Result<Response> {
    let make = {
        let name = name.clone();
        move || openapi::docs_file(&name).map(|(kind, body)| File::compressed(kind, body))
    };
    let file = shelf.take(&name, make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::page(files::answer(&request, &file), openapi::DOCS_CSP),
    ))
}
