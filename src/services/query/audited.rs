//! What is asked of the audit: by whom or to whom, what, when; and where the list goes on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{fault, twice, unknown, whole};
use crate::clock;
use crate::error::{Code, Error, FieldError, Result};
use crate::limits;
use crate::store::audit::{Filter, Noted};

/// A page of the audit.
#[derive(Clone, Debug)]
pub(crate) struct Audited {
    /// Its user may be an e-mail address.
    pub(crate) filter: Filter,
    pub(crate) limit: usize,
}

const NAMES: [&str; 6] = ["user", "action", "since", "until", "limit", "cursor"];

pub(crate) fn audited(parameters: &[(String, String)]) -> Result<Audited> {
    let mut page = Audited {
        filter: Filter::default(),
        limit: limits::PAGE,
    };
    let mut faults = twice(parameters, &NAMES);
    for (name, text) in parameters {
        let filter = &mut page.filter;
        let taken = match name.as_str() {
            "user" => {
                filter.user = Some(text.clone());
                Ok(())
            }
            "action" => {
                filter.action = Some(text.clone());
                Ok(())
            }
            "since" => time(name, text).map(|time| filter.since = Some(time)),
            "until" => time(name, text).map(|time| filter.until = Some(time)),
            "limit" => whole(name, text, 1, limits::PAGE_MAX as u64)
                .map(|limit| page.limit = limit as usize),
            "cursor" => {
                filter.before = Some(before(text)?);
                Ok(())
            }
            _ => Err(unknown(name, NAMES)),
        };
        faults.extend(taken.err());
    }
    if faults.is_empty() {
        Ok(page)
    } else {
        Err(Error::invalid(faults))
    }
}

fn time(name: &str, text: &str) -> Result<String, FieldError> {
    let time = text.parse::<jiff::Timestamp>().map(clock::text);
    time.map_err(|_| {
        let message =
            "Value error, a time looks like 2026-11-24T14:39:23Z; write a + in a query as %2B";
        fault("value_error", name, message)
    })
}

/// Where the list goes on behind that entry.
pub(crate) fn behind(last: &Noted) -> String {
    URL_SAFE_NO_PAD.encode(last.id.to_string())
}

fn before(cursor: &str) -> Result<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok())
        .ok_or_else(|| {
            Error::new(
                Code::BadRequest,
                "The cursor is not one of ours; start again without it",
            )
        })
}
