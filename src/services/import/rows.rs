//! Rows of a file: JSON Lines, one JSON array, or CSV with a head line; read one at a time, whatever the file's size.
//!
//! Each JSON row passes the same checks as a body of the API: depth, surrogates, integers beyond i64.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::Reject;
use crate::error::{Code, Error, FieldError, Result, Step};
use crate::limits;
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
            "csv" | "tsv" => Some(Format::Csv),
            _ => None,
        }
    }
}

/// A row that is none.
pub(super) struct Unreadable {
    faults: Vec<FieldError>,
    text: Json,
}

impl Unreadable {
    fn new(reason: String, text: Json) -> Self {
        let faults = vec![FieldError::new("json_invalid", &[], reason)];
        Unreadable { faults, text }
    }

    pub(super) fn reject(self, row: u64) -> Reject {
        Reject::new(row, self.text, &self.faults)
    }
}

/// Takes each row with its number, counted from 1.
type Take<'t> = &'t mut dyn FnMut(u64, Result<Json, Unreadable>) -> Result<()>;

pub(super) fn each(file: File, format: Format, take: Take<'_>) -> Result<()> {
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    // Windows' programs put a mark before the text.
    if reader
        .fill_buf()
        .map_err(unreadable)?
        .starts_with(b"\xef\xbb\xbf")
    {
        reader.consume(3);
    }
    match format {
        Format::JsonLines => lines(reader, take),
        Format::Json => array(reader, take),
        Format::Csv => csv(reader, take),
    }
}

fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::Invalid, format!("The file cannot be read: {cause}"))
}

fn lines(mut reader: impl BufRead, take: Take<'_>) -> Result<()> {
    let (mut row, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let mut limited = reader.by_ref().take(limits::IMPORT_ROW);
        if limited.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            return Ok(());
        }
        if line.len() as u64 == limits::IMPORT_ROW {
            let most = limits::IMPORT_ROW >> 20;
            let message = format!("row {} is larger than {most} MiB", row + 1);
            return Err(unreadable(message));
        }
        if !line.trim_ascii().is_empty() {
            row += 1;
            take(row, parse(line.trim_ascii_end()))?;
        }
    }
}

/// A row as the API would take it as a body.
fn parse(text: &[u8]) -> Result<Json, Unreadable> {
    validate::parse(text).map_err(|error| {
        let record = Json::from(String::from_utf8_lossy(text));
        let [fault] = error.fields() else {
            let reason = error.message().replace("The body", "The row");
            return Unreadable::new(reason, record);
        };
        if fault.kind != "json_invalid" {
            // It is JSON, with a number that no field holds.
            let mut fault = fault.clone();
            fault.loc.retain(|step| *step != Step::from("body"));
            return Unreadable {
                faults: vec![fault],
                text: record,
            };
        }
        let ctx = fault.ctx.as_deref();
        let cause = ctx.and_then(|ctx| ctx.get("error")?.as_str());
        let place = match fault.loc.last() {
            Some(Step::Index(index)) => format!(" at character {}", index + 1),
            _ => String::new(),
        };
        let reason = format!("{}: {}{place}", fault.msg, cause.unwrap_or_default());
        Unreadable::new(reason, record)
    })
}

/// A JSON array without holding all of it.
fn array(reader: impl BufRead, take: Take<'_>) -> Result<()> {
    let mut failed = None;
    let mut reader = serde_json::Deserializer::from_reader(reader);
    let elements = Elements {
        take,
        failed: &mut failed,
    };
    let read = elements
        .deserialize(&mut reader)
        .and_then(|()| reader.end());
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(cause)) => Err(unreadable(format_args!(
            "{cause}. A .json file is one array of records; with a record on each line it is .jsonl"
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
        while let Some(record) = elements.next_element::<Box<RawValue>>()? {
            row += 1;
            if let Err(error) = (self.take)(row, parse(record.get().as_bytes())) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Every value is a text; the mapping makes of it what the field's type wants. An empty one counts as not sent.
fn csv(mut reader: impl BufRead, take: Take<'_>) -> Result<()> {
    let delimiter = delimiter(reader.fill_buf().map_err(unreadable)?);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(reader);
    let names = reader.headers().map_err(unreadable)?.clone();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|before| before == name) {
            let message = format!("its head line has the name \"{name}\" twice");
            return Err(unreadable(message));
        }
    }
    for (index, record) in reader.records().enumerate() {
        let read = match record {
            Ok(record) if record.len() != names.len() => Err(Unreadable::new(
                format!(
                    "The row has {} values, the head line has {}",
                    record.len(),
                    names.len()
                ),
                record.iter().map(Json::from).collect(),
            )),
            Ok(record) => {
                let cells = names.iter().zip(&record);
                let cells = cells.filter(|(_, text)| !text.is_empty());
                let members = cells.map(|(name, text)| (name.to_owned(), Json::from(text)));
                Ok(Json::Object(members.collect::<Map<_, _>>()))
            }
            Err(cause) if cause.is_io_error() => return Err(unreadable(cause)),
            Err(cause) => Err(Unreadable::new(cause.to_string(), Json::Null)),
        };
        take(index as u64 + 1, read)?;
    }
    Ok(())
}

/// What stands between the names of the head line: a comma, else what other programs write.
fn delimiter(start: &[u8]) -> u8 {
    let head = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let wanted = [b',', b';', b'\t'];
    let mut found = wanted.into_iter().filter(|byte| head.contains(byte));
    found.next().unwrap_or(b',')
}
