//! Who may do what: the one place that says yes or no.
//!
//! A rule is folded for a caller into a `Scope`, which the store puts into the statement itself; it is never looked at in
//! one transaction and acted on in another. What no record could satisfy is refused at once.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::models::{Model, Word};
use crate::services::scopes::{Scope, Scopes};
use crate::services::viewing::ViewRight;
use crate::store::sql::Scope as Rows;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    Anonymous,
    User(Arc<Principal>),
    /// The person at the command line, who holds the file itself. `acts_for` owns what is made.
    Operator {
        acts_for: Option<String>,
    },
    /// A program that the server runs for an execution: it sees that one, and adds files to it.
    Run(Arc<RunRight>),
}

/// The right of such a program, until its run is over.
#[derive(Debug, PartialEq, Eq)]
pub struct RunRight {
    pub(crate) execution: String,
    pub(crate) fence: i64,
}

/// A signed-in user, as known when the credential was checked.
#[derive(Clone, Debug)]
pub struct Principal {
    pub user: String,
    pub role: String,
    /// What kind of credential it was.
    pub via: Via,
    /// The credential's own end, in seconds since 1970: of a session the absolute one.
    pub until: i64,
}

/// By what a caller is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// An access token of ours, for the session of that id.
    Session(String),
    /// A token of that foreign issuer.
    Issuer(String),
    /// An API key.
    Key(Arc<KeyRight>),
    /// The eyes of an admin, who sees what the user sees and changes nothing.
    View(Arc<ViewRight>),
}

/// An API key, as known when it was checked.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyRight {
    pub(crate) id: String,
    pub(crate) scopes: Scopes,
}

impl Principal {
    /// The session, for calls about the sign-in itself; 403 for who is known by something else.
    pub(crate) fn session(&self) -> Result<&str> {
        match &self.via {
            Via::Session(id) => Ok(id),
            _ => Err(Error::forbidden(
                "This works in a session of Hearth's own alone; sign in with POST /api/auth/login",
            )),
        }
    }

    pub(crate) fn key(&self) -> Option<&KeyRight> {
        match &self.via {
            Via::Key(key) => Some(key),
            _ => None,
        }
    }

    /// For calls that are a person's: 403 for API keys, whatever their scopes, and for who only sees as that person.
    pub(crate) fn in_person(&self) -> Result<()> {
        match self.via {
            Via::Session(_) | Via::Issuer(_) => Ok(()),
            Via::Key(_) => Err(Error::forbidden(
                "An API key can't do this; sign in with POST /api/auth/login",
            )),
            Via::View(_) => Err(Error::forbidden(
                "This is the user's own to see: sessions, keys and second factors are not shown to others",
            )),
        }
    }
}

pub(crate) const ADMIN: &str = "admin";

impl Caller {
    /// The id of the user who would own what this caller makes.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Caller::Anonymous | Caller::Run(_) => None,
            Caller::User(principal) => Some(&principal.user),
            Caller::Operator { acts_for } => acts_for.as_deref(),
        }
    }

    /// Whether everything is theirs to see and to change; what a key of theirs may do is asked apart.
    pub(crate) fn is_admin(&self) -> bool {
        match self {
            Caller::Anonymous | Caller::Run(_) => false,
            Caller::User(principal) => principal.role == ADMIN,
            Caller::Operator { .. } => true,
        }
    }

    /// Whether this is the other one, with the same rights.
    pub(crate) fn may_as(&self, other: &Caller) -> bool {
        match (self, other) {
            (Caller::User(one), Caller::User(other)) => {
                one.user == other.user && one.role == other.role && one.via == other.via
            }
            _ => self.user() == other.user() && self.is_admin() == other.is_admin(),
        }
    }

    /// For calls of admins alone; a key needs `read` and `write`, not narrowed.
    pub(crate) fn must_be_admin(&self) -> Result<()> {
        match self {
            Caller::Anonymous => Err(Error::not_authenticated()),
            _ if self.is_admin() => {
                self.must_have(&Scope::Read(None))?;
                self.must_have(&Scope::Write(None))
            }
            _ => Err(Error::forbidden("Only admins may do this")),
        }
    }

    /// For what is no model's: executions, admin calls. Whoever is no key has every scope.
    pub(crate) fn must_have(&self, scope: &Scope) -> Result<()> {
        if !matches!(scope, Scope::Read(_)) {
            self.may_change()?;
        }
        match self.key() {
            Some(key) if !key.scopes.has(scope) => Err(missing(&scope.text())),
            _ => Ok(()),
        }
    }

    /// For `/metrics`.
    pub(crate) fn must_read_metrics(&self) -> Result<()> {
        match self.key() {
            Some(key) if key.scopes.has(&Scope::Metrics) => Ok(()),
            _ => self.must_be_admin(),
        }
    }

    pub(crate) fn key(&self) -> Option<&KeyRight> {
        match self {
            Caller::User(principal) => principal.key(),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    Create,
    Update,
    Delete,
}

impl Action {
    /// The verb of "You may not … this".
    fn verb(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Create => "create",
            Action::Update => "change",
            Action::Delete => "delete",
        }
    }
}

