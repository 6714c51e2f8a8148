//! One channel that a socket watches: first what was asked for, then what comes. It holds a place in a log, never a queue.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::frames;
use super::records::Records;
use super::room::Room;
use super::run::Run;
use crate::app::App;
use crate::error::Result;
use crate::services::access::Caller;
use crate::services::watching::Reason;
use crate::store::changes::Extent;

pub(super) struct Subscription {
    pub(super) channel: Box<str>,
    source: Source,
    /// What is still to be said once the caller may not see it any more.
    last: Option<Portion>,
    _counted: Counted,
}

pub(super) enum Source {
    Records(Records),
    Run(Run),
    Room(Room),
}

/// What is sent next.
pub(super) struct Portion {
    pub(super) frames: Vec<Utf8Bytes>,
    pub(super) then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// There may be more.
    More,
    /// That was all for now.
    Wait,
    /// The subscription has ended.
    End,
    /// The same, since its execution is over.
    Finished,
    /// The same, since it is not the caller's any more.
    Refused,
}

/// Frames of a portion.
pub(super) const FRAMES: usize = 256;

impl Subscription {
    pub(super) fn new(channel: &str, source: Source) -> Self {
        let kind = match source {
            Source::Records(_) => "records",
            Source::Run(_) => "execution",
            Source::Room(_) => "room",
        };
        Subscription {
            channel: channel.into(),
            source,
            last: None,
            _counted: Counted::new(kind),
        }
    }

    /// Why the place from which it was to go on is of no use, if it is none.
    pub(super) async fn check(
        &mut self,
        app: &App,
        epoch: Option<&str>,
    ) -> Result<Option<(Reason, Extent)>> {
        match &mut self.source {
            Source::Records(records) => records.check(app, epoch).await,
            Source::Run(run) => run.check(app, epoch).await,
            Source::Room(_) => Ok(None),
        }
    }

    /// Looks whether the caller still sees the same. If not, its next portion is the last, whatever is found later: what
    /// was not sent any more is missing.
    pub(super) async fn judge(&mut self, app: &App, caller: &Caller) -> Result<()> {
        if self.is_over() {
            return Ok(());
        }
        self.last = match &mut self.source {
            Source::Records(records) if records.is_still(caller) => None,
            Source::Records(records) => Some(records.reset(app, Reason::Access).await?),
            Source::Run(run) => (!run.judge(app, caller).await?).then(|| run.refuse()),
            Source::Room(room) if room.judge(app, caller) => None,
            Source::Room(_) => Some(self.without_log()),
        };
        Ok(())
    }

    /// Whether nothing more of it may be sent but its last portion.
    pub(super) fn is_over(&self) -> bool {
        self.last.is_some()
    }

    /// What comes next, as far as it is there.
    pub(super) async fn portion(&mut self, app: &App) -> Result<Portion> {
        if let Some(last) = self.last.take() {
            return Ok(last);
        }
        match &mut self.source {
            Source::Records(records) => records.portion(app).await,
            Source::Run(run) => run.portion(app).await,
            Source::Room(room) => Ok(room.portion()),
        }
    }

    /// The end of what has no log.
    fn without_log(&self) -> Portion {
        let extent = Extent { first: 0, last: 0 };
        Portion {
            frames: vec![frames::reset(&self.channel, Reason::Access, extent)],
            then: Then::End,
        }
    }

    /// How far it has seen the log of changes.
    pub(super) fn cursor(&self) -> Option<i64> {
        match &self.source {
            Source::Records(records) => Some(records.cursor),
            Source::Run(_) | Source::Room(_) => None,
        }
    }
}

/// These frames, and perhaps more.
pub(super) fn more(frames: Vec<Utf8Bytes>) -> Portion {
    Portion {
        frames,
        then: Then::More,
    }
}

/// One in `hearth_subscriptions`.
struct Counted(metrics::Gauge);

impl Counted {
    fn new(channel: &'static str) -> Self {
        let gauge = metrics::gauge!("hearth_subscriptions", "channel" => channel);
        gauge.increment(1.0);
        Counted(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
