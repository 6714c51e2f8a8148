//! What has to be thrown away at times: old idempotency keys, ended sessions, the audit beyond its retention.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::clock;
use crate::error::Result;
use crate::limits;
use crate::services::executions::artifacts;
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
            artifacts::sweep(app).await;
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Tables;
    use crate::config::{self, Flags};
    use crate::services::access::Caller;
    use crate::services::query;
    use crate::store::audit::Entry;

    #[tokio::test]
    async fn the_audit_is_kept_as_long_as_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::create_dir(folder.path().join("data")).unwrap();
        std::fs::write(&file, "[logs]\naudit_retention = \"30d\"\n").unwrap();
        let flags = Flags {
            config: Some(file),
            data_dir: Some(folder.path().join("data")),
            ..Flags::default()
        };
        let app = App::open(config::load(&flags).unwrap(), Tables::Leave, None).unwrap();
        let day = Duration::from_secs(24 * 60 * 60);
        let ages = [31, 40, 29, 0].map(|days| clock::before(day * days));
        let write = app.db.write(Weight::default(), move |tx| {
            for at in &ages {
                let entry = Entry {
                    at: at.clone(),
                    ..Entry::new("sign_in")
                };
                audit::insert(tx, &entry)?;
                deliveries::insert(tx, "issuer", at, at)?;
            }
            Ok(())
        });
        write.await.unwrap();
        round(&app).await.unwrap();
        let operator = Caller::Operator { acts_for: None };
        let all = query::audited(&[]).unwrap();
        let kept = crate::services::audit::list(&app, &operator, all).await;
        let ids: Vec<i64> = kept.unwrap().iter().map(|entry| entry.id).collect();
        assert_eq!(ids, [4, 3]);
        // Of messages the ids that are too old to come back are gone.
        let again = app.db.write(Weight::default(), move |tx| {
            deliveries::insert(tx, "issuer", &clock::before(day * 29), "now")
        });
        assert!(again.await.unwrap());
        app.stop();
    }
}
