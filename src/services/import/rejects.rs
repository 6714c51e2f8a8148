//! Refused rows, kept in temporary files: however many they are, memory does not grow.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::error::{Error, FieldError, Result, Step};

/// A row that was refused, with every reason.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reject {
    /// Counted from 1 in the file.
    pub(crate) row: u64,
    pub(crate) errors: Vec<Reason>,
    /// As the file has it; a row that is no JSON is its text.
    pub(crate) record: Json,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reason {
    /// Empty when it is about the whole row.
    pub(crate) field: String,
    /// The same word as in an answer of the API.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) reason: String,
}

impl Reject {
    pub(super) fn new(row: u64, record: Json, faults: &[FieldError]) -> Self {
        Reject {
            row,
            errors: faults.iter().map(Reason::of).collect(),
            record,
        }
    }
}

impl Reason {
    fn of(fault: &FieldError) -> Self {
        let steps: Vec<String> = fault
            .loc
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.clone(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        Reason {
            field: steps.join("."),
            kind: fault.kind.to_owned(),
            reason: fault.msg.clone(),
        }
    }
}

/// Refused rows in the order of the file.
#[derive(Debug)]
pub(super) struct Ledger {
    file: BufWriter<File>,
    count: u64,
}

impl Ledger {
    pub(super) fn new() -> Result<Self> {
        let file = tempfile::tempfile().map_err(Error::internal)?;
        Ok(Ledger {
            file: BufWriter::new(file),
            count: 0,
        })
    }

    pub(super) fn add(&mut self, reject: &Reject) -> Result<()> {
        self.count += 1;
        serde_json::to_writer(&mut self.file, reject).map_err(Error::internal)?;
        self.file.write_all(b"\n").map_err(Error::internal)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// For a transaction that is run again.
    pub(super) fn clear(&mut self) -> Result<()> {
        self.count = 0;
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(Error::internal)?;
        self.file.get_ref().set_len(0).map_err(Error::internal)
    }

    fn into_rows(mut self) -> Result<impl Iterator<Item = Result<Reject>>> {
        self.file.rewind().map_err(Error::internal)?;
        let file = self.file.into_inner().map_err(Error::internal)?;
        Ok(BufReader::new(file).lines().map(|line| {
            let line = line.map_err(Error::internal)?;
            serde_json::from_str(&line).map_err(Error::internal)
        }))
    }
}

/// All refused rows of an import.
#[derive(Debug)]
pub(crate) struct Rejects {
    /// By the check, before anything was written.
    pub(super) checked: Ledger,
    /// By the tables: unique fields, references.
    pub(super) written: Ledger,
}

impl Rejects {
    pub(crate) fn count(&self) -> u64 {
        self.checked.count + self.written.count
    }

    /// In the order of the file.
    pub(crate) fn into_rows(self) -> Result<impl Iterator<Item = Result<Reject>>> {
        let mut checked = self.checked.into_rows()?.peekable();
        let mut written = self.written.into_rows()?.peekable();
        Ok(std::iter::from_fn(move || {
            match (checked.peek(), written.peek()) {
                (Some(Ok(one)), Some(Ok(other))) if other.row < one.row => written.next(),
                (None, _) => written.next(),
                _ => checked.next(),
            }
        }))
    }
}
