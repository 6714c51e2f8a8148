//! Files of executions: workers put them, whoever sees the execution reads them. A file is whole and on disk before its row
//! says that it is there; its name is a row's text alone and never a path. It goes with its execution.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use super::steps::{Moment, event};
use super::{may_read, visible};
use crate::app::App;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::limits;
use crate::services::access::Caller;
use crate::services::workers::{self, Worker};
use crate::store::executions::{self as executions, artifacts as stored};
use crate::store::{Read, Weight};

/// What one who may see it is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shown {
    name: String,
    size: i64,
    #[serde(rename = "type")]
    kind: String,
    sha256: String,
    at: String,
}

impl Shown {
    fn new(artifact: stored::Artifact) -> Self {
        Shown {
            name: artifact.name,
            size: artifact.size,
            kind: artifact.kind,
            sha256: artifact.sha256,
            at: artifact.at,
        }
    }
}

fn folder(app: &App) -> PathBuf {
    app.config.server.data_dir.join("artifacts")
}

/// What may stand in a list and in a header: no path, nothing that can't be seen.
fn check_name(name: &str) -> Result<()> {
    let fits = (1..=limits::ARTIFACT_NAME).contains(&name.len())
        && !name
            .chars()
            .any(|letter| letter.is_control() || "/\\".contains(letter))
        && ![".", ".."].contains(&name);
    if fits {
        return Ok(());
    }
    let at = [Step::from("path"), Step::from("name")];
    let message = "Value error, a file's name has 1 to 200 bytes, no / and no \\";
    Err(Error::invalid(vec![FieldError::new(
        "value_error",
        &at,
        message,
    )]))
}

fn too_large() -> Error {
    let most = limits::ARTIFACT_SIZE;
    Error::new(
        Code::TooLarge,
        format!("A file of an execution is at most {most} bytes"),
    )
}

/// A disk that is full passes; anything else is a fault of ours.
fn on_disk(cause: std::io::Error) -> Error {
    match cause.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Error::unavailable("The disk is full", 5).because(cause)
        }
        _ => Error::internal(cause),
    }
}

/// A file on its way in. What is not finished leaves nothing behind.
pub(crate) struct Incoming {
    id: String,
    fence: i64,
    name: String,
    kind: String,
    file: tokio::fs::File,
    temporary: tempfile::TempPath,
    digest: Context,
    size: u64,
}

impl Incoming {
    /// A worker that lost its lease, and a file that is too large for its head already, are refused before the body.
    pub(crate) async fn begin(
        app: &App,
        worker: &Worker,
        (id, name): (String, String),
        fence: i64,
        kind: String,
        declared: Option<u64>,
    ) -> Result<Self> {
        check_name(&name)?;
        if declared.is_some_and(|size| size > limits::ARTIFACT_SIZE) {
            return Err(too_large());
        }
        let (asking, wanted) = (worker.clone(), id.clone());
        app.db
            .read(move |db| workers::held(db, &asking, &wanted, fence).map(|_| ()))
            .await?;
        let place = folder(app).join("incoming");
        tokio::fs::create_dir_all(&place).await.map_err(on_disk)?;
        let made = tokio::task::spawn_blocking(move || tempfile::NamedTempFile::new_in(place));
        let made = made.await.map_err(Error::internal)?.map_err(on_disk)?;
        let (file, temporary) = made.into_parts();
        Ok(Incoming {
            id,
            fence,
            name,
            kind,
            file: tokio::fs::File::from_std(file),
            temporary,
            digest: Context::new(&SHA256),
            size: 0,
        })
    }

    pub(crate) async fn write(&mut self, piece: &Bytes) -> Result<()> {
        self.size += piece.len() as u64;
        if self.size > limits::ARTIFACT_SIZE {
            return Err(too_large());
        }
        self.digest.update(piece);
        self.file.write_all(piece).await.map_err(on_disk)
    }

    /// Everything is here: it gets its place on the disk, then its row. The same again is the same.
    pub(crate) async fn finish(mut self, app: &App, worker: &Worker) -> Result<Shown> {
        self.file.flush().await.map_err(on_disk)?;
        self.file.sync_all().await.map_err(on_disk)?;
        let now = Moment::now();
        let digest = self.digest.finish();
        let new = stored::Artifact {
            name: self.name,
            size: self.size as i64,
            kind: self.kind,
            sha256: digest
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            file: uuid::Uuid::new_v4().to_string(),
            at: now.text.clone(),
        };
        let home = folder(app).join(&self.id);
        let place = home.join(&new.file);
        move_in(self.temporary, home.clone(), place.clone()).await?;
        let (asking, id, fence) = (worker.clone(), self.id, self.fence);
        let put = app
            .db
            .write(Weight::default(), move |tx| {
                let mut execution = workers::held(tx, &asking, &id, fence)?;
                let before = stored::find(tx, &id, &new.name)?;
                if let Some(before) = before.as_ref().filter(|before| is_same(before, &new)) {
                    return Ok((before.clone(), Some(new.file.clone())));
                }
                room(tx, &id, &new)?;
                stored::put(tx, &id, &new)?;
                let data = json!({ "name": new.name, "size": new.size, "type": new.kind, "sha256": new.sha256 });
                event(tx, &mut execution, "artifact", &data, &now)?;
                executions::update_counters(tx, &execution)?;
                Ok((new.clone(), before.map(|before| before.file)))
            })
            .await;
        match put {
            Ok((artifact, useless)) => {
                if let Some(file) = useless {
                    let _ = tokio::fs::remove_file(home.join(file)).await;
                }
                Ok(Shown::new(artifact))
            }
            Err(error) => {
                let _ = tokio::fs::remove_file(place).await;
                Err(error)
            }
        }
    }
}

