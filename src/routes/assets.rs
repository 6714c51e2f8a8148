//! `/console/…`: the console's files, embedded in the binary. A fixed map of names, so that no path leads elsewhere.

use std::sync::Arc;

use bytes::Bytes;
use include_dir::{Dir, include_dir};
use warp::Filter;
use warp::http::Method;
use warp::path::Tail;

use super::extract::Request;
use super::files::{self, File, Shelf};
use super::reply::Response;
use super::{Group, Methods, Taken, not_found};
use crate::error::Result;

static CONSOLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes(taken: &Taken) -> Group {
    let shelf = Arc::new(Shelf::default());
    let methods = Methods::new().on(Method::GET, move |request, name| {
        get(Arc::clone(&shelf), request, name)
    });
    let methods = Arc::new(methods);
    warp::path("console")
        .and(warp::path::tail())
        .and(taken.clone())
        .then(move |tail: Tail, request| {
            Arc::clone(&methods).answer(request, tail.as_str().to_owned())
        })
        .boxed()
}

async fn get(shelf: Arc<Shelf>, request: Request, name: String) -> Result<Response> {
    if name.is_empty() && !request.head.path.ends_with('/') {
        // Relative links of the page need the slash.
        return Ok(super::reply::redirect("/console/"));
    }
    let name = if name.is_empty() {
        "index.html".to_owned()
    } else {
        name
    };
    let Some(body) = CONSOLE.get_file(&name).map(include_dir::File::contents) else {
        return Ok(not_found(&request));
    };
    let make = {
        let name = name.clone();
        move || Some(File::named(&name, Bytes::from_static(body)))
    };
    let file = shelf.take(&name, make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::page(files::answer(&request, &file), POLICY),
    ))
}
