//! Sign-ins whose first step is done: what was proved, kept in memory until the code comes. A restart forgets them, and
//! the first step is done again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::OwnedMutexGuard;

use crate::auth;
use crate::error::{Error, Result};
use crate::limits;
use crate::services::entrance::Proof;

/// Those that are open, by the fingerprints of their names.
#[derive(Default)]
pub(crate) struct Challenges {
    open: Mutex<HashMap<String, Open>>,
}

struct Open {
    user: String,
    proof: Proof,
    since: Instant,
    tries: u32,
    /// One try after the other, so that a right one ends it before the next is looked at.
    gate: Arc<tokio::sync::Mutex<()>>,
}

impl Open {
    fn is_alive(&self) -> bool {
        self.since.elapsed() < limits::CHALLENGE_LIFETIME && self.tries < limits::CHALLENGE_TRIES
    }
}

/// A try of one of them; nobody else tries it meanwhile.
pub(crate) struct Attempt<'c> {
    challenges: &'c Challenges,
    key: String,
    pub(crate) user: String,
    pub(crate) proof: Proof,
    _gate: OwnedMutexGuard<()>,
}

impl Challenges {
    /// The name under which the sign-in goes on; it is told to who did the first step, and to nobody else.
    pub(crate) fn begin(&self, user: &str, proof: Proof) -> Result<String> {
        let name = auth::random_text()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= limits::CHALLENGES {
            open.retain(|_, one| one.is_alive());
        }
        let own: Vec<(&String, Instant)> = open
            .iter()
            .filter(|(_, one)| one.user == user)
            .map(|(key, one)| (key, one.since))
            .collect();
        let full = own.len() >= limits::CHALLENGES_PER_USER;
        let oldest = own.into_iter().min_by_key(|(_, since)| *since);
        if let Some(key) = oldest.map(|(key, _)| key.clone()).filter(|_| full) {
            open.remove(&key);
        }
        if open.len() >= limits::CHALLENGES {
            return Err(Error::unavailable("Too many sign-ins at once", 1));
        }
        let one = Open {
            user: user.to_owned(),
            proof,
            since: Instant::now(),
            tries: 0,
            gate: Arc::default(),
        };
        open.insert(auth::fingerprint(&name), one);
        Ok(name)
    }

    /// Takes a try. One that is over, used up or unknown is a 401.
    pub(crate) async fn attempt(&self, name: &str) -> Result<Attempt<'_>> {
        let key = auth::fingerprint(name);
        let gate = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.get(&key).map(|one| Arc::clone(&one.gate))
        };
        let gate = gate.ok_or_else(over)?.lock_owned().await;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(one) = open.get_mut(&key).filter(|one| one.is_alive()) else {
            open.remove(&key);
            return Err(over());
        };
        one.tries += 1;
        Ok(Attempt {
            challenges: self,
            user: one.user.clone(),
            proof: one.proof.clone(),
            key,
            _gate: gate,
        })
    }
}

impl Attempt<'_> {
    /// It led to a session, or never will: it is over.
    pub(crate) fn end(self) {
        let mut open = self.lock();
        open.remove(&self.key);
    }

    /// The code was not looked at, so the try does not count.
    pub(crate) fn give_back(self) {
        if let Some(one) = self.lock().get_mut(&self.key) {
            one.tries = one.tries.saturating_sub(1);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Open>> {
        let open = &self.challenges.open;
        open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn over() -> Error {
    Error::new(
        crate::error::Code::InvalidToken,
        "This sign-in took too long or had too many wrong codes; begin it again",
    )
}
