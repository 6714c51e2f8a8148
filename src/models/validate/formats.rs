//! Formats of strings: whether a text has one, and how the text is stored.

use std::borrow::Cow;
use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr};

use email_address::{EmailAddress, Error as EmailFault, Options};
use url::{SyntaxViolation, Url};
use uuid::Uuid;

use super::calendar;
use super::way::Way;
use crate::error::{FieldError, Result};
use crate::models::Format;

/// What mail servers carry at most (RFC 5321, 4.5.3.1.3), in bytes.
const EMAIL_SIZE: usize = 254;

/// The text as it is stored, so that equal values are equal texts.
pub(super) fn normalise<'t>(
    format: Format,
    text: &'t str,
    way: &Way<'_>,
) -> Result<Cow<'t, str>, FieldError> {
    let owned = |text: String| Cow::Owned(text);
    let as_sent = |()| Cow::Borrowed(text);
    match format {
        Format::DateTime => calendar::date_time(text).map(owned).map_err(|reason| {
            let expected = "Input should be a valid datetime";
            parsing(way, "datetime_parsing", expected, reason)
        }),
        Format::Date => calendar::date(text).map(as_sent).map_err(|reason| {
            let expected = "Input should be a valid date in the format YYYY-MM-DD";
            parsing(way, "date_parsing", expected, reason)
        }),
        Format::Time => calendar::time(text).map(owned).map_err(|reason| {
            let expected = "Input should be in a valid time format";
            parsing(way, "time_parsing", expected, reason)
        }),
        Format::Uuid => uuid(text, way).map(owned),
        Format::Uri => uri(text)
            .map(as_sent)
            .map_err(|reason| parsing(way, "url_parsing", "Input should be a valid URL", &reason)),
        Format::Email => email(text).map(as_sent).map_err(|reason| {
            let message = format!("value is not a valid email address: {reason}");
            way.fault("value_error", message).with("reason", reason)
        }),
        Format::Ipv4 => match text.parse::<Ipv4Addr>() {
            Ok(_) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(way.value_error("not a valid IPv4 address")),
        },
        Format::Ipv6 => match text.parse::<Ipv6Addr>() {
            Ok(address) => Ok(Cow::Owned(address.to_string())),
            Err(_) => Err(way.value_error("not a valid IPv6 address")),
        },
        Format::Hostname if is_hostname(text) => Ok(Cow::Borrowed(text)),
        Format::Hostname => Err(way.value_error("not a valid hostname")),
    }
}

fn parsing(way: &Way<'_>, kind: &'static str, expected: &str, reason: &str) -> FieldError {
    way.fault(kind, format!("{expected}, {reason}"))
        .with("error", reason)
}

/// With hyphens, as it is always written; stored in lower case.
pub(super) fn uuid(text: &str, way: &Way<'_>) -> Result<String, FieldError> {
    let expected = "Input should be a valid UUID";
    let read = Uuid::parse_str(text).map_err(|cause| {
        let reason = cause.to_string();
        parsing(way, "uuid_parsing", expected, &reason)
    })?;
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        let reason = "five groups with hyphens between them are expected";
        return Err(parsing(way, "uuid_parsing", expected, reason));
    }
    Ok(read.to_string())
}

/// Browsers mend much that is no URL. Here, what would have to be mended is refused, since the text is kept as sent.
fn uri(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("input is empty".to_owned());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("spaces and control characters have to be percent-encoded".to_owned());
    }
    let mended = Cell::new(None);
    let note = |violation| match violation {
        // Neither is a mistake that is mended: passwords are legal, and `[` and `|` are everywhere in queries.
        SyntaxViolation::EmbeddedCredentials | SyntaxViolation::NonUrlCodePoint => {}
        _ => mended.set(mended.get().or(Some(violation))),
    };
    Url::options()
        .syntax_violation_callback(Some(&note))
        .parse(text)
        .map_err(|cause| cause.to_string())?;
    match mended.get() {
        None => Ok(()),
        Some(violation) => Err(violation.to_string()),
    }
}

fn email(text: &str) -> Result<(), &'static str> {
    let before = "The email address contains invalid characters before the @-sign.";
    let after = "The part after the @-sign contains invalid characters.";
    if text.len() > EMAIL_SIZE {
        return Err("The email address is too long.");
    }
    if text.starts_with('"') {
        return Err("Quoting the part before the @-sign is not allowed here.");
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("The email address contains spaces or control characters.");
    }
    let options = Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    EmailAddress::parse_with_options(text, options).map_err(|fault| match fault {
        EmailFault::MissingSeparator => "An email address must have an @-sign.",
        EmailFault::LocalPartEmpty => "There must be something before the @-sign.",
        EmailFault::LocalPartTooLong => "The email address is too long before the @-sign.",
        EmailFault::DomainEmpty => "There must be something after the @-sign.",
        EmailFault::SubDomainEmpty => "An email address cannot have two periods in a row.",
        EmailFault::DomainTooFew => {
            "The part after the @-sign is not valid. It should have a period."
        }
        EmailFault::SubDomainTooLong | EmailFault::DomainTooLong => {
            "After the @-sign, periods cannot be separated by so many characters."
        }
        EmailFault::UnsupportedDomainLiteral => {
            "A bracketed IP address after the @-sign is not allowed here."
        }
        _ => before,
    })?;
    let domain = text.rsplit('@').next().unwrap_or_default();
    let foreign = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-' && c != '.';
    if domain.contains(foreign) {
        return Err(after);
    }
    Ok(())
}

/// RFC 1123, 2.1: labels of letters, digits and inner hyphens; never what looks like an IPv4 address.
fn is_hostname(text: &str) -> bool {
    const SIZE: usize = 253;
    const LABEL_SIZE: usize = 63;
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_SIZE
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= SIZE && text.split('.').all(is_label) && text.parse::<Ipv4Addr>().is_err()
}
