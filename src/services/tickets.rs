//! Tickets for sockets: a browser can't send a header with an upgrade, so it gets a ticket first. Each works once, for
//! half a minute, and stands for the credential that it was got with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::auth;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::access::Principal;

/// By the ticket's hash.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, (Instant, Arc<Principal>)>>);

impl Tickets {
    pub(crate) fn issue(&self, principal: Arc<Principal>) -> Result<String> {
        let ticket = auth::random_text()?;
        let now = Instant::now();
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|_, (made, _)| now.duration_since(*made) < limits::TICKET_LIFETIME);
        if tickets.len() >= limits::TICKETS {
            return Err(Error::unavailable(
                "Too many tickets are open; try again",
                5,
            ));
        }
        tickets.insert(auth::fingerprint(&ticket), (now, principal));
        Ok(ticket)
    }

    /// Whose it is; it is used up. Whether they may still come in is asked by whoever lets them.
    pub(crate) fn redeem(&self, ticket: &str) -> Result<Arc<Principal>> {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = tickets.remove(&auth::fingerprint(ticket));
        match found {
            Some((made, principal)) if made.elapsed() < limits::TICKET_LIFETIME => Ok(principal),
            _ => {
                let message = "Invalid token: this ticket is used or over; get another one at POST /api/auth/ws-ticket";
                Err(Error::new(Code::InvalidToken, message))
            }
        }
    }
}
