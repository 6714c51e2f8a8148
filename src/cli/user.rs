//! `hearth user …`: accounts from the command line, also beside a running server.

use clap::{Args, Subcommand};

use super::{Place, ask, print, wait};
use crate::app::{App, Tables};
use crate::error::{Error, Result};
use crate::limits;
use crate::services::access::{ADMIN, Caller};
use crate::services::accounts::{self, Changes};
use crate::services::deletion::{self, Going};
use crate::services::second_factor::reset;
use crate::services::{bodies, registration};

/// Create, list and change accounts
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth user create --admin ada@example.com\n  \
                        echo \"$PASSWORD\" | hearth user create bob@example.com --password-stdin\n  \
                        hearth user disable bob@example.com"
)]
pub(super) struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make an account; the password is asked for
    #[command(
        after_help = "Examples:\n  hearth user create --admin ada@example.com\n  \
                            echo \"$PASSWORD\" | hearth user create bob@example.com --password-stdin"
    )]
    Create {
        /// What they will sign in with
        email: String,
        /// With the role `admin`
        #[arg(long)]
        admin: bool,
        /// Read the password from stdin, for scripts
        #[arg(long)]
        password_stdin: bool,
    },
    /// All accounts
    #[command(
        after_help = "Examples:\n  hearth user list\n  hearth user list --json | jq -r '.[].email'"
    )]
    List {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Sign somebody out everywhere and keep them out
    #[command(after_help = "Example:\n  hearth user disable bob@example.com")]
    Disable {
        /// Whom; `hearth user list` shows all
        email: String,
    },
    /// Let somebody in again
    #[command(after_help = "Example:\n  hearth user enable bob@example.com")]
    Enable {
        /// Whom; `hearth user list` shows all
        email: String,
    },
    /// Set a new password; all sessions end
    #[command(after_help = "Examples:\n  hearth user password bob@example.com\n  \
                            echo \"$PASSWORD\" | hearth user password bob@example.com --password-stdin")]
    Password {
        /// Whose account; `hearth user list` shows all
        email: String,
        /// Read the password from stdin, for scripts
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give somebody a role, or take it back: promote EMAIL user
    #[command(after_help = "Examples:\n  hearth user promote ada@example.com\n  \
                            hearth user promote bob@example.com user       takes the role back")]
    Promote {
        /// Whose account; `hearth user list` shows all
        email: String,
        /// `user`, `admin`, or one of the configuration's [auth.roles.NAME]
        #[arg(default_value = ADMIN)]
        role: String,
    },
    /// Take somebody's second factor away, for who has lost it
    #[command(after_help = "Example:\n  hearth user reset-second-factor bob@example.com")]
    ResetSecondFactor {
        /// Whose account; `hearth user list` shows all
        email: String,
    },
    /// Delete an account with its records; their number is shown first
    #[command(
        after_help = "Examples:\n  hearth user delete bob@example.com\n  hearth user delete bob@example.com --yes"
    )]
    Delete {
        /// Whose account; `hearth user list` shows all
        email: String,
        /// Do it without asking
        #[arg(long)]
        yes: bool,
    },
}

const OPERATOR: Caller = Caller::Operator { acts_for: None };

impl User {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = match self.action {
            Action::Create { .. } => place.open_with(place.load()?, Tables::Leave)?,
            Action::Delete { .. } => place.open(Tables::BringUpToDate)?,
            _ => place.open(Tables::Leave)?,
        };
        let done = wait(act(&app, self.action));
        app.stop();
        done
    }
}

