//! What a client asks of channels: to watch one, and to stop.

use serde_json::Value as Json;

use super::bell;
use super::frames;
use super::protocol::{Fault, Wish};
use super::socket::{Done, Socket, trouble};
use super::subscription::Subscription;
use crate::services::watching::View;

impl Socket {
    pub(super) async fn subscribe(&mut self, id: Option<&Json>, wish: Wish) -> Done<()> {
        let epoch = wish.epoch.clone().or_else(|| self.entrance.epoch.clone());
        let channel = wish.channel.clone();
        let begun = self.begin(wish);
        let (subscription, resumes) = match begun {
            Ok(begun) => begun,
            Err(fault) => {
                return self.tell(frames::error(id, Some(&channel), &fault)).await;
            }
        };
        let useless = if resumes {
            let checked = subscription.check(&self.app, epoch.as_deref()).await;
            checked.map_err(|error| trouble(&error))?
        } else {
            None
        };
        self.tell(frames::ok(id)).await?;
        if resumes {
            let result = if useless.is_some() {
                "reset"
            } else {
                "resumed"
            };
            metrics::counter!("hearth_resumes_total", "result" => result).increment(1);
        }
        if let Some((reason, extent)) = useless {
            let frame = frames::reset(&subscription.channel, reason, extent);
            return self.tell(frame).await;
        }
        self.subscriptions.push(subscription);
        self.bell.ring(bell::DATA);
        Ok(())
    }

    /// From here on nothing is missed; says whether it goes on from a place of the client's.
    fn begin(&self, wish: Wish) -> Result<(Subscription, bool), Fault> {
        let Some(held) = &self.held else {
            return Err(Fault::new("not_authenticated", "Say hello first"));
        };
        let Some(model) = wish.channel.strip_prefix("records:") else {
            return Err(Fault::new(
                "not_found",
                "There is no such channel; they are called `records:MODEL`",
            ));
        };
        if self.place_of(&wish.channel).is_some() {
            return Err(Fault::new(
                "conflict",
                "This channel is watched already; `unsubscribe` first",
            ));
        }
        let most = self.app.config.realtime.subscriptions;
        if self.subscriptions.len() >= most {
            return Err(Fault::new(
                "too_many_subscriptions",
                format!("A socket watches at most {most} channels (realtime.subscriptions)"),
            ));
        }
        let after = wish
            .after
            .or(self.entrance.after.filter(|_| !wish.snapshot));
        let caller = held.caller();
        let view = View::of(&self.app, &caller, model, wish.conditions.as_ref());
        let hub = &self.app.realtime.hub;
        let begun =
            view.and_then(|view| Subscription::begin(hub, &self.bell, view, wish.snapshot, after));
        begun
            .map(|subscription| (subscription, after.is_some()))
            .map_err(|error| Fault::from(&error))
    }

    pub(super) fn unsubscribe(&mut self, channel: &str) -> Result<(), Fault> {
        let place = self
            .place_of(channel)
            .ok_or_else(|| Fault::new("not_found", "This channel is not watched"))?;
        self.subscriptions.remove(place);
        Ok(())
    }

    fn place_of(&self, channel: &str) -> Option<usize> {
        let mut channels = self.subscriptions.iter();
        channels.position(|one| &*one.channel == channel)
    }
}
