//! A body's bytes as JSON. What serde_json would take in silence, or only at a price, is refused here before it runs.

use std::ops::Range;

use serde_json::Value as Json;

use crate::error::{Code, Error, FieldError, Result, Step};
use crate::limits;

/// A JSON text: UTF-8 (else 400), at most `JSON_DEPTH` deep (else 400), well-formed (else 422 `json_invalid`), its
/// integers within i64 (else 422 `int_parsing_size`, for the first of them).
pub fn parse(body: &[u8]) -> Result<Json> {
    let text = std::str::from_utf8(body)
        .map_err(|cause| Error::new(Code::BadRequest, "The body is not UTF-8").because(cause))?;
    let oversized = scan(text)?;
    let json = serde_json::from_str(text)
        .map_err(|cause| Error::invalid(vec![malformed(text, &cause)]))?;
    if oversized {
        // serde_json made a float of it, which says something else.
        return Err(Error::invalid(vec![FieldError::new(
            "int_parsing_size",
            &first_oversized(text),
            super::scalars::INTEGER_SIZE,
        )]));
    }
    Ok(json)
}

/// One pass without recursion, before anything is built. Says whether there is an integer beyond i64.
fn scan(text: &str) -> Result<bool> {
    let mut depth = 0_usize;
    let mut oversized = false;
    for token in tokens(text) {
        match token.first {
            b'{' | b'[' => {
                depth += 1;
                if depth > limits::JSON_DEPTH {
                    let deep = format!("JSON is at most {} levels deep", limits::JSON_DEPTH);
                    return Err(Error::new(Code::BadRequest, deep));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'-' | b'0'..=b'9' => oversized |= is_oversized(&text[token.place]),
            _ => {}
        }
    }
    Ok(oversized)
}

/// The way to the first integer beyond i64 in a well-formed text.
fn first_oversized(text: &str) -> Vec<Step> {
    let mut way = vec![Step::from("body")];
    let mut string = 0..0;
    for token in tokens(text) {
        match token.first {
            b'{' => way.push(Step::from("")),
            b'[' => way.push(Step::from(0)),
            b'}' | b']' => {
                way.pop();
            }
            b'"' => string = token.place,
            b':' => {
                let name = serde_json::from_str(&text[string.clone()]).unwrap_or_default();
                way.pop();
                way.push(Step::Name(name));
            }
            b',' => {
                if let Some(Step::Index(index)) = way.last_mut() {
                    *index += 1;
                }
            }
            b'-' | b'0'..=b'9' if is_oversized(&text[token.place.clone()]) => break,
            _ => {}
        }
    }
    way
}

/// An integer's text that i64 does not hold.
fn is_oversized(number: &str) -> bool {
    const SURELY_FITS: usize = 18;
    number.len() > SURELY_FITS
        && number.bytes().skip(1).all(|byte| byte.is_ascii_digit())
        && number.parse::<i64>().is_err()
}

/// A string, a number, or one other byte.
struct Token {
    first: u8,
    place: Range<usize>,
}

/// The tokens of a text that may be malformed.
fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let first = *bytes.get(start)?;
        at = match first {
            b'"' => string_end(bytes, start),
            b'-' | b'0'..=b'9' => number_end(bytes, start),
            _ => start + 1,
        };
        Some(Token {
            first,
            place: start..at,
        })
    })
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let belongs =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let further = bytes[start + 1..]
        .iter()
        .take_while(|byte| belongs(byte))
        .count();
    start + 1 + further
}

/// FastAPI's fault of a body that is no JSON; the place counts characters from 0.
fn malformed(text: &str, cause: &serde_json::Error) -> FieldError {
    let place = format!(" at line {} column {}", cause.line(), cause.column());
    let whole = cause.to_string();
    let reason = whole.strip_suffix(&place).unwrap_or(&whole);
    let offset = if cause.is_eof() {
        text.len()
    } else {
        let line: usize = text
            .split_inclusive('\n')
            .take(cause.line().saturating_sub(1))
            .map(str::len)
            .sum();
        line + cause.column().saturating_sub(1)
    };
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    // Bytes that begin a character; the others continue one.
    let position = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    FieldError::new(
        "json_invalid",
        &["body".into(), position.into()],
        "JSON decode error",
    )
    .with("error", reason)
}
