//! Rows of a file: JSON Lines, one JSON array, or CSV with a head line; read one at a time, whatever the file's size.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::error::{Code, Error, Result};
use crate::models::validate;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    JsonLines,
    Json,
    Csv,
}

impl Format {
    /// By the end of a file's name.
    pub(crate) fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "json" => Some(Format::Json),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }
}

/// Takes each row with its number, counted from 1. A row that can't be read is handed on as the reason.
type Take<'t> = &'t mut dyn FnMut(u64, Result<Json, String>) -> Result<()>;

pub(super) fn each(path: &Path, format: Format, take: Take<'_>) -> Result<()> {
    let file = File::open(path).map_err(|cause| {
        Error::new(
            Code::Invalid,
            format!("Cannot read {}: {cause}", path.display()),
        )
    })?;
    match format {
        Format::JsonLines => lines(file, take),
        Format::Json => array(file, take),
        Format::Csv => csv(file, take),
    }
}

fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::Invalid, format!("The file cannot be read: {cause}"))
}

fn lines(file: File, take: Take<'_>) -> Result<()> {
    let mut row = 0;
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(unreadable)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        row += 1;
        take(
            row,
            validate::parse(&line).map_err(|error| error.to_string()),
        )?;
    }
    Ok(())
}

/// A JSON array without holding all of it.
fn array(file: File, take: Take<'_>) -> Result<()> {
    let mut failed = None;
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(file));
    let read = Elements {
        take,
        failed: &mut failed,
    }
    .deserialize(&mut reader)
    .and_then(|()| reader.end());
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(cause)) => Err(unreadable(format_args!(
            "it has to be one JSON array of objects: {cause}"
        ))),
        (None, Ok(())) => Ok(()),
    }
}

struct Elements<'t, 'f> {
    take: Take<'t>,
    failed: &'f mut Option<Error>,
}

impl<'d> DeserializeSeed<'d> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'d>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'d> Visitor<'d> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut row = 0;
        while let Some(record) = elements.next_element::<Json>()? {
            row += 1;
            if let Err(error) = (self.take)(row, Ok(record)) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Every value is a text; the mapping makes of it what the field's type wants. An empty one counts as not sent.
fn csv(file: File, take: Take<'_>) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(BufReader::new(file));
    let names = reader.headers().map_err(unreadable)?.clone();
    for (index, record) in reader.records().enumerate() {
        let row = index as u64 + 1;
        let read = match record {
            Ok(record) if record.len() != names.len() => Err(format!(
                "The row has {} values, the head line has {}",
                record.len(),
                names.len()
            )),
            Ok(record) => {
                let pairs = names
                    .iter()
                    .zip(record.iter())
                    .filter(|(_, text)| !text.is_empty());
                let members: Map<String, Json> = pairs
                    .map(|(name, text)| {
                        (
                            name.trim_start_matches('\u{feff}').to_owned(),
                            Json::from(text),
                        )
                    })
                    .collect();
                Ok(Json::Object(members))
            }
            Err(cause) => Err(cause.to_string()),
        };
        take(row, read)?;
    }
    Ok(())
}
