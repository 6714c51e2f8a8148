//! The files in a folder of revisions, one by one: what their names and texts must be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::script;
use crate::error::{Code, Error, Result};

/// Behind the name of a file that is not in place yet.
pub(super) const UNFINISHED: &str = "new";

/// Name and text, by version.
pub(super) type Files = BTreeMap<i64, (String, String)>;

/// Those in place, and those that are unfinished, by version.
pub(super) fn files(folder: &Path) -> Result<(Files, Files)> {
    let (mut files, mut unfinished) = (Files::new(), Files::new());
    for name in entries(folder)? {
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let whole = name.strip_suffix(&format!(".{UNFINISHED}"));
        let Some((version, stem)) = parse(whole.unwrap_or(&name)) else {
            return Err(refusal(
                folder,
                &name,
                "is no name of a revision, and it would be left out. Call it as V20261121093000__add_priority.sql",
            ));
        };
        let path = folder.join(&name);
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| refusal(folder, &name, &format!("cannot be read: {cause}")))?
            // A checkout on Windows may have its own line ends; the checksum is over the text.
            .replace("\r\n", "\n");
        if whole.is_none() {
            script::check(&shown(folder, &name), &text)?;
        }
        let list = if whole.is_some() {
            &mut unfinished
        } else {
            &mut files
        };
        if let Some((other, _)) = list.insert(version, (stem, text)) {
            return Err(refusal(
                folder,
                &name,
                &format!(
                    "has the same version as V{version}__{other}.sql. Give one of them another"
                ),
            ));
        }
    }
    Ok((files, unfinished))
}

fn parse(name: &str) -> Option<(i64, String)> {
    let (version, stem) = name
        .strip_suffix(".sql")?
        .strip_prefix('V')?
        .split_once("__")?;
    let digits = version.bytes().all(|byte| byte.is_ascii_digit());
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    (digits && !stem.is_empty() && stem.chars().all(word))
        .then_some((version.parse().ok()?, stem.to_owned()))
}

/// Files beside `up/` and `down/` that look as if they were meant.
pub(super) fn refuse_stray(path: &Path) -> Result<()> {
    let stray = entries(path)?
        .into_iter()
        .find(|name| name.ends_with(".sql"));
    match stray {
        None => Ok(()),
        Some(name) => Err(refusal(
            path,
            &name,
            "would be left out here. Put it into up/, and its way back into down/",
        )),
    }
}

fn entries(folder: &Path) -> Result<Vec<String>> {
    let list = match std::fs::read_dir(folder) {
        Ok(list) => list,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => {
            let place = folder.display();
            return Err(Error::new(
                Code::Unavailable,
                format!("Cannot read {place}: {cause}"),
            ));
        }
    };
    let mut names: Vec<String> = list
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn shown(folder: &Path, name: &str) -> String {
    let parts: Vec<_> = folder.iter().collect();
    let from = parts.len().saturating_sub(2);
    let mut path: PathBuf = parts[from..].iter().collect();
    path.push(name);
    path.display().to_string()
}

pub(super) fn refusal(folder: &Path, name: &str, why: &str) -> Error {
    Error::conflict(format!("{} {why}", shown(folder, name)))
}
