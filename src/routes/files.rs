//! How a file is answered: its version, a part of it, compressed where that helps; and the headers of a page.

use std::io::Write as _;

use bytes::Bytes;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderName, HeaderValue};

use super::extract::Request;
use super::reply::{self, Response};
use crate::auth;
use crate::services::records;

/// A file in memory with its other encodings.
#[derive(Clone, Debug)]
pub(crate) struct File {
    kind: HeaderValue,
    etag: String,
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

impl File {
    /// As it is.
    pub(crate) fn new(kind: &str, body: Bytes) -> Self {
        let kind = HeaderValue::from_str(kind)
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        let etag = format!("\"{}\"", &auth::digest(&body)[..22]);
        File {
            kind,
            etag,
            plain: body,
            gzip: None,
            brotli: None,
        }
    }

    /// With what a browser takes; kept for a file that is sent again and again.
    pub(crate) fn compressed(kind: &str, body: Bytes) -> Self {
        let mut file = File::new(kind, body);
        file.gzip = smaller(&file.plain, gzip(&file.plain));
        file.brotli = smaller(&file.plain, brotli(&file.plain));
        file
    }
}

fn smaller(plain: &Bytes, encoded: std::io::Result<Vec<u8>>) -> Option<Bytes> {
    encoded
        .ok()
        .filter(|encoded| encoded.len() < plain.len())
        .map(Bytes::from)
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 20);
    encoder.write_all(body)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

/// Answers with the file, or the part of it that was asked for, or that it is still the same.
pub(crate) fn answer(request: &Request, file: &File) -> Response {
    let mut response = if request
        .header(&header::IF_NONE_MATCH)
        .is_some_and(|tags| records::matches_weakly(tags, &file.etag))
    {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else if let Some(range) = range(request, file) {
        part(file, range)
    } else {
        whole(request, file)
    };
    response = reply::with(response, header::ETAG, &file.etag);
    response = reply::with(response, header::VARY, "Accept-Encoding");
    reply::with(response, header::CACHE_CONTROL, "no-cache")
}

fn whole(request: &Request, file: &File) -> Response {
    let accepted = request.header(&header::ACCEPT_ENCODING).unwrap_or_default();
    let encoded = [("br", &file.brotli), ("gzip", &file.gzip)]
        .into_iter()
        .filter(|(name, _)| accepts(accepted, name))
        .find_map(|(name, body)| body.as_ref().map(|body| (name, body)));
    let response = match encoded {
        Some((name, body)) => reply::with(
            reply::bytes_of(StatusCode::OK, file.kind.clone(), body.clone()),
            header::CONTENT_ENCODING,
            name,
        ),
        None => reply::bytes_of(StatusCode::OK, file.kind.clone(), file.plain.clone()),
    };
    reply::with(response, header::ACCEPT_RANGES, "bytes")
}

/// Whether an Accept-Encoding names it and does not weigh it with zero.
fn accepts(list: &str, name: &str) -> bool {
    list.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|coding| coding.eq_ignore_ascii_case(name));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|weight| weight.parse() == Ok(0.0))
        });
        named && !refused
    })
}

/// A single `Range: bytes=from-to` that still fits the version; anything else is answered whole.
fn range(request: &Request, file: &File) -> Option<Result<(usize, usize), ()>> {
    let text = request.header(&header::RANGE)?;
    if request
        .header(&header::IF_RANGE)
        .is_some_and(|tag| tag != file.etag)
    {
        return None;
    }
    span(text, file.plain.len())
}

fn span(text: &str, length: usize) -> Option<Result<(usize, usize), ()>> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().unwrap_or(usize::MAX))
    };
    Some(match (from.trim(), to.trim()) {
        ("", "") => return None,
        ("", last) => match number(last)? {
            0 => Err(()),
            last => Ok((length.saturating_sub(last), length)),
        },
        (from, to) => {
            let from = number(from)?;
            let to = if to.is_empty() {
                usize::MAX
            } else {
                number(to)?
            };
            if from >= length || to < from {
                Err(())
            } else {
                Ok((from, to.saturating_add(1).min(length)))
            }
        }
    })
}

fn part(file: &File, range: Result<(usize, usize), ()>) -> Response {
    let length = file.plain.len();
    let Ok((from, to)) = range else {
        let response = reply::empty(StatusCode::RANGE_NOT_SATISFIABLE);
        return reply::with(
            response,
            header::CONTENT_RANGE,
            &format!("bytes */{length}"),
        );
    };
    let response = reply::bytes_of(
        StatusCode::PARTIAL_CONTENT,
        file.kind.clone(),
        file.plain.slice(from..to),
    );
    reply::with(
        response,
        header::CONTENT_RANGE,
        &format!("bytes {from}-{}/{length}", to - 1),
    )
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

/// The media type of a file by the end of its name.
pub(crate) fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_the_file() {
        assert_eq!(span("bytes=0-3", 10), Some(Ok((0, 4))));
        assert_eq!(span("bytes=5-", 10), Some(Ok((5, 10))));
        assert_eq!(span("bytes=-3", 10), Some(Ok((7, 10))));
        assert_eq!(span("bytes=-30", 10), Some(Ok((0, 10))));
        assert_eq!(span("bytes=8-99", 10), Some(Ok((8, 10))));
        assert_eq!(span("bytes=10-", 10), Some(Err(())));
        assert_eq!(span("bytes=-0", 10), Some(Err(())));
        assert_eq!(span("bytes=4-2", 10), Some(Err(())));
        assert_eq!(span("bytes=0-1,3-4", 10), None);
        assert_eq!(span("lines=0-1", 10), None);
    }

    #[test]
    fn an_encoding_is_used_only_where_it_is_taken() {
        assert!(accepts("gzip, br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
