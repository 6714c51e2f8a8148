//! In builds with the feature `test-hooks` alone: writes and reads that go wrong on purpose.

use std::time::Duration;

use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::hooks::{self, Point};
use crate::store::{Tx, Weight};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Write {
    /// The job sleeps so long inside the transaction.
    milliseconds: u64,
    panic: bool,
    error: bool,
    /// Rolls the whole transaction back, as a full disk does.
    rollback: bool,
}

pub(crate) async fn write(app: &App, wanted: Write) -> Result<()> {
    let long = Weight {
        long: true,
        size: 0,
    };
    let work = move |tx: &mut Tx<'_>| {
        std::thread::sleep(Duration::from_millis(wanted.milliseconds));
        if wanted.rollback {
            tx.roll_back_everything();
        }
        #[expect(clippy::panic, reason = "it is what is tested")]
        if wanted.panic {
            panic!("on purpose");
        }
        if wanted.error {
            Err(Error::conflict("on purpose"))
        } else {
            Ok(())
        }
    };
    app.db.write(long, work).await
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fail {
    /// `before_commit`, `after_commit`, `after_publish`: the process aborts there at the next commit.
    abort_at: Option<String>,
    /// Each read takes so much longer.
    delay_reads: Option<u64>,
}

pub(crate) fn fail(wanted: &Fail) {
    match wanted.abort_at.as_deref() {
        Some("before_commit") => hooks::abort_at(Point::BeforeCommit),
        Some("after_commit") => hooks::abort_at(Point::AfterCommit),
        Some("after_publish") => hooks::abort_at(Point::AfterPublish),
        _ => {}
    }
    if let Some(milliseconds) = wanted.delay_reads {
        hooks::delay_reads(Duration::from_millis(milliseconds));
    }
}
