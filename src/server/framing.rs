//! How a request says where its body ends, read from its bytes: hyper drops a Content-Length beside a Transfer-Encoding,
//! and a program in front of us that believes the other one of the two would let requests be smuggled.

use std::sync::atomic::{AtomicU8, Ordering};

/// What the head that came last has of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Framing {
    bits: u8,
}

const LENGTH: u8 = 1;
const ENCODING: u8 = 2;

impl Framing {
    pub(super) fn is_ambiguous(self) -> bool {
        self.bits == LENGTH | ENCODING
    }
}

/// Where a connection's requests find it.
#[derive(Debug, Default)]
pub(super) struct Noticed(AtomicU8);

impl Noticed {
    pub(super) fn get(&self) -> Framing {
        Framing {
            bits: self.0.load(Ordering::Relaxed),
        }
    }
}

/// Looks at the names of a head's lines as they come, in whatever pieces.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The beginning of the line, as long as the longer name with its colon.
    line: [u8; 18],
    length: usize,
    found: u8,
    ended: bool,
}

impl Reader {
    /// Bytes of a head, or of what follows it, which is not looked at.
    pub(super) fn read(&mut self, bytes: &[u8], noticed: &Noticed) {
        for byte in bytes {
            if self.ended {
                return;
            }
            if *byte == b'\n' {
                self.end_line();
                noticed.0.store(self.found, Ordering::Relaxed);
            } else if let Some(place) = self.line.get_mut(self.length) {
                *place = byte.to_ascii_lowercase();
                self.length += 1;
            }
        }
    }

    fn end_line(&mut self) {
        let line = &self.line[..self.length];
        if line.starts_with(b"content-length:") {
            self.found |= LENGTH;
        } else if line.starts_with(b"transfer-encoding:") {
            self.found |= ENCODING;
        }
        self.ended = line == b"\r" || line.is_empty();
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ambiguous(pieces: &[&str]) -> bool {
        let (mut reader, noticed) = (Reader::default(), Noticed::default());
        for piece in pieces {
            reader.read(piece.as_bytes(), &noticed);
        }
        noticed.get().is_ambiguous()
    }

    #[test]
    fn both_headers_are_seen_in_any_order_and_in_any_pieces() {
        let head =
            "POST / HTTP/1.1\r\nTRANSFER-encoding: chunked\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
        assert!(is_ambiguous(&[head]));
        for at in 0..head.len() {
            assert!(is_ambiguous(&[&head[..at], &head[at..]]), "{at}");
        }
    }

    #[test]
    fn a_body_that_looks_like_a_head_is_none() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nContent-Length: 3\r\n";
        assert!(!is_ambiguous(&[head]));
        assert!(!is_ambiguous(&[
            "GET /content-length: HTTP/1.1\r\nX-Content-Length: 3\r\n\r\n"
        ]));
    }
}
