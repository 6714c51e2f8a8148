//! How a file is answered: its version, a part of it, compressed where that helps; and the headers of a page.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderName, HeaderValue};

use super::extract::Request;
use super::reply::{self, Response};
use super::{accept, names};
use crate::auth;
use crate::error::{Error, Result};
use crate::services::records;

/// A file in memory with its other encodings.
#[derive(Clone, Debug)]
pub(crate) struct File {
    kind: HeaderValue,
    /// Its version, without the quotes.
    tag: String,
    cache: &'static str,
    plain: Bytes,
    encoded: Vec<(&'static str, Bytes)>,
}

impl File {
    /// As it is.
    pub(crate) fn new(kind: &'static str, body: Bytes) -> Self {
        File {
            kind: HeaderValue::from_static(kind),
            tag: auth::digest(&body)[..22].to_owned(),
            cache: names::ASK_AGAIN,
            plain: body,
            encoded: Vec::new(),
        }
    }

    /// With what a browser takes; kept for a file that is sent again and again.
    pub(crate) fn compressed(kind: &'static str, body: Bytes) -> Self {
        let mut file = File::new(kind, body);
        let encoded = [("br", brotli(&file.plain)), ("gzip", gzip(&file.plain))];
        file.encoded = encoded
            .into_iter()
            .filter_map(|(name, encoded)| Some((name, Bytes::from(encoded.ok()?))))
            .filter(|(_, encoded)| encoded.len() < file.plain.len())
            .collect();
        file
    }

    /// A file of a front end, which says by its name how it is kept.
    pub(crate) fn named(name: &str, body: Bytes) -> Self {
        let kind = names::kind(name);
        let mut file = if names::is_text(kind) {
            File::compressed(kind, body)
        } else {
            File::new(kind, body)
        };
        file.cache = names::cache(name);
        file
    }

    /// Another content has another name.
    pub(crate) fn for_good(mut self) -> Self {
        self.cache = names::FOR_GOOD;
        self
    }

