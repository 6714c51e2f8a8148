//! What an answer left unread of its request's body. It is read and thrown away when it is small: otherwise the
//! connection would have to close, and a client that sends the next request on it, or is still sending, would see a
//! broken connection instead of the answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::limits;

/// A body on loan: the handlers read it, and what they leave is still there.
pub(super) struct Lent(Shared);

/// The lender's end.
pub(super) struct Rest(Shared);

pub(super) fn lend(body: Incoming) -> (Lent, Rest) {
    let shared = Shared(Arc::new(Mutex::new(body)));
    (Lent(shared.clone()), Rest(shared))
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Incoming>>);

type Piece = Option<Result<Frame<Bytes>, hyper::Error>>;

impl Shared {
    fn look<T>(&self, at: impl FnOnce(&mut Incoming) -> T) -> T {
        at(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Piece> {
        self.look(|body| Pin::new(body).poll_frame(context))
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Piece> {
        self.0.poll(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.look(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.0.look(|body| body.size_hint())
    }
}

impl Rest {
    /// Reads to the end; false when that is too far. A client that `waits` for a word before it sends a body gets the
    /// answer instead.
    pub(super) async fn ends(self, waits: bool) -> bool {
        if self.0.look(|body| body.is_end_stream()) {
            return true;
        }
        let least = self.0.look(|body| body.size_hint().lower());
        if waits || least > limits::REST_SIZE as u64 {
            return false;
        }
        tokio::time::timeout(limits::REST_TIME, self.read())
            .await
            .unwrap_or(false)
    }

    async fn read(&self) -> bool {
        let mut size = 0;
        while size <= limits::REST_SIZE {
            match poll_fn(|context| self.0.poll(context)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => size += frame.data_ref().map_or(0, Bytes::len),
            }
        }
        false
    }
}
