//! What a person may write, and what they hear when it is wrong.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::key::Renamed;
use super::load::Loading;
use super::source::Source;
use super::{Config, Flags, Mistakes};

mod environment;
mod form;
mod mail;
mod network;
mod places;
mod providers;
mod refusals;
mod secrets;
mod table;
mod units;

/// A configuration in the making; its file stands in `/srv/app`, the working directory is `/home/ada`.
#[derive(Default)]
struct Setup<'s> {
    text: &'s str,
    variables: &'s [(&'s str, &'s str)],
    flags: Flags,
    renamed: &'s [Renamed],
}

impl Setup<'_> {
    fn load(self) -> Result<Config, Mistakes> {
        let source = Source {
            file: Some(PathBuf::from("/srv/app/config.toml")),
            shown: "config.toml".to_owned(),
            folder: PathBuf::from("/srv/app"),
            text: Cow::Owned(self.text.to_owned()),
        };
        Loading {
            source: &source,
            flags: &self.flags,
            environment: &Environment::of(self.variables),
            working: Path::new("/home/ada"),
            renamed: self.renamed,
        }
        .run()
    }

    fn mistakes(self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.to_string().lines().map(str::to_owned).collect(),
        }
    }
}

fn file(text: &str) -> Config {
    Setup {
        text,
        ..Setup::default()
    }
    .load()
    .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn mistakes(text: &str) -> Vec<String> {
    Setup {
        text,
        ..Setup::default()
    }
    .mistakes()
}

/// What is heard about one value of `[section]`, without the place.
#[track_caller]
fn about(section: &str, line: &str) -> String {
    let found = mistakes(&format!("[{section}]\n{line}\n"));
    assert_eq!(found.len(), 1, "{line}: {found:#?}");
    let message = found[0].strip_prefix("config.toml:2: ");
    message
        .unwrap_or_else(|| panic!("wrong place: {}", found[0]))
        .to_owned()
}

fn setting<'c>(config: &'c Config, name: &str) -> &'c super::Setting {
    config
        .settings
        .iter()
        .find(|setting| setting.name == name)
        .unwrap()
}
