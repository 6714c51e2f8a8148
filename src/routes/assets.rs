//! `/console/…`: the console's files, embedded in the binary. A fixed map of names, so that no path leads elsewhere.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use include_dir::{Dir, include_dir};
use warp::Filter;
use warp::http::Method;
use warp::path::Tail;

use super::extract::Request;
use super::files::{self, File, Shelf};
use super::reply::Response;
use super::{Group, Methods, Taken, not_found};
use crate::auth;
use crate::error::Result;

static CONSOLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// `/console/@VERSION/…` names the same files for good, so that a browser asks for none of them a second time. The page
/// alone is asked for again, and names the version; what a module imports is named beside it.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digests = String::new();
    let mut folders = vec![&CONSOLE];
    while let Some(folder) = folders.pop() {
        for file in folder.files() {
            digests.push_str(&auth::digest(file.contents()));
        }
        folders.extend(folder.dirs());
    }
    format!("@{}", &auth::digest(digests.as_bytes())[..11])
});

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
    // A tab of before an update asks with another version: it gets what there is, and asks again.
    let (version, path) = match name.split_once('/') {
        Some((version, path)) if version.starts_with('@') => (version, path.to_owned()),
        _ => ("", name.clone()),
    };
    let Some(body) = CONSOLE.get_file(&path).map(include_dir::File::contents) else {
        return Ok(not_found(&request));
    };
    let is_forever = version == *VERSION;
    let make = move || {
        let file = File::named(&path, contents(&path, body));
        Some(if is_forever { file.for_good() } else { file })
    };
    let file = shelf.take(&name, make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::page(files::answer(&request, &file), POLICY),
    ))
}

/// The page names the version of all that it loads.
fn contents(path: &str, body: &'static [u8]) -> Bytes {
    if path != "index.html" {
        return Bytes::from_static(body);
    }
    let page = String::from_utf8_lossy(body);
    page.replace("\"/console/", &format!("\"/console/{}/", *VERSION))
        .into()
}
