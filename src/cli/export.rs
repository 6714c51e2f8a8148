//! `hearth export`: a model's records as a file.

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value as Json};

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::error::{Code, Error, Result};
use crate::services::access::Caller;
use crate::services::export::{self, Portion};
use crate::store::records::Table;

/// Export the records of a model; write-only fields are left out
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth export movies > movies.jsonl\n  hearth export movies --output movies.csv"
)]
pub(super) struct Export {
    model: String,
    /// Where to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The form [default: by the output's name, else jsonl]
    #[arg(long)]
    format: Option<Form>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Jsonl,
    Json,
    Csv,
}

impl Export {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        super::model(&place.load()?, &self.model)?;
        let app = place.open(Tables::Expect)?;
        let done = wait(self.export(&app));
        app.stop();
        match done {
            Err(error) if is_broken_pipe(&error) => Ok(()),
            done => done,
        }
    }

    async fn export(&self, app: &App) -> Result<()> {
        let table = app.named_table(&self.model)?;
        let cannot = |cause: std::io::Error| {
            Error::new(Code::Invalid, format!("Cannot write: {cause}")).because(cause)
        };
        let out: Box<dyn Write> = match &self.output {
            Some(path) => Box::new(File::create(path).map_err(|cause| {
                Error::new(
                    Code::Invalid,
                    format!("Cannot write {}: {cause}", path.display()),
                )
            })?),
            None => Box::new(std::io::stdout()),
        };
        let caller = Caller::Operator { acts_for: None };
        let bar = bar(
            export::count(app, &caller, table).await?,
            self.output.is_some(),
        );
        let mut writer = Writer::new(self.form(), BufWriter::new(out), table).map_err(cannot)?;
        let mut after = None;
        loop {
            let Portion { items, next } = export::portion(app, &caller, table, after).await?;
            let records: Vec<Map<String, Json>> =
                serde_json::from_slice(&[b"[", items.as_slice(), b"]"].concat())
                    .map_err(Error::internal)?;
            for record in &records {
                writer.record(record).map_err(cannot)?;
            }
            bar.inc(records.len() as u64);
            after = next;
            if after.is_none() {
                break;
            }
        }
        writer.end().map_err(cannot)?;
        bar.finish_and_clear();
        if let Some(path) = &self.output {
            print::line(format_args!(
                "Exported {} records to {}",
                writer.count,
                path.display()
            ));
        }
        Ok(())
    }

    fn form(&self) -> Form {
        let ending = self
            .output
            .as_ref()
            .and_then(|path| path.extension())
            .and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            _ => Form::Jsonl,
        })
    }
}

/// Whether the reader of stdout went away, as `head` does: it has what it wanted.
fn is_broken_pipe(error: &Error) -> bool {
    let cause = error.cause().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(|cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// On a terminal, when it does not get in the way of the records.
fn bar(total: u64, to_file: bool) -> ProgressBar {
    let target = if to_file || !std::io::stdout().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} records") {
        bar.set_style(style);
    }
    bar
}

struct Writer<W: Write> {
    form: Form,
    out: W,
    names: Vec<String>,
    count: u64,
}

impl<W: Write> Writer<W> {
    fn new(form: Form, out: W, table: &Arc<Table>) -> std::io::Result<Self> {
        let names = table
            .columns()
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let mut writer = Writer {
            form,
            out,
            names,
            count: 0,
        };
        match form {
            Form::Csv => {
                let names = writer.names.clone();
                writer.row(names.iter().map(String::as_str))?;
            }
            Form::Json => writer.out.write_all(b"[")?,
            Form::Jsonl => {}
        }
        Ok(writer)
    }

    fn record(&mut self, record: &Map<String, Json>) -> std::io::Result<()> {
        match self.form {
            Form::Csv => {
                let cells: Vec<String> = self
                    .names
                    .iter()
                    .map(|name| cell(record.get(name)))
                    .collect();
                self.row(cells.iter().map(String::as_str))?;
            }
            Form::Json => {
                self.out
                    .write_all(if self.count > 0 { b",\n" } else { b"\n" })?;
                serde_json::to_writer(&mut self.out, record)?;
            }
            Form::Jsonl => {
                serde_json::to_writer(&mut self.out, record)?;
                self.out.write_all(b"\n")?;
            }
        }
        self.count += 1;
        Ok(())
    }

    fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(cells)?;
        let bytes = writer
            .into_inner()
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        self.out.write_all(&bytes)
    }

    fn end(&mut self) -> std::io::Result<()> {
        if self.form == Form::Json {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()
    }
}

/// Null is an empty cell, a text stays as it is, arrays and objects are their JSON.
fn cell(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}
