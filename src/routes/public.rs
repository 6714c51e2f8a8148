//! `/`: the user's own front end out of `public/`, or a redirect to the console.
//!
//! A page that the front end routes itself gets `index.html`; a missing file is a 404, never a page. What a path leads to
//! must lie in the folder, links included.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use warp::Filter;
use warp::http::Method;
use warp::http::header;
use warp::path::Tail;

use super::extract::Request;
use super::files::{self, File, Shelf};
use super::reply::{self, Response};
use super::stream::{self, OnDisk};
use super::{Group, Methods, Taken, decoded, names, not_found};
use crate::config::Server;
use crate::error::{Error, Result};

/// Larger files are not kept in memory.
const KEPT: u64 = 1024 * 1024;

pub(super) fn routes(taken: &Taken) -> Group {
    let shelf = Arc::new(Shelf::default());
    let methods = Methods::new().on(Method::GET, move |request, name| {
        get(Arc::clone(&shelf), request, name)
    });
    let methods = Arc::new(methods);
    warp::path::tail()
        .and(taken.clone())
        .then(move |tail: Tail, request| {
            Arc::clone(&methods).answer(request, tail.as_str().to_owned())
        })
        .boxed()
}

async fn get(shelf: Arc<Shelf>, request: Request, name: String) -> Result<Response> {
    let app = Arc::clone(&request.app);
    let navigates = request
        .header(&header::ACCEPT)
        .is_some_and(|kinds| kinds.contains("text/html"));
    let at_root = name.is_empty();
    let found = tokio::task::spawn_blocking(move || find(&app.config.server, &name, navigates));
    let Some(found) = found.await.map_err(Error::internal)? else {
        return Ok(if at_root {
            reply::redirect("/console/")
        } else {
            not_found(&request)
        });
    };
    let page = names::kind(&found.name).starts_with("text/html");
    let response = if found.length > KEPT {
        stream::answer(&request, found).await?
    } else {
        let make = {
            let found = found.clone();
            move || {
                Some(File::named(
                    &found.name,
                    std::fs::read(&found.path).ok()?.into(),
                ))
            }
        };
        let file = shelf.take(&found.key(), make).await?;
        let Some(file) = file else {
            return Ok(not_found(&request));
        };
        files::answer(&request, &file)
    };
    Ok(dressed(response, page))
}

/// The front end's own affair is what its pages load; that nobody else frames them is ours.
fn dressed(response: Response, page: bool) -> Response {
    let response = reply::with(
        response,
        header::REFERRER_POLICY,
        "strict-origin-when-cross-origin",
    );
    if page {
        reply::with(
            response,
            header::CONTENT_SECURITY_POLICY,
            "frame-ancestors 'none'",
        )
    } else {
        response
    }
}

/// What a path leads to in the folder: a file, a folder's `index.html`, or for who navigates the front end's page.
fn find(server: &Server, name: &str, navigates: bool) -> Option<OnDisk> {
    let root = server.public_dir.canonicalize().ok()?;
    // The configuration has them apart; links can bring them together. Nothing may open the database, nor its log.
    if server
        .data_dir
        .canonicalize()
        .is_ok_and(|data| data.starts_with(&root))
    {
        return None;
    }
    let decoded: Vec<String> = name
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(decoded)
        .collect();
    let mut path = root.clone();
    for (at, segment) in decoded.iter().enumerate() {
        path.push(plain(segment, at == 0)?);
    }
    // A name with an ending is a file's, which is there or is not.
    let routed = decoded.last().is_none_or(|last| !last.contains('.'));
    file(&root, path).or_else(|| {
        let page = root.join("index.html");
        (navigates && routed).then(|| file(&root, page))?
    })
}

fn file(root: &Path, mut path: PathBuf) -> Option<OnDisk> {
    if path.is_dir() {
        path.push("index.html");
    }
    let path = path.canonicalize().ok()?;
    let inside = path.strip_prefix(root).ok()?;
    let name = inside.to_string_lossy().into_owned();
    OnDisk::look(path, name)
}

/// A segment that is a plain name: nothing hidden, no way up, no other kind of path.
fn plain(segment: &str, first: bool) -> Option<&str> {
    let hidden = segment.starts_with('.') && !(first && segment == ".well-known");
    let refused = hidden || segment.contains(['/', '\\', '\0', ':']);
    if refused { None } else { Some(segment) }
}
