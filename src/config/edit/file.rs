//! The file itself: where the next start reads from, whether it can be written, and the writing of it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::config::environment::Environment;
use crate::config::load::{candidate, load_from};
use crate::config::source::{NAME, Source};
use crate::config::{Config, Flags, Mistakes};
use crate::error::{Error, Result};

/// The configuration as the next start would find it.
#[derive(Debug)]
pub struct File {
    /// As people call it.
    pub shown: String,
    pub text: String,
    /// Whether there is a file; else the text is the built-in one.
    pub exists: bool,
    /// Why it can't be written from here, with what to do instead.
    pub closed: Option<String>,
    pub config: Result<Config, Mistakes>,
    path: PathBuf,
    flags: Flags,
}

impl File {
    pub fn read(flags: &Flags) -> Result<Self, Mistakes> {
        let working =
            std::env::current_dir().map_err(|error| Mistakes::of_file(NAME, &error.to_string()))?;
        let environment = Environment::of_process();
        let source = Source::find(flags, &environment, &working)?;
        let path = source
            .file
            .clone()
            .unwrap_or_else(|| source.folder.join(NAME));
        let path = path.canonicalize().unwrap_or(path);
        Ok(File {
            closed: closed(&path, source.file.is_some(), flags, &source.shown),
            shown: source.shown,
            text: source.text.into_owned(),
            exists: source.file.is_some(),
            config: load_from(flags, &environment, &working),
            path,
            flags: flags.clone(),
        })
    }

    /// The same once that text is written.
    #[must_use]
    pub fn holding(mut self, text: &str) -> Self {
        self.exists = true;
        text.clone_into(&mut self.text);
        self
    }

    /// What the loader says to another text in the same place.
    pub fn with(&self, text: &str) -> Result<Config, Mistakes> {
        candidate(&self.flags, text, self.path.clone())
    }
}

fn closed(path: &Path, exists: bool, flags: &Flags, shown: &str) -> Option<String> {
    let paste = format!("Paste the text into {shown} yourself, and restart Hearth");
    if !exists && flags.ephemeral {
        return Some(format!(
            "This server keeps everything in a temporary folder and leaves nothing behind. {paste}"
        ));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    if exists {
        // Who took the right to write away meant it, also for root.
        let marked = std::fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
        if marked || std::fs::OpenOptions::new().write(true).open(path).is_err() {
            return Some(format!("{shown} is read-only for this server. {paste}"));
        }
    }
    let wanted = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    if rustix::fs::access(folder, wanted).is_err() {
        return Some(format!(
            "The folder of {shown} is read-only for this server. {paste}"
        ));
    }
    None
}

/// Writes the new text where the old one still stands: beside it, then by one rename. A text that is there already is fine.
pub fn write(file: &File, new: &str) -> Result<()> {
    let now = match std::fs::read_to_string(&file.path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(file, &error)),
    };
    if now.as_deref() == Some(new) {
        return Ok(());
    }
    if now.as_deref() != file.exists.then_some(file.text.as_str()) {
        return Err(Error::conflict(format!(
            "{} was changed in this very moment. Load it anew and try again",
            file.shown
        )));
    }
    replace(file, new).map_err(|error| failed(file, &error))
}

fn replace(file: &File, new: &str) -> std::io::Result<()> {
    let folder = file.path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new()
        .prefix(".config.toml.")
        .tempfile_in(folder)?;
    beside.write_all(new.as_bytes())?;
    if let Ok(old) = std::fs::metadata(&file.path) {
        keep_owner(beside.as_file(), &old)?;
        beside.as_file().set_permissions(old.permissions())?;
    }
    beside.as_file().sync_all()?;
    beside.persist(&file.path).map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The file stays whose it is, or it is not written.
fn keep_owner(new: &std::fs::File, old: &std::fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let made = new.metadata()?;
    if (made.uid(), made.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid()))
}

fn failed(file: &File, error: &std::io::Error) -> Error {
    Error::conflict(format!(
        "{} could not be written: {error}. Paste the text into it yourself, and restart Hearth",
        file.shown
    ))
}
