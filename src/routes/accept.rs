//! What a client says that it takes: media types and encodings, with their weights.

use warp::http::header::{self, HeaderName};

use super::extract::Head;
use crate::error::{Code, Error, Result};

/// The API speaks JSON. A client that takes none of it is told so before anything happens; one that says nothing takes
/// everything.
pub(super) fn check(head: &Head) -> Result<()> {
    // A sign-in elsewhere is a browser's affair: it is sent on, whatever it takes.
    if !head.path.starts_with("/api/") || head.path.starts_with("/api/auth/oauth/") {
        return Ok(());
    }
    let ranges: Vec<&str> = values(head, header::ACCEPT).collect();
    let json = ["application/json", "application/*", "*/*"];
    let stream = head.path.ends_with("/events") && weigh(&ranges, &["text/event-stream"]) > 0.0;
    if ranges.is_empty() || stream || weigh(&ranges, &json) > 0.0 {
        return Ok(());
    }
    Err(Error::new(
        Code::NotAcceptable,
        "The answer is application/json; send Accept: application/json, or none",
    ))
}

/// Whether the client takes that content coding.
pub(super) fn takes_encoding(head: &Head, name: &str) -> bool {
    let codings: Vec<&str> = values(head, header::ACCEPT_ENCODING).collect();
    weigh(&codings, &[name, "*"]) > 0.0
}

/// The members of a header, which may be sent more than once.
fn values(head: &Head, name: HeaderName) -> impl Iterator<Item = &str> {
    head.headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|member| !member.is_empty())
}

/// The weight of the first of these names that the list has; 0 when it has none.
fn weigh(list: &[&str], names: &[&str]) -> f32 {
    let of = |name: &&str| {
        list.iter().find_map(|member| {
            let mut parts = member.split(';').map(str::trim);
            let named = parts.next()?.eq_ignore_ascii_case(name);
            let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
            named.then(|| weight.map_or(1.0, |weight| weight.parse().unwrap_or(1.0)))
        })
    };
    names.iter().find_map(of).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::weigh;

    #[test]
    fn the_more_exact_name_decides() {
        let names = ["br", "*"];
        assert!(weigh(&["gzip", "br;q=0.5"], &names) > 0.0);
        assert!(weigh(&["*"], &names) > 0.0);
        assert!(weigh(&["*", "br; q=0"], &names) == 0.0);
        assert!(weigh(&["gzip"], &names) == 0.0);
        assert!(weigh(&[], &names) == 0.0);
    }
}
