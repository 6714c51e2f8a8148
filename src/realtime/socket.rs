//! One socket's life, in one task: what the client says, what it is told, and when it ends.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use hyper::upgrade::Upgraded;
use tokio_tungstenite::tungstenite::error::Error as WireError;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::bell::{self, Bell};
use super::ends::{Done, End, broken, trouble};
use super::protocol::{self, close};
use super::rate::Bucket;
use super::room::Inbox;
use super::run;
use super::seats::Place;
use super::subscription::{Subscription, Then};
use super::wire::Wire;
use crate::app::App;
use crate::limits;
use crate::services::held::Held;

/// What is known of a socket before it is open.
pub(crate) struct Entrance {
    pub(crate) address: IpAddr,
    /// None: it will say who it is.
    pub(crate) held: Option<Held>,
    /// The execution that it is for.
    pub(crate) execution: Option<String>,
    /// From where subscriptions go on that do not say it.
    pub(crate) after: Option<i64>,
    pub(crate) epoch: Option<String>,
}

pub(super) struct Socket {
    pub(super) app: Arc<App>,
    pub(super) bell: Arc<Bell>,
    pub(super) held: Option<Held>,
    pub(super) entrance: Entrance,
    pub(super) subscriptions: Vec<Subscription>,
    /// What its rooms have for it, once it is in one.
    pub(super) inbox: Option<Arc<Inbox>>,
    pub(super) wire: Wire,
    pub(super) place: Place,
    /// Why the bell was rung while something else was done.
    pub(super) pending: u8,
    pub(super) rate: Bucket,
    pub(super) opened: Instant,
    pub(super) heard: Instant,
    pub(super) pinged: Option<Instant>,
    /// Whether it was told that its credential ends.
    pub(super) warned: bool,
}

/// From the upgrade to the end.
pub(crate) async fn serve(app: Arc<App>, upgraded: Upgraded, place: Place, mut entrance: Entrance) {
    let settings = &app.config.realtime;
    let wire = Wire::new(upgraded, settings.frame_size).await;
    let now = Instant::now();
    let mut socket = Socket {
        bell: Arc::clone(&place.seat.bell),
        held: entrance.held.take(),
        entrance,
        subscriptions: Vec::new(),
        inbox: None,
        wire,
        place,
        pending: 0,
        rate: Bucket::new(settings.frame_rate),
        opened: now,
        heard: now,
        pinged: None,
        warned: false,
        app,
    };
    let Err(end) = socket.converse().await;
    socket.subscriptions.clear();
    Box::pin(socket.finish(end)).await;
}

impl Socket {
    async fn converse(&mut self) -> Done<Infallible> {
        if self.held.is_some() {
            // What ended its credential before its seat was taken was heard by nobody.
            Box::pin(self.judge()).await?;
            Box::pin(self.welcome(None)).await?;
        }
        self.set_clock();
        loop {
            let bits = std::mem::take(&mut self.pending);
            if bits != 0 {
                self.woken(bits).await?;
                // A client that reads a lot is heard all the same; by what right it speaks is asked first.
                while self.pending & bell::JUDGE == 0
                    && let Some(said) = self.wire.read().now_or_never()
                {
                    self.hear(said).await?;
                    self.pending |= self.bell.take();
                }
                continue;
            }
            tokio::select! {
                biased;
                bits = self.bell.rung() => self.pending |= bits,
                said = self.wire.read() => self.hear(said).await?,
            }
            self.pending |= self.bell.take();
        }
    }

    async fn woken(&mut self, bits: u8) -> Done<()> {
        if bits & bell::DRAIN != 0 {
            return self.drain().await;
        }
        if bits & bell::JUDGE != 0 {
            Box::pin(self.judge()).await?;
        }
        if bits & bell::TICK != 0 {
            Box::pin(self.tick()).await?;
        }
        if bits & bell::DATA != 0 && self.send_portions().await? {
            self.pending |= bell::DATA;
        }
        Ok(())
    }

    /// Sends a portion of each channel; says whether there may be more.
    pub(super) async fn send_portions(&mut self) -> Done<bool> {
        let (mut at, mut more) = (0, false);
        while at < self.subscriptions.len() {
            match self.send_portion(at).await? {
                then @ (Then::End | Then::Finished | Then::Refused) => {
                    let ended = self.subscriptions.remove(at);
                    self.may_be_over(&ended.channel, then).await?;
                    continue;
                }
                Then::More => more = true,
                Then::Wait => {}
            }
            at += 1;
        }
        self.flush().await?;
        Ok(more)
    }

