//! The one door through which every sign-in goes, however somebody proved who they are: the account is looked at once
//! more, and a session starts. Not the proof itself: passwords are `sign_in`, providers and links have their own files.

use serde::Serialize;

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::services::sessions::{Origin, Tokens};
use crate::services::throttle::address_key;
use crate::store::accounts::{self as stored, User};
use crate::store::audit::Entry;
use crate::store::{Weight, audit, sessions};

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
    Error::new(Code::InvalidCredentials, "Wrong e-mail or password")
}

/// Starts a session for the user of that id. Since the proof the account may have been disabled or deleted, or got
/// another password: it is looked at in the session's own transaction.
pub(crate) async fn enter(
    app: &App,
    user: &str,
    proof: Proof,
    origin: &Origin,
) -> Result<SignedIn> {
    let (session, tokens) = app.sessions.prepare(user, origin)?;
    let from = address_key(origin.address);
    let entry = Entry::new("sign_in")
        .by(session.user.clone())
        .on(session.id.clone())
        .from(origin.address)
        .detail(serde_json::json!({ "by": proof.word() }));
    let user = app
        .db
        .write(Weight::default(), move |tx| {
            let user = stored::find(tx, &session.user)?.filter(|user| !user.disabled);
            let user = user.ok_or_else(wrong_credentials)?;
            if let Proof::Password { hash } = &proof
                && stored::find_password_hash(tx, &user.id)? != *hash
            {
                return Err(wrong_credentials());
            }
            sessions::insert(tx, &session)?;
            stored::remember_address(tx, &session.user, &from, &session.now)?;
            audit::insert(tx, &entry)?;
            Ok(user)
        })
        .await?;
    Ok(SignedIn { user, tokens })
}
