//! A large file, sent piece by piece from the disk: a film of `public/` must not be in memory for each who watches it, nor a
//! backup for whoever takes it away.

use std::io::SeekFrom;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::stream;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use warp::Reply as _;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderValue};

use super::extract::Request;
use super::files::{self, Wanted};
use super::names;
use super::reply::{self, Response};
use crate::error::{Error, Result};

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// A file as it was found.
#[derive(Clone, Debug)]
pub(super) struct OnDisk {
    pub(super) path: PathBuf,
    /// Within its folder.
    pub(super) name: String,
    pub(super) length: u64,
    /// In nanoseconds since 1970.
    changed: u128,
}

impl OnDisk {
    /// None for what is no file.
    pub(super) fn look(path: PathBuf, name: String) -> Option<Self> {
        let data = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let changed = data.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let changed = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
        Some(OnDisk {
            path,
            name,
            length: data.len(),
            changed: changed.as_nanos(),
        })
    }

    /// Another one as soon as the file was written to.
    pub(super) fn key(&self) -> String {
        format!("{}|{:x}-{:x}", self.name, self.changed, self.length)
    }
}

pub(super) async fn answer(request: &Request, found: OnDisk) -> Result<Response> {
    let etag = format!("\"{:x}-{:x}\"", found.changed, found.length);
    let kind = HeaderValue::from_static(names::kind(&found.name));
    let length = found.length;
    let response = match files::wanted(request, &etag, length) {
        Wanted::Unchanged => reply::empty(StatusCode::NOT_MODIFIED),
        Wanted::NoSuchPart => files::no_such_part(length),
        Wanted::Whole => part(found.path, 0, length, kind).await?,
        Wanted::Part(from, to) => {
            let mut response = part(found.path, from, to, kind).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            files::with_range(response, from, to, length)
        }
    };
    Ok(files::dressed(response, &etag, names::cache(&found.name)))
}

/// A file that is to be kept, not looked at.
pub(super) struct Download<'d> {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) etag: &'d str,
    /// The parameter of `Content-Disposition`.
    pub(super) name: String,
    pub(super) cache: &'static str,
}

/// Nothing in it may run, even where somebody opens it.
const POLICY: &str = "sandbox; default-src 'none'";

/// Bytes, whole or in part.
pub(super) async fn download(request: &Request, file: Download<'_>) -> Result<Response> {
    let headers = [
        (header::ETAG, file.etag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, file.cache),
        (
            header::CONTENT_DISPOSITION,
            &format!("attachment; {}", file.name),
        ),
    ];
    let (path, length) = (file.path, file.size);
    let kind = HeaderValue::from_static("application/octet-stream");
    let response = match files::wanted(request, file.etag, length) {
        Wanted::Unchanged => reply::empty(StatusCode::NOT_MODIFIED),
        Wanted::NoSuchPart => files::no_such_part(length),
        Wanted::Whole => part(path, 0, length, kind).await?,
        Wanted::Part(from, to) => {
            let mut response = part(path, from, to, kind).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            files::with_range(response, from, to, length)
        }
    };
    let response = headers
        .into_iter()
        .fold(response, |response, (name, value)| {
            reply::with(response, name, value)
        });
    Ok(files::page(response, POLICY))
}

async fn part(path: PathBuf, from: u64, to: u64, kind: HeaderValue) -> Result<Response> {
    let opened = tokio::fs::File::open(path).await;
    let mut file = opened.map_err(|_| Error::not_found("File"))?;
    file.seek(SeekFrom::Start(from))
        .await
        .map_err(Error::internal)?;
    let pieces = stream::try_unfold((file, to - from), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
        let count = file.read(&mut piece).await?;
        if count == 0 {
            // It was cut meanwhile; the client notices by the length.
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof));
        }
        piece.truncate(count);
        Ok(Some((Bytes::from(piece), (file, left - count as u64))))
    });
    let mut response = warp::reply::stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    Ok(response)
}
