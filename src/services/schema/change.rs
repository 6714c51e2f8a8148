//! A change of one model: looked at before anything happens, or written into `config.toml`. It takes effect at the next
//! start, so nothing is written with which a start would stop, unless that is meant.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio::sync::Mutex;

use super::{etag, file, plan, shown};
use crate::app::App;
use crate::config::edit::{self, Change, Edited, File};
use crate::config::{Config, Mistakes};
use crate::error::{Code, Error, Result};
use crate::revisions::Plan;
use crate::services::access::Caller;
use crate::services::actor::Actor;
use crate::services::bodies;
use crate::store::{Weight, audit};

/// One write of the file at a time.
static WRITING: Mutex<()> = Mutex::const_new(());

#[derive(Deserialize)]
struct Sent {
    model: String,
    from: Option<String>,
    declaration: Map<String, Json>,
    #[serde(default)]
    accept_stop: bool,
}

/// A change with all that is known of it.
struct Considered {
    file: File,
    edited: Edited,
    config: Config,
    plan: Plan,
}

/// What the change leads to; nothing is written.
pub(crate) async fn preview(app: &App, caller: &Caller, body: &Json) -> Result<(Json, String)> {
    caller.must_be_admin()?;
    let sent: Sent = bodies::take("schema_change", body)?;
    let considered = consider(app, &sent).await?;
    let tag = etag(&considered.file)?;
    Ok((considered.shown(false, &tag)?, tag))
}

/// Writes it, where the file is still the one that `if_match` names.
pub(crate) async fn update(
    app: &App,
    caller: &Caller,
    body: &Json,
    if_match: Option<String>,
    address: Option<IpAddr>,
) -> Result<(Json, String)> {
    caller.must_be_admin()?;
    let sent: Sent = bodies::take("schema_change", body)?;
    let _one = WRITING.lock().await;
    let considered = consider(app, &sent).await?;
    may_be_written(&considered, if_match.as_deref(), sent.accept_stop)?;
    // The entry comes first, so that no change is without one.
    let actor = Actor::new(caller, address);
    let members: Vec<&String> = sent.declaration.keys().collect();
    let detail = json!({ "from": sent.from, "keys": members, "file": considered.file.shown });
    note(
        app,
        actor.entry("schema_changed", &sent.model).detail(detail),
    )
    .await?;
    let (file, text) = (considered.file, considered.edited.text.clone());
    let written = tokio::task::spawn_blocking(move || edit::write(&file, &text).map(|()| file));
    let file = match written.await.map_err(Error::internal)? {
        Ok(file) => file,
        Err(error) => {
            let detail = json!({ "reason": error.message() });
            note(
                app,
                actor
                    .entry("schema_change_failed", &sent.model)
                    .detail(detail),
            )
            .await?;
            return Err(error);
        }
    };
    tracing::info!(
        model = sent.model,
        "{} was changed by the console",
        file.shown
    );
    let file = file.holding(&considered.edited.text);
    let tag = etag(&file)?;
    let done = Considered { file, ..considered };
    Ok((done.shown(true, &tag)?, tag))
}

async fn note(app: &App, entry: audit::Entry) -> Result<()> {
    app.db
        .write(Weight::default(), move |tx| audit::insert(tx, &entry))
        .await
}

/// Faults at their fields, then the text, then what the loader and the tables say to it.
async fn consider(app: &App, sent: &Sent) -> Result<Considered> {
    let file = file(app).await?.map_err(|mistakes| broken(&mistakes))?;
    let now = file.config.as_ref().map_err(broken)?;
    let change = Change {
        model: sent.model.clone(),
        from: sent.from.clone(),
        declaration: sent.declaration.clone(),
    };
    let faults = edit::faults(&file.text, &change, &now.auth.roles);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let edited = edit::edit(&file.text, &change)?;
    let text = edited.text.clone();
    let loaded = tokio::task::spawn_blocking(move || {
        let loaded = file.with(&text);
        (file, loaded)
    });
    let (file, loaded) = loaded.await.map_err(Error::internal)?;
    let config = loaded.map_err(|mistakes| broken(&mistakes))?;
    let plan = plan(app, &config).await?;
    Ok(Considered {
        file,
        edited,
        config,
        plan,
    })
}

fn broken(mistakes: &Mistakes) -> Error {
    Error::conflict(format!(
        "The configuration has mistakes. Mend them first:\n{}",
        shown::lines(mistakes).join("\n")
    ))
}

/// The file is the one that was looked at, it can be written, and what follows is known.
fn may_be_written(
    considered: &Considered,
    if_match: Option<&str>,
    accepts_stop: bool,
) -> Result<()> {
    check_version(&considered.file, if_match)?;
    if let Some(reason) = &considered.file.closed {
        return Err(Error::conflict(reason.clone()));
    }
    match &considered.plan.refused {
        Some(reason) if !accepts_stop => Err(Error::conflict(format!(
            "Nothing was written, since the next start would stop: {reason}\nTo write it all the same, send `accept_stop`"
        ))),
        _ => Ok(()),
    }
}

fn check_version(file: &File, if_match: Option<&str>) -> Result<()> {
    let Some(list) = if_match else {
        return Err(Error::new(
            Code::PreconditionFailed,
            "Send If-Match with the ETag of the preview, so that nobody's change is overwritten",
        ));
    };
    let tag = etag(file)?;
    if list.split(',').map(str::trim).any(|one| one == tag) {
        return Ok(());
    }
    Err(Error::new(
        Code::PreconditionFailed,
        format!(
            "{} was changed since. Look at the preview again, then write it",
            file.shown
        ),
    ))
}

impl Considered {
    fn shown(&self, written: bool, tag: &str) -> Result<Json> {
        Ok(json!({
            "file": self.file.shown,
            "exists": self.file.exists,
            "writable": self.file.closed.is_none(),
            "closed": self.file.closed,
            "etag": tag,
            "text": self.edited.after,
            "diff": self.edited.diff(),
            "written": written,
            "next": next(&self.plan),
            "plan": shown::plan(&self.plan, &self.config),
        }))
    }
}

/// What happens when, in a sentence or two.
fn next(plan: &Plan) -> String {
    let starts = "It takes effect at the next start of Hearth";
    match &plan.refused {
        None if plan.is_empty() => format!("{starts}. The tables stay as they are."),
        None => format!("{starts}, which changes the tables by itself. Nothing is lost."),
        Some(_) if plan.up.is_some() => format!(
            "{starts}. That start stops until a revision is written and applied by the commands that are shown."
        ),
        Some(_) => {
            format!("{starts}. That start stops: the tables, as they are now, do not take it.")
        }
    }
}
