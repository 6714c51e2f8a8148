//! The folder of the user's revisions: `up/V20261121093000__add_priority.sql` and its way back of the same name in
//! `down/`. What refinery would silently skip is refused here, with the remedy. It knows no database.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::files::{UNFINISHED, files, refusal, refuse_stray};
use crate::error::{Code, Error, Result};

/// One pair of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub version: i64,
    pub name: String,
    pub up: String,
    /// None: there is no such file.
    pub down: Option<String>,
}

impl Revision {
    /// `V20261121093000__add_priority`: the file's name, and refinery's.
    pub fn stem(&self) -> String {
        format!("V{}__{}", self.version, self.name)
    }

    /// "add priority".
    pub fn message(&self) -> String {
        self.name.replace('_', " ")
    }

    /// A message as it stands in the name of a file.
    pub fn name_of(message: &str) -> String {
        let mut name = String::new();
        for letter in message.chars() {
            if letter.is_alphanumeric() {
                name.extend(letter.to_lowercase());
            } else if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
        let cut: String = name.chars().take(60).collect();
        match cut.trim_end_matches('_') {
            "" => "revision".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// All revisions of a folder, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    pub path: PathBuf,
    pub revisions: Vec<Revision>,
    /// Written by a process that ended before they were in place.
    pub unfinished: Vec<Revision>,
    /// Ways back whose way there is missing: version and name.
    pub alone: Vec<(i64, String)>,
}

impl Folder {
    /// A folder that does not exist is an empty one.
    pub fn open(path: &Path) -> Result<Self> {
        refuse_stray(path)?;
        let (ups, new_ups) = files(&path.join("up"))?;
        let (mut downs, mut new_downs) = files(&path.join("down"))?;
        // The way back is put in place first, so one of a revision that is not there yet may be in its place.
        let mut pair = |version: i64, (name, up): (String, String)| -> Result<Revision> {
            let down = downs
                .remove(&version)
                .or_else(|| new_downs.remove(&version));
            if let Some((other, _)) = down.as_ref().filter(|(other, _)| *other != name) {
                return Err(refusal(
                    &path.join("down"),
                    &format!("V{version}__{other}.sql"),
                    &format!("belongs to up/V{version}__{name}.sql and must have its name"),
                ));
            }
            Ok(Revision {
                version,
                name,
                up,
                down: down.map(|(_, text)| text),
            })
        };
        let revisions = ups
            .into_iter()
            .map(|(version, file)| pair(version, file))
            .collect::<Result<Vec<_>>>()?;
        let unfinished = new_ups
            .into_iter()
            .map(|(version, file)| pair(version, file))
            .collect::<Result<Vec<_>>>()?;
        let alone = downs
            .into_iter()
            .map(|(version, (name, _))| (version, name));
        Ok(Folder {
            path: path.to_owned(),
            revisions,
            unfinished,
            alone: alone.collect(),
        })
    }

    /// Refuses a way back without a way there, unless that was applied: then it is the missing file that is told.
    pub(crate) fn refuse_alone(&self, is_applied: impl Fn(i64) -> bool) -> Result<()> {
        let mut alone = self.alone.iter();
        match alone.find(|(version, _)| !is_applied(*version)) {
            None => Ok(()),
            Some((version, name)) => Err(refusal(
                &self.path.join("down"),
                &format!("V{version}__{name}.sql"),
                "has no partner in up/. Write that one, or remove this",
            )),
        }
    }

    pub fn find(&self, version: i64) -> Option<&Revision> {
        self.revisions
            .iter()
            .find(|revision| revision.version == version)
    }

    pub fn head(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    /// Now, as a number, and behind `last` and everything in the folder.
    pub fn next_version(&self, last: i64) -> i64 {
        let head = self.head().map_or(0, |revision| revision.version);
        crate::clock::revision_stamp().max(head + 1).max(last + 1)
    }

    /// Stems and texts, as refinery wants them.
    pub(crate) fn known(&self) -> Vec<(String, String)> {
        let pairs = self.revisions.iter();
        pairs
            .map(|revision| (revision.stem(), revision.up.clone()))
            .collect()
    }

    /// Writes a pair under temporary names; `Written::put` gives them theirs.
    pub fn write(&self, revision: &Revision) -> Result<Written> {
        let file = format!("{}.sql", revision.stem());
        let mut moves = Vec::new();
        for (kind, text) in [("down", &revision.down), ("up", &Some(revision.up.clone()))] {
            let Some(text) = text else { continue };
            let folder = self.path.join(kind);
            let (from, to) = (
                folder.join(format!("{file}.{UNFINISHED}")),
                folder.join(&file),
            );
            let write = || -> std::io::Result<()> {
                std::fs::create_dir_all(&folder)?;
                let mut file = std::fs::File::create(&from)?;
                file.write_all(text.as_bytes())?;
                file.sync_all()
            };
            write().map_err(|cause| {
                Error::new(
                    Code::Unavailable,
                    format!(
                        "Cannot write {}: {cause}. May this user write there? The folder is the setting database.revisions",
                        from.display()
                    ),
                )
            })?;
            moves.push((from, to));
        }
        Ok(Written { moves, done: false })
    }

    /// Puts the files of an unfinished revision in place.
    pub(crate) fn finish(&mut self, version: i64) -> Result<()> {
        let Some(at) = self
            .unfinished
            .iter()
            .position(|revision| revision.version == version)
        else {
            return Ok(());
        };
        let revision = self.unfinished.remove(at);
        let file = format!("{}.sql", revision.stem());
        let moves = ["down", "up"].map(|kind| {
            let folder = self.path.join(kind);
            (
                folder.join(format!("{file}.{UNFINISHED}")),
                folder.join(&file),
            )
        });
        Written {
            moves: moves.to_vec(),
            done: false,
        }
        .put()?;
        let place = self
            .revisions
            .partition_point(|other| other.version < version);
        self.revisions.insert(place, revision);
        Ok(())
    }

    /// Gives a pair another version.
    pub(crate) fn renumber(&self, revision: &Revision, version: i64) -> Result<()> {
        let new = Revision {
            version,
            ..revision.clone()
        };
        let moves = ["down", "up"].map(|kind| {
            let folder = self.path.join(kind);
            (
                folder.join(format!("{}.sql", revision.stem())),
                folder.join(format!("{}.sql", new.stem())),
            )
        });
        Written {
            moves: moves.to_vec(),
            done: false,
        }
        .put()
    }

    /// How a revision's file is called by people: `revisions/up/V1__a.sql`.
    pub fn shown(&self, kind: &str, stem: &str) -> String {
        let name = self
            .path
            .file_name()
            .map_or_else(|| "revisions".into(), |name| name.to_string_lossy());
        format!("{name}/{kind}/{stem}.sql")
    }
}

/// Files under temporary names. Dropped before `put`, they are removed.
pub struct Written {
    moves: Vec<(PathBuf, PathBuf)>,
    done: bool,
}

impl Written {
    /// Gives each its name. What another process has put in place already is left there.
    pub fn put(mut self) -> Result<()> {
        self.done = true;
        for (from, to) in &self.moves {
            match std::fs::rename(from, to) {
                Ok(()) => {}
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
                Err(cause) => {
                    return Err(Error::new(
                        Code::Unavailable,
                        format!("Cannot write {}: {cause}", to.display()),
                    ));
                }
            }
        }
        if let Some(folder) = self.moves.first().and_then(|(_, to)| to.parent())
            && let Ok(folder) = std::fs::File::open(folder)
        {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.done {
            for (from, _) in &self.moves {
                let _ = std::fs::remove_file(from);
            }
        }
    }
}