async fn act(app: &App, action: Action) -> Result<()> {
    match action {
        Action::Create {
            email,
            admin,
            password_stdin,
        } => {
            let secret = ask::password(password_stdin)?;
            let role = if admin { ADMIN } else { "user" };
            let new = serde_json::json!({"email": email, "password": secret, "role": role});
            let new = bodies::take("new_user", &new)?;
            let user = registration::create(app, &OPERATOR, new, None).await?;
            print::line(format_args!(
                "Created {} with the role `{}`",
                user.called(),
                user.role
            ));
        }
        Action::List { json } => list(app, json).await?,
        Action::Disable { email } => disable(app, &email, true).await?,
        Action::Enable { email } => disable(app, &email, false).await?,
        Action::Password {
            email,
            password_stdin,
        } => {
            let user = accounts::find_by_email(app, &email).await?;
            accounts::set_password(app, &OPERATOR, &user, ask::password(password_stdin)?).await?;
            print::line(format_args!(
                "{} has a new password; all their sessions ended",
                user.called()
            ));
        }
        Action::Promote { email, role } => {
            let user = accounts::find_by_email(app, &email).await?;
            let changes = Changes {
                role: Some(role),
                ..Changes::default()
            };
            let user = accounts::update(app, &OPERATOR, user.id, changes, None).await?;
            print::line(format_args!(
                "{} has the role `{}`",
                user.called(),
                user.role
            ));
        }
        Action::ResetSecondFactor { email } => reset_second_factor(app, &email).await?,
        Action::Delete { email, yes } => delete(app, &email, yes).await?,
    }
    Ok(())
}

async fn disable(app: &App, email: &str, disabled: bool) -> Result<()> {
    let user = accounts::find_by_email(app, email).await?;
    let changes = Changes {
        disabled: Some(disabled),
        ..Changes::default()
    };
    let user = accounts::update(app, &OPERATOR, user.id, changes, None).await?;
    let what = if disabled {
        "is disabled and signed out everywhere"
    } else {
        "may sign in again"
    };
    print::line(format_args!("{} {what}", user.called()));
    Ok(())
}

async fn reset_second_factor(app: &App, email: &str) -> Result<()> {
    let user = accounts::find_by_email(app, email).await?;
    let count = reset::reset(app, &OPERATOR, user.id.clone(), None).await?;
    let what = if count > 0 {
        "has no second factor any more; the password is as it was"
    } else {
        "had no second factor"
    };
    print::line(format_args!("{} {what}", user.called()));
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<()> {
    let mut users = Vec::new();
    let mut after = None;
    loop {
        let page = accounts::list(app, &OPERATOR, after, limits::PAGE_MAX).await?;
        let full = page.len() == limits::PAGE_MAX;
        after = page.last().map(|user| user.id.clone());
        users.extend(page);
        if !full {
            break;
        }
    }
    if json {
        print::json(&users);
        return Ok(());
    }
    if users.is_empty() {
        print::note("There are no accounts yet. Make one: hearth user create --admin EMAIL");
        return Ok(());
    }
    let mut rows = vec![
        ["EMAIL", "ROLE", "STATE", "CREATED", "ID"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for user in users {
        let state = if user.disabled { "disabled" } else { "active" }.to_owned();
        rows.push(vec![
            user.email.unwrap_or_default(),
            user.role,
            state,
            user.created_at,
            user.id,
        ]);
    }
    print::table(&rows);
    Ok(())
}

async fn delete(app: &App, email: &str, yes: bool) -> Result<()> {
    let user = accounts::find_by_email(app, email).await?;
    let going = deletion::goes_with(app, &OPERATOR, user.id.clone()).await?;
    let goes: Vec<String> = going.iter().map(spoken).collect();
    let with = match goes.split_last() {
        None => "They have no records".to_owned(),
        Some((one, [])) => format!("With them go {one}"),
        Some((last, first)) => format!("With them go {} and {last}", first.join(", ")),
    };
    print::note(format_args!("{with}."));
    if !yes && !ask::confirmed(&format!("Delete {}?", user.called()))? {
        return Err(Error::conflict("Nothing was deleted"));
    }
    deletion::delete_user(app, &OPERATOR, user.id.clone(), None).await?;
    print::line(format_args!("Deleted {}", user.called()));
    Ok(())
}

fn spoken(going: &Going) -> String {
    let others = match going.of_others {
        0 => String::new(),
        count => format!(" ({count} of other people's)"),
    };
    format!("{} of `{}`{others}", going.count, going.model)
}
