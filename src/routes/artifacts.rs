//! `/api/executions/{id}/artifacts/…`: files of executions. They are downloads, never pages: whatever a worker wrote must
//! not run in this server's name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use warp::Filter;
use warp::http::{Method, StatusCode, header};

use super::extract::Request;
use super::reply::{self, Response};
use super::stream::{self, Download};
use super::{Group, Methods, Taken, decoded};
use crate::error::{Error, Result};
use crate::services::executions::artifacts::{self, Incoming};
use crate::services::query;
use crate::services::workers::Worker;

/// What RFC 8187 leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(super) fn routes(taken: &Taken) -> Group {
    let base = || {
        warp::path("executions")
            .and(warp::path::param::<String>())
            .and(warp::path("artifacts"))
    };
    let many = std::sync::Arc::new(Methods::new().on(Method::GET, list));
    let one = Methods::new().on(Method::GET, get).on(Method::PUT, put);
    let one = std::sync::Arc::new(one);
    let all = base()
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, request| {
            std::sync::Arc::clone(&many).answer(request, decoded(&id))
        });
    base()
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, name: String, request| {
            std::sync::Arc::clone(&one).answer(request, (decoded(&id), decoded(&name)))
        })
        .or(all)
        .unify()
        .boxed()
}

async fn list(request: Request, id: String) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let list = artifacts::list(&request.app, &caller, &id).await?;
    Ok(reply::items(&list, None))
}

async fn get(request: Request, (id, name): (String, String)) -> Result<Response> {
    let caller = request.caller().await?;
    request.no_parameters()?;
    let found = artifacts::find(&request.app, &caller, &id, &name).await?;
    let etag = format!("\"{}\"", found.sha256);
    let name = utf8_percent_encode(&found.name, PLAIN);
    let file = Download {
        path: found.path,
        size: found.size,
        etag: &etag,
        name: format!("filename*=UTF-8''{name}"),
        cache: "private, no-cache",
    };
    stream::download(&request, file).await
}

async fn put(mut request: Request, path: (String, String)) -> Result<Response> {
    let (worker, own) = Worker::of_any(&request.caller().await?)?;
    let fence = fence(&request.parameters()?, own)?;
    if request.head.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Error::new(
            crate::error::Code::UnsupportedMediaType,
            "Send the file without Content-Encoding",
        ));
    }
    let kind = request.header(&header::CONTENT_TYPE);
    let kind = kind.unwrap_or("application/octet-stream").to_owned();
    let declared = request.header(&header::CONTENT_LENGTH);
    let declared = declared.and_then(|text| text.parse().ok());
    let app = std::sync::Arc::clone(&request.app);
    let mut incoming = Incoming::begin(&app, &worker, path, fence, kind, declared).await?;
    while let Some(piece) = request.piece().await? {
        incoming.write(&piece).await?;
    }
    let shown = incoming.finish(&app, &worker).await?;
    Ok(reply::item_with(StatusCode::CREATED, &shown))
}

/// `?fence=`; a run that the server itself holds has its own.
fn fence(parameters: &[(String, String)], own: Option<i64>) -> Result<i64> {
    let mut fence = own;
    let mut faults = Vec::new();
    for (name, text) in parameters {
        if name != "fence" {
            faults.push(query::unknown(name, ["fence"]));
            continue;
        }
        match query::whole(name, text, 1, i64::MAX as u64) {
            Ok(number) => fence = i64::try_from(number).ok(),
            Err(fault) => faults.push(fault),
        }
    }
    if fence.is_none() && faults.is_empty() {
        let at = ["query", "fence"].map(crate::error::Step::from);
        faults.push(crate::error::FieldError::new(
            "missing",
            &at,
            "Field required",
        ));
    }
    match fence {
        Some(fence) if faults.is_empty() => Ok(fence),
        _ => Err(Error::invalid(faults)),
    }
}
