//! A load generator for `run.py`: the same requests over N keep-alive connections, one blocking thread each, and how
//! long each answer took. Nothing but std, so that `rustc` alone builds it; it knows nothing of either server.
//!
//! `load ADDRESS CONNECTIONS LIMIT FILE TOKEN`: LIMIT is `3s` or `10000` requests; FILE has one request a line,
//! `METHOD PATH [JSON]`. One line of JSON comes out.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// When to stop.
#[derive(Clone, Copy)]
enum Limit {
    Time(Duration),
    Requests(usize),
}

/// What all connections share.
struct Plan {
    address: String,
    limit: Limit,
    /// Whole requests as they are sent.
    requests: Vec<Vec<u8>>,
    /// The next request's number; the list starts again at its end.
    next: AtomicUsize,
}

/// What one connection has seen.
#[derive(Default)]
struct Seen {
    nanoseconds: Vec<u64>,
    failed: usize,
    bytes: usize,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, address, connections, limit, file, token] = arguments.as_slice() else {
        return Err("usage: load ADDRESS CONNECTIONS LIMIT FILE TOKEN".into());
    };
    let connections: usize = connections.parse()?;
    let limit = match limit.strip_suffix('s') {
        Some(seconds) => Limit::Time(Duration::from_secs_f64(seconds.parse()?)),
        None => Limit::Requests(limit.parse()?),
    };
    let text = std::fs::read_to_string(file)?;
    let requests = text.lines().map(|line| request(line, address, token));
    let plan = Arc::new(Plan {
        address: address.clone(),
        limit,
        requests: requests.collect(),
        next: AtomicUsize::new(0),
    });
    let start = Arc::new(Barrier::new(connections + 1));
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (plan, start) = (Arc::clone(&plan), Arc::clone(&start));
            std::thread::spawn(move || drive(&plan, &start))
        })
        .collect();
    start.wait();
    let began = Instant::now();
    let mut all = Seen::default();
    for thread in threads {
        let seen = thread.join().map_err(|_| "a connection's thread broke")??;
        all.nanoseconds.extend(seen.nanoseconds);
        all.failed += seen.failed;
        all.bytes += seen.bytes;
    }
    report(all, began.elapsed());
    Ok(())
}

fn request(line: &str, address: &str, token: &str) -> Vec<u8> {
    let mut parts = line.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_default();
    let (method, path, body) = (part(), part(), part());
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n");
    if !body.is_empty() {
        text.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// One connection: a request, its whole answer, the next.
fn drive(plan: &Plan, start: &Barrier) -> Result<Seen, Failure> {
    let connected = TcpStream::connect(&plan.address);
    start.wait();
    let stream = connected?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream.try_clone()?);
    let (mut stream, mut seen, mut line) = (stream, Seen::default(), String::new());
    let began = Instant::now();
    loop {
        let number = plan.next.fetch_add(1, Ordering::Relaxed);
        match plan.limit {
            Limit::Time(limit) if began.elapsed() >= limit => return Ok(seen),
            Limit::Requests(limit) if number >= limit => return Ok(seen),
            _ => {}
        }
        let sent = Instant::now();
        stream.write_all(&plan.requests[number % plan.requests.len()])?;
        let (ok, bytes) = answer(&mut reader, &mut line)?;
        seen.nanoseconds.push(sent.elapsed().as_nanos() as u64);
        seen.bytes += bytes;
        seen.failed += usize::from(!ok);
    }
}

/// Reads one answer: whether it was a success, and the length of its body.
fn answer(reader: &mut BufReader<TcpStream>, line: &mut String) -> Result<(bool, usize), Failure> {
    next_line(reader, line)?;
    let ok = line
        .split(' ')
        .nth(1)
        .is_some_and(|status| status.starts_with('2'));
    let (mut length, mut chunked) = (0, false);
    loop {
        next_line(reader, line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = value.trim().eq_ignore_ascii_case("chunked");
        }
    }
    if !chunked {
        skip(reader, length)?;
        return Ok((ok, length));
    }
    let mut whole = 0;
    loop {
        next_line(reader, line)?;
        let chunk = usize::from_str_radix(line.trim(), 16)?;
        skip(reader, chunk + 2)?;
        whole += chunk;
        if chunk == 0 {
            return Ok((ok, whole));
        }
    }
}

fn next_line(reader: &mut BufReader<TcpStream>, line: &mut String) -> Result<(), Failure> {
    line.clear();
    if reader.read_line(line)? == 0 {
        return Err("the server closed a connection".into());
    }
    Ok(())
}

fn skip(reader: &mut BufReader<TcpStream>, length: usize) -> Result<(), Failure> {
    let read = std::io::copy(&mut reader.take(length as u64), &mut std::io::sink())?;
    if read == length as u64 {
        Ok(())
    } else {
        Err("an answer broke off".into())
    }
}

fn report(mut all: Seen, took: Duration) {
    all.nanoseconds.sort_unstable();
    let requests = all.nanoseconds.len();
    let at = |share: f64| {
        let place = ((requests as f64 * share) as usize).min(requests.saturating_sub(1));
        all.nanoseconds
            .get(place)
            .map_or(0.0, |time| *time as f64 / 1e6)
    };
    let line = format!(
        "{{\"requests\":{requests},\"seconds\":{:.4},\"p50\":{:.4},\"p99\":{:.4},\"failed\":{},\"bytes\":{}}}\n",
        took.as_secs_f64(),
        at(0.5),
        at(0.99),
        all.failed,
        all.bytes
    );
    // Where nobody reads it, nothing is to be done about it.
    let _ = std::io::stdout().write_all(line.as_bytes());
}
