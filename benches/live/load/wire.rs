//! One connection: a WebSocket of Hearth, or a stream of server-sent events of PocketBase. Whole messages come out of it.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

pub(crate) struct Wire {
    stream: TcpStream,
    events: bool,
    /// The beginning of a message whose end has not come yet.
    rest: Vec<u8>,
}

fn broken(what: impl Into<String>) -> io::Error {
    io::Error::other(what.into())
}

/// A connection from one of several loopback addresses: one alone has too few ports for everything.
async fn connect(server: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let from = [127, 0, 1, 1 + (number % 8) as u8];
    socket.bind((from, 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Wire {
    /// `events`: server-sent ones; else a WebSocket of the bearer of this token.
    pub(crate) async fn open(
        server: SocketAddr,
        number: usize,
        path: &str,
        token: &str,
        events: bool,
    ) -> io::Result<Self> {
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        let wanted = if events {
            "Accept: text/event-stream\r\n"
        } else {
            upgrade
        };
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {token}\r\n{wanted}\r\n"
        );
        let mut stream = connect(server, number).await?;
        stream.write_all(head.as_bytes()).await?;
        let (answer, rest) = read_head(&mut stream).await?;
        if !answer.contains(" 101 ") && !answer.contains(" 200 ") {
            return Err(broken(answer));
        }
        Ok(Wire {
            stream,
            events,
            rest,
        })
    }

    pub(crate) async fn send(&mut self, text: &str) -> io::Result<()> {
        let mut frame = vec![0x81];
        match text.len() {
            length @ ..126 => frame.push(0x80 | length as u8),
            length => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
        }
        // A mask of zeros is one, too.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.stream.write_all(&frame).await
    }

    /// Waits until something has come, and tells every whole message of it. Nothing is lost when the wait is given up.
    pub(crate) async fn read(
        &mut self,
        buffer: &RefCell<Vec<u8>>,
        mut hear: impl FnMut(&str),
    ) -> io::Result<()> {
        if self.rest.is_empty() || !self.take(&mut hear)? {
            loop {
                self.stream.readable().await?;
                let mut buffer = buffer.borrow_mut();
                match self.stream.try_read(&mut buffer) {
                    Ok(0) => return Err(broken("the server closed a connection")),
                    Ok(count) if self.rest.is_empty() => {
                        let used = messages(&buffer[..count], self.events, &mut hear)?;
                        self.rest.extend(&buffer[used..count]);
                        return Ok(());
                    }
                    Ok(count) => {
                        self.rest.extend(&buffer[..count]);
                        self.take(&mut hear)?;
                        return Ok(());
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// What is whole already; false: nothing is.
    fn take(&mut self, hear: &mut impl FnMut(&str)) -> io::Result<bool> {
        let used = messages(&self.rest, self.events, hear)?;
        self.rest.drain(..used);
        if self.rest.is_empty() {
            self.rest = Vec::new();
        }
        Ok(used > 0)
    }
}

/// A request beside it, on a connection of its own.
pub(crate) async fn post(
    server: SocketAddr,
    number: usize,
    path: &str,
    token: &str,
    body: &str,
) -> io::Result<()> {
    let mut stream = connect(server, number).await?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer.starts_with(b"HTTP/1.1 2") {
        return Ok(());
    }
    Err(broken(String::from_utf8_lossy(&answer)))
}

/// The head of an answer, and what came behind it.
pub(crate) async fn read_head(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(broken("the server closed a connection"));
        }
    }
}

/// Tells each whole message; returns how many bytes they took.
fn messages(bytes: &[u8], events: bool, hear: &mut impl FnMut(&str)) -> io::Result<usize> {
    let mut used = 0;
    loop {
        let left = &bytes[used..];
        let next = if events { line(left) } else { frame(left)? };
        let Some((whole, text)) = next else {
            return Ok(used);
        };
        used += whole;
        if !text.is_empty() {
            hear(std::str::from_utf8(text).map_err(io::Error::other)?);
        }
    }
}

/// A line of events, with its length; the text of those that bear data. Chunks' lengths are lines, too.
fn line(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let text = bytes[..end].strip_prefix(b"data:").unwrap_or_default();
    Some((end + 1, text))
}

/// A frame, with its length; what is not text has none, and a ping of the protocol goes unanswered: Hearth sends its own.
fn frame(bytes: &[u8]) -> io::Result<Option<(usize, &[u8])>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let (head, length) = match (second & 0x7f, rest) {
        (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        (127, [a, b, c, d, e, f, g, h, ..]) => {
            let length = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
            (10, usize::try_from(length).map_err(io::Error::other)?)
        }
        (126 | 127, _) => return Ok(None),
        (length, _) => (2, usize::from(length)),
    };
    let Some(payload) = bytes.get(head..head + length) else {
        return Ok(None);
    };
    match first & 0x0f {
        1 => Ok(Some((head + length, payload))),
        8 => Err(broken(format!(
            "closed: {}",
            String::from_utf8_lossy(payload.get(2..).unwrap_or_default())
        ))),
        _ => Ok(Some((head + length, &[]))),
    }
}
