//! One socket's life, in one task: what the client says, what it is told, and when it ends.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use hyper::upgrade::Upgraded;
use serde_json::Value as Json;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WireError};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::bell::{self, Bell};
use super::frames;
use super::protocol::{self, Fault, Frame, Said, close};
use super::rate::Bucket;
use super::seats::Place;
use super::subscription::{Subscription, Then};
use super::wire::Wire;
use crate::app::App;
use crate::clock;
use crate::error::{Code, Error};
use crate::limits;
use crate::services::held::Held;
use crate::services::watching::Reason;

/// What is known of a socket before it is open.
pub(crate) struct Entrance {
    pub(crate) address: IpAddr,
    /// None: it will say who it is.
    pub(crate) held: Option<Held>,
    /// From where subscriptions go on that do not say it.
    pub(crate) after: Option<i64>,
    pub(crate) epoch: Option<String>,
}

/// Why a socket ends.
#[derive(Debug)]
pub(super) enum End {
    Close(u16, &'static str),
    /// What came was no frame.
    Broken(u16, &'static str),
    /// The client said goodbye.
    Parted,
    /// The connection is gone.
    Gone,
}

pub(super) type Done<T> = Result<T, End>;

pub(super) struct Socket {
    pub(super) app: Arc<App>,
    pub(super) bell: Arc<Bell>,
    pub(super) held: Option<Held>,
    pub(super) entrance: Entrance,
    pub(super) subscriptions: Vec<Subscription>,
    wire: Wire,
    place: Place,
    /// Why the bell was rung while something else was done.
    pending: u8,
    rate: Bucket,
    opened: Instant,
    heard: Instant,
    pinged: Option<Instant>,
    /// Whether it was told that its credential ends.
    warned: bool,
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
            self.welcome(None).await?;
        }
        self.set_clock();
        loop {
            let bits = std::mem::take(&mut self.pending);
            if bits != 0 {
                self.woken(bits).await?;
                // A client that reads a lot is heard all the same.
                while let Some(said) = self.wire.read().now_or_never() {
                    self.hear(said).await?;
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
    async fn send_portions(&mut self) -> Done<bool> {
        let (mut at, mut more) = (0, false);
        while at < self.subscriptions.len() {
            let portion = self.subscriptions[at].portion(&self.app).await;
            let portion = portion.map_err(|error| trouble(&error))?;
            let mut size = 0;
            let count = portion.frames.len() as u64;
            for frame in portion.frames {
                size += frame.len();
                self.feed(frame).await?;
                if size > limits::SOCKET_WRITE {
                    self.flush().await?;
                    size = 0;
                }
            }
            self.app.realtime.counts.deliveries.increment(count);
            match portion.then {
                Then::End => {
                    self.subscriptions.remove(at);
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

    async fn answer(&mut self, frame: Frame) -> Done<()> {
        let id = frame.id.as_ref();
        if self.held.is_none() {
            return match frame.said {
                Ok(Said::Hello { token }) => self.hello(id, &token).await,
                _ => Err(End::Close(close::BAD_HANDSHAKE, "the first frame is hello")),
            };
        }
        let done = match frame.said {
            Err(fault) => Err(fault),
            Ok(Said::Hello { .. }) => Err(Fault::new(
                "conflict",
                "It is known who you are; `auth` renews the token",
            )),
            Ok(Said::Pong) => return Ok(()),
            Ok(Said::Ping) => return self.tell(frames::pong(id)).await,
            Ok(Said::Auth { token }) => self.renew(&token).await,
            Ok(Said::Subscribe(wish)) => return self.subscribe(id, wish).await,
            Ok(Said::Unsubscribe { channel }) => self.unsubscribe(&channel),
            Ok(Said::Publish { .. }) => Err(Fault::new("not_found", "There is no such room")),
        };
        match done {
            Ok(()) => self.tell(frames::ok(id)).await,
            Err(fault) => self.tell(frames::error(id, None, &fault)).await,
        }
    }

    async fn hello(&mut self, id: Option<&Json>, token: &str) -> Done<()> {
        let held = Held::of_token(&self.app, token, self.entrance.address)
            .await
            .map_err(|error| refused(&error))?;
        self.place
            .belongs_to(&held.principal)
            .map_err(|_| End::Close(close::TOO_MANY, "too many sockets of this user"))?;
        self.held = Some(held);
        self.set_clock();
        self.welcome(id).await
    }

    async fn welcome(&mut self, id: Option<&Json>) -> Done<()> {
        let until = self.held.as_ref().and_then(|held| held.until);
        let frame = frames::welcome(id, &self.app.realtime.epoch, until);
        self.tell(frame).await
    }

    /// Takes another credential of the same user.
    async fn renew(&mut self, token: &str) -> Result<(), Fault> {
        let held = Held::of_token(&self.app, token, self.entrance.address).await;
        let held = held.map_err(|error| Fault::from(&error))?;
        let before = self.held.as_ref().map(|held| &held.principal.user);
        if before != Some(&held.principal.user) {
            return Err(Fault::new(
                "forbidden",
                "This token is another user's; open a socket for them",
            ));
        }
        if self.place.belongs_to(&held.principal).is_err() {
            return Err(Fault::new(
                "too_many_requests",
                "Too many sockets of this user are open",
            ));
        }
        self.held = Some(held);
        self.warned = false;
        self.set_clock();
        // Every subscription is judged anew.
        self.pending |= bell::JUDGE;
        Ok(())
    }

    /// Something may have ended the credential, or given it other rights.
    async fn judge(&mut self) -> Done<()> {
        let Some(held) = self.held.clone() else {
            return Ok(());
        };
        let held = held.again(&self.app).await;
        let held = held.map_err(|error| refused(&error))?;
        self.place
            .belongs_to(&held.principal)
            .map_err(|_| End::Close(close::TOO_MANY, "too many sockets of this user"))?;
        let caller = held.caller();
        self.held = Some(held);
        let mut at = 0;
        while at < self.subscriptions.len() {
            if self.subscriptions[at].is_still(&caller) {
                at += 1;
                continue;
            }
            let ended = self.subscriptions.remove(at);
            let portion = ended.reset(&self.app, Reason::Access).await;
            for frame in portion.map_err(|error| trouble(&error))?.frames {
                self.tell(frame).await?;
            }
        }
        Ok(())
    }

    async fn tick(&mut self) -> Done<()> {
        if self.held.is_none() && self.opened.elapsed() >= limits::HELLO_TIMEOUT {
            return Err(End::Close(close::SILENT, "no hello came"));
        }
        if let Some(until) = self.held.as_ref().and_then(|held| held.until) {
            let left = until - clock::seconds();
            if left <= 0 {
                return Err(End::Close(close::UNAUTHENTICATED, "the token has expired"));
            }
            if left <= limits::EXPIRING.as_secs() as i64 && !self.warned {
                self.warned = true;
                self.tell(frames::expiring(left)).await?;
            }
        }
        match self.pinged {
            Some(pinged) if pinged.elapsed() >= limits::PONG_TIMEOUT => {
                return Err(End::Close(close::SILENT, "no pong came"));
            }
            None if self.held.is_some() && self.heard.elapsed() >= limits::PING_AFTER => {
                self.pinged = Some(Instant::now());
                // What was not this watcher's moves its place as well.
                if self.send_portions().await? {
                    self.pending |= bell::DATA;
                }
                let seq = self.cursor();
                self.wire.feed_ping().await.map_err(|_| End::Gone)?;
                self.tell(frames::ping(seq)).await?;
            }
            _ => {}
        }
        self.set_clock();
        Ok(())
    }

    /// When the next of all these things is due.
    fn set_clock(&self) {
        let due = |since: Instant, time: Duration| time.saturating_sub(since.elapsed());
        let Some(held) = &self.held else {
            return self.place.wake_in(due(self.opened, limits::HELLO_TIMEOUT));
        };
        let mut wait = match self.pinged {
            Some(pinged) => due(pinged, limits::PONG_TIMEOUT),
            None => due(self.heard, limits::PING_AFTER),
        };
        if let Some(until) = held.until {
            let left = (until - clock::seconds()).max(0) as u64;
            let warning = if self.warned {
                0
            } else {
                limits::EXPIRING.as_secs()
            };
            wait = wait.min(Duration::from_secs(left.saturating_sub(warning)));
        }
        self.place.wake_in(wait);
    }

    /// How far this socket has seen the log.
    fn cursor(&self) -> i64 {
        let cursors = self.subscriptions.iter().map(|one| one.cursor);
        cursors
            .min()
            .unwrap_or_else(|| self.app.realtime.hub.head())
    }

    async fn drain(&mut self) -> Done<()> {
        self.tell(frames::bye(self.place.spread())).await?;
        Err(End::Close(close::DRAINING, "Hearth is shutting down"))
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

    /// The client reads more slowly than we write: it is waited for as long as it reads at all.
    async fn flush_slowly(&mut self) -> Done<()> {
        let mut written = self.wire.written();
        loop {
            let patience = tokio::time::sleep(limits::FLUSH_TIMEOUT);
            tokio::pin!(patience);
            loop {
                tokio::select! {
                    flushed = self.wire.flush() => return flushed.map_err(|_| End::Gone),
                    bits = self.bell.rung() => {
                        self.pending |= bits;
                        if bits & (bell::JUDGE | bell::DRAIN) != 0 {
                            self.still_welcome(bits).await?;
                        }
                    }
                    () = &mut patience => break,
                }
            }
            if self.wire.written() == written {
                self.app.realtime.counts.slow.increment(1);
                return Err(End::Close(close::TOO_SLOW, "nothing was read for too long"));
            }
            written = self.wire.written();
        }
    }

    /// While the client does not read: whether it may stay at all.
    async fn still_welcome(&mut self, bits: u8) -> Done<()> {
        if bits & bell::DRAIN != 0 {
            return Err(End::Close(close::DRAINING, "Hearth is shutting down"));
        }
        match self.held.clone() {
            Some(held) => match held.again(&self.app).await {
                Ok(_) => Ok(()),
                Err(error) => Err(refused(&error)),
            },
            None => Ok(()),
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

/// A credential that is none (any more).
fn refused(error: &Error) -> End {
    match error.code() {
        Code::InvalidToken | Code::TokenExpired | Code::NotAuthenticated => {
            End::Close(close::UNAUTHENTICATED, "the token does not hold")
        }
        _ => trouble(error),
    }
}

/// Nothing that the client did.
pub(super) fn trouble(error: &Error) -> End {
    tracing::warn!(%error, cause = ?error.cause(), "a socket was closed");
    End::Close(close::INTERNAL, "try again")
}

/// What came was no frame, or nothing comes any more.
fn broken(error: &WireError) -> End {
    match error {
        WireError::Capacity(CapacityError::MessageTooLong { .. }) => {
            End::Broken(close::TOO_BIG, "the frame is too large")
        }
        WireError::Utf8(_) => End::Broken(close::NOT_UTF8, "text is UTF-8"),
        WireError::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => End::Gone,
        WireError::Protocol(_) => End::Broken(close::PROTOCOL, "that is no WebSocket frame"),
        _ => End::Gone,
    }
}
