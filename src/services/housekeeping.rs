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

/// Each job has little to do, but a slow disk must not keep it from ever being done.
const LONG: Weight = Weight {
    long: true,
    size: 0,
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

/// One round, in small transactions so that no write waits. Each kind is a job of its own: what fails for one is told, and
/// keeps nothing else from going.
pub(crate) async fn round(app: &App) -> Result<()> {
    let answered = clock::before(limits::IDEMPOTENCY_LIFETIME);
    let audited = clock::before(app.config.logs.audit_retention);
    let seen = clock::before(limits::KNOWN_ADDRESS);
    let begun = clock::before(limits::SETUP_LIFETIME);
    let told = clock::before(limits::MESSAGE_KEPT);
    let finished = clock::before(app.config.executions.retention);
    let now = clock::seconds();
    let rows = limits::PURGED_ROWS;
    let done = [
        signing::forget(app).await,
        purge(app, move |tx| idempotency::purge(tx, &answered)).await,
        purge(app, move |tx| audit::purge(tx, &audited)).await,
        purge(app, move |tx| sessions::purge(tx, now)).await,
        purge(app, move |tx| accounts::purge_addresses(tx, &seen)).await,
        purge(app, move |tx| second_factors::purge_pending(tx, &begun)).await,
        purge(app, move |tx| deliveries::purge(tx, &told)).await,
        purge(app, move |tx| links::purge(tx, now)).await,
        purge(app, move |tx| executions::purge(tx, &finished, rows)).await,
    ];
    artifacts::sweep(app).await;
    done.into_iter().collect()
}

/// Until nothing of it is left.
async fn purge<F>(app: &App, work: F) -> Result<()>
where
    F: Fn(&mut Tx<'_>) -> Result<usize> + Clone + Send + 'static,
{
    while app.db.write(LONG, work.clone()).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Tables;
    use crate::config::{self, Flags};
    use crate::executions::states::State;
    use crate::services::access::Caller;
    use crate::services::executions::create;
    use crate::services::executions::steps::Moment;
    use crate::services::query;
    use crate::store::audit::Entry;
    use crate::store::executions::list::Selection;

    fn open(folder: &std::path::Path, text: &str) -> Arc<App> {
        let file = folder.join("config.toml");
        std::fs::create_dir(folder.join("data")).unwrap();
        std::fs::write(&file, text).unwrap();
        let flags = Flags {
            config: Some(file),
            data_dir: Some(folder.join("data")),
            ..Flags::default()
        };
        App::open(config::load(&flags).unwrap(), Tables::Leave, None).unwrap()
    }

    /// An execution that ended then, with so many events.
    async fn ended(app: &App, at: &str, events: usize) {
        let now = Moment::now();
        let mut one = executions::Execution {
            id: uuid::Uuid::now_v7().to_string(),
            task: "a".to_owned(),
            ..create::blank(None, &now)
        };
        let (new, bodies) = (one.clone(), executions::Bodies::default());
        let bodies = executions::Bodies {
            input: "{}".to_owned(),
            labels: "{}".to_owned(),
            ..bodies
        };
        let insert = app.db.write(Weight::default(), move |tx| {
            executions::insert(tx, &new, &bodies, &[])
        });
        insert.await.unwrap();
        for slice in 0..events.div_ceil(5_000) {
            let count = 5_000.min(events - slice * 5_000);
            let (mut appended, text) = (one.clone(), now.text.clone());
            let data = format!("\"{}\"", "x".repeat(300));
            let append = app.db.write(LONG, move |tx| {
                appended = executions::Execution {
                    last_seq: (slice * 5_000) as i64,
                    ..appended.clone()
                };
                let list = (0..count).map(|_| ("log".to_owned(), data.clone()));
                executions::events::append(tx, &mut appended, &text, list)
            });
            append.await.unwrap();
        }
        one.state = State::Succeeded;
        one.finished_at = Some(at.to_owned());
        let update = app
            .db
            .write(Weight::default(), move |tx| executions::update(tx, &one));
        update.await.unwrap();
    }

    #[tokio::test]
    async fn however_long_a_log_is_it_goes_and_so_does_all_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        // So little time that a whole log can't go at once.
        let app = open(folder.path(), "[database]\nquery_timeout = \"100ms\"\n");
        let old = clock::before(Duration::from_secs(40 * 24 * 60 * 60));
        ended(&app, &old, 100_000).await;
        ended(&app, &old, 10).await;
        ended(&app, &clock::now(), 10).await;
        let key = old.clone();
        let write = app.db.write(Weight::default(), move |tx| {
            deliveries::insert(tx, "issuer", "one", &key)?;
            audit::insert(tx, &Entry::new("sign_in"))
        });
        write.await.unwrap();
        round(&app).await.unwrap();
        let all = Selection {
            limit: 10,
            ..Selection::default()
        };
        let left = app.db.read(move |db| executions::list::find_all(db, &all));
        assert_eq!(left.await.unwrap().len(), 1);
        let again = app.db.write(Weight::default(), move |tx| {
            deliveries::insert(tx, "issuer", "one", "now")
        });
        assert!(again.await.unwrap());
        app.stop();
    }

    #[tokio::test]
    async fn the_audit_is_kept_as_long_as_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path(), "[logs]\naudit_retention = \"30d\"\n");
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
