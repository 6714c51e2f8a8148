//! `hearth audit`: who did what, when and from where.

use clap::Args;

use super::{Place, print, wait};
use crate::app::{App, Tables};
use crate::clock;
use crate::config;
use crate::document::did_you_mean;
use crate::error::{Code, Error, Result};
use crate::services::access::Caller;
use crate::services::query::Audited;
use crate::services::{accounts, audit};
use crate::store::audit::{Filter, Noted};

/// Show sign-ins, failures and changes of accounts, newest first
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth audit --user ada@example.com --limit 20\n  \
                  hearth audit --action sign_in_failed --since 24h\n  hearth audit --json | jq -r '.[].action'"
)]
pub(super) struct Audit {
    /// Only what this person did, or what was done to their account: an e-mail address, or an id
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only of this kind: sign_in, role_changed …
    #[arg(long)]
    action: Option<String>,
    /// Only what is no older: 24h, 7d, or 2026-11-24T00:00:00Z
    #[arg(long, value_name = "AGE")]
    since: Option<String>,
    /// At most so many entries
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let since = self.since.as_deref().map(since).transpose()?;
        let app = place.open(Tables::Leave)?;
        let entries = wait(entries(&app, &self, since));
        app.stop();
        let entries = entries?;
        if let Some(action) = self.action.as_deref().filter(|_| entries.is_empty()) {
            known(action)?;
        }
        if self.json {
            print::json(&entries);
            return Ok(());
        }
        let titles = ["AT", "ACTION", "USER", "TARGET", "ADDRESS", "DETAIL"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        rows.extend(entries.into_iter().map(row));
        print::table(&rows);
        Ok(())
    }
}

async fn entries(app: &App, asked: &Audit, since: Option<String>) -> Result<Vec<Noted>> {
    let user = match asked.user.as_deref() {
        Some(email) if email.contains('@') => Some(accounts::find_by_email(app, email).await?.id),
        id => id.map(str::to_owned),
    };
    let wanted = Audited {
        filter: Filter {
            user,
            action: asked.action.clone(),
            since,
            ..Filter::default()
        },
        limit: asked.limit,
    };
    audit::list(app, &Caller::Operator { acts_for: None }, wanted).await
}

/// A word that nothing is noted under is a slip, where it finds nothing.
fn known(action: &str) -> Result<()> {
    if audit::ACTIONS.contains(&action) {
        return Ok(());
    }
    let hint = did_you_mean(action, audit::ACTIONS);
    let message = format!(
        "There is no action `{action}`.{hint} There are: {}",
        audit::ACTIONS.join(", ")
    );
    Err(Error::new(Code::Invalid, message))
}

fn since(text: &str) -> Result<String> {
    if let Some(age) = config::duration(text) {
        return Ok(clock::before(age));
    }
    let time = text.parse::<jiff::Timestamp>().map(clock::text);
    time.map_err(|_| {
        let message = format!(
            "--since is {text:?}; it must be an age as 24h or 7d, or a time as 2026-11-24T00:00:00Z"
        );
        Error::new(Code::Invalid, message)
    })
}

fn row(entry: Noted) -> Vec<String> {
    let cell = |text: Option<String>| text.map_or_else(|| "-".to_owned(), |text| shown(&text));
    vec![
        entry.at,
        entry.action,
        cell(entry.user_email.or(entry.user)),
        cell(entry.target_email.or(entry.target)),
        cell(entry.address),
        cell(entry.detail.map(|detail| detail.to_string())),
    ]
}

/// A text as one that can do nothing to a terminal, nor pass for something else in it.
fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns {
            safe.extend(letter.escape_default());
        } else {
            safe.push(letter);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_reaches_the_terminal_but_letters() {
        let text = "a\u{1b}[31m\r\nb\u{202e}c\u{9b}ü";
        let shown = super::shown(text);
        assert_eq!(shown, "a\\u{1b}[31m\\r\\nb\\u{202e}c\\u{9b}ü");
    }
}
