//! Where secrets come from, which are refused, and that none is shown.

use std::io::Write;

use super::{Setup, file, mistakes, setting};

const GOOD: &str = "kq83hf02nd81mzp5cv7bt4xw6yj9ra1se";

fn secret(text: &str, names: &[(&str, &str)]) -> Result<String, String> {
    let setup = Setup {
        text,
        variables: names,
        ..Setup::default()
    };
    setup
        .load()
        .map(|config| config.auth.secret.unwrap().reveal().to_owned())
        .map_err(|mistakes| mistakes.to_string())
}

fn secret_file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

#[test]
fn a_secret_is_a_text_a_file_or_a_variable() {
    let held = secret_file(&format!("{GOOD}\n"));
    let path = held.path().display();
    let good = Ok(GOOD.to_owned());
    assert_eq!(secret(&format!("[auth]\nsecret = \"{GOOD}\"\n"), &[]), good);
    assert_eq!(
        secret(&format!("[auth]\nsecret = {{ file = '{path}' }}\n"), &[]),
        good
    );
    assert_eq!(
        secret("[auth]\nsecret = { env = \"MINE\" }\n", &[("MINE", GOOD)]),
        good
    );
    assert_eq!(secret("", &[("HEARTH_AUTH__SECRET", GOOD)]), good);
    assert_eq!(
        secret("", &[("HEARTH_AUTH__SECRET__FILE", &path.to_string())]),
        good
    );
}

#[test]
fn one_newline_at_the_end_of_a_secret_is_cut_and_nothing_else() {
    for (content, expected) in [
        (format!("{GOOD}\n"), GOOD.to_owned()),
        (format!("{GOOD}\r\n"), GOOD.to_owned()),
        (format!("{GOOD}\n\n"), format!("{GOOD}\n")),
        (format!(" {GOOD}$HOME "), format!(" {GOOD}$HOME ")),
    ] {
        let held = secret_file(&content);
        let text = format!(
            "[auth]\nsecret = {{ file = '{}' }}\n",
            held.path().display()
        );
        assert_eq!(secret(&text, &[]), Ok(expected));
    }
}

#[test]
fn a_secret_that_can_not_be_had_is_said() {
    assert_eq!(
        mistakes("[auth]\nsecret = { env = \"MINE\" }\n"),
        [
            "config.toml:2: `auth.secret` comes from the variable `MINE`, which is not set (or not UTF-8)."
        ]
    );
    let missing = mistakes("[auth]\nsecret = { file = \"no-such\" }\n");
    let start = format!(
        "config.toml:2: `auth.secret` can't be read from {}: ",
        std::path::Path::new("/srv/app/no-such").display()
    );
    assert!(missing[0].starts_with(&start), "{missing:?}");
    assert_eq!(
        mistakes("[auth]\nsecret = { fil = \"x\" }\n"),
        [
            "config.toml:2: `auth.secret` must be a text, `{ file = \"…\" }` or `{ env = \"…\" }`. Did you mean `file`?"
        ]
    );
    assert!(
        mistakes("[auth]\nsecret = { file = \"x\", env = \"y\" }\n")[0].contains("must be a text")
    );
    assert!(mistakes("[auth]\nsecret = 5\n")[0].contains("not a whole number"));
}

#[test]
fn a_secret_that_is_replaced_is_not_opened() {
    let text = "[auth]\nsecret = { file = \"no-such\" }\n";
    assert_eq!(
        secret(text, &[("HEARTH_AUTH__SECRET", GOOD)]),
        Ok(GOOD.to_owned())
    );
}

#[test]
fn a_secret_is_given_once() {
    let twice = [
        ("HEARTH_AUTH__SECRET", GOOD),
        ("HEARTH_AUTH__SECRET__FILE", "/x"),
    ];
    let found = secret("", &twice).unwrap_err();
    assert_eq!(
        found,
        "`HEARTH_AUTH__SECRET` and `HEARTH_AUTH__SECRET__FILE` set the same: unset one."
    );
}

#[test]
fn a_short_or_known_secret_is_refused_without_being_repeated() {
    let refuse = |secret: &str| {
        let found = mistakes(&format!("[auth]\nsecret = \"{secret}\"\n"));
        assert_eq!(found.len(), 1, "{secret}");
        assert!(
            secret == "secret" || !found[0].contains(secret),
            "{found:?}"
        );
        found[0].clone()
    };
    assert!(refuse("kq83hf02nd81mzp5").contains("has 16 bytes; it must have at least 32."));
    for placeholder in [
        "changeme",
        "secret",
        "your-secret-key-here-change-in-production",
        "CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    ] {
        assert!(
            refuse(placeholder).contains("is a well-known placeholder"),
            "{placeholder}"
        );
    }
    assert!(refuse("abababababababababababababababababab").contains("repeats 2 characters"));
}

#[test]
fn a_secret_is_never_shown() {
    let config = file(&format!("[auth]\nsecret = \"{GOOD}\"\n"));
    assert_eq!(setting(&config, "auth.secret").value, "(hidden)");
    assert!(!format!("{config:?}").contains(GOOD));
    assert!(
        !serde_json::to_string(&config.settings)
            .unwrap()
            .contains(GOOD)
    );
    let none = file("");
    assert_eq!(setting(&none, "auth.secret").value, serde_json::Value::Null);
}