fn missing(scope: &str) -> Error {
    Error::forbidden(format!("This API key has no scope `{scope}`"))
}

/// Whether the caller's key, if it is one, may do this with the model's records at all.
fn key_allows(model: &Model, action: Action, caller: &Caller) -> Result<()> {
    if action != Action::Read {
        caller.may_change()?;
    }
    let Some(key) = caller.key() else {
        return Ok(());
    };
    let (may, word) = match action {
        Action::Read => (key.scopes.reads(&model.name), "read"),
        _ => (key.scopes.writes(&model.name), "write"),
    };
    if may {
        Ok(())
    } else {
        Err(missing(&format!("{word}:{}", model.name)))
    }
}

/// The records of `model` with which `caller` may do this; an error when there could be none.
pub(crate) fn scope(model: &Model, action: Action, caller: &Caller) -> Result<Rows> {
    key_allows(model, action, caller)?;
    persons_scope(model, action, caller)
}

/// Which of a model's records somebody sees: all, or an owner's.
pub(crate) fn sight(model: &Model, caller: &Caller) -> Result<Option<String>> {
    key_allows(model, Action::Read, caller)?;
    owner(model, Action::Read, caller)
}

/// The same whatever the caller's key may do: what a write has to know of records that it does not show.
pub(crate) fn persons_scope(model: &Model, action: Action, caller: &Caller) -> Result<Rows> {
    let owner = owner(model, action, caller)?;
    Ok(owner.map_or_else(Rows::all, |owner| Rows::owner(&owner)))
}

/// With whose records the caller may do this; None: with everybody's.
fn owner(model: &Model, action: Action, caller: &Caller) -> Result<Option<String>> {
    if caller.is_admin() {
        return Ok(None);
    }
    let rule = match action {
        Action::Read => &model.access.read,
        Action::Create => &model.access.create,
        Action::Update => &model.access.update,
        Action::Delete => &model.access.delete,
    };
    if rule.iter().any(|word| holds_for_all(word, caller)) {
        return Ok(None);
    }
    match caller.user() {
        Some(user) if rule.contains(&Word::Owner) => Ok(Some(user.to_owned())),
        Some(_) => Err(refusal(model, action)),
        None => Err(Error::not_authenticated()),
    }
}

/// Whether the word lets this caller do it with every record.
fn holds_for_all(word: &Word, caller: &Caller) -> bool {
    match (word, caller) {
        (Word::Anyone, _) => true,
        (Word::SignedIn, caller) => caller.user().is_some(),
        (Word::Role(role), Caller::User(principal)) => principal.role == *role,
        _ => false,
    }
}

/// 403: the caller is known, and it is not theirs to do.
pub(crate) fn refusal(model: &Model, action: Action) -> Error {
    let title = model.title.to_lowercase();
    match action {
        Action::Create => {
            let article = if title.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            };
            Error::forbidden(format!("You may not create {article} {title}"))
        }
        _ => Error::forbidden(format!("You may not {} this {title}", action.verb())),
    }
}
