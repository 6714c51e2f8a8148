//! `hearth docs`: the pages of `docs/`, which the binary carries.

use clap::Args;

use super::print;
use crate::document::did_you_mean;
use crate::error::{Code, Error, Result};
use crate::openapi::{PAGES, PAGES_PATH, Page};

/// Read how something works: models, settings, realtime, executions …
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth docs                 which pages there are\n  hearth docs executions      one of them, as Markdown"
)]
pub(super) struct Docs {
    /// Which page
    page: Option<String>,
}

impl Docs {
    pub(super) fn run(self) -> Result<()> {
        let Some(name) = &self.page else {
            let mut rows = vec![["PAGE", "ABOUT"].map(str::to_owned).to_vec()];
            rows.extend(
                PAGES
                    .iter()
                    .map(|page| vec![page.name.to_owned(), page.title().to_owned()]),
            );
            print::table(&rows);
            print::note(format_args!(
                "A server that runs shows them at {PAGES_PATH}, too"
            ));
            return Ok(());
        };
        let page = Page::of(name.trim_end_matches(".md")).ok_or_else(|| {
            let hint = did_you_mean(name, PAGES.iter().map(|page| page.name));
            let message = format!("There is no page `{name}`.{hint} `hearth docs` lists them");
            Error::new(Code::NotFound, message)
        })?;
        print::line(page.text.trim_end());
        Ok(())
    }
}
