//! What signs access tokens: the generated secret, which can be replaced while the server runs, or the one that the
//! configuration names. Not whom a token stands for: that is `sessions`.
//!
//! A replaced secret is accepted for as long as tokens that it signed can last, and is then forgotten. Nobody is signed
//! out by it: refresh tokens are not signed.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::app::App;
use crate::auth::{self, token::Claims, token::Signer};
use crate::clock;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::store::audit::Entry;
use crate::store::{Opening, Read, Weight, audit, meta};

/// Names among the facts about this database.
const SECRET: &str = "secret";
const INSTANCE: &str = "instance";
const PREVIOUS: &str = "previous_secrets";

/// A secret that was replaced.
#[derive(Serialize, Deserialize)]
struct Previous {
    secret: String,
    /// In seconds since 1970.
    until: i64,
}

struct Keys {
    present: Signer,
    /// Each with the second in which it ends.
    previous: Vec<(Signer, i64)>,
}

/// Signs and verifies with the secrets in force.
pub(crate) struct Signing {
    keys: RwLock<Arc<Keys>>,
    issuer: String,
    /// Whether the secret is the database's own.
    generated: bool,
    /// Another process has committed: the secret may be another one.
    doubted: Notify,
}

impl Signing {
    /// Reads the signing secret and the instance's id; makes them at first start.
    pub(crate) fn open(opening: &mut Opening, config: &Config) -> Result<Self> {
        let generated = auth::random_text()?;
        let instance = uuid::Uuid::new_v4().to_string();
        let known = opening.read(|db| Ok((meta::find(db, SECRET)?, meta::find(db, INSTANCE)?)))?;
        let issuer = match known {
            (Some(_), Some(issuer)) => issuer,
            _ => opening.transaction(|tx| {
                meta::find_or_set(tx, SECRET, &generated)?;
                meta::find_or_set(tx, INSTANCE, &instance)
            })?,
        };
        let stored = opening.read(|db| Keys::read(db, &issuer))?;
        let keys = match &config.auth.secret {
            Some(secret) => Keys {
                present: Signer::new(secret.reveal(), &issuer),
                previous: Vec::new(),
            },
            None => stored,
        };
        Ok(Signing {
            keys: RwLock::new(Arc::new(keys)),
            issuer,
            generated: config.auth.secret.is_none(),
            doubted: Notify::new(),
        })
    }

    fn keys(&self) -> Arc<Keys> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Our own name in tokens.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn sign(&self, user: &str, session: &str, lifetime: i64) -> Result<String> {
        self.keys().present.sign(user, session, None, lifetime)
    }

    /// A token by which `actor`, whose session it is, sees as `user`.
    pub(crate) fn sign_view(
        &self,
        user: &str,
        session: &str,
        actor: &str,
        lifetime: i64,
    ) -> Result<String> {
        let present = &self.keys().present;
        present.sign(user, session, Some(actor), lifetime)
    }

    /// What a token says, by the present secret or by one that was replaced and is still accepted.
    pub(crate) fn verify(&self, token: &str) -> Result<Claims> {
        let keys = self.keys();
        let refused = match keys.present.verify(token) {
            Err(error) if error.code() == Code::InvalidToken => error,
            verified => return verified,
        };
        let now = clock::seconds();
        let accepted = keys.previous.iter().filter(|(_, until)| *until > now);
        accepted
            .map(|(signer, _)| signer.verify(token))
            .find(|verified| !matches!(verified, Err(error) if error.code() == Code::InvalidToken))
            .unwrap_or(Err(refused))
    }

    /// Another process has committed. Called on the writer thread.
    pub(crate) fn doubt(&self) {
        if self.generated {
            self.doubted.notify_one();
        }
    }
}

impl Keys {
    fn read(db: &Read<'_>, issuer: &str) -> Result<Keys> {
        let secret = meta::find(db, SECRET)?;
        let secret = secret.ok_or_else(|| Error::internal("there is no signing secret"))?;
        let previous = previous(db)?;
        let signer = |old: Previous| (Signer::new(&old.secret, issuer), old.until);
        Ok(Keys {
            present: Signer::new(&secret, issuer),
            previous: previous.into_iter().map(signer).collect(),
        })
    }
}

/// Those that are still accepted.
fn previous(db: &Read<'_>) -> Result<Vec<Previous>> {
    let now = clock::seconds();
    let mut list = all_previous(db)?;
    list.retain(|old| old.until > now);
    Ok(list)
}

fn all_previous(db: &Read<'_>) -> Result<Vec<Previous>> {
    match meta::find(db, PREVIOUS)? {
        Some(text) => serde_json::from_str(&text).map_err(Error::internal),
        None => Ok(Vec::new()),
    }
}

/// Takes up what other processes do to the secret, until the process ends.
pub(crate) async fn follow(app: Arc<App>) {
    let signing = app.sessions.signing();
    // What was done between opening and serving was told to nobody.
    signing.doubt();
    loop {
        signing.doubted.notified().await;
        let issuer = signing.issuer.clone();
        match app.db.read(move |db| Keys::read(db, &issuer)).await {
            Ok(keys) => {
                *signing.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
            }
            Err(error) => {
                tracing::warn!(%error, "the signing secret could not be read again; it is tried once more");
                tokio::time::sleep(Duration::from_millis(200)).await;
                signing.doubt();
            }
        }
    }
}

/// Replaces the generated secret, and says until when the old one is accepted, in seconds since 1970. For the command
/// line; a running server takes the new one up within a second.
pub(crate) async fn rotate(app: &App) -> Result<i64> {
    if let Some(source) = configured(&app.config) {
        return Err(Error::conflict(format!(
            "`auth.secret` comes from {source}: change it there and restart Hearth. Nobody is signed out by that: access \
             tokens of the old one end, and clients get new ones with their refresh tokens, which are not signed"
        )));
    }
    let new = auth::random_text()?;
    // A running server may sign with the old one for a moment longer.
    let spare = limits::LEEWAY + limits::ROTATION_SPARE;
    let lifetime = (app.config.auth.access_lifetime + spare).as_secs();
    let until = clock::seconds() + i64::try_from(lifetime).unwrap_or(i64::MAX / 2);
    app.db
        .write(Weight::default(), move |tx| {
            let mut list = previous(tx)?;
            let secret = meta::find(tx, SECRET)?.unwrap_or_default();
            list.push(Previous { secret, until });
            let list = serde_json::to_string(&list).map_err(Error::internal)?;
            meta::set(tx, PREVIOUS, &list)?;
            meta::set(tx, SECRET, &new)?;
            audit::insert(tx, &Entry::new("secret_rotated"))
        })
        .await?;
    Ok(until)
}

/// Where the configuration has the secret from: `config.toml:12` or a variable's name.
fn configured(config: &Config) -> Option<&str> {
    config.auth.secret.as_ref()?;
    let mut settings = config.settings.iter();
    settings
        .find(|setting| setting.name == "auth.secret")
        .map(|setting| setting.source.as_str())
}

/// Throws replaced secrets away that are no longer accepted.
pub(crate) async fn forget(app: &App) -> Result<()> {
    let is_over = |db: &Read<'_>| Ok(all_previous(db)?.len() > previous(db)?.len());
    if !app.db.read(is_over).await? {
        return Ok(());
    }
    app.db
        .write(Weight::default(), |tx| {
            let list = serde_json::to_string(&previous(tx)?).map_err(Error::internal)?;
            meta::set(tx, PREVIOUS, &list)
        })
        .await
}
