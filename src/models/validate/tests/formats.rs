//! Formats of strings: what is refused and in which words, what is taken and how it is stored.

use super::sample::sample;
use super::{json, lines};
use crate::models::Value;
use crate::models::validate::update;

/// Each line is `TEXT => REASON`: the text as JSON, and the end of the only fault that comes of it.
fn refused(name: &str, beginning: &str, table: &str) {
    for row in table.trim().lines() {
        let (text, reason) = row.trim().split_once(" => ").expect(row);
        let body = json(&format!("{{\"{name}\":{text}}}"));
        let faults = update(&sample(), &body, false).expect_err(row);
        assert_eq!(lines(&faults), [format!("{beginning}{reason}")], "{row}");
    }
}

/// Each line is `TEXT => STORED`: the text as JSON, and what is kept of it.
fn taken(name: &str, table: &str) {
    for row in table.trim().lines() {
        let (text, stored) = row.trim().split_once(" => ").expect(row);
        let body = json(&format!("{{\"{name}\":{text}}}"));
        let changes = update(&sample(), &body, false).expect(row);
        assert_eq!(changes[0].1, Value::Text(stored.to_owned()), "{row}");
    }
}

#[test]
fn a_date_time_is_stored_in_utc_with_milliseconds() {
    taken(
        "at",
        r#"
        "2026-11-24T14:39:23.123Z" => 2026-11-24T14:39:23.123Z
        "2026-11-24T14:39:23Z" => 2026-11-24T14:39:23.000Z
        "2026-11-24t14:39:23z" => 2026-11-24T14:39:23.000Z
        "2026-11-24T14:39:23.1+02:00" => 2026-11-24T12:39:23.100Z
        "2026-12-31T23:30:00-01:30" => 2027-01-01T01:00:00.000Z
        "2026-11-24T14:39:23.9999999999999Z" => 2026-11-24T14:39:23.999Z
        "1969-12-31T23:59:59.9999Z" => 1969-12-31T23:59:59.999Z
        "2026-11-24T14:39:23-00:00" => 2026-11-24T14:39:23.000Z
        "9999-12-31T23:59:59.999Z" => 9999-12-31T23:59:59.999Z
        "0001-01-01T00:00:00Z" => 0001-01-01T00:00:00.000Z
        "2024-02-29T00:00:00Z" => 2024-02-29T00:00:00.000Z
        "#,
    );
}

#[test]
fn a_date_time_of_another_form_is_refused() {
    refused(
        "at",
        "datetime_parsing body.at Input should be a valid datetime, ",
        r#"
        "" => input is too short
        "bad date" => input is too short
        "2026-11-24" => invalid datetime separator, expected `T`
        "2026-11-24 14:39:23Z" => invalid datetime separator, expected `T`
        "2026-11-24T14:39Z" => input is too short
        "2026-11-24T14:39:23" => an offset is missing, expected `Z` or one like `+02:00`
        "2026-11-24T14:39:23+02" => invalid timezone minute
        "2026-11-24T14:39:23+0200" => invalid timezone minute
        "2026-11-24T14:39:23+2" => invalid timezone hour
        "2026-11-24T14:39:23+24:00" => timezone offset must be less than 24 hours
        "2026-11-24T14:39:23+02:60" => timezone minute value is outside expected range of 0-59
        "2026-11-24T14:39:23Z[UTC]" => unexpected extra characters at the end of the input
        "2026-11-24T14:39:23+02:00:30" => unexpected extra characters at the end of the input
        "2026-11-24T14:39:23,5Z" => invalid timezone sign
        "2026-11-24T14:39:23.Z" => second fraction digits missing after `.`
        "2026-13-24T14:39:23Z" => month value is outside expected range of 1-12
        "2026-02-29T14:39:23Z" => day value is outside expected range
        "2026-11-24T24:00:00Z" => hour value is outside expected range of 0-23
        "2026-11-24T23:60:00Z" => minute value is outside expected range of 0-59
        "2026-12-31T23:59:60Z" => second value is outside expected range of 0-59
        "+026-11-24T14:39:23Z" => invalid character in year
        "2026/11-24T14:39:23Z" => invalid date separator, expected `-`
        "2026-11-24T1+:39:23Z" => invalid character in hour
        "2026-11-24T14-39:23Z" => invalid time separator, expected `:`
        "9999-12-31T23:59:59-01:00" => in UTC it is not within the years 0 to 9999
        "0000-01-01T00:00:00+01:00" => in UTC it is not within the years 0 to 9999
        "#,
    );
}

#[test]
fn a_date_is_a_day_that_there_is() {
    taken(
        "day",
        r#"
        "2026-11-24" => 2026-11-24
        "2024-02-29" => 2024-02-29
        "#,
    );
    refused(
        "day",
        "date_parsing body.day Input should be a valid date in the format YYYY-MM-DD, ",
        r#"
        "2026-1-24" => input is too short
        "2026-02-30" => day value is outside expected range
        "2026-11-00" => day value is outside expected range
        "2026-00-10" => month value is outside expected range of 1-12
        "2026-11-24T00:00:00Z" => unexpected extra characters at the end of the input
        "20261124xx" => invalid date separator, expected `-`
        "２０２６" => invalid character in year
        "#,
    );
}

#[test]
fn a_time_is_a_time_of_day() {
    taken(
        "hour",
        r#"
        "14:39:23" => 14:39:23
        "14:39:23.5" => 14:39:23.500
        "14:39:23.0" => 14:39:23
        "00:00:00.0019" => 00:00:00.001
        "#,
    );
    refused(
        "hour",
        "time_parsing body.hour Input should be in a valid time format, ",
        r#"
        "14:39" => input is too short
        "25:00:00" => hour value is outside expected range of 0-23
        "14:39:23Z" => unexpected extra characters at the end of the input
        "14:39:23." => second fraction digits missing after `.`
        "#,
    );
}

