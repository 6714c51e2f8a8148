//! What is refused for a reason of its own, what is noted, and roles.

use super::{Setup, about, file, mistakes, setting};
use crate::config::Flags;

#[test]
fn the_host_is_an_address() {
    assert_eq!(
        about("server", "host = \"localhost\""),
        "`server.host` is \"localhost\". It must be an IP address, as \"127.0.0.1\". Did you mean \"127.0.0.1\"?"
    );
}

#[test]
fn port_0_is_for_a_flag_or_an_ephemeral_server() {
    assert_eq!(
        about("server", "port = 0"),
        "`server.port` is 0, any free port: that is only for `--port 0` and `--ephemeral`. It must be 1 to 65535."
    );
    let flags = Flags {
        port: Some(0),
        ..Flags::default()
    };
    assert_eq!(
        Setup {
            flags,
            ..Setup::default()
        }
        .load()
        .unwrap()
        .server
        .port,
        0
    );
    let flags = Flags {
        ephemeral: true,
        ..Flags::default()
    };
    let setup = Setup {
        text: "[server]\nport = 0\n",
        flags,
        ..Setup::default()
    };
    assert_eq!(setup.load().unwrap().server.port, 0);
}

#[test]
fn synchronous_off_is_refused_with_the_reason() {
    assert_eq!(
        about("database", "synchronous = \"off\""),
        "`database.synchronous` is \"off\". That is refused: an acknowledged write must be on disk, and a power cut could \
         then damage the whole file. It must be \"full\" or \"normal\"."
    );
}

#[test]
fn a_lifetime_is_compared_beside_other_mistakes_but_not_when_it_is_one() {
    assert_eq!(
        mistakes("[server]\nport = -1\n[auth]\nrefresh_lifetime = \"100d\"\n").len(),
        2
    );
    assert_eq!(
        mistakes("[auth]\naccess_lifetime = \"2h\"\nrefresh_lifetime = \"1x\"\n").len(),
        1
    );
}

#[test]
fn a_lifetime_is_not_shorter_than_the_one_before_it() {
    assert_eq!(
        mistakes("[auth]\naccess_lifetime = \"2h\"\nrefresh_lifetime = \"1h\"\n"),
        [
            "config.toml:3: `auth.refresh_lifetime` (\"1h\", config.toml:3) must not be shorter than `auth.access_lifetime` (\"2h\", config.toml:2)."
        ]
    );
    assert_eq!(
        mistakes("[auth]\nrefresh_lifetime = \"100d\"\n"),
        [
            "config.toml:2: `auth.session_lifetime` (\"90d\", default) must not be shorter than `auth.refresh_lifetime` (\"100d\", config.toml:2)."
        ]
    );
    file(
        "[auth]\naccess_lifetime = \"1h\"\nrefresh_lifetime = \"1h\"\nsession_lifetime = \"1h\"\n",
    );
}

#[test]
fn levels_may_differ_by_part() {
    assert_eq!(
        file("[logs]\nlevel = \"warn, store=debug\"\n").logs.level,
        "warn,store=debug"
    );
    assert_eq!(
        about("logs", "level = \"info,store=verbose\""),
        "`logs.level` is \"info,store=verbose\". \"verbose\" is no level: off, error, warn, info, debug, trace."
    );
    assert!(about("logs", "level = \"INFO\"").ends_with("Did you mean `info`?"));
    assert!(
        about("logs", "level = \"=info\"")
            .ends_with("A level by part is written as \"info,store=debug\".")
    );
}

#[test]
fn a_server_that_others_reach_unencrypted_is_noted() {
    let noted = |text: &str| file(text).notes;
    assert!(noted("").is_empty());
    assert!(noted("[server]\nhost = \"::1\"\n").is_empty());
    assert!(noted("[server]\nhost = \"0.0.0.0\"\nurl = \"https://app.example.com\"\n").is_empty());
    for text in [
        "[server]\nhost = \"0.0.0.0\"\n",
        "[server]\nhost = \"::\"\nurl = \"http://app.example.com\"\n",
    ] {
        let notes = noted(text);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("`server.url`"), "{notes:?}");
    }
}

#[test]
fn roles_are_declared_by_name() {
    let config = file("[auth.roles.editor]\ndescription = \"Edits\"\n[auth.roles.guest_2]\n");
    assert_eq!(config.auth.roles, ["editor", "guest_2"]);
    let editor = setting(&config, "auth.roles.editor");
    assert_eq!(editor.value["description"], "Edits");
    assert_eq!(editor.source, "config.toml:1");
}

#[test]
fn a_role_that_is_none_is_refused() {
    let cases = [
        (
            "[auth.roles.admin]",
            1,
            "The role `admin` is there already: remove the section.",
        ),
        (
            "[auth.roles.Editor]",
            1,
            "`Editor` can't be the name of a role: it is a small letter, then small letters, digits and _, at most 64.",
        ),
        (
            "[auth.roles.editor]\ndescripton = \"x\"",
            2,
            "`[auth.roles.editor]` has no key `descripton`. Did you mean `description`?",
        ),
        (
            "[auth.roles.editor]\ndescription = 1",
            2,
            "`auth.roles.editor.description` must be a text in quotes.",
        ),
        (
            "[auth.roles]\neditor = \"x\"",
            2,
            "`auth.roles.editor` is a table: write `[auth.roles.editor]`.",
        ),
        (
            "[auth]\nroles = [\"editor\"]",
            2,
            "`auth.roles` is declared role by role: write `[auth.roles.editor]`, and perhaps a `description` below.",
        ),
    ];
    for (text, line, message) in cases {
        assert_eq!(mistakes(text), [format!("config.toml:{line}: {message}")]);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each refusal")]
fn an_issuer_that_could_not_be_trusted_is_refused_with_its_line() {
    let entry =
        |more: &str| format!("[[auth.issuers]]\nissuer = \"https://issuer.example\"\n{more}\n");
    for (text, line, says) in [
        (entry(""), 2, "neither `audience` nor `authorized_parties`"),
        (
            entry("audience = \"a\"\njwks_url = \"http://issuer.example/jwks\""),
            4,
            "Use https",
        ),
        (
            entry("audience = \"a\"\nalgorithms = [\"HS256\"]"),
            4,
            "whoever can check them can forge them",
        ),
        (
            entry("audience = \"a\"\npublic_key_pem = \"x\""),
            4,
            "is no public key",
        ),
        (
            entry("audience = \"a\"\nrole_claim = \"r\""),
            4,
            "needs `roles`",
        ),
        (
            entry("audience = \"a\"\nrole_claim = \"r\"\nroles = { a = \"boss\" }"),
            5,
            "[auth.roles.boss]",
        ),
        (
            entry("audience = \"a\"\naudiences = \"a\""),
            4,
            "Did you mean `audience`?",
        ),
        (
            entry("audience = 7"),
            3,
            "must be a text or a list of texts",
        ),
        (
            format!("{0}{0}", entry("audience = \"a\"")),
            5,
            "stands in two entries",
        ),
        (
            "[[auth.issuers]]\naudience = \"a\"\n".to_owned(),
            1,
            "must have a `issuer`",
        ),
        (
            "[auth.issuers]\nissuer = \"x\"\n".to_owned(),
            1,
            "double brackets",
        ),
        (
            "[[auth.issuers]]\nissuer = \"x\"\naudience = \"a\"\n".to_owned(),
            2,
            "must be an address",
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
