//! What a program prints, line by line, as events: a line of stdout that is one is that event, anything else is a line of
//! the log.

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::mpsc::Sender;

use crate::limits;
use crate::models::validate;
use crate::services::executions::shapes;

/// Bytes of one line that is kept whole; a longer one becomes several.
const LINE: usize = limits::EVENT_SIZE;
/// Bytes of a message: six times as many fit into an event, whatever has to be escaped.
const MESSAGE: usize = 8 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Stdout,
    Stderr,
}

/// Reads to the end. Who does not take the lines makes the program wait.
pub(super) async fn read(from: From, pipe: impl AsyncRead + Unpin, to: Sender<(From, String)>) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        let (taken, whole) = match reader.fill_buf().await {
            Ok([]) | Err(_) => break,
            Ok(bytes) => match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) if end <= LINE - line.len() => {
                    line.extend_from_slice(&bytes[..end]);
                    (end + 1, true)
                }
                _ => {
                    let count = bytes.len().min(LINE - line.len());
                    line.extend_from_slice(&bytes[..count]);
                    (count, line.len() == LINE)
                }
            },
        };
        reader.consume(taken);
        if whole && to.send((from, text(&mut line))).await.is_err() {
            return;
        }
    }
    if !line.is_empty() {
        let _ = to.send((from, text(&mut line))).await;
    }
}

fn text(line: &mut Vec<u8>) -> String {
    let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
    let text = text.replace('\0', "\u{fffd}");
    line.clear();
    text
}

/// The events of a line; more than one where it is long.
pub(super) fn events(from: From, line: &str) -> Vec<Json> {
    match event(from, line) {
        Some(event) => vec![event],
        None => log(from, line),
    }
}

fn event(from: From, line: &str) -> Option<Json> {
    if from != From::Stdout || !line.trim_start().starts_with('{') {
        return None;
    }
    let mut said = validate::parse(line.as_bytes()).ok()?;
    let kind = said.get("kind")?.as_str()?.to_owned();
    let data = said
        .as_object_mut()?
        .remove("data")
        .unwrap_or_else(|| json!({}));
    let schema = data.get("schema").filter(|_| kind == "input.request");
    let is_one = data.is_object()
        && kind.len() <= 100
        && shapes::event_faults(&kind, &data, &[]).is_empty()
        && schema.is_none_or(|schema| schema.is_null() || shapes::answer_shape(schema).is_ok())
        && data.to_string().len() <= limits::EVENT_SIZE;
    is_one.then(|| json!({ "kind": kind, "data": data }))
}

/// The line as it is, also one that wanted to be an event and is none.
pub(super) fn log(from: From, line: &str) -> Vec<Json> {
    let stream = match from {
        From::Stdout => "stdout",
        From::Stderr => "stderr",
    };
    let mut list = Vec::new();
    let mut rest = line;
    loop {
        let (message, left) = rest.split_at(rest.floor_char_boundary(MESSAGE));
        list.push(json!({ "kind": "log", "data": { "message": message, "stream": stream } }));
        if left.is_empty() {
            return list;
        }
        rest = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_an_event_is_that_event() {
        let line = r#"{"kind":"progress","data":{"current":1,"total":2}}"#;
        let wanted = json!({"kind": "progress", "data": {"current": 1, "total": 2}});
        assert_eq!(events(From::Stdout, line), [wanted]);
        // On stderr it is a line of the log.
        assert_eq!(events(From::Stderr, line)[0]["data"]["message"], line);
    }

    #[test]
    fn whatever_is_no_event_is_a_line_of_the_log() {
        for line in [
            "",
            "hello",
            "{",
            r#"{"a":1}"#,
            r#"{"kind":7}"#,
            r#"{"kind":"state","data":{"to":"succeeded"}}"#,
            r#"{"kind":"progress","data":{}}"#,
            r#"{"kind":"input.request","data":{"request":"a","prompt":"b","schema":{"type":"x"}}}"#,
        ] {
            let found = events(From::Stdout, line);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!(found[0]["kind"], "log", "{line}");
            assert_eq!(
                found[0]["data"],
                json!({"message": line, "stream": "stdout"})
            );
        }
    }

    #[tokio::test]
    async fn lines_are_cut_where_they_end_or_are_too_long() {
        let (to, mut lines) = tokio::sync::mpsc::channel(100);
        let long = "ä".repeat(LINE);
        let text = format!("a\r\n\n{long}\nlast");
        read(From::Stdout, text.as_bytes(), to).await;
        let mut found = Vec::new();
        while let Some((_, line)) = lines.recv().await {
            found.push(line);
        }
        assert_eq!((found[0].as_str(), found[1].as_str()), ("a", ""));
        assert_eq!(found.last().unwrap(), "last");
        assert_eq!(found[2..found.len() - 1].concat().trim_end(), long);
        assert!(
            log(From::Stdout, &long)
                .iter()
                .all(|one| one.to_string().len() <= limits::EVENT_SIZE)
        );
    }
}
