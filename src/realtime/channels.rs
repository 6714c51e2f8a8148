//! What a client asks of channels: to watch one, to stop, to say something there.

use serde_json::{Value as Json, json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::bell;
use super::ends::{Done, trouble};
use super::frames;
use super::protocol::{Fault, Wish};
use super::records::Records;
use super::room::{Inbox, Room};
use super::run::{self, Run};
use super::socket::Socket;
use super::subscription::{Source, Subscription};
use crate::error::Error;
use crate::services::access::Caller;
use crate::services::bodies;
use crate::services::executions;
use crate::services::held::Held;
use crate::services::rooms;
use crate::services::watching::{Reason, View};
use crate::store::changes::Extent;

/// A subscription that has begun, and why it can't go on from where it was to, if it can't.
type Begun = (Subscription, Option<(Reason, Extent)>);

impl Socket {
    pub(super) async fn subscribe(&mut self, id: Option<&Json>, wish: Wish) -> Done<()> {
        let channel = wish.channel.clone();
        let begun = match self.place_of(&channel) {
            Some(_) => Err(Fault::new(
                "conflict",
                "This channel is watched already; `unsubscribe` first",
            )),
            None => self.begin(wish).await,
        };
        match begun {
            Ok(begun) => {
                // It is one of them before anything waits for the client, so that it is judged with them.
                let useless = self.add(begun);
                self.tell(frames::ok(id)).await?;
                self.tell_all(useless).await
            }
            Err(fault) => self.tell(frames::error(id, Some(&channel), &fault)).await,
        }
    }

    /// Returned is what is to be said where nothing began.
    fn add(&mut self, (subscription, useless): Begun) -> Option<Utf8Bytes> {
        if let Some((reason, extent)) = useless {
            return Some(frames::reset(&subscription.channel, reason, extent));
        }
        self.subscriptions.push(subscription);
        self.bell.ring(bell::DATA);
        None
    }

    async fn tell_all(&mut self, frames: impl IntoIterator<Item = Utf8Bytes>) -> Done<()> {
        for frame in frames {
            self.tell(frame).await?;
        }
        Ok(())
    }

    /// From here on nothing is missed.
    async fn begin(&mut self, wish: Wish) -> Result<Begun, Fault> {
        let Some(held) = &self.held else {
            return Err(Fault::new("not_authenticated", "Say hello first"));
        };
        let most = self.app.config.realtime.subscriptions;
        if self.subscriptions.len() >= most {
            return Err(Fault::new(
                "too_many_subscriptions",
                format!("A socket watches at most {most} channels (realtime.subscriptions)"),
            ));
        }
        let caller = held.caller();
        let begun = match wish.channel.split_once(':') {
            Some(("records", model)) => self.begin_records(&caller, model, &wish).await,
            Some(("execution", run)) => {
                let after = wish.after.unwrap_or(0);
                self.begin_run(caller, run, after, wish.epoch.as_deref())
                    .await
            }
            Some(("room", name)) => self.begin_room(&caller, name, &wish.channel),
            _ => {
                let message = "Channels are called `records:MODEL`, `execution:ID` and `room:NAME`";
                return Err(Fault::new("not_found", message));
            }
        };
        begun.map_err(|error| fault(&error))
    }

    async fn begin_records(
        &mut self,
        caller: &Caller,
        model: &str,
        wish: &Wish,
    ) -> Result<Begun, Error> {
        // What the query says is an execution's where the socket is for one.
        let query = Some(&self.entrance).filter(|entrance| entrance.execution.is_none());
        let after = query
            .and_then(|query| query.after)
            .filter(|_| !wish.snapshot);
        let after = wish.after.or(after);
        let epoch = query.and_then(|query| query.epoch.as_deref());
        let view = View::of(&self.app, caller, model, wish.conditions.as_ref())?;
        let hub = &self.app.realtime.hub;
        let records = Records::begin(hub, &self.bell, view, wish.snapshot, after)?;
        let mut subscription = Subscription::new(&wish.channel, Source::Records(records));
        let useless = match after {
            Some(_) => {
                let epoch = wish.epoch.as_deref().or(epoch);
                subscription.check(&self.app, epoch).await?
            }
            None => None,
        };
        if after.is_some() {
            resumed(useless.is_some());
        }
        Ok((subscription, useless))
    }

    async fn begin_run(
        &mut self,
        caller: Caller,
        id: &str,
        after: i64,
        epoch: Option<&str>,
    ) -> Result<Begun, Error> {
        let run = Run::begin(&self.app.realtime.runs, &self.bell, caller, id, after);
        let mut subscription = Subscription::new(&run::channel(id), Source::Run(run));
        let useless = subscription.check(&self.app, epoch).await?;
        if after > 0 {
            resumed(useless.is_some());
        }
        Ok((subscription, useless))
    }

    fn begin_room(&mut self, caller: &Caller, name: &str, channel: &str) -> Result<Begun, Error> {
        rooms::may_join(&self.app, caller, name)?;
        let bell = &self.bell;
        let inbox = self.inbox.get_or_insert_with(|| Inbox::new(bell));
        let room = Room::join(&self.app.realtime.rooms, channel, inbox);
        Ok((Subscription::new(channel, Source::Room(room)), None))
    }

    /// The log of the execution that this socket is for.
    pub(super) async fn follow(&mut self, id: &str) -> Done<()> {
        let Some(caller) = self.held.as_ref().map(Held::caller) else {
            return Ok(());
        };
        let (after, epoch) = (self.entrance.after, self.entrance.epoch.clone());
        let begun = self
            .begin_run(caller, id, after.unwrap_or(0), epoch.as_deref())
            .await;
        let useless = self.add(begun.map_err(|error| trouble(&error))?);
        self.tell_all(useless).await
    }

    pub(super) fn unsubscribe(&mut self, channel: &str) -> Result<(), Fault> {
        let place = self
            .place_of(channel)
            .ok_or_else(|| Fault::new("not_found", "This channel is not watched"))?;
        self.subscriptions.remove(place);
        Ok(())
    }

    /// Says something in a room, to all who are there.
    pub(super) fn publish(&self, channel: &str, data: &Json) -> Result<(), Fault> {
        let (Some(held), Some(name)) = (&self.held, channel.strip_prefix("room:")) else {
            return Err(Fault::new("not_found", "Only rooms take messages"));
        };
        rooms::may_publish(&self.app, &held.caller(), name).map_err(|error| fault(&error))?;
        let at = crate::clock::now();
        let frame = frames::message(channel, &held.principal.user, &at, data);
        self.app.realtime.rooms.publish(channel, &frame);
        Ok(())
    }

    pub(super) async fn input(&mut self, request: &str, data: Json) -> Result<(), Fault> {
        let (caller, id) = self.own_execution()?;
        let body = json!({ "data": data });
        let answered = executions::answer(&self.app, &caller, id, request, body).await;
        answered.map(drop).map_err(|error| fault(&error))
    }

    pub(super) async fn cancel(&mut self, reason: Option<String>) -> Result<(), Fault> {
        let (caller, id) = self.own_execution()?;
        let body = reason
            .as_ref()
            .map_or(json!({}), |reason| json!({ "reason": reason }));
        bodies::members("cancel", &body).map_err(|error| fault(&error))?;
        let cancelled = executions::cancel(&self.app, &caller, id, reason).await;
        cancelled.map(drop).map_err(|error| fault(&error))
    }

    fn own_execution(&self) -> Result<(Caller, &str), Fault> {
        let (held, id) = (self.held.as_ref(), self.entrance.execution.as_deref());
        held.map(|held| held.caller()).zip(id).ok_or_else(|| {
            Fault::new(
                "invalid",
                "This is for the socket of an execution, /ws/{execution_id}",
            )
        })
    }

    fn place_of(&self, channel: &str) -> Option<usize> {
        let mut channels = self.subscriptions.iter();
        channels.position(|one| &*one.channel == channel)
    }
}

/// What the client hears; what it does not is logged.
fn fault(error: &Error) -> Fault {
    if let Some(cause) = error.cause() {
        tracing::warn!(%cause, "a frame could not be answered");
    }
    Fault::from(error)
}

fn resumed(reset: bool) {
    let result = if reset { "reset" } else { "resumed" };
    metrics::counter!("hearth_resumes_total", "result" => result).increment(1);
}
