//! `hearth mail`: whether the settings of `[mail]` work, and the built-in templates as files. Works from the
//! configuration alone: neither a server nor a database is needed.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::{Args, Subcommand};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{Place, print, wait};
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::mail::dialogue::Dialogue;
use crate::mail::{Letter, Template, smtp, templates};

/// Try the mail settings, or write the built-in mails as files
#[derive(Args)]
pub(super) struct Mail {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Send a test to an address, and show the talk with the mail server; secrets stay hidden
    #[command(after_help = "Example:\n  hearth mail test ada@example.com")]
    Test { address: String },
    /// Write the built-in mails into a folder, to be changed; `mail.templates` then names it
    #[command(after_help = "Example:\n  hearth mail templates mails")]
    Templates { folder: PathBuf },
}

impl Mail {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        match self.action {
            Action::Test { address } => test(&place.load()?, address),
            Action::Templates { folder } => write_templates(&folder),
        }
    }
}

/// Refuses templates that have a mistake.
pub(super) fn check_templates(config: &Config) -> Result<()> {
    let folder = config.mail.templates.as_deref();
    let mistakes = folder.map(templates::check).unwrap_or_default();
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(Error::new(Code::Invalid, mistakes.join("\n")))
}

fn test(config: &Config, address: String) -> Result<()> {
    check_templates(config)?;
    let (Some(server), Some(url)) = (&config.mail.host, &config.server.url) else {
        let message = "`mail.host` is not set: there is no mail server to send by. `hearth docs mail` says how";
        return Err(Error::new(Code::Invalid, message));
    };
    let letter = Letter {
        template: Template::Test,
        to: address.clone(),
        email: address.clone(),
        name: None,
        link: url.clone(),
        host: url
            .split_once("://")
            .map_or("", |(_, host)| host)
            .to_owned(),
    };
    print::line(format_args!("* {server} port {}", config.mail.port));
    let listening = tracing_subscriber::registry().with(Shown(Mutex::default()));
    let sent = tracing::subscriber::with_default(listening, || {
        wait(async { Ok(smtp::send(&config.mail, &letter).await) })
    })?;
    sent.map_err(|failed| {
        let message = format!("The mail was not sent: {}", failed.reason);
        Error::new(Code::Unavailable, message)
    })?;
    print::line(format_args!("The mail server took the mail to {address}"));
    Ok(())
}

/// Prints what the library tells of the talk.
struct Shown(Mutex<Dialogue>);

impl<S: tracing::Subscriber> Layer<S> for Shown {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if !event.metadata().target().starts_with("lettre") {
            return;
        }
        let mut message = Message::default();
        event.record(&mut message);
        let mut dialogue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        dialogue.lines(&message.0).iter().for_each(print::line);
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// Never over files that are there.
fn write_templates(folder: &Path) -> Result<()> {
    let failed = |path: &Path, cause: std::io::Error| {
        let message = match cause.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!("{} is there already; name a new folder", path.display())
            }
            _ => format!("Cannot write {}: {cause}", path.display()),
        };
        Error::new(Code::Conflict, message)
    };
    std::fs::create_dir_all(folder).map_err(|cause| failed(folder, cause))?;
    let mut count = 0;
    for (file, text) in templates::files() {
        let path = folder.join(file);
        let made = std::fs::File::create_new(&path);
        let mut made = made.map_err(|cause| failed(&path, cause))?;
        std::io::Write::write_all(&mut made, text.as_bytes())
            .map_err(|cause| failed(&path, cause))?;
        count += 1;
    }
    print::line(format_args!(
        "Wrote {count} files into {}. Change some, remove the others, and set templates under [mail]",
        folder.display()
    ));
    Ok(())
}
