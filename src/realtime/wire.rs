//! One socket's bytes: frames in and out, and how far the client has read.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use crate::limits;

type Result<T, E = Error> = std::result::Result<T, E>;

pub(super) struct Wire {
    stream: WebSocketStream<Counted>,
}

impl Wire {
    /// A frame that comes in is at most so large.
    pub(super) async fn new(upgraded: Upgraded, frame_size: usize) -> Self {
        let settings = WebSocketConfig::default()
            .read_buffer_size(limits::SOCKET_BUFFER)
            .write_buffer_size(limits::SOCKET_WRITE)
            .max_message_size(Some(frame_size))
            .max_frame_size(Some(frame_size));
        let counted = Counted {
            inner: TokioIo::new(upgraded),
            written: 0,
        };
        Wire {
            stream: WebSocketStream::from_raw_socket(counted, Role::Server, Some(settings)).await,
        }
    }

    /// What comes next; None once the connection is over. Nothing is lost when the wait is given up.
    pub(super) async fn read(&mut self) -> Option<Result<Message>> {
        self.stream.next().await
    }

    /// Puts a frame behind those that wait to be written.
    pub(super) async fn feed(&mut self, frame: Utf8Bytes) -> Result<()> {
        self.stream.feed(Message::Text(frame)).await
    }

    /// RFC 6455's own ping, which every client answers by itself.
    pub(super) async fn feed_ping(&mut self) -> Result<()> {
        self.stream.feed(Message::Ping(Bytes::new())).await
    }

    /// Until all is written. Nothing is lost when the wait is given up.
    pub(super) async fn flush(&mut self) -> Result<()> {
        self.stream.flush().await
    }

    /// Bytes that the system has taken so far: as long as it grows, the client reads.
    pub(super) fn written(&self) -> u64 {
        self.stream.get_ref().written
    }

    /// Says goodbye and waits for the client's.
    pub(super) async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::from_static(reason),
        };
        let farewell = async {
            self.stream.close(Some(frame)).await?;
            while let Some(said) = self.stream.next().await {
                said?;
            }
            Ok::<_, Error>(())
        };
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
    }

    /// The same after bytes that are no frames: what else comes is read and thrown away, so that the client hears why.
    pub(super) async fn give_up(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::from_static(reason),
        };
        let farewell = async {
            let _ = self.stream.close(Some(frame)).await;
            let raw = self.stream.get_mut();
            raw.shutdown().await?;
            let mut rest = [0; 1024];
            while raw.read(&mut rest).await? > 0 {}
            Ok::<_, std::io::Error>(())
        };
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
    }

    /// The client said goodbye: the answer goes out, and the connection ends.
    pub(super) async fn part(&mut self) {
        let parted = async { while let Some(Ok(_)) = self.stream.next().await {} };
        let _ = tokio::time::timeout(FAREWELL, parted).await;
    }
}

/// For the last words of both sides.
const FAREWELL: Duration = Duration::from_secs(2);

/// A stream that counts what it has written.
struct Counted {
    inner: TokioIo<Upgraded>,
    written: u64,
}

impl AsyncRead for Counted {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = &polled {
            this.written += *count as u64;
        }
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}
