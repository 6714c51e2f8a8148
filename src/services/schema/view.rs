//! What is declared, what is pending, and how the tables came to be: one look for the page of the schema.

use serde_json::{Value as Json, json};

use super::{file, plan, shown};
use crate::app::App;
use crate::config::Config;
use crate::config::edit::declared;
use crate::error::Result;
use crate::revisions::state::State;
use crate::services::access::Caller;

/// The whole of it; the history is newest first.
pub(crate) async fn get(app: &App, caller: &Caller) -> Result<(Json, Option<String>)> {
    caller.must_be_admin()?;
    let file = file(app).await?;
    let shown_file = shown::FileShown::of(&file)?;
    // A file with mistakes declares nothing: then what runs is what there is to see.
    let next = file
        .as_ref()
        .ok()
        .and_then(|file| file.config.as_ref().ok());
    let config = next.unwrap_or(&app.config);
    let written = match (&file, next) {
        (Ok(file), Some(_)) => declared(&file.text),
        _ => app.config.declared.clone(),
    };
    let state = |name: &str| match app.config.declared.get(name) {
        None => "new",
        Some(running) if Some(running) == written.get(name) => "in_force",
        Some(_) => "changed",
    };
    let models: Vec<Json> = config
        .models
        .iter()
        .map(|model| shown::model(model, state(&model.name), written.get(&model.name)))
        .collect();
    let gone: Vec<&str> = app
        .config
        .models
        .iter()
        .map(|model| model.name.as_str())
        .filter(|name| config.models.find(name).is_none())
        .collect();
    let planned = plan(app, config).await?;
    let revisions = history(app, config).await?;
    let etag = shown_file.etag.clone();
    let view = json!({
        "config": shown_file,
        "models": models,
        "gone": gone,
        "roles": config.auth.roles,
        "plan": shown::plan(&planned, config),
        "current": revisions.0,
        "drifted": revisions.1,
        "history": revisions.2,
    });
    Ok((view, etag))
}

/// The current version, what does not agree with the ledger, and all revisions.
async fn history(app: &App, config: &Config) -> Result<(Option<i64>, Vec<String>, Json)> {
    let folder = config.database.revisions.clone();
    app.db
        .read_long(move |db| {
            let state = State::read(db, &folder)?;
            let mut drifted = state.drifted.clone();
            drifted.extend(state.late_lines());
            let mut history = state.history();
            history.reverse();
            let current = Some(state.current()).filter(|version| *version > 0);
            Ok((current, drifted, json!(history)))
        })
        .await
}
