//! Which file is read, and where relative paths begin.

use std::fs;
use std::path::Path;

use super::{Setup, about, setting};
use crate::config::environment::Environment;
use crate::config::load::load_from;
use crate::config::{Flags, Mistakes};

fn none() -> Environment {
    Environment::default()
}

#[test]
fn paths_begin_at_the_folder_of_the_file_and_flags_at_the_working_directory() {
    let text = "[server]\npublic_dir = \"dist\"\n[database]\nrevisions = \"/srv/history\"\n";
    let config = Setup {
        text,
        variables: &[("HEARTH_SERVER__PUBLIC_DIR", "./site")],
        flags: Flags {
            data_dir: Some("data".into()),
            ..Flags::default()
        },
        ..Setup::default()
    }
    .load()
    .unwrap();
    assert_eq!(config.server.public_dir, Path::new("/srv/app/site"));
    assert_eq!(config.server.data_dir, Path::new("/home/ada/data"));
    assert_eq!(config.database.revisions, Path::new("/srv/history"));
    assert_eq!(setting(&config, "server.data_dir").source, "--data-dir");
}

#[test]
fn revisions_stand_in_the_data_folder_unless_said_otherwise() {
    let config = Setup::default().load().unwrap();
    assert_eq!(config.server.data_dir, Path::new("/srv/app/hearth_data"));
    assert_eq!(
        config.database.revisions,
        Path::new("/srv/app/hearth_data/revisions")
    );
    let moved = Setup {
        text: "[server]\ndata_dir = \"/var/lib/hearth\"\n",
        ..Setup::default()
    };
    assert_eq!(
        moved.load().unwrap().database.revisions,
        Path::new("/var/lib/hearth/revisions")
    );
    let set = Setup {
        text: "[database]\nrevisions = \"revisions\"\n",
        ..Setup::default()
    };
    assert_eq!(
        set.load().unwrap().database.revisions,
        Path::new("/srv/app/revisions")
    );
}

#[test]
fn an_ephemeral_server_keeps_everything_in_its_own_folder() {
    let config = Setup {
        text: "[database]\nrevisions = \"revisions\"\n",
        flags: Flags {
            ephemeral: true,
            data_dir: Some("/tmp/x".into()),
            ..Flags::default()
        },
        ..Setup::default()
    }
    .load()
    .unwrap();
    assert_eq!(config.server.data_dir, Path::new("/tmp/x"));
    assert_eq!(config.database.revisions, Path::new("/tmp/x/revisions"));
    assert_eq!(setting(&config, "database.revisions").source, "--ephemeral");
}

#[test]
fn an_empty_path_is_refused() {
    assert_eq!(
        super::about("server", "data_dir = \"\""),
        "`server.data_dir` is \"\". It must be a path."
    );
}

#[test]
fn the_file_of_the_working_directory_is_read_unless_another_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.toml"), "[server]\nport = 9001\n").unwrap();
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::write(
        folder.path().join("other/my.toml"),
        "[server]\nport = 9002\n",
    )
    .unwrap();

    let config = load_from(&Flags::default(), &none(), folder.path()).unwrap();
    assert_eq!(config.server.port, 9001);
    assert_eq!(config.file, Some(folder.path().join("config.toml")));

    let flags = Flags {
        config: Some("other/my.toml".into()),
        ..Flags::default()
    };
    let named = load_from(&flags, &none(), folder.path()).unwrap();
    assert_eq!(named.server.port, 9002);
    assert_eq!(
        named.server.data_dir,
        folder.path().join("other/hearth_data")
    );
    assert_eq!(setting(&named, "server.port").source, "other/my.toml:2");

    let variable = Environment::of(&[("HEARTH_CONFIG", "other/my.toml")]);
    let named = load_from(&Flags::default(), &variable, folder.path()).unwrap();
    assert_eq!(named.server.port, 9002);
}

fn failed(result: Result<crate::config::Config, Mistakes>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_file_that_can_not_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags {
        config: Some("no-such.toml".into()),
        ..Flags::default()
    };
    assert_eq!(
        failed(load_from(&flags, &none(), folder.path())),
        "There is no file no-such.toml. `hearth init no-such.toml` writes it."
    );
    fs::write(folder.path().join("config.toml"), b"# \xff\n").unwrap();
    assert_eq!(
        failed(load_from(&Flags::default(), &none(), folder.path())),
        "config.toml is not UTF-8: save it as UTF-8."
    );
    let flags = Flags {
        config: Some(folder.path().to_owned()),
        ..Flags::default()
    };
    assert!(failed(load_from(&flags, &none(), folder.path())).contains("can't be read"));
}

#[test]
fn without_a_file_the_embedded_one_holds() {
    let folder = tempfile::tempdir().unwrap();
    let config = load_from(&Flags::default(), &none(), folder.path()).unwrap();
    assert_eq!(config.file, None);
    assert_eq!(config.server.data_dir, folder.path().join("hearth_data"));
    let models: Vec<&str> = config
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    assert_eq!(models, ["items"]);
    assert!(config.notes.is_empty());
}

#[test]
fn mistakes_in_models_come_with_the_rest() {
    let found = super::mistakes(
        "[server]\nprot = 1\n[models.notes]\nacces = \"owner\"\n[models.notes.fields]\na = { type = \"strin\" }\n[logs]\nlevl = 1\n",
    );
    let places: Vec<&str> = found
        .iter()
        .filter_map(|message| message.split(": ").next())
        .collect();
    assert_eq!(
        places,
        [
            "config.toml:2",
            "config.toml:4",
            "config.toml:6",
            "config.toml:8"
        ]
    );
}

#[test]
fn a_field_that_a_parameter_hides_is_noted() {
    let config = super::file("[models.notes.fields]\nlimit = { type = \"integer\" }\n");
    assert_eq!(config.notes.len(), 1);
    assert!(
        config.notes[0].starts_with("Field `notes.limit` can't be filtered on"),
        "{:?}",
        config.notes
    );
}

#[test]
fn what_is_served_holds_neither_the_data_nor_the_configuration() {
    for (public, what) in [
        (".", "`server.data_dir` /srv/app/hearth_data"),
        ("./site/..", "`server.data_dir` /srv/app/hearth_data"),
        ("..", "`server.data_dir` /srv/app/hearth_data"),
        ("/", "`server.data_dir` /srv/app/hearth_data"),
        ("hearth_data", "`server.data_dir` /srv/app/hearth_data"),
    ] {
        let said = about("server", &format!("public_dir = \"{public}\""));
        assert!(said.contains(what), "{said}");
        assert!(said.contains("everybody could read it"), "{said}");
    }
    let elsewhere = Setup {
        text: "[server]\npublic_dir = \".\"\ndata_dir = \"/var/lib/hearth\"\n",
        ..Setup::default()
    };
    let said = elsewhere.mistakes().join("\n");
    assert!(said.contains("config.toml:2"), "{said}");
    assert!(
        said.contains("the configuration /srv/app/config.toml"),
        "{said}"
    );
    let apart = "[server]\npublic_dir = \"hearth\"\n";
    assert!(
        Setup {
            text: apart,
            ..Setup::default()
        }
        .load()
        .is_ok()
    );
}
