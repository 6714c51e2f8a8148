//! The one door through which every sign-in goes, however somebody proved who they are: the account is looked at once
//! more, its second factor is asked for, and a session starts. Not the proof itself: passwords are `sign_in`, providers
//! and links have their own files.

use serde::Serialize;

use crate::app::App;
use crate::error::{Code as Word, Error, Result};
use crate::services::second_factor::{Code, Try, note_wrong};
use crate::services::sessions::{Origin, Tokens};
use crate::services::throttle::address_key;
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::{Read, Weight, audit, second_factors, sessions};

/// A signed-in user with their tokens.
#[derive(Debug, Serialize)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    #[serde(flatten)]
    pub(crate) tokens: Tokens,
}

/// How somebody proved who they are.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    /// By the password of this hash; it must still be the account's.
    Password { hash: Option<String> },
    /// By a sign-in at the provider of this name.
    Provider { name: String },
}

impl Proof {
    /// The word for the audit.
    fn word(&self) -> &str {
        match self {
            Proof::Password { .. } => "password",
            Proof::Provider { name } => name,
        }
    }
}

pub(crate) fn wrong_credentials() -> Error {
    Error::new(Word::InvalidCredentials, "Wrong e-mail or password")
}

/// Starts a session for the user of that id; who has a second factor gets a challenge instead, which `go_on` takes with
/// the code. Since the proof the account may have been disabled or deleted, or got another password: it is looked at in
/// the session's own transaction.
pub(crate) async fn enter(
    app: &App,
    user: &str,
    proof: Proof,
    origin: &Origin,
) -> Result<SignedIn> {
    enter_with_code(app, user, proof, None, origin).await
}

/// What came of it inside the transaction.
enum Entered {
    In(User),
    /// The account has a second factor, and no code was sent.
    Challenged,
    WrongCode,
}

/// The same with a code of the second factor, where one was sent with the first step.
pub(crate) async fn enter_with_code(
    app: &App,
    user: &str,
    proof: Proof,
    code: Option<&str>,
    origin: &Origin,
) -> Result<SignedIn> {
    let taken = match code {
        Some(_) => Some(Try::take(app, user, origin).await?),
        None => None,
    };
    let (session, tokens) = app.sessions.prepare(user, origin)?;
    let (from, address) = (address_key(origin.address), origin.clone());
    let (code, proved) = (code.map(Code::read), proof.clone());
    let entered = app
        .db
        .write(Weight::default(), move |tx| {
            let user = who_may_enter(tx, &session.user, &proved)?;
            let mut detail = serde_json::json!({ "by": proved.word() });
            if second_factors::count(tx, &user.id)? > 0 {
                let Some(code) = &code else {
                    return Ok(Entered::Challenged);
                };
                let Some(taken) = code.take(tx, &user.id)? else {
                    note_wrong(tx, &user.id, &address)?;
                    return Ok(Entered::WrongCode);
                };
                detail["second_factor"] = taken.word().into();
            }
            sessions::insert(tx, &session)?;
            stored::remember_address(tx, &session.user, &from, &session.now)?;
            let entry = Entry::new("sign_in").by(session.user.clone());
            let entry = entry.on(session.id.clone()).from(address.address);
            audit::insert(tx, &entry.detail(detail).detail(address.program()))?;
            Ok(Entered::In(user))
        })
        .await;
    if !matches!(entered, Ok(Entered::WrongCode))
        && let Some(taken) = taken
    {
        taken.give_back();
    }
    match entered? {
        Entered::In(user) => Ok(SignedIn { user, tokens }),
        Entered::Challenged => {
            let challenge = app.sign_in.challenges.begin(user, proof)?;
            Err(Error::second_factor_required(challenge))
        }
        Entered::WrongCode => Err(wrong_code()),
    }
}

/// The account, if it is one that may sign in and the proof still holds.
fn who_may_enter(db: &Read<'_>, id: &str, proof: &Proof) -> Result<User> {
    let user = stored::find(db, id)?.filter(|user| !user.disabled);
    let user = user.ok_or_else(wrong_credentials)?;
    if let Proof::Password { hash } = proof
        && stored::find_password_hash(db, id)? != *hash
    {
        return Err(wrong_credentials());
    }
    Ok(user)
}

/// The second step: a code for the challenge of the first one.
pub(crate) async fn go_on(
    app: &App,
    challenge: &str,
    code: &str,
    origin: &Origin,
) -> Result<SignedIn> {
    app.sign_in.take_address(origin)?;
    let attempt = app.sign_in.challenges.attempt(challenge).await?;
    let entered = enter_with_code(
        app,
        &attempt.user,
        attempt.proof.clone(),
        Some(code),
        origin,
    )
    .await;
    match &entered {
        Ok(_) => {
            app.sign_in.give_back_address(origin);
            attempt.end();
        }
        Err(error) if error.code() == Word::InvalidCredentials => {}
        // 429 or 503: nobody looked at the code.
        Err(_) => {
            app.sign_in.give_back_address(origin);
            attempt.give_back();
        }
    }
    entered
}

fn wrong_code() -> Error {
    Error::new(
        Word::InvalidCredentials,
        "The code is wrong, over, or was used already; each works once",
    )
}
