//! `hearth init`: a commented config.toml to start from.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::print;
use crate::config;
use crate::error::{Code, Error, Result};

/// Write a commented config.toml; an existing one is never overwritten
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth init\n  hearth init my-app.toml    then: hearth serve --config my-app.toml"
)]
pub(super) struct Init {
    /// Where to write it
    #[arg(default_value = "config.toml")]
    file: PathBuf,
}

impl Init {
    pub(super) fn run(self) -> Result<()> {
        let shown = self.file.display();
        let cannot = |cause: std::io::Error| {
            let message = match cause.kind() {
                std::io::ErrorKind::AlreadyExists => {
                    format!(
                        "{shown} exists already and stays as it is. Edit it, or name another file: hearth init FILE"
                    )
                }
                _ => format!("Cannot write {shown}: {cause}"),
            };
            Error::new(Code::Conflict, message)
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.file)
            .map_err(cannot)?;
        file.write_all(config::init_text().as_bytes())
            .map_err(cannot)?;
        self.write_schema();
        print::line(format_args!(
            "Wrote {shown}. Declare your models in it, then: hearth check && hearth serve"
        ));
        Ok(())
    }

    /// Beside it, for editors: the file's first line names it. Without it all but their completion works.
    fn write_schema(&self) {
        let path = self.file.with_file_name("config.schema.json");
        let text = format!("{:#}\n", config::schema());
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => {
                print::note(format_args!(
                    "note: cannot write {}: {cause}",
                    path.display()
                ));
            }
            _ => {}
        }
    }
}
