//! What a connection is doing, so that one clock can tell a slow client from an idle one.
//!
//! hyper's own time-out counts the wait between two requests as a slow head; here a head has 10 s from its first byte,
//! and an idle connection `server.idle_timeout`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::framing::{self, Framing, Noticed};
use crate::limits;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Between two requests, or while an answer is being read.
    Idle = 0,
    /// A request's head is on its way; a new connection as well, until its first byte.
    Head = 1,
    /// A request is being answered; its own limits hold.
    Busy = 2,
}

/// The phase and since when, in one word: milliseconds since `start` above the two lowest bits.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    word: AtomicU64,
    noticed: Noticed,
}

impl Activity {
    pub(super) fn new() -> Self {
        Activity {
            start: Instant::now(),
            word: AtomicU64::new(Phase::Head as u64),
            noticed: Noticed::default(),
        }
    }

    pub(super) fn set(&self, phase: Phase) {
        let now = self.start.elapsed().as_millis() as u64;
        self.word.store(now << 2 | phase as u64, Ordering::Relaxed);
    }

    pub(super) fn phase(&self) -> Phase {
        match self.word.load(Ordering::Relaxed) & 3 {
            0 => Phase::Idle,
            1 => Phase::Head,
            _ => Phase::Busy,
        }
    }

    /// Of the head that came last.
    pub(super) fn framing(&self) -> Framing {
        self.noticed.get()
    }

    /// How long this phase may still last; zero when it is over.
    pub(super) fn left(&self, idle: Duration) -> Duration {
        let since = Duration::from_millis(self.word.load(Ordering::Relaxed) >> 2);
        let limit = match self.phase() {
            Phase::Idle => idle,
            Phase::Head => limits::HEADER_TIMEOUT,
            Phase::Busy => return limits::HEADER_TIMEOUT,
        };
        (since + limit).saturating_sub(self.start.elapsed())
    }
}

/// A stream that notes what it carries.
pub(super) struct Noted {
    stream: TcpStream,
    activity: Arc<Activity>,
    head: framing::Reader,
}

impl Noted {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Noted {
            stream,
            activity,
            head: framing::Reader::default(),
        }
    }
}

impl AsyncRead for Noted {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(cx, buf);
        let read = &buf.filled()[before..];
        if read.is_empty() || this.activity.phase() == Phase::Busy {
            return polled;
        }
        if this.activity.phase() == Phase::Idle {
            this.activity.set(Phase::Head);
            this.head = framing::Reader::default();
        }
        this.head.read(read, &this.activity.noticed);
        polled
    }
}

impl AsyncWrite for Noted {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, buf);
        note_progress(&this.activity, &polled);
        polled
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        note_progress(&this.activity, &polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// A client that reads its answer, however slowly, is not idle.
fn note_progress(activity: &Activity, written: &Poll<std::io::Result<usize>>) {
    if matches!(written, Poll::Ready(Ok(count)) if *count > 0) && activity.phase() == Phase::Idle {
        activity.set(Phase::Idle);
    }
}
