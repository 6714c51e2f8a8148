//! Help, wrong usage, and how commands end.

use crate::folder::Folder;

const COMMANDS: [&[&str]; 19] = [
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
    &["docs"],
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
fn every_option_and_argument_is_described() {
    let folder = Folder::new();
    for command in COMMANDS {
        let help = folder.hearth(&[command, &["-h"]].concat()).ok();
        // Options, and the lines under "Arguments:".
        let arguments = help.split("Arguments:\n").nth(1).unwrap_or_default();
        let arguments = arguments.lines().take_while(|line| !line.is_empty());
        let arguments = arguments.filter(|line| line.trim_start().starts_with(['<', '[']));
        let options = help.lines();
        let options = options.filter(|line| line.trim_start().starts_with("--"));
        for line in arguments.chain(options) {
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
fn help_leads_to_the_settings_and_says_how_a_role_is_taken_back() {
    let folder = Folder::new();
    let help = folder.hearth(&["serve", "--help"]).ok();
    assert!(help.contains("`hearth settings`"), "{help}");
    assert!(help.contains("`hearth docs settings`"), "{help}");
    for words in [&["user", "--help"][..], &["user", "promote", "--help"]] {
        let help = folder.hearth(words).ok();
        assert!(help.contains("promote EMAIL user"), "{help}");
    }
    let help = folder.hearth(&["export", "--help"]).ok();
    assert!(help.contains("--keep-ids"), "{help}");
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
