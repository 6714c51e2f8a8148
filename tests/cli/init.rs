//! `hearth init`.

use serde_json::Value;

use crate::folder::Folder;

#[test]
fn init_writes_a_configuration_that_check_finds_fine() {
    let folder = Folder::new();
    let said = folder.hearth(&["init"]).ok();
    assert!(said.contains("hearth check && hearth serve"), "{said}");
    assert!(
        folder
            .read("config.toml")
            .starts_with("#:schema config.schema.json\n")
    );
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
    folder.hearth(&["init", "other.toml"]).ok();
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
