//! `hearth init`.

use serde_json::Value;

use crate::folder::Folder;

#[test]
fn init_writes_a_configuration_that_check_finds_fine() {
    let folder = Folder::new();
    let said = folder.hearth(&["init"]).ok();
    assert_eq!(
        said,
        "Wrote config.toml, and config.schema.json by which editors complete it. Declare your models in it, \
         then: hearth check && hearth serve\n"
    );
    assert!(
        folder
            .read("config.toml")
            .starts_with("#:schema config.schema.json\n")
    );
    let written = folder.read("config.toml");
    for example in ["#[tasks.greet]", "#command = [", "#schedule = "] {
        assert!(written.contains(example), "{example}");
    }
    let checked = folder.hearth(&["check"]).ok();
    assert!(
        checked.contains("config.toml is fine: 1 model\n"),
        "{checked}"
    );
}

#[test]
fn init_writes_the_schema_that_its_first_line_names() {
    let folder = Folder::new();
    folder.hearth(&["init"]).ok();
    let schema: Value = serde_json::from_str(&folder.read("config.schema.json")).unwrap();
    assert_eq!(schema, folder.hearth(&["settings", "--schema"]).json());
    let config: toml::Value = toml::from_str(&folder.read("config.toml")).unwrap();
    let config = serde_json::to_value(config).unwrap();
    jsonschema::validator_for(&schema)
        .unwrap()
        .validate(&config)
        .unwrap();
}

#[test]
fn the_one_setting_that_stands_without_a_sign_says_so() {
    let folder = Folder::new();
    folder.hearth(&["init"]).ok();
    let config = folder.read("config.toml");
    let (_, settings) = config.split_once("this file's folder.\n").unwrap();
    let lines: Vec<&str> = settings.lines().collect();
    let set: Vec<usize> = (0..lines.len())
        .filter(|at| !lines[*at].is_empty() && !lines[*at].starts_with(['#', '[']))
        .collect();
    let [at] = set[..] else {
        panic!("{set:?} in {settings}");
    };
    assert_eq!(lines[at], "revisions = \"revisions\"");
    assert!(
        lines[at - 1].starts_with("# This one is set, unlike the others"),
        "{settings}"
    );
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::new();
    folder.write("config.toml", "# mine");
    folder.write("config.schema.json", "{}");
    let said = folder.hearth(&["init"]).refused();
    assert!(
        said.starts_with("config.toml exists already and stays as it is"),
        "{said}"
    );
    assert_eq!(folder.read("config.toml"), "# mine");
    let said = folder.hearth(&["init", "other.toml"]).ok();
    assert!(said.starts_with("Wrote other.toml. "), "{said}");
    assert_eq!(folder.read("config.schema.json"), "{}");
    folder.hearth(&["check", "--config", "other.toml"]).ok();
}

#[test]
fn init_says_why_it_cannot_write() {
    let folder = Folder::new();
    let said = folder.hearth(&["init", "nowhere/config.toml"]).refused();
    assert!(
        said.starts_with("Cannot write nowhere/config.toml: "),
        "{said}"
    );
}
