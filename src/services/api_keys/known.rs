//! Who holds which key, in memory: forgotten when a commit says so. And which keys were used, written now and then.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use crate::app::App;
use crate::auth;
use crate::clock;
use crate::error::{Error, Result};
use crate::services::access::{Caller, KeyRight, Principal, Via};
use crate::services::scopes::Scopes;
use crate::store::api_keys as stored;
use crate::store::{Event, Weight};

/// More than this, and the memory starts anew.
const REMEMBERED: usize = 50_000;
/// Uses are written so often.
const ROUND: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct ApiKeys {
    /// By the key's hash.
    known: RwLock<HashMap<String, Arc<Principal>>>,
    /// Grows with every event, so that what was read before one is not remembered after it.
    generation: AtomicU64,
    /// Uses that are not written yet: when and from where, by the key's id.
    used: Mutex<HashMap<String, (String, IpAddr)>>,
}

impl ApiKeys {
    /// Forgets what a commit made old. Called on the writer thread.
    pub(crate) fn hear(&self, events: &[Event]) {
        if !events.iter().any(Event::is_about_users) {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::AcqRel);
        for event in events {
            match event {
                Event::Foreign => known.clear(),
                Event::User(user) => known.retain(|_, holder| holder.user != *user),
                Event::Key(id) => {
                    known.retain(|_, holder| holder.key().is_none_or(|key| key.id != *id))
                }
                _ => {}
            }
        }
    }

    /// Who a key stands for. Any doubt is a 401.
    pub(crate) async fn caller(&self, app: &App, key: &str, address: IpAddr) -> Result<Caller> {
        let hash = auth::fingerprint(key);
        let remembered = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(&hash).cloned()
        };
        let principal = match remembered {
            Some(principal) => principal,
            None => self.look_up(app, hash).await?,
        };
        if principal.until <= clock::seconds() {
            return Err(Error::token_expired());
        }
        if let Some(key) = principal.key() {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            if !used.contains_key(&key.id) {
                used.insert(key.id.clone(), (clock::now(), address));
            }
        }
        Ok(Caller::User(principal))
    }

    /// Who holds the key of that id now; for one that was checked before.
    pub(crate) async fn holder(&self, app: &App, id: &str) -> Result<Arc<Principal>> {
        let wanted = id.to_owned();
        let found = app
            .db
            .read(move |db| stored::find_holder_of(db, &wanted))
            .await?;
        let principal = principal(found.ok_or_else(Error::invalid_token)?);
        if principal.until <= clock::seconds() {
            return Err(Error::token_expired());
        }
        Ok(Arc::new(principal))
    }

    async fn look_up(&self, app: &App, hash: String) -> Result<Arc<Principal>> {
        let generation = self.generation.load(Ordering::Acquire);
        let wanted = hash.clone();
        let found = app
            .db
            .read(move |db| stored::find_holder(db, &wanted))
            .await?;
        let holder = found.ok_or_else(Error::invalid_token)?;
        let principal = Arc::new(principal(holder));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::Acquire) == generation {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(hash, Arc::clone(&principal));
        }
        Ok(principal)
    }
}

fn principal(holder: stored::Holder) -> Principal {
    Principal {
        user: holder.user,
        role: holder.role,
        via: Via::Key(Arc::new(KeyRight {
            id: holder.id,
            scopes: Scopes::stored(&holder.scopes),
        })),
        until: holder.expires_until.unwrap_or(i64::MAX),
    }
}

/// Writes now and then which keys were used, so that no request waits for it.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        tokio::time::sleep(ROUND).await;
        if let Err(error) = note_uses(&app).await {
            tracing::warn!(%error, "the use of API keys could not be noted");
        }
    }
}

pub(crate) async fn note_uses(app: &App) -> Result<()> {
    let used = std::mem::take(
        &mut *app
            .api_keys
            .used
            .lock()
            .unwrap_or_else(PoisonError::into_inner),
    );
    if used.is_empty() {
        return Ok(());
    }
    app.db
        .write(Weight::default(), move |tx| {
            for (id, (at, address)) in &used {
                stored::note_use(tx, id, at, &address.to_string())?;
            }
            Ok(())
        })
        .await
}
