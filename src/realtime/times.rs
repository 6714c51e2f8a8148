//! A socket's times: the hello that must come, pings, the end of its credential, and of the server.

use std::time::{Duration, Instant};

use super::bell;
use super::ends::{Done, End};
use super::frames;
use super::protocol::close;
use super::socket::Socket;
use crate::clock;
use crate::limits;

impl Socket {
    /// Some time has come.
    pub(super) async fn tick(&mut self) -> Done<()> {
        if self.held.is_none() && self.opened.elapsed() >= limits::HELLO_TIMEOUT {
            return Err(End::Close(close::SILENT, "no hello came"));
        }
        self.must_hold()?;
        if let Some(until) = self.held.as_ref().and_then(|held| held.until) {
            let left = until - clock::seconds();
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

    /// Whether the credential has not ended by its time.
    pub(super) fn must_hold(&self) -> Done<()> {
        match self.held.as_ref().and_then(|held| held.until) {
            Some(until) if until <= clock::seconds() => {
                Err(End::Close(close::UNAUTHENTICATED, "the token has expired"))
            }
            _ => Ok(()),
        }
    }

    /// When the next of all these things is due.
    pub(super) fn set_clock(&self) {
        let due = |since: Instant, time: Duration| time.saturating_sub(since.elapsed());
        let Some(held) = &self.held else {
            return self.place.wake_in(due(self.opened, limits::HELLO_TIMEOUT));
        };
        let mut wait = match self.pinged {
            Some(pinged) => due(pinged, limits::PONG_TIMEOUT),
            None => due(self.heard, limits::PING_AFTER),
        };
        if let Some(until) = held.until {
            let warning = if self.warned {
                Duration::ZERO
            } else {
                limits::EXPIRING
            };
            wait = wait.min(clock::left_until(until).saturating_sub(warning));
        }
        self.place.wake_in(wait);
    }

    /// How far this socket has seen the log.
    fn cursor(&self) -> i64 {
        let cursors = self.subscriptions.iter().filter_map(|one| one.cursor());
        cursors
            .min()
            .unwrap_or_else(|| self.app.realtime.hub.head())
    }

    /// The server stops.
    pub(super) async fn drain(&mut self) -> Done<()> {
        self.tell(frames::bye(self.place.spread())).await?;
        Err(End::Close(close::DRAINING, "Hearth is shutting down"))
    }
}
