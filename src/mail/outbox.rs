//! Where mails wait for the one task that sends them. It is in memory alone: what waits when the process ends is lost,
//! and a link can be asked for again.
//!
//! Putting a mail in never waits: beyond the limit it is dropped, and counted. A temporary failure is tried again for a
//! few minutes; then the log says so, with the address hidden.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};

use super::{Letter, hidden, smtp};
use crate::config::Mail;
use crate::limits;

/// The waiting mails.
pub(crate) struct Outbox {
    put: mpsc::Sender<Letter>,
    /// Taken by the task that sends.
    waiting: Mutex<Option<mpsc::Receiver<Letter>>>,
    closing: Notify,
}

/// A mail that could not be sent yet.
struct Later {
    letter: Letter,
    /// Tries that were made.
    tries: usize,
    due: Instant,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let (put, waiting) = mpsc::channel(limits::MAILS_WAITING);
        Outbox {
            put,
            waiting: Mutex::new(Some(waiting)),
            closing: Notify::new(),
        }
    }

    /// Never waits.
    pub(crate) fn put(&self, letter: Letter) {
        if let Err(refused) = self.put.try_send(letter) {
            count("dropped");
            let letter = refused.into_inner();
            tracing::warn!(
                to = hidden(&letter.to),
                mail = letter.template.name(),
                "a mail was dropped: too many wait to be sent"
            );
        }
    }

    /// The server ends: each waiting mail is tried once more, for a moment.
    pub(crate) fn close(&self) {
        self.closing.notify_one();
    }

    /// Sends until the outbox is closed; `settings` are asked for each mail, so that they may change meanwhile.
    pub(crate) async fn run(&self, settings: impl Fn() -> Mail) {
        let taken = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut waiting) = taken else { return };
        let mut later: Vec<Later> = Vec::new();
        loop {
            metrics::gauge!("hearth_mails_waiting").set((waiting.len() + later.len()) as f64);
            let next = later.iter().map(|mail| mail.due).min();
            let (letter, tries) = tokio::select! {
                () = self.closing.notified() => break,
                () = until(next) => match due(&mut later) {
                    Some(mail) => (mail.letter, mail.tries),
                    None => continue,
                },
                letter = waiting.recv() => match letter {
                    Some(letter) => (letter, 0),
                    None => break,
                },
            };
            let settings = settings();
            let mut trying = std::pin::pin!(attempt(&settings, &letter, tries));
            tokio::select! {
                again = &mut trying => later.extend(again),
                () = self.closing.notified() => {
                    let last = tokio::time::timeout(limits::MAIL_FAREWELL, trying).await;
                    let due = Instant::now();
                    let letter = letter.clone();
                    later.extend(last.unwrap_or(Some(Later { letter, tries, due })));
                    break;
                }
            }
        }
        while let Ok(letter) = waiting.try_recv() {
            later.push(Later {
                letter,
                tries: 0,
                due: Instant::now(),
            });
        }
        finish(&settings(), later).await;
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

fn due(later: &mut Vec<Later>) -> Option<Later> {
    let now = Instant::now();
    let at = later.iter().position(|mail| mail.due <= now)?;
    Some(later.swap_remove(at))
}

/// One try; what is to be tried again comes back.
async fn attempt(settings: &Mail, letter: &Letter, tries: usize) -> Option<Later> {
    let failed = match smtp::send(settings, letter).await {
        Ok(()) => {
            count("sent");
            return None;
        }
        Err(failed) => failed,
    };
    let reason = failed.reason.replace(&letter.to, &hidden(&letter.to));
    let (to, mail) = (hidden(&letter.to), letter.template.name());
    let wait = limits::MAIL_RETRIES
        .get(tries)
        .filter(|_| failed.is_temporary);
    let Some(wait) = wait else {
        count("failed");
        tracing::warn!(
            to,
            mail,
            reason,
            tries = tries + 1,
            "a mail could not be sent"
        );
        return None;
    };
    count("delayed");
    tracing::info!(to, mail, reason, again_in = ?wait, "a mail waits for its next try");
    Some(Later {
        letter: letter.clone(),
        tries: tries + 1,
        due: Instant::now() + *wait,
    })
}

/// The last tries.
async fn finish(settings: &Mail, waiting: Vec<Later>) {
    let end = Instant::now() + limits::MAIL_FAREWELL;
    let mut lost = 0;
    for mail in waiting {
        let left = end.saturating_duration_since(Instant::now());
        let sent = match left {
            Duration::ZERO => false,
            left => tokio::time::timeout(left, smtp::send(settings, &mail.letter))
                .await
                .is_ok_and(|sent| sent.is_ok()),
        };
        count(if sent { "sent" } else { "failed" });
        lost += usize::from(!sent);
    }
    if lost > 0 {
        tracing::warn!(
            lost,
            "mails were not sent before the end; their links can be asked for again"
        );
    }
}

fn count(result: &'static str) {
    metrics::counter!("hearth_mails_total", "result" => result).increment(1);
}
