//! Help, wrong usage, and how commands end.

use crate::folder::Folder;

const COMMANDS: [&[&str]; 18] = [
    &["serve"],
    &["init"],
    &["check"],
    &["settings"],
    &["routes"],
    &["openapi"],
    &["user"],
    &["user", "create"],
    &["user", "list"],
    &["user", "disable"],
    &["user", "enable"],
    &["user", "password"],
    &["user", "promote"],
    &["user", "delete"],
    &["import"],
    &["export"],
    &["audit"],
    &["guide"],
];

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = Folder::new();
    for command in COMMANDS {
        let help = folder.hearth(&[command, &["--help"]].concat()).ok();
        let example = format!("hearth {}", command.join(" "));
        let (_, examples) = help.split_once("Example").unwrap_or_else(|| {
            panic!("{command:?} has no example:\n{help}");
        });
        assert!(examples.contains(&example), "{command:?}:\n{help}");
    }
}

#[test]
fn every_option_is_described() {
    let folder = Folder::new();
    for command in COMMANDS {
        let help = folder.hearth(&[command, &["-h"]].concat()).ok();
        for line in help
            .lines()
            .filter(|line| line.trim_start().starts_with("--"))
        {
            let words = line.trim().split("  ").count();
            assert!(words > 1, "{command:?}: {line}");
        }
    }
}

#[test]
fn the_first_help_names_every_command_and_where_to_begin() {
    let folder = Folder::new();
    let help = folder.hearth(&["--help"]).ok();
    for command in COMMANDS {
        assert!(
            help.contains(&format!("\n  {} ", command[0])),
            "{command:?}"
        );
    }
    assert!(help.contains("hearth serve  "), "{help}");
    let version = folder.hearth(&["--version"]).ok();
    assert_eq!(
        version.trim(),
        concat!("hearth ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn wrong_usage_is_told_from_a_failure_by_the_exit_code() {
    let folder = Folder::new();
    for (words, hint) in [
        (&["serv"][..], "'serve'"),
        (&["serve", "--prot", "1"], "'--port'"),
        (&["serve", "--port", "99999"], "65535"),
        (&["serve", "--host", "nowhere"], "nowhere"),
        (&["import", "items"], "<FILE>"),
        (&["user", "create"], "<EMAIL>"),
        (&["export", "items", "--format", "xml"], "jsonl, json, csv"),
        (&["settings", "--json", "--schema"], "cannot be used with"),
        (&[], "Usage: hearth"),
    ] {
        let done = folder.hearth(words);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains(hint), "{done:?}");
        assert_eq!(done.out, "");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "wrong usage makes nothing: {left:?}");
}

#[test]
fn commands_that_only_look_make_no_database() {
    let folder = Folder::new();
    for words in [
        &["check"][..],
        &["settings"],
        &["routes"],
        &["openapi"],
        &["guide"],
    ] {
        folder.hearth(words).ok();
    }
    for words in [
        &["export", "items"][..],
        &["audit"],
        &["user", "list"],
        &["user", "disable", "ada@example.com"],
    ] {
        let said = folder.hearth(words).refused();
        assert!(said.starts_with("There is no database in "), "{said}");
        assert!(said.contains("`hearth serve`"), "{said}");
    }
    assert!(!folder.path().join("hearth_data").exists());
}
