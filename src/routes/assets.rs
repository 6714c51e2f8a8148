//! `/console/…`: the console's files, embedded in the binary. A fixed map of names, so that no path leads elsewhere.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use include_dir::{Dir, include_dir};
use warp::Filter;
use warp::http::Method;
use warp::path::Tail;

use super::extract::Request;
use super::files::{self, File};
use super::reply::Response;
use super::{Group, Methods, Taken, not_found};
use crate::error::Result;

static CONSOLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// Files that were asked for, with their encodings, made at the first request.
static READY: LazyLock<Mutex<HashMap<String, File>>> = LazyLock::new(Mutex::default);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes(taken: &Taken) -> Group {
    let methods = std::sync::Arc::new(Methods::new().on(Method::GET, get));
    warp::path("console")
        .and(warp::path::tail())
        .and(taken.clone())
        .then(move |tail: Tail, request| {
            std::sync::Arc::clone(&methods).answer(request, tail.as_str().to_owned())
        })
        .boxed()
}

async fn get(request: Request, name: String) -> Result<Response> {
    if name.is_empty() && !request.head.path.ends_with('/') {
        // Relative links of the page need the slash.
        return Ok(super::reply::redirect("/console/"));
    }
    let name = if name.is_empty() {
        "index.html".to_owned()
    } else {
        name
    };
    match file(&name) {
        Some(file) => Ok(files::page(files::answer(&request, &file), POLICY)),
        None => Ok(not_found(&request)),
    }
}

fn file(name: &str) -> Option<File> {
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = ready.get(name) {
        return Some(file.clone());
    }
    let body = CONSOLE.get_file(name)?.contents();
    let file = File::compressed(files::kind(name), Bytes::from_static(body));
    ready.insert(name.to_owned(), file.clone());
    Some(file)
}
