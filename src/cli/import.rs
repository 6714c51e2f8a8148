//! `hearth import`: records out of a file, all or nothing.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::error::{Code, Error, Result};
use crate::services::access::Caller;
use crate::services::accounts;
use crate::services::import::{
    self, Format, Job, Mapping, Outcome, Progress, Reject, Rejects, Watch,
};

/// Import records of a model from a .jsonl, .json or .csv file
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth import movies movies.json --as ada@example.com\n  \
                        hearth import movies movies.csv --map \"US Gross=us_gross\" --map \"Notes=\"\n  \
                        hearth import movies movies.json --mapping mapping.toml --skip-invalid --rejects rejects.jsonl\n\n\
                        A mapping file:\n  [fields]\n  \"US Gross\" = \"us_gross\"\n  \"Notes\" = false\n  \
                        \"Release Date\" = { field = \"released\", date = \"%b %d %Y\" }\n  \
                        \"Director\" = { field = \"director\", by = \"name\", create = true }\n  \
                        \"Title\" = { field = \"title\", text = true }"
)]
pub(super) struct Import {
    model: String,
    file: PathBuf,
    /// What a name in the file is called in the model; nothing behind the sign leaves it out
    #[arg(long, value_name = "NAME=FIELD")]
    map: Vec<String>,
    /// The same for many names, in a TOML file
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Import what is valid and leave the rest out
    #[arg(long)]
    skip_invalid: bool,
    /// Write each refused row with its number, fields and reasons to this file (JSON Lines)
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Who owns the records; without it nobody in particular
    #[arg(long = "as", value_name = "EMAIL")]
    acts_for: Option<String>,
}

/// Reasons that are shown; all of them go to --rejects.
const SHOWN: usize = 20;
/// Names without a field that are listed.
const STRAYS: usize = 8;

impl Import {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        // All that can be wrong without the database is looked at before it is opened.
        let config = place.load()?;
        let model = super::model(&config, &self.model)?;
        let (file, format) = import::open(&self.file)?;
        let mut mapping = Mapping::new(format);
        if let Some(file) = &self.mapping {
            let text = std::fs::read_to_string(file).map_err(|cause| {
                let message = format!("Cannot read {}: {cause}", file.display());
                Error::new(Code::Invalid, message)
            })?;
            mapping.add_file(&file.display().to_string(), &text)?;
        }
        self.map.iter().try_for_each(|text| mapping.add(text))?;
        mapping.check(model)?;
        let app = place.open_with(config, Tables::BringUpToDate)?;
        let done = wait(self.import(&app, file, format, mapping));
        app.stop();
        done
    }

    async fn import(&self, app: &App, file: File, format: Format, mapping: Mapping) -> Result<()> {
        let acts_for = match &self.acts_for {
            Some(email) => Some(accounts::find_by_email(app, email).await?.id),
            None => None,
        };
        let bar = progress_bar();
        let job = Job {
            table: Arc::clone(app.named_table(&self.model)?),
            mapping,
            skip_invalid: self.skip_invalid,
            watch: watch(&bar),
        };
        let outcome = import::run(app, &Caller::Operator { acts_for }, job, file, format).await;
        bar.finish_and_clear();
        self.report(outcome?)
    }

    fn report(&self, outcome: Outcome) -> Result<()> {
        let refused = outcome.rejects.count();
        for name in outcome.unused.iter().filter(|_| outcome.rows > 0) {
            print::note(format_args!("note: no row has {name}"));
        }
        self.show(outcome.rejects)?;
        if refused > 0 {
            advise(&outcome.strays);
        }
        if refused > 0 && !self.skip_invalid {
            let message = format!(
                "{refused} of {} {} refused, and nothing was imported. Mend them, or leave them out with --skip-invalid",
                rows(outcome.rows),
                if refused == 1 { "is" } else { "are" },
            );
            return Err(Error::new(Code::Invalid, message));
        }
        let made = outcome.made.iter();
        let made: Vec<String> = made
            .map(|(model, count)| format!(", made {count} of `{model}`"))
            .collect();
        let left = if refused > 0 {
            format!(", left {refused} out")
        } else {
            String::new()
        };
        print::line(format_args!(
            "Imported {} of {}{}{left}",
            outcome.imported,
            rows(outcome.rows),
            made.concat()
        ));
        Ok(())
    }

    /// The first refused rows to stderr, all of them to --rejects.
    fn show(&self, rejects: Rejects) -> Result<()> {
        let mut file = self
            .rejects
            .as_deref()
            .map(RejectsFile::create)
            .transpose()?;
        let (mut shown, mut more) = (0, 0);
        for reject in rejects.into_rows()? {
            let reject = reject?;
            if let Some(file) = &mut file {
                file.add(&reject)?;
            }
            if shown >= SHOWN {
                more += 1;
                continue;
            }
            for error in &reject.errors {
                shown += 1;
                let place = if error.field.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", error.field)
                };
                print::note(format_args!("row {}: {place}{}", reject.row, error.reason));
            }
        }
        let place = match file {
            Some(file) => format!("all of them are in {}", file.finish()?),
            None => "--rejects FILE has all of them".to_owned(),
        };
        if more > 0 {
            print::note(format_args!("and {more} more refused rows; {place}"));
        }
        Ok(())
    }
}

fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

/// What to do about names that lead to no field.
fn advise(strays: &[String]) {
    let Some(first) = strays.first() else { return };
    let names: Vec<String> = strays
        .iter()
        .take(STRAYS)
        .map(|name| format!("\"{name}\""))
        .collect();
    let more = if strays.len() > STRAYS { ", …" } else { "" };
    print::note(format_args!(
        "No field is named {}{more}. Name one with --map \"{first}=FIELD\", or leave it out with --map \"{first}=\"",
        names.join(", ")
    ));
}

/// The file of --rejects.
struct RejectsFile<'p> {
    path: &'p Path,
    file: BufWriter<File>,
}

impl<'p> RejectsFile<'p> {
    fn create(path: &'p Path) -> Result<Self> {
        let file = File::create(path).map_err(|cause| cannot_write(path, &cause))?;
        Ok(RejectsFile {
            path,
            file: BufWriter::new(file),
        })
    }

    fn add(&mut self, reject: &Reject) -> Result<()> {
        let line = serde_json::to_string(reject).map_err(Error::internal)?;
        writeln!(self.file, "{line}").map_err(|cause| cannot_write(self.path, &cause))
    }

    fn finish(mut self) -> Result<String> {
        let flushed = self.file.flush();
        flushed.map_err(|cause| cannot_write(self.path, &cause))?;
        Ok(self.path.display().to_string())
    }
}

fn cannot_write(path: &Path, cause: &std::io::Error) -> Error {
    let message = format!("Cannot write {}: {cause}", path.display());
    Error::new(Code::Invalid, message)
}

/// On a terminal alone.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos} rows ({elapsed})")
    {
        bar.set_style(style);
    }
    bar
}

fn watch(bar: &ProgressBar) -> Watch {
    let bar = bar.clone();
    Arc::new(move |progress| {
        let (message, count) = match progress {
            Progress::Checked(count) => ("checked", count),
            Progress::Written(count) => ("written", count),
        };
        // Each row would cost more than it takes to check one.
        if count % 64 == 1 {
            bar.set_message(message);
            bar.set_position(count);
        }
    })
}
