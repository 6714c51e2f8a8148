//! Whether the tables are still those of the models: a revision may be applied beside a running server.

use std::sync::{Mutex, PoisonError};

use crate::app::App;
use crate::error::{Error, Result};
use crate::revisions;
use crate::store::revise;

/// What was found at which version of the schema; looked at again only when that has moved.
#[derive(Debug, Default)]
pub(crate) struct Fit(Mutex<Option<(i64, Vec<String>)>>);

impl Fit {
    fn known(&self, version: i64) -> Option<Vec<String>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref()
            .filter(|(at, _)| *at == version)
            .map(|(_, differs)| differs.clone())
    }

    fn learn(&self, version: i64, differs: &[String]) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Some((version, differs.to_vec()));
    }
}

/// An error with the remedy; what differs is in the log.
pub(crate) async fn check(app: &App) -> Result<()> {
    let version = app.db.read(revise::schema_version).await?;
    let differs = match app.schema.known(version) {
        Some(differs) => differs,
        None => {
            let models = app.config.models.clone();
            let found = app
                .db
                .read_long(move |db| revisions::differences(db, &models))
                .await?
                .differs;
            app.schema.learn(version, &found);
            if !found.is_empty() {
                tracing::warn!("the tables no longer fit the models: {}", found.join("; "));
            }
            found
        }
    };
    if differs.is_empty() {
        return Ok(());
    }
    Err(Error::schema_changed(
        "The tables were changed while Hearth runs, and no longer fit its models; `hearth migrate check` says how. \
         Restart it with the config.toml that fits, or go back: hearth migrate downgrade",
    ))
}