    fn size(&self) -> usize {
        self.plain.len()
            + self
                .encoded
                .iter()
                .map(|(_, body)| body.len())
                .sum::<usize>()
    }
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 6, 22);
    encoder.write_all(body)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

/// Bytes on a shelf; then it is emptied.
const SHELF_SIZE: usize = 64 * 1024 * 1024;

/// Files that were asked for, made ready once and off the async threads.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<HashMap<String, File>>);

impl Shelf {
    /// The file of that name; `make` makes it when it is not there yet.
    pub(crate) async fn take(
        &self,
        name: &str,
        make: impl FnOnce() -> Option<File> + Send + 'static,
    ) -> Result<Option<File>> {
        if let Some(file) = self.lock().get(name) {
            return Ok(Some(file.clone()));
        }
        let made = tokio::task::spawn_blocking(make).await;
        let Some(file) = made.map_err(Error::internal)? else {
            return Ok(None);
        };
        let mut files = self.lock();
        if files.values().map(File::size).sum::<usize>() + file.size() > SHELF_SIZE {
            files.clear();
        }
        files.insert(name.to_owned(), file.clone());
        Ok(Some(file))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request wants of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Nothing: it has this version.
    Unchanged,
    Whole,
    /// The bytes from the first to before the second.
    Part(u64, u64),
    NoSuchPart,
}

/// Answers with the file, or the part of it that was asked for, or that it is still the same.
pub(crate) fn answer(request: &Request, file: &File) -> Response {
    let encoded = file
        .encoded
        .iter()
        .filter(|_| !request.head.headers.contains_key(header::RANGE))
        .find(|(name, _)| accept::takes_encoding(&request.head, name));
    let etag = match encoded {
        // Each encoding is a version of its own, or a part of one could be joined to another.
        Some((name, _)) => format!("\"{}-{name}\"", file.tag),
        None => format!("\"{}\"", file.tag),
    };
    let length = file.plain.len();
    let response = match (wanted(request, &etag, length as u64), encoded) {
        (Wanted::Unchanged, _) => reply::empty(StatusCode::NOT_MODIFIED),
        (Wanted::NoSuchPart, _) => no_such_part(length as u64),
        (Wanted::Part(from, to), _) => {
            let body = file.plain.slice(from as usize..to as usize);
            let response = reply::bytes_of(StatusCode::PARTIAL_CONTENT, file.kind.clone(), body);
            with_range(response, from, to, length as u64)
        }
        (Wanted::Whole, Some((name, body))) => reply::with(
            reply::bytes_of(StatusCode::OK, file.kind.clone(), body.clone()),
            header::CONTENT_ENCODING,
            name,
        ),
        (Wanted::Whole, None) => {
            reply::bytes_of(StatusCode::OK, file.kind.clone(), file.plain.clone())
        }
    };
    dressed(response, &etag, file.cache)
}

/// What every answer of a file carries, whatever was wanted.
pub(super) fn dressed(response: Response, etag: &str, cache: &str) -> Response {
    [
        (header::ETAG, etag),
        (header::VARY, "Accept-Encoding"),
        (header::CACHE_CONTROL, cache),
        (header::ACCEPT_RANGES, "bytes"),
    ]
    .into_iter()
    .fold(response, |response, (name, value)| {
        reply::with(response, name, value)
    })
}

pub(super) fn wanted(request: &Request, etag: &str, length: u64) -> Wanted {
    let has = request.header(&header::IF_NONE_MATCH);
    if has.is_some_and(|tags| records::matches_weakly(tags, etag)) {
        return Wanted::Unchanged;
    }
    // A part of another version is of no use.
    let same = request
        .header(&header::IF_RANGE)
        .is_none_or(|tag| tag == etag);
    let range = request.header(&header::RANGE).filter(|_| same);
    range.map_or(Wanted::Whole, |text| {
        span(text, length).unwrap_or(Wanted::Whole)
    })
}

/// A single `bytes=from-to`; None for anything else, which is answered whole.
fn span(text: &str, length: u64) -> Option<Wanted> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (from, to) = match (from.trim(), to.trim()) {
        ("", "") => return None,
        ("", last) => (length.saturating_sub(number(last)?), length),
        (from, "") => (number(from)?, length),
        (from, to) => (number(from)?, number(to)?.saturating_add(1).min(length)),
    };
    Some(if from < to {
        Wanted::Part(from, to)
    } else {
        Wanted::NoSuchPart
    })
}

pub(super) fn no_such_part(length: u64) -> Response {
    let response = reply::empty(StatusCode::RANGE_NOT_SATISFIABLE);
    reply::with(
        response,
        header::CONTENT_RANGE,
        &format!("bytes */{length}"),
    )
}

pub(super) fn with_range(response: Response, from: u64, to: u64, length: u64) -> Response {
    let range = format!("bytes {from}-{}/{length}", to - 1);
    reply::with(response, header::CONTENT_RANGE, &range)
}

/// The headers of a page: what it may load, and who may frame it (nobody).
pub(crate) fn page(response: Response, policy: &str) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    headers
        .into_iter()
        .fold(response, |response, (name, value)| {
            reply::with(response, name, value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_the_file() {
        assert_eq!(span("bytes=0-3", 10), Some(Wanted::Part(0, 4)));
        assert_eq!(span("bytes=5-", 10), Some(Wanted::Part(5, 10)));
        assert_eq!(span("bytes=-3", 10), Some(Wanted::Part(7, 10)));
        assert_eq!(span("bytes=-30", 10), Some(Wanted::Part(0, 10)));
        assert_eq!(span("bytes=8-99", 10), Some(Wanted::Part(8, 10)));
        for none in ["bytes=10-", "bytes=-0", "bytes=4-2"] {
            assert_eq!(span(none, 10), Some(Wanted::NoSuchPart), "{none}");
        }
        for whole in ["bytes=0-1,3-4", "lines=0-1", "bytes=-", "bytes=a-b"] {
            assert_eq!(span(whole, 10), None, "{whole}");
        }
        assert_eq!(span("bytes=0-", 0), Some(Wanted::NoSuchPart));
    }
}