    /// Of one channel. Whoever loses the right to it, while it is read or while the client takes its time, gets no more.
    async fn send_portion(&mut self, at: usize) -> Done<Then> {
        let portion = self.subscriptions[at].portion(&self.app).await;
        let portion = portion.map_err(|error| trouble(&error))?;
        self.heed().await?;
        let goes_on = matches!(portion.then, Then::More | Then::Wait);
        let (mut size, mut count) = (0, 0);
        for frame in portion.frames {
            if goes_on && self.subscriptions[at].is_over() {
                break;
            }
            size += frame.len();
            count += 1;
            self.feed(frame).await?;
            if size > limits::SOCKET_WRITE {
                self.flush().await?;
                size = 0;
            }
        }
        self.app.realtime.counts.deliveries.increment(count);
        if goes_on && self.subscriptions[at].is_over() {
            return Ok(Then::More);
        }
        Ok(portion.then)
    }

    /// What does not wait until all is sent: whether this client may stay, and sees what it sees.
    async fn heed(&mut self) -> Done<()> {
        self.pending |= self.bell.take();
        if self.pending & bell::JUDGE != 0 {
            self.pending &= !bell::JUDGE;
            Box::pin(self.judge()).await?;
        }
        self.must_hold()
    }

    /// A socket that is for one execution ends with it.
    pub(super) async fn may_be_over(&mut self, channel: &str, then: Then) -> Done<()> {
        let own = self.entrance.execution.as_deref().map(run::channel);
        if own.as_deref() != Some(channel) {
            return Ok(());
        }
        self.flush().await?;
        match then {
            Then::Finished => Err(End::Close(close::NORMAL, "the execution is over")),
            Then::Refused => Err(End::Close(close::NOT_FOUND, "there is no such execution")),
            _ => Ok(()),
        }
    }

    async fn hear(&mut self, said: Option<Result<Message, WireError>>) -> Done<()> {
        let message = match said {
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(broken(&error)),
            Some(Ok(message)) => message,
        };
        self.heard = Instant::now();
        self.pinged = None;
        if !self.rate.takes() && !message.is_close() {
            return Err(End::Close(close::TOO_MANY, "too many frames"));
        }
        match message {
            Message::Text(text) => {
                let frame = protocol::read(&text);
                drop(text);
                Box::pin(self.answer(frame)).await
            }
            Message::Binary(_) => Err(End::Close(close::UNSUPPORTED, "frames are text")),
            Message::Close(_) => Err(End::Parted),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
        }
    }

    /// A frame, at once.
    pub(super) async fn tell(&mut self, frame: Utf8Bytes) -> Done<()> {
        self.feed(frame).await?;
        self.flush().await
    }

    async fn feed(&mut self, frame: Utf8Bytes) -> Done<()> {
        match self.wire.feed(frame.clone()).now_or_never() {
            Some(fed) => fed.map_err(|_| End::Gone),
            None => {
                self.flush().await?;
                self.wire.feed(frame).await.map_err(|_| End::Gone)
            }
        }
    }

    async fn flush(&mut self) -> Done<()> {
        match self.wire.flush().now_or_never() {
            Some(flushed) => flushed.map_err(|_| End::Gone),
            None => Box::pin(self.flush_slowly()).await,
        }
    }

    /// The client reads more slowly than we write: it is waited for as long as it reads at all, and may stay.
    async fn flush_slowly(&mut self) -> Done<()> {
        let (mut written, mut moved) = (self.wire.written(), Instant::now());
        let mut clock = tokio::time::interval(limits::FLUSH_LOOK);
        loop {
            tokio::select! {
                flushed = self.wire.flush() => return flushed.map_err(|_| End::Gone),
                bits = self.bell.rung() => self.pending |= bits,
                _ = clock.tick() => {}
            }
            if self.pending & bell::DRAIN != 0 {
                return Err(End::Close(close::DRAINING, "Hearth is shutting down"));
            }
            self.heed().await?;
            if self.wire.written() != written {
                (written, moved) = (self.wire.written(), Instant::now());
            } else if moved.elapsed() >= limits::FLUSH_TIMEOUT {
                self.app.realtime.counts.slow.increment(1);
                return Err(End::Close(close::TOO_SLOW, "nothing was read for too long"));
            }
        }
    }

    async fn finish(mut self, end: End) {
        match end {
            End::Close(code, reason) => self.wire.close(code, reason).await,
            End::Broken(code, reason) => self.wire.give_up(code, reason).await,
            End::Parted => self.wire.part().await,
            End::Gone => {}
        }
    }
}
