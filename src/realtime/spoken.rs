//! What a client says about itself and its channels, and what it is answered.

use serde_json::Value as Json;

use super::bell;
use super::ends::{Done, End, refused, trouble};
use super::frames;
use super::protocol::{Fault, Frame, Said, close};
use super::socket::Socket;
use crate::services::executions::tail;
use crate::services::held::Held;

impl Socket {
    pub(super) async fn answer(&mut self, frame: Frame) -> Done<()> {
        let id = frame.id.as_ref();
        if self.held.is_none() {
            return match frame.said {
                Ok(Said::Hello { token }) => self.hello(id, &token).await,
                Ok(_) => Err(End::Close(close::BAD_HANDSHAKE, "the first frame is hello")),
                Err(fault) => {
                    self.tell(frames::error(id, None, &fault)).await?;
                    let reason = "the first frame is hello with `token`; the frame before says what is wrong";
                    Err(End::Close(close::BAD_HANDSHAKE, reason))
                }
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
            Ok(Said::Publish { channel, data }) => self.publish(&channel, &data),
            Ok(Said::Input { request, data }) => self.input(&request, data).await,
            Ok(Said::Cancel { reason }) => self.cancel(reason).await,
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

    pub(super) async fn welcome(&mut self, id: Option<&Json>) -> Done<()> {
        let Some(held) = &self.held else {
            return Ok(());
        };
        let (until, caller) = (held.until, held.caller());
        let Some(execution) = self.entrance.execution.clone() else {
            let frame = frames::welcome(id, &self.app.realtime.epoch, until, None);
            return self.tell(frame).await;
        };
        let shown = tail::watched(&self.app, &caller, &execution).await;
        let shown = shown.map_err(|error| refused(&error))?;
        let frame = frames::welcome(id, &self.app.realtime.epoch, until, Some(&shown));
        self.tell(frame).await?;
        self.follow(caller, &execution).await
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
    pub(super) async fn judge(&mut self) -> Done<()> {
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
            let judged = self.subscriptions[at].judge(&self.app, &caller).await;
            let Some(portion) = judged.map_err(|error| trouble(&error))? else {
                at += 1;
                continue;
            };
            let ended = self.subscriptions.remove(at);
            for frame in portion.frames {
                self.tell(frame).await?;
            }
            self.may_be_over(&ended.channel, portion.then).await?;
        }
        Ok(())
    }
}
