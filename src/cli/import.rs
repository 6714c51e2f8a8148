//! `hearth import`: records out of a file, all or nothing.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::error::{Code, Error, Result};
use crate::services::access::Caller;
use crate::services::accounts;
use crate::services::import::{self, Format, Job, Mapping, Outcome, Progress, Reject, Watch};

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

/// Refused rows that are shown; all of them go to --rejects.
const SHOWN: usize = 20;

impl Import {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = place.open(Tables::BringUpToDate)?;
        let done = wait(self.import(&app));
        app.stop();
        done
    }

    async fn import(&self, app: &App) -> Result<()> {
        let table = Arc::clone(app.named_table(&self.model)?);
        let format = Format::of(&self.file).ok_or_else(|| {
            let message = format!(
                "{} is neither .jsonl, .json nor .csv by its name",
                self.file.display()
            );
            Error::new(Code::Invalid, message)
        })?;
        let mut mapping = Mapping::new(format);
        if let Some(file) = &self.mapping {
            let text = std::fs::read_to_string(file).map_err(|cause| {
                Error::new(
                    Code::Invalid,
                    format!("Cannot read {}: {cause}", file.display()),
                )
            })?;
            mapping.add_file(&file.display().to_string(), &text)?;
        }
        self.map.iter().try_for_each(|text| mapping.add(text))?;
        mapping.check(&table.model)?;
        let acts_for = match &self.acts_for {
            Some(email) => Some(accounts::find_by_email(app, email).await?.id),
            None => None,
        };
        let bar = progress_bar();
        let job = Job {
            table,
            mapping,
            skip_invalid: self.skip_invalid,
            watch: watch(&bar),
        };
        let outcome =
            import::run(app, &Caller::Operator { acts_for }, job, &self.file, format).await;
        bar.finish_and_clear();
        let outcome = outcome?;
        self.write_rejects(&outcome.rejects)?;
        self.report(&outcome)
    }

    fn write_rejects(&self, rejects: &[Reject]) -> Result<()> {
        let Some(path) = &self.rejects else {
            return Ok(());
        };
        let cannot = |cause: std::io::Error| {
            Error::new(
                Code::Invalid,
                format!("Cannot write {}: {cause}", path.display()),
            )
        };
        let mut file = BufWriter::new(File::create(path).map_err(cannot)?);
        for reject in rejects {
            let line = serde_json::to_string(reject).map_err(Error::internal)?;
            writeln!(file, "{line}").map_err(cannot)?;
        }
        file.flush().map_err(cannot)
    }

    fn report(&self, outcome: &Outcome) -> Result<()> {
        for reject in outcome.rejects.iter().take(SHOWN) {
            for error in &reject.errors {
                let field = if error.field.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", error.field)
                };
                print::note(format_args!("row {}: {field}{}", reject.row, error.reason));
            }
        }
        let refused = outcome.rejects.len();
        if refused > SHOWN {
            let rest = refused - SHOWN;
            let place = self
                .rejects
                .as_ref()
                .map_or("--rejects FILE has all of them".to_owned(), |path| {
                    format!("all of them are in {}", path.display())
                });
            print::note(format_args!("and {rest} more refused rows; {place}"));
        }
        if refused > 0 && !self.skip_invalid {
            let message = format!(
                "{refused} of {} rows are not valid; nothing was imported. Mend them, or leave them out with --skip-invalid",
                outcome.rows
            );
            return Err(Error::new(Code::Invalid, message));
        }
        let made: Vec<String> = outcome
            .made
            .iter()
            .map(|(model, count)| format!(", made {count} of `{model}`"))
            .collect();
        let left = if refused > 0 {
            format!(", left {refused} out")
        } else {
            String::new()
        };
        print::line(format_args!(
            "Imported {} of {} rows{}{left}",
            outcome.imported,
            outcome.rows,
            made.concat()
        ));
        Ok(())
    }
}

/// On a terminal alone.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos} rows, {per_sec}") {
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
        if count % 64 == 1 {
            bar.set_message(message);
            bar.set_position(count);
        }
    })
}
