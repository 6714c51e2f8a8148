//! Where the text of settings is: a file, or what is embedded.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::accept::absolute;
use super::environment::Environment;
use super::{Flags, Mistakes};
use crate::error::Mistake;

/// What holds when there is no file; also what `hearth init` begins with.
pub(super) const EMBEDDED: &str = include_str!("../../config.toml");
pub(super) const NAME: &str = "config.toml";

/// A text of settings, and where it stands.
#[derive(Debug)]
pub(super) struct Source {
    /// None: the embedded one.
    pub(super) file: Option<PathBuf>,
    /// How messages call it.
    pub(super) shown: String,
    /// Relative paths begin here.
    pub(super) folder: PathBuf,
    pub(super) text: Cow<'static, str>,
}

impl Source {
    pub(super) fn find(
        flags: &Flags,
        environment: &Environment,
        working: &Path,
    ) -> Result<Source, Mistakes> {
        let variable = environment
            .find("HEARTH_CONFIG")
            .filter(|path| !path.is_empty());
        let named = flags.config.clone().or_else(|| variable.map(PathBuf::from));
        let shown = named.clone().unwrap_or_else(|| PathBuf::from(NAME));
        let path = absolute(working, &shown);
        if named.is_none() && path.symlink_metadata().is_err() {
            return Ok(Source {
                file: None,
                shown: NAME.to_owned(),
                folder: working.to_owned(),
                text: Cow::Borrowed(EMBEDDED),
            });
        }
        let shown = shown.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Source {
                folder: path.parent().unwrap_or(working).to_owned(),
                file: Some(path),
                shown,
                text: Cow::Owned(text),
            }),
            Err(error) => Err(unreadable(shown, &error)),
        }
    }
}

fn unreadable(file: String, error: &std::io::Error) -> Mistakes {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("There is no file {file}. `hearth init {file}` writes it.")
        }
        std::io::ErrorKind::InvalidData => format!("{file} is not UTF-8: save it as UTF-8."),
        _ => format!("{file} can't be read: {error}."),
    };
    Mistakes {
        file,
        list: vec![Mistake { line: 0, message }],
    }
}
