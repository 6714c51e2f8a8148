//! A connection on which a test says exactly what it wants, byte by byte.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Server;

/// Far longer than the server's own limits under test; only a fault lasts so long.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Raw {
    stream: TcpStream,
    /// What came beyond the last answer.
    rest: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Raw {
    pub(crate) async fn open(server: &Server) -> Self {
        Raw {
            stream: TcpStream::connect(server.address()).await.unwrap(),
            rest: Vec::new(),
        }
    }

    /// Says it; that the server has hung up is found out by reading.
    pub(crate) async fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.stream.write_all(bytes.as_ref()).await;
        self
    }

    /// The next answer; None when the server hangs up instead.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        let end = loop {
            if let Some(end) = position(&self.rest, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more().await {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |text| text.trim().parse().unwrap());
        while self.rest.len() < end + length {
            if !self.more().await {
                return None;
            }
        }
        let body = String::from_utf8_lossy(&self.rest[end..end + length]).into_owned();
        self.rest.drain(..end + length);
        let status = head.split(' ').nth(1)?.parse().unwrap();
        Some(Reply { status, head, body })
    }

    /// Whether the server hangs up, and says nothing more before.
    pub(crate) async fn is_ended(&mut self) -> bool {
        self.rest.is_empty() && !self.more().await
    }

    async fn more(&mut self) -> bool {
        let mut piece = [0; 4096];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut piece)).await;
        match read.unwrap_or_else(|_| panic!("the server neither answered nor hung up")) {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.rest.extend_from_slice(&piece[..count]);
                true
            }
        }
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// One request on a connection of its own: the answer, and whether the connection was closed behind it. None when there
/// was no answer.
pub(crate) async fn ask(server: &Server, request: impl AsRef<[u8]>) -> Option<(Reply, bool)> {
    let mut raw = Raw::open(server).await;
    let reply = raw.say(request).await.reply().await?;
    // A further request finds out, without waiting for a time-out.
    raw.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    let closed = raw.reply().await.is_none();
    Some((reply, closed))
}

/// Sends the head and, by small pieces, as much of a body as the server takes; then what it answered.
pub(crate) async fn pour(
    server: &Server,
    head: &str,
    piece: &[u8],
    times: usize,
) -> (Reply, usize) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (read, mut write) = stream.into_split();
    let mut raw = Vec::new();
    let mut read = read.take(64 * 1024);
    let mut sent = 0;
    let answered = read.read_to_end(&mut raw);
    tokio::pin!(answered);
    let mut over = false;
    for _ in 0..times {
        tokio::select! {
            biased;
            _ = &mut answered => { over = true; break; }
            written = write.write_all(piece) => {
                if written.is_err() { break; }
                sent += piece.len();
            }
        }
    }
    if !over {
        let answered = tokio::time::timeout(PATIENCE, answered).await;
        assert!(answered.is_ok(), "no answer");
    }
    let text = String::from_utf8_lossy(&raw).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .map_or(0, |text| text.parse().unwrap());
    let reply = Reply {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    };
    (reply, sent)
}
