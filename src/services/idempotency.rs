//! What is made at most once under an Idempotency-Key: the answer is kept in the transaction of what was made, so a
//! failed first try leaves the key free.

use crate::clock;
use crate::error::{Error, FieldError, Result, Step};
use crate::limits;
use crate::services::records::etag;
use crate::store::idempotency::{self, Answered};
use crate::store::{Read, Tx};

/// An Idempotency-Key with what it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) key: String,
    /// User, method and path.
    pub(crate) scope: String,
    pub(crate) body_hash: String,
}

/// The answer to a create: its JSON, where the record is, and whether it was given before.
#[derive(Debug)]
pub(crate) struct Created {
    pub(crate) answer: Vec<u8>,
    pub(crate) location: Option<String>,
    pub(crate) replayed: bool,
}

/// How an answer with one record begins; a brace ends it.
pub(crate) const ITEM: &[u8] = b"{\"success\":true,\"item\":";

impl Created {
    /// The version of the record, where there is just one.
    pub(crate) fn etag(&self) -> Option<String> {
        let item = self.answer.strip_prefix(ITEM)?;
        Some(etag(item.strip_suffix(b"}")?))
    }
}

/// Makes it, or says what was answered the first time; 422 when the body is another one.
pub(crate) fn once(
    tx: &mut Tx<'_>,
    key: Option<&Key>,
    now: &str,
    make: impl FnOnce(&mut Tx<'_>) -> Result<Created>,
) -> Result<Created> {
    let Some(key) = key else {
        return make(tx);
    };
    if let Some(given) = replay(tx, key)? {
        return Ok(given);
    }
    let created = make(tx)?;
    let answered = Answered {
        body_hash: key.body_hash.clone(),
        location: created.location.clone(),
        answer: String::from_utf8(created.answer.clone()).map_err(Error::internal)?,
    };
    idempotency::insert(tx, &key.scope, &key.key, &answered, now)?;
    Ok(created)
}

/// What was answered the first time; 422 when the body is another one.
fn replay(db: &Read<'_>, key: &Key) -> Result<Option<Created>> {
    let since = clock::before(limits::IDEMPOTENCY_LIFETIME);
    let Some(answered) = idempotency::find(db, &key.scope, &key.key, &since)? else {
        return Ok(None);
    };
    if answered.body_hash != key.body_hash {
        let at = [Step::from("header"), Step::from("Idempotency-Key")];
        let message = "Value error, this key was used with another body";
        return Err(Error::invalid(vec![FieldError::new(
            "value_error",
            &at,
            message,
        )]));
    }
    Ok(Some(Created {
        answer: answered.answer.into_bytes(),
        location: answered.location,
        replayed: true,
    }))
}