fn is_same(before: &stored::Artifact, new: &stored::Artifact) -> bool {
    (&before.sha256, &before.kind, before.size) == (&new.sha256, &new.kind, new.size)
}

/// Whether the execution may have one more, in the place of the one of that name.
fn room(db: &Read<'_>, id: &str, new: &stored::Artifact) -> Result<()> {
    let others = stored::find_all(db, id)?.into_iter();
    let others: Vec<_> = others.filter(|other| other.name != new.name).collect();
    let size: i64 = others.iter().map(|other| other.size).sum();
    let (count, most) = (limits::ARTIFACTS, limits::ARTIFACTS_SIZE);
    if others.len() >= count || (size + new.size) as u64 > most {
        let message = format!("An execution has at most {count} files of together {most} bytes");
        return Err(Error::new(Code::TooLarge, message));
    }
    Ok(())
}

/// Renamed, and the folders written, so that a power cut leaves all of it or nothing.
async fn move_in(temporary: tempfile::TempPath, home: PathBuf, place: PathBuf) -> Result<()> {
    let moving = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        std::fs::create_dir_all(&home)?;
        temporary.persist(&place).map_err(|error| error.error)?;
        std::fs::File::open(&home)?.sync_all()?;
        home.parent()
            .map_or(Ok(()), |all| std::fs::File::open(all)?.sync_all())
    });
    moving.await.map_err(Error::internal)?.map_err(on_disk)
}

pub(crate) async fn list(app: &App, caller: &Caller, id: &str) -> Result<Vec<Shown>> {
    may_read(caller)?;
    let (caller, id) = (caller.clone(), id.to_owned());
    app.db
        .read(move |db| {
            let execution = visible(db, &caller, &id)?;
            let all = stored::find_all(db, &execution.id)?;
            Ok(all.into_iter().map(Shown::new).collect())
        })
        .await
}

/// A file that can be read.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

pub(crate) async fn find(app: &App, caller: &Caller, id: &str, name: &str) -> Result<Found> {
    may_read(caller)?;
    let (caller, wanted, name) = (caller.clone(), id.to_owned(), name.to_owned());
    let found = app
        .db
        .read(move |db| {
            let execution = visible(db, &caller, &wanted)?;
            let found = stored::find(db, &execution.id, &name)?;
            found.ok_or_else(|| Error::not_found("File"))
        })
        .await?;
    Ok(Found {
        path: folder(app).join(id).join(&found.file),
        name: found.name,
        size: found.size as u64,
        sha256: found.sha256,
    })
}

/// Removes the files of executions that are gone.
pub(crate) async fn sweep(app: &App) {
    for id in names(&folder(app)).await {
        let (wanted, is_incoming) = (id.clone(), id == "incoming");
        let known = app.db.read(move |db| stored::is_known(db, &wanted)).await;
        if !is_incoming && matches!(known, Ok(false)) {
            let _ = tokio::fs::remove_dir_all(folder(app).join(id)).await;
        }
    }
}

/// The same, and what a crash left: files that never got a row. Only before anybody can send one.
pub(crate) async fn sweep_all(app: &App) {
    sweep(app).await;
    let _ = tokio::fs::remove_dir_all(folder(app).join("incoming")).await;
    for id in names(&folder(app)).await {
        let wanted = id.clone();
        let Ok(known) = app.db.read(move |db| stored::find_all(db, &wanted)).await else {
            continue;
        };
        for file in names(&folder(app).join(&id)).await {
            if !known.iter().any(|artifact| artifact.file == file) {
                let _ = tokio::fs::remove_file(folder(app).join(&id).join(file)).await;
            }
        }
    }
}

async fn names(folder: &Path) -> Vec<String> {
    let mut list = Vec::new();
    if let Ok(mut entries) = tokio::fs::read_dir(folder).await {
        while let Ok(Some(entry)) = entries.next_entry().await {
            list.extend(entry.file_name().into_string());
        }
    }
    list
}
