//! `/openapi.json`, `/docs` and `/docs/guide`: the API's description, a page that tries it out, and the pages of `docs/`,
//! all without the internet.

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
    let shelves = [(); 5].map(|()| Arc::clone(&shelf));
    let [of_document, of_page, of_parts, of_contents, of_guide] = shelves;
    let document = Methods::new().on(Method::GET, move |request, ()| {
        document(Arc::clone(&of_document), request)
    });
    let index = Methods::new().on(Method::GET, move |request, ()| {
        page(Arc::clone(&of_page), request, "index.html".to_owned())
    });
    let parts = Methods::new().on(Method::GET, move |request, name| {
        page(Arc::clone(&of_parts), request, name)
    });
    let contents = Methods::new().on(Method::GET, move |request, ()| {
        guide(Arc::clone(&of_contents), request, String::new())
    });
    let pages = Methods::new().on(Method::GET, move |request, name| {
        guide(Arc::clone(&of_guide), request, name)
    });
    let at_guide = || at("docs").and(warp::path("guide")).boxed();
    first_of([
        fixed(at_guide(), taken, contents),
        with_id(at_guide(), taken, pages),
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

/// A page of the guide; with `.md` at the end as it was written. Without a name the list of them.
async fn guide(shelf: Arc<Shelf>, request: Request, name: String) -> Result<Response> {
    const HTML: &str = "text/html; charset=utf-8";
    let wanted = name.clone();
    let make = move || {
        if wanted.is_empty() {
            return Some(File::compressed(HTML, openapi::contents().into()));
        }
        if let Some(name) = wanted.strip_suffix(".md") {
            let text = openapi::Page::of(name)?.text.as_bytes();
            return Some(File::compressed(
                "text/markdown; charset=utf-8",
                text.into(),
            ));
        }
        let page = openapi::Page::of(&wanted)?;
        Some(File::compressed(HTML, page.html().into()))
    };
    let file = shelf.take(&format!("guide/{name}"), make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::page(files::answer(&request, &file), openapi::DOCS_CSP),
    ))
}
