//! The clients of `run.py` that Python would be too slow for: many who watch (`watch`), and workers (`work`). They know the
//! two protocols on the wire and nothing of either server; `live MODE NAME=VALUE …`, and JSON comes out, one object a line.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

mod seen;
mod watch;
mod wire;
mod work;

type Failure = Box<dyn std::error::Error>;

/// What the command line says.
struct Options(HashMap<String, String>);

impl Options {
    fn text(&self, name: &str) -> Result<String, Failure> {
        let missing = || format!("{name}=… is missing").into();
        self.0.get(name).cloned().ok_or_else(missing)
    }

    fn number(&self, name: &str) -> Result<usize, Failure> {
        Ok(self.text(name)?.parse()?)
    }
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mode = arguments.next().unwrap_or_default();
    let pair = |text: String| {
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let options = Options(arguments.filter_map(pair).collect());
    // One thread: the server is to have the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    match mode.as_str() {
        "watch" => local.block_on(&runtime, watch::run(&options)),
        "work" => local.block_on(&runtime, work::run(&options)),
        _ => Err("usage: live watch|work NAME=VALUE …".into()),
    }
}

/// Nanoseconds since 1970: what writers put into their messages.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_nanos() as u64
}

/// The number behind that text.
fn number(text: &str, before: &str) -> Option<u64> {
    let rest = &text[text.find(before)? + before.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// The text behind that text, up to a quotation mark.
fn word<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let rest = &text[text.find(before)? + before.len()..];
    rest.split('"').next()
}

fn say(line: &serde_json::Value) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    // Where nobody reads it, nothing is to be done about it.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
