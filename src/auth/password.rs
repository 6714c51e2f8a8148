//! Passwords: Argon2id, off the async threads, two at a time; and which ones are refused.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::limits;

static PLACES: Semaphore = Semaphore::const_new(limits::HASHES);
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Compared with when there is no such user, so that both take the same time. It is random: nothing is known to hash
/// to it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$USjtg1Ctxf/3YssGVR1cvA$8p2AO4HcQXZzF0Hafl6jJmbRH32N4usAJHH/tDfqTF8";

/// The hash of a password in PHC form. 503 when too many wait.
pub(crate) async fn hash(password: String) -> Result<String> {
    apart(move || hash_here(&password)).await
}

/// Whether the password is the one of that hash. Without a hash it takes as long and says no.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    apart(move || {
        let known = hash.is_some();
        let text = hash.as_deref().unwrap_or(NOBODY);
        let parsed = PasswordHash::new(text).map_err(Error::internal)?;
        let fits = Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
        Ok(fits && known)
    })
    .await
}

fn hash_here(password: &str) -> Result<String> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(hash.to_string())
}

/// Runs on the blocking pool, at most `HASHES` at once.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    struct Waiting;
    impl Drop for Waiting {
        fn drop(&mut self) {
            WAITING.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let before = WAITING.fetch_add(1, Ordering::Relaxed);
    let waiting = Waiting;
    if before >= limits::HASHES_WAITING {
        return Err(Error::unavailable("Too many sign-ins at once", 1));
    }
    let place = PLACES.acquire().await.map_err(Error::internal)?;
    drop(waiting);
    let work = move || {
        let _place = place;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
}

/// Why a new password is refused, in a sentence; None when it is fine. The search among common ones takes as long as a
/// hash when somebody wants it to.
pub(crate) async fn refusal(
    password: String,
    email: String,
    minimum: usize,
) -> Result<Option<String>> {
    apart(move || Ok(refusal_here(&password, &email, minimum))).await
}

fn refusal_here(password: &str, email: &str, minimum: usize) -> Option<String> {
    if password.chars().count() < minimum {
        return Some(format!("A password has at least {minimum} characters"));
    }
    if password.len() > limits::PASSWORD_SIZE {
        return Some(format!(
            "A password has at most {} bytes",
            limits::PASSWORD_SIZE
        ));
    }
    let folded = password.to_lowercase();
    let mailbox = email.split('@').next().unwrap_or_default();
    if folded == email.to_lowercase() || folded == mailbox.to_lowercase() {
        return Some("The e-mail address is no password".to_owned());
    }
    // Guesses among the common ones, with their usual disguises. A beginning that is good makes the whole good.
    let head: String = password.chars().take(SEARCHED).collect();
    if zxcvbn::zxcvbn(&head, &[email, mailbox]).guesses() < COMMON {
        return Some("This password is too common; take a longer one".to_owned());
    }
    None
}

/// So many characters are looked at, since the search is worse than quadratic.
const SEARCHED: usize = 32;

/// Whoever tries common passwords comes to it within so many.
const COMMON: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_short_and_own_passwords_are_refused() {
        for password in [
            "password",
            "Password1",
            "12345678",
            "qwertyuiop",
            "p4ssw0rd",
            "aaaaaaaaaa",
            "iloveyou",
            "short",
            "eve@example.com",
            "EVE@example.com",
            "",
        ] {
            assert!(
                refusal_here(password, "eve@example.com", 8).is_some(),
                "{password}"
            );
        }
        assert!(refusal_here(&"x9".repeat(600), "eve@example.com", 8).is_some());
        for password in [
            "correct horse battery",
            "bW9-kq2-zz!",
            "ein langer Satz mit Ü",
        ] {
            assert_eq!(
                refusal_here(password, "eve@example.com", 8),
                None,
                "{password}"
            );
        }
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone() {
        let hash = hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            verify("correct horse".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verify("correct horsf".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!verify(hash.clone(), Some(hash)).await.unwrap());
        assert!(!verify(String::new(), None).await.unwrap());
    }
}
