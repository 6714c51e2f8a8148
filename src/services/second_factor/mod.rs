//! The second factor: codes of an authenticator app, and recovery codes for who has lost it. Here is how a code is looked
//! at, wherever one is asked for; `entrance` asks at a sign-in, `own` is what users do with theirs, `reset` what admins do.
//!
//! A code is taken in the transaction that does what it was asked for, so that of many tries at once one succeeds.

use crate::app::App;
use crate::auth::{self, totp};
use crate::clock;
use crate::error::{Error, Result};
use crate::limits;
use crate::services::audit::count_failure;
use crate::services::sessions::Origin;
use crate::services::throttle::address_key;
use crate::store::audit::Entry;
use crate::store::second_factors as stored;
use crate::store::{Tx, Weight, accounts};

pub(crate) mod begin;
pub(crate) mod challenges;
pub(crate) mod own;
pub(crate) mod reset;

/// A code as somebody typed it: without the gaps in which apps show it.
#[derive(Clone, Debug)]
pub(super) struct Code {
    text: String,
    /// Both of the moment when it came.
    now: String,
    seconds: i64,
}

/// What a right code was, for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Totp,
    RecoveryCode,
}

impl Taken {
    pub(super) fn word(self) -> &'static str {
        match self {
            Taken::Totp => stored::TOTP,
            Taken::RecoveryCode => "recovery_code",
        }
    }
}

impl Code {
    pub(super) fn read(text: &str) -> Self {
        let kept = |letter: &char| !letter.is_whitespace() && *letter != '-';
        Code {
            text: text.chars().filter(kept).collect(),
            now: clock::now(),
            seconds: clock::seconds(),
        }
    }

    fn is_of_an_app(&self) -> bool {
        self.text.len() <= 8 && self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Uses the code up, if it is one of that user's.
    pub(super) fn take(&self, tx: &mut Tx<'_>, user: &str) -> Result<Option<Taken>> {
        if !self.is_of_an_app() {
            let hash = recovery_hash(&self.text);
            return Ok(stored::take_code(tx, user, &hash)?.then_some(Taken::RecoveryCode));
        }
        for app in stored::find_totp(tx, user)? {
            let secret = totp::Secret::read(&app.secret)?;
            let step = secret.step_of(&self.text, self.seconds, app.last_step);
            if let Some(step) = step
                && stored::take_step(tx, &app.id, step, &self.now)?
            {
                return Ok(Some(Taken::Totp));
            }
        }
        Ok(None)
    }
}

/// How a recovery code is kept: however it is written, with hyphens or in capitals.
fn recovery_hash(code: &str) -> String {
    auth::fingerprint(&code.replace('-', "").to_lowercase())
}

/// A try that counts for the account until it was right.
pub(super) struct Try<'a> {
    app: &'a App,
    key: String,
}

impl<'a> Try<'a> {
    /// 429 when too many were wrong of late. Strangers share one count; an address that signed in to the account of late
    /// has its own, so that nobody can lock the owner out.
    pub(super) async fn take(app: &'a App, user: &str, origin: &Origin) -> Result<Self> {
        let (id, from) = (user.to_owned(), address_key(origin.address));
        let since = clock::before(limits::KNOWN_ADDRESS);
        let (wanted, address) = (id.clone(), from.clone());
        let known = app
            .db
            .read(move |db| accounts::is_known_address(db, &wanted, &address, &since))
            .await?;
        let key = format!("code|{id}|{}", if known { &from } else { "" });
        app.sign_in.take_code(&key)?;
        Ok(Try { app, key })
    }

    /// It was right, or never looked at.
    pub(super) fn give_back(self) {
        self.app.sign_in.give_back_code(&self.key);
    }
}

/// Notes a wrong code. Never the code.
pub(super) fn note_wrong(tx: &mut Tx<'_>, user: &str, origin: &Origin) -> Result<()> {
    let entry = Entry::new("second_factor_failed")
        .by(user.to_owned())
        .from(origin.address);
    count_failure(tx, &entry)
}

const WRONG: &str = "The code is wrong, over, or was used already; each works once";

/// Does what a code was asked for, in the transaction that uses the code up. A wrong one is a 403.
async fn after_code<T: Send + 'static>(
    app: &App,
    user: &str,
    code: &str,
    origin: &Origin,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let taken = Try::take(app, user, origin).await?;
    let (code, user, from) = (Code::read(code), user.to_owned(), origin.clone());
    let done = app
        .db
        .write(Weight::default(), move |tx| {
            if code.take(tx, &user)?.is_none() {
                note_wrong(tx, &user, &from)?;
                return Ok(None);
            }
            work(tx).map(Some)
        })
        .await;
    match done {
        Ok(None) => Err(Error::forbidden(WRONG)),
        Ok(Some(value)) => {
            taken.give_back();
            Ok(value)
        }
        Err(error) => {
            taken.give_back();
            Err(error)
        }
    }
}
