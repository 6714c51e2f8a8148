//! Backups: whole copies of the database, made while the server works, in `backups/` of the data folder. A restore is a
//! matter of files and of the command line, with the server stopped (docs/operations.md).
//!
//! A copy sees one moment: all that was acknowledged before it began, nothing of what came later. It is looked through by
//! SQLite and on the disk before it has its name. Files of executions are not in it.

use std::fs::Metadata;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::revisions::backup;
use crate::services::access::Caller;
use crate::services::actor::Actor;
use crate::store::{Weight, audit};

/// One file, as listed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Backup {
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    created_at: String,
}

impl Backup {
    fn new(name: String, data: &Metadata) -> Self {
        let time = data.modified().ok();
        let time = time.and_then(|time| jiff::Timestamp::try_from(time).ok());
        Backup {
            name,
            size: data.len(),
            created_at: time.map_or_else(clock::now, clock::text),
        }
    }
}

fn folder(app: &App) -> PathBuf {
    app.config.server.data_dir.join("backups")
}

/// A backup's name and nothing else: no way to another folder, no hidden or unfinished file.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.len() <= 100
        && name.ends_with(".db")
        && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && !name.contains("..")
        && name.bytes().all(plain)
}

/// All of them, the newest first; also those that a revision made before it lost something.
pub(crate) async fn list(app: &App, caller: &Caller) -> Result<Vec<Backup>> {
    caller.must_be_admin()?;
    let folder = folder(app);
    blocking(move || {
        let entries = match std::fs::read_dir(&folder) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::internal)?,
        };
        let mut found: Vec<Backup> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| look(&folder, &name))
            .collect();
        found.sort_by(|one, other| {
            let order = other.created_at.cmp(&one.created_at);
            order.then_with(|| other.name.cmp(&one.name))
        });
        Ok(found)
    })
    .await
}

/// None for what is no backup; a link is none either, wherever it leads.
fn look(folder: &Path, name: &str) -> Option<Backup> {
    let data = is_name(name).then(|| folder.join(name).symlink_metadata().ok())??;
    data.is_file().then(|| Backup::new(name.to_owned(), &data))
}

/// Makes one now. It goes on, and is noted, also when whoever asked does not wait for it.
pub(crate) async fn create(app: &Arc<App>, caller: &Caller, address: IpAddr) -> Result<Backup> {
    caller.must_be_admin()?;
    caller.may_change()?;
    let alone = Arc::clone(&app.backing_up).try_lock_owned();
    let alone = alone.map_err(|_| Error::conflict("A backup is being made; wait for it"))?;
    let (app, actor) = (Arc::clone(app), Actor::new(caller, Some(address)));
    let made = tokio::spawn(async move {
        let _alone = alone;
        let copied = Arc::clone(&app);
        let made = blocking(move || write(&copied)).await?;
        note(&app, &actor, "backup_made", &made).await?;
        Ok(made)
    });
    made.await.map_err(Error::internal)?
}

fn write(app: &App) -> Result<Backup> {
    let folder = folder(app);
    std::fs::create_dir_all(&folder).map_err(Error::internal)?;
    sweep(&folder);
    must_have_room(&folder, app.database_size())?;
    let name = free_name(&folder);
    backup::write(&folder.join(&name), |to| app.copy_all(to))?;
    look(&folder, &name).ok_or_else(|| Error::internal("the new backup is gone"))
}

/// What a process that was killed left of its own.
fn sweep(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("backup-") && name.ends_with(".db.new") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn free_name(folder: &Path) -> String {
    let stamp = clock::file_stamp();
    let mut name = format!("backup-{stamp}.db");
    let mut count = 1;
    while folder.join(&name).exists() {
        count += 1;
        name = format!("backup-{stamp}-{count}.db");
    }
    name
}

/// A full disk would stop the server's own writes, so it is not tried.
#[cfg(unix)]
fn must_have_room(folder: &Path, size: u64) -> Result<()> {
    let disk = rustix::fs::statvfs(folder).map_err(Error::internal)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= size.saturating_add(limits::BACKUP_MARGIN) {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
    Err(Error::conflict(format!(
        "There is no room for a backup: it takes up to {} MiB, {} MiB stay free for the database, and the disk has {} MiB. \
         Delete old backups, or move them elsewhere",
        megabytes(size),
        megabytes(limits::BACKUP_MARGIN),
        free / 1024 / 1024,
    )))
}

#[cfg(not(unix))]
fn must_have_room(_: &Path, _: u64) -> Result<()> {
    Ok(())
}

/// One to be sent, with its place.
pub(crate) async fn find(app: &App, caller: &Caller, name: String) -> Result<(Backup, PathBuf)> {
    caller.must_be_admin()?;
    let folder = folder(app);
    blocking(move || {
        let found = look(&folder, &name).ok_or_else(|| Error::not_found("Backup"))?;
        Ok((found, folder.join(name)))
    })
    .await
}

/// Notes that somebody takes it away: all of everybody's records are in it.
pub(crate) async fn note_download(
    app: &App,
    caller: &Caller,
    backup: &Backup,
    address: IpAddr,
) -> Result<()> {
    let actor = Actor::new(caller, Some(address));
    note(app, &actor, "backup_downloaded", backup).await
}

pub(crate) async fn delete(
    app: &App,
    caller: &Caller,
    name: String,
    address: IpAddr,
) -> Result<()> {
    let (found, path) = find(app, caller, name).await?;
    caller.may_change()?;
    blocking(move || std::fs::remove_file(path).map_err(|_| Error::not_found("Backup"))).await?;
    note(
        app,
        &Actor::new(caller, Some(address)),
        "backup_deleted",
        &found,
    )
    .await
}

async fn note(app: &App, actor: &Actor, action: &'static str, backup: &Backup) -> Result<()> {
    tracing::info!(name = %backup.name, size = backup.size, action, "backup");
    let entry = actor.entry(action, &backup.name);
    let entry = entry.detail(json!({ "size": backup.size }));
    app.db
        .write(Weight::default(), move |tx| audit::insert(tx, &entry))
        .await
}

/// Files are not for the runtime's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        for name in [
            "backup-20261126T120000.db",
            "before-2-20261126T120000.db",
            "a.db",
        ] {
            assert!(is_name(name), "{name}");
        }
        let long = format!("{}.db", "a".repeat(100));
        for name in [
            "", ".db", "..db", "../x.db", "a/b.db", "a\\b.db", "a..db", "%2e.db", "a.db.new",
            "a.db\0", "ä.db", "a b.db", "-a.db", &long,
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
