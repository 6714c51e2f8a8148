//! What has to be thrown away at times: old idempotency keys, ended sessions, the audit beyond its retention.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::clock;
use crate::error::Result;
use crate::limits;
use crate::services::signing;
use crate::store::{
    Tx, Weight, accounts, audit, changes, deliveries, executions, idempotency, links,
    second_factors, sessions,
};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(10 * 60);

/// Rounds until the process ends; a failure is logged and tried again in the next one.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        tokio::time::sleep(ROUND).await;
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "old rows could not be thrown away");
        }
    }
}

/// The change log, more often: a busy one grows fast.
pub(crate) async fn trim(app: Arc<App>) {
    loop {
        tokio::time::sleep(limits::CHANGES_ROUND).await;
        if let Err(error) = trim_once(&app).await {
            tracing::warn!(%error, "old changes could not be thrown away");
        }
    }
}

async fn trim_once(app: &App) -> Result<()> {
    let settings = &app.config.realtime;
    let keep = settings.changes as i64;
    loop {
        let before = clock::before(settings.change_retention);
        let asked = before.clone();
        let over = app.db.read(move |db| changes::is_over(db, keep, &asked));
        if !over.await? {
            return Ok(());
        }
        let purge = move |tx: &mut Tx<'_>| changes::purge(tx, keep, &before);
        app.db.write(Weight::default(), purge).await?;
    }
}

/// One round, in small transactions so that no write waits.
pub(crate) async fn round(app: &App) -> Result<()> {
    let answered = clock::before(limits::IDEMPOTENCY_LIFETIME);
    let audited = clock::before(app.config.logs.audit_retention);
    let seen = clock::before(limits::KNOWN_ADDRESS);
    let begun = clock::before(limits::SETUP_LIFETIME);
    let told = clock::before(limits::MESSAGE_KEPT);
    let finished = clock::before(app.config.executions.retention);
    signing::forget(app).await?;
    loop {
        let (answered, audited, now) = (answered.clone(), audited.clone(), clock::seconds());
        let (seen, finished) = (seen.clone(), finished.clone());
        let (begun, told) = (begun.clone(), told.clone());
        let gone = app
            .db
            .write(Weight::default(), move |tx| {
                Ok(idempotency::purge(tx, &answered)?
                    + audit::purge(tx, &audited)?
                    + sessions::purge(tx, now)?
                    + accounts::purge_addresses(tx, &seen)?
                    + second_factors::purge_pending(tx, &begun)?
                    + deliveries::purge(tx, &told)?
                    + links::purge(tx, now)?
                    + executions::purge(tx, &finished)?)
            })
            .await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
