//! `[[auth.providers]]`: what is refused, with its line.

use super::mistakes;

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each refusal")]
fn a_provider_that_nobody_could_sign_in_at_is_refused_with_its_line() {
    let url = "[server]\nurl = \"https://app.example.com\"\n";
    let entry = |more: &str| {
        format!("{url}[[auth.providers]]\nclient_id = \"a\"\nclient_secret = \"b\"\n{more}\n")
    };
    let named = |more: &str| entry(&format!("name = \"x\"\n{more}"));
    for (text, line, says) in [
        (entry("").replace(url, ""), 1, "must have a `name`"),
        (
            named("preset = \"github\"").replace(url, ""),
            4,
            "`server.url` must be set",
        ),
        (named(""), 3, "must be there, or a `preset`"),
        (
            entry("name = \"Git Hub\"\npreset = \"github\""),
            6,
            "must begin with a small letter",
        ),
        (
            entry("name = \"a/b\"\npreset = \"github\""),
            6,
            "must begin with a small letter",
        ),
        (
            named("preset = \"facebook\""),
            7,
            "must be \"github\" or \"google\"",
        ),
        (named("issuer = \"http://sso.example.com\""), 7, "Use https"),
        (named("issuer = \"sso\""), 7, "must be an address"),
        (
            named("issuer = \"https://a.example\"\nscopes = [\"email\"]"),
            8,
            "has no \"openid\"",
        ),
        (
            named("issuer = \"https://a.example\"\ntoken_url = \"https://a.example/token\""),
            3,
            "`auth.providers.authorize_url` must stand beside",
        ),
        (
            named(
                "issuer = \"a\"\nauthorize_url = \"https://a.example\"\ntoken_url = \"http://a.example\"\n\
                 userinfo_url = \"https://a.example\"",
            ),
            9,
            "Use https",
        ),
        (
            named("preset = \"github\"\nuserinfo_url = \"https://a.example\""),
            8,
            "name that server by `issuer`",
        ),
        (
            named("preset = \"github\"\nissuer = \"http://a.example\""),
            8,
            "Use https",
        ),
        (
            named("preset = \"google\"\nissuer = \"https://accounts.google.com\""),
            8,
            "remove one of them",
        ),
        (
            format!(
                "{}{}",
                named("preset = \"github\""),
                named("preset = \"google\"").replace(url, "")
            ),
            11,
            "stands in two entries",
        ),
        (
            format!(
                "{}{}",
                named("preset = \"google\""),
                named("issuer = \"https://accounts.google.com\"")
                    .replace(url, "")
                    .replace("\"x\"", "\"y\"")
            ),
            12,
            "its people would be the same",
        ),
        (
            named("preset = \"github\"").replace("client_secret = \"b\"\n", ""),
            3,
            "must have a `client_secret`",
        ),
    ] {
        let found = mistakes(&text);
        let wanted = format!("config.toml:{line}: ");
        assert!(
            found
                .iter()
                .any(|message| message.starts_with(&wanted) && message.contains(says)),
            "{text}{found:?}"
        );
    }
}