#[test]
fn a_uuid_has_hyphens_and_is_stored_in_lower_case() {
    taken(
        "key",
        r#"
        "0190F3A2-7C1B-7D4E-8F00-ABCDEF012345" => 0190f3a2-7c1b-7d4e-8f00-abcdef012345
        "#,
    );
    refused(
        "key",
        "uuid_parsing body.key Input should be a valid UUID, ",
        r#"
        "0190f3a27c1b7d4e8f00abcdef012345" => five groups with hyphens between them are expected
        "{0190f3a2-7c1b-7d4e-8f00-abcdef012345}" => five groups with hyphens between them are expected
        "urn:uuid:0190f3a2-7c1b-7d4e-8f00-abcdef012345" => five groups with hyphens between them are expected
        "" => invalid length: found 0
        "x" => invalid character: found `x` at 0
        "0190f3a2-7c1b-7d4e-8f00-abcdef01234" => invalid group length in group 4: expected 12, found 11
        "#,
    );
}

#[test]
fn an_email_has_both_parts_and_a_period() {
    taken(
        "email",
        r#"
        "Ann.B+x@Example.com" => Ann.B+x@Example.com
        "ä@ö.de" => ä@ö.de
        "#,
    );
    refused(
        "email",
        "value_error body.email value is not a valid email address: ",
        r#"
        "x" => An email address must have an @-sign.
        "" => An email address must have an @-sign.
        "a@" => There must be something after the @-sign.
        "@b.de" => There must be something before the @-sign.
        "a@localhost" => The part after the @-sign is not valid. It should have a period.
        "a@b..de" => An email address cannot have two periods in a row.
        "a@[127.0.0.1]" => A bracketed IP address after the @-sign is not allowed here.
        "a@exa_mple.com" => The part after the @-sign contains invalid characters.
        "\"a b\"@c.de" => Quoting the part before the @-sign is not allowed here.
        "Ann <a@b.de>" => The email address contains spaces or control characters.
        "a@b.de\n" => The email address contains spaces or control characters.
        "a..b@c.de" => The email address contains invalid characters before the @-sign.
        "<a@b.de" => The email address contains invalid characters before the @-sign.
        "#,
    );
    let domain = ["b".repeat(60).as_str(); 5].join(".");
    let row = format!("\"a@{domain}.de\" => The email address is too long.");
    let beginning = "value_error body.email value is not a valid email address: ";
    refused("email", beginning, &row);
}

#[test]
fn a_uri_has_a_scheme_and_is_kept_as_sent() {
    taken(
        "link",
        r#"
        "https://Example.com" => https://Example.com
        "https://example.com/a?b[]=1|2#c" => https://example.com/a?b[]=1|2#c
        "mailto:a@b.de" => mailto:a@b.de
        "urn:isbn:0451450523" => urn:isbn:0451450523
        "#,
    );
    refused(
        "link",
        "url_parsing body.link Input should be a valid URL, ",
        r#"
        "" => input is empty
        "example.com" => relative URL without a base
        "/a/b" => relative URL without a base
        "http://" => empty host
        "http://x:99999/" => invalid port number
        "http:example.com" => expected //
        "http:\\\\example.com" => expected //
        "http://example.com\\a" => backslash
        "http://example.com/%zz" => expected 2 hex digits after %
        " http://example.com" => spaces and control characters have to be percent-encoded
        "http://example.com/a b" => spaces and control characters have to be percent-encoded
        "java\nscript:alert(1)" => spaces and control characters have to be percent-encoded
        "#,
    );
}

#[test]
fn addresses_and_hostnames_have_their_form() {
    taken("v4", r#""127.0.0.1" => 127.0.0.1"#);
    refused(
        "v4",
        "value_error body.v4 Value error, not a valid ",
        r#"
        "1.2.3" => IPv4 address
        "01.2.3.4" => IPv4 address
        "1.2.3.256" => IPv4 address
        "::1" => IPv4 address
        "" => IPv4 address
        "#,
    );
    taken(
        "v6",
        r#"
        "2001:DB8:0:0::1" => 2001:db8::1
        "::" => ::
        "#,
    );
    refused(
        "v6",
        "value_error body.v6 Value error, not a valid ",
        r#"
        "1.2.3.4" => IPv6 address
        "1::2::3" => IPv6 address
        "fe80::1%eth0" => IPv6 address
        "[::1]" => IPv6 address
        "#,
    );
}

#[test]
fn a_hostname_has_labels_and_is_no_address() {
    let label = "a".repeat(63);
    taken("host", r#""Example.com" => Example.com"#);
    taken("host", &format!("\"{label}\" => {label}"));
    let (long, many) = ("a".repeat(64), ["a"; 200].join("."));
    let wrong = [
        "", "-a.de", "a-.de", "a..de", "a_b.de", "a.de.", "1.2.3.4", "ä.de", &long, &many,
    ];
    for text in wrong {
        let row = format!("\"{text}\" => hostname");
        refused(
            "host",
            "value_error body.host Value error, not a valid ",
            &row,
        );
    }
}

#[test]
fn formats_hold_inside_of_lists_too() {
    let body = json(r#"{"moments":["2026-11-24T14:39:23.000Z","2026-11-24T14:39:23+01:00"]}"#);
    let changes = update(&sample(), &body, false).expect("accepted");
    let stored = r#"["2026-11-24T14:39:23.000Z","2026-11-24T13:39:23.000Z"]"#;
    assert_eq!(changes[0].1, Value::Text(stored.to_owned()));
}
