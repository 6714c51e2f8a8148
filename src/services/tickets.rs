//! Tickets for sockets and streams: a browser can't send a header with an upgrade, nor by an EventSource, so it gets a ticket
//! first. Each works once, for half a minute, and stands for the credential that it was got with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::auth;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::services::access::{Principal, Via};

/// By the ticket's hash.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, Ticket>>);

/// What a ticket stands for.
pub(crate) struct Ticket {
    made: Instant,
    pub(crate) principal: Arc<Principal>,
    /// The token that it was got with, where nothing else tells what that says: a foreign issuer's.
    pub(crate) token: Option<Box<str>>,
}

impl Tickets {
    /// Nobody keeps others out by asking for many: beyond a user's share the oldest of their own goes.
    pub(crate) fn issue(&self, principal: Arc<Principal>, token: Option<&str>) -> Result<String> {
        let text = auth::random_text()?;
        let made = Instant::now();
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|_, ticket| ticket.made.elapsed() < limits::TICKET_LIFETIME);
        let own = |ticket: &Ticket| ticket.principal.user == principal.user;
        forget_oldest(&mut tickets, limits::TICKETS_PER_USER, own);
        forget_oldest(&mut tickets, limits::TICKETS, |_| true);
        let foreign = matches!(principal.via, Via::Issuer(_));
        let token = token.filter(|_| foreign).map(Box::from);
        let ticket = Ticket {
            made,
            principal,
            token,
        };
        tickets.insert(auth::fingerprint(&text), ticket);
        Ok(text)
    }

    /// What it stands for; it is used up. Whether they may still come in is asked by whoever lets them.
    pub(crate) fn redeem(&self, ticket: &str) -> Result<Ticket> {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = tickets.remove(&auth::fingerprint(ticket));
        found
            .filter(|ticket| ticket.made.elapsed() < limits::TICKET_LIFETIME)
            .ok_or_else(|| {
                let message = "Invalid token: this ticket is used or over; get another one at POST /api/auth/ws-ticket";
                Error::new(Code::InvalidToken, message)
            })
    }
}

/// Leaves room for one more where so many are the most.
fn forget_oldest(
    tickets: &mut HashMap<String, Ticket>,
    most: usize,
    counts: impl Fn(&Ticket) -> bool,
) {
    let of_them = tickets.iter().filter(|(_, ticket)| counts(ticket));
    if of_them.clone().count() < most {
        return;
    }
    let oldest = of_them.min_by_key(|(_, ticket)| ticket.made);
    if let Some(hash) = oldest.map(|(hash, _)| hash.clone()) {
        tickets.remove(&hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(user: &str) -> Arc<Principal> {
        Arc::new(Principal {
            user: user.to_owned(),
            role: "user".to_owned(),
            via: Via::Session("s".to_owned()),
            until: i64::MAX,
        })
    }

    #[test]
    fn nobody_takes_the_tickets_of_others_and_beyond_all_the_oldest_goes() {
        let tickets = Tickets::default();
        let issue = |user: &str| tickets.issue(principal(user), None).unwrap();
        let ada = issue("ada");
        for _ in 0..1_000 {
            issue("eve");
        }
        assert_eq!(tickets.redeem(&ada).ok().unwrap().principal.user, "ada");
        tickets.redeem(&ada).err().unwrap();
        tickets.0.lock().unwrap().clear();
        let (first, second) = (issue("ada"), issue("bob"));
        for n in 2..limits::TICKETS {
            let ticket = Ticket {
                made: Instant::now(),
                principal: principal(&n.to_string()),
                token: None,
            };
            tickets.0.lock().unwrap().insert(n.to_string(), ticket);
        }
        let last = issue("eve");
        assert_eq!(tickets.0.lock().unwrap().len(), limits::TICKETS);
        tickets.redeem(&first).err().unwrap();
        tickets.redeem(&second).ok().unwrap();
        tickets.redeem(&last).ok().unwrap();
    }
}
