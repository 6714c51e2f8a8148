//! `/`: the user's own front end out of `public/`, or a redirect to the console.
//!
//! A page that the front end routes itself gets `index.html`; a missing file is a 404, never a page. What a path leads to
//! must lie in the folder, links included.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use warp::Filter;
use warp::http::Method;
use warp::http::header;
use warp::path::Tail;

use super::extract::Request;
use super::files::{self, File};
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, not_found};
use crate::error::{Error, Result};

pub(super) fn routes(taken: &Taken) -> Group {
    let methods = std::sync::Arc::new(Methods::new().on(Method::GET, get));
    warp::path::tail()
        .and(taken.clone())
        .then(move |tail: Tail, request| {
            std::sync::Arc::clone(&methods).answer(request, tail.as_str().to_owned())
        })
        .boxed()
}

async fn get(request: Request, name: String) -> Result<Response> {
    let folder = request.app.config.server.public_dir.clone();
    let navigates = request
        .header(&header::ACCEPT)
        .is_some_and(|kinds| kinds.contains("text/html"))
        && !name.rsplit('/').next().unwrap_or_default().contains('.');
    let at_root = name.is_empty();
    let read = tokio::task::spawn_blocking(move || {
        find(&folder, &name).or_else(|| {
            if navigates {
                find(&folder, "index.html")
            } else {
                None
            }
        })
    });
    let Some((name, body)) = read.await.map_err(Error::internal)? else {
        return Ok(if at_root {
            reply::redirect("/console/")
        } else {
            not_found(&request)
        });
    };
    let response = files::answer(&request, &File::new(files::kind(&name), body));
    Ok(reply::with(
        response,
        header::REFERRER_POLICY,
        "strict-origin-when-cross-origin",
    ))
}

/// A file of the folder with its name; a folder means its `index.html`.
fn find(folder: &Path, name: &str) -> Option<(String, Bytes)> {
    let root = folder.canonicalize().ok()?;
    let mut path = root.clone();
    for segment in name.split('/').filter(|segment| !segment.is_empty()) {
        path.push(plain(&decoded(segment))?);
    }
    if path.is_dir() {
        path.push("index.html");
    }
    let path: PathBuf = path
        .canonicalize()
        .ok()
        .filter(|path| path.starts_with(&root) && path.is_file())?;
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some((name, std::fs::read(path).ok()?.into()))
}

/// A segment that is a plain name: nothing hidden, no way up, no other kind of path.
fn plain(segment: &str) -> Option<&str> {
    let refused = segment.starts_with('.') || segment.contains(['/', '\\', '\0', ':']);
    if refused { None } else { Some(segment) }
}
