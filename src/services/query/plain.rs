//! Pages of what has no fields to ask for: users, executions. Their cursor is the last id.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{twice, unknown, whole};
use crate::error::{Code, Error, Result};
use crate::limits;

/// A page of something that has no fields to ask for.
pub(crate) struct PlainPage {
    pub(crate) limit: usize,
    pub(crate) cursor: Option<String>,
}

/// The same with a `search`, which is cut out of the parameters before.
pub(crate) fn searched_page(
    mut parameters: Vec<(String, String)>,
) -> Result<(PlainPage, Option<String>)> {
    let faults = twice(&parameters, &["search"]);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let at = parameters.iter().position(|(name, _)| name == "search");
    let search = at.map(|at| parameters.remove(at).1.trim().to_owned());
    let page = plain_page(&parameters)?;
    Ok((page, search.filter(|search| !search.is_empty())))
}

pub(crate) fn plain_page(parameters: &[(String, String)]) -> Result<PlainPage> {
    let mut page = PlainPage {
        limit: limits::PAGE,
        cursor: None,
    };
    let mut faults = twice(parameters, &["limit", "cursor"]);
    for (name, text) in parameters {
        match name.as_str() {
            "limit" => match whole(name, text, 1, limits::PAGE_MAX as u64) {
                Ok(limit) => page.limit = limit as usize,
                Err(fault) => faults.push(fault),
            },
            "cursor" => page.cursor = Some(text.clone()),
            _ => faults.push(unknown(name, ["limit", "cursor"])),
        }
    }
    if faults.is_empty() {
        Ok(page)
    } else {
        Err(Error::invalid(faults))
    }
}

/// A cursor of an id.
pub(crate) fn masked(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// The id of such a cursor.
pub(crate) fn unmasked(cursor: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|id| uuid::Uuid::try_parse(id).is_ok())
        .ok_or_else(|| {
            Error::new(
                Code::BadRequest,
                "The cursor is not one of ours; start again without it",
            )
        })
}
