//! `hearth check`: mistakes with their places, notes, and what the next start would do. Row A8.

use crate::folder::Folder;

#[test]
fn a_misspelt_type_is_told_with_its_place_and_what_was_meant() {
    let folder = Folder::with("[models.notes.fields]\ntitle = { type = \"strng\" }\n");
    assert_eq!(
        folder.hearth(&["check"]).refused(),
        "config.toml:2: `type` of field `notes.title` can't be `strng`. Did you mean `string`?"
    );
}

#[test]
fn several_mistakes_are_told_at_once_and_in_order() {
    let folder = Folder::with(
        "[server]\nprot = 1\nport = \"x\"\n\n[models.notes]\nacces = \"owner\"\n\n\
         [models.notes.fields]\nrowid = { type = \"string\" }\nUser_Id = { type = \"string\" }\n",
    );
    let said = folder.hearth(&["check"]).refused();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "The configuration has 5 mistakes");
    for (line, start) in lines[1..].iter().zip([
        "  config.toml:2: `[server]` has no key `prot`. Did you mean `port`?",
        "  config.toml:3: `server.port` must be a whole number",
        "  config.toml:6: Unknown key `acces` in model `notes`. Did you mean `access`?",
        "  config.toml:9: A field can't be named `rowid`",
        "  config.toml:10: Field `notes.User_Id` differs only in case",
    ]) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
    assert_eq!(lines.len(), 6, "{said}");
}

#[test]
fn what_is_said_of_columns_is_refused_inside_of_values() {
    let folder = Folder::with(
        "[models.a.fields]\no = { type = \"object\", properties = { z = { type = \"string\", \
         write_only = true, read_only = true, references = \"a\", index = true, unique = true } } }\n",
    );
    let said = folder.hearth(&["check"]).refused();
    for key in ["write_only", "read_only", "references", "index", "unique"] {
        let wanted = format!("config.toml:2: `{key}` can't be said of field `a.o.z`");
        assert!(said.contains(&wanted), "{said}");
    }
}

#[test]
fn a_mistake_stops_every_command_that_needs_the_configuration() {
    let folder = Folder::with("[server]\nprot = 1\n");
    for words in [
        &["serve", "--port", "0"][..],
        &["settings"],
        &["routes"],
        &["openapi"],
        &["guide"],
        &["user", "list"],
        &["audit"],
        &["export", "items"],
        &["import", "items", "items.json"],
    ] {
        let said = folder.hearth(words).refused();
        assert!(said.starts_with("config.toml:2: "), "{words:?}: {said}");
    }
    assert!(!folder.path().join("hearth_data").exists());
}

#[test]
fn a_text_that_is_no_toml_is_told_with_its_line() {
    let folder = Folder::with("[server]\nport = = 1\n");
    let said = folder.hearth(&["check"]).refused();
    assert!(said.contains("config.toml:2: This is not TOML"), "{said}");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let said = Folder::new()
        .hearth(&["check", "--config", "none.toml"])
        .refused();
    assert_eq!(
        said,
        "There is no file none.toml. `hearth init` writes one."
    );
}

#[test]
fn before_the_first_start_check_says_that_there_is_no_database() {
    let folder = Folder::new();
    let said = folder.hearth(&["check"]).ok();
    assert_eq!(
        said,
        "the built-in configuration is fine: 1 model\n\
         There is no database yet; the first start makes it\n"
    );
}

#[test]
fn a_note_is_no_mistake() {
    let folder = Folder::with("[models.notes.fields]\nlimit = { type = \"integer\" }\n");
    let done = folder.hearth(&["check"]);
    assert!(done.err.starts_with("note: "), "{done:?}");
    assert!(done.err.contains("Field `notes.limit`"), "{done:?}");
    done.ok();
}

#[test]
fn the_redirect_url_of_each_provider_is_said() {
    let folder = Folder::with(
        "[server]\nurl = \"https://app.example.com\"\n\
         [[auth.providers]]\nname = \"github\"\npreset = \"github\"\nclient_id = \"a\"\nclient_secret = \"hush-hush\"\n\
         [[auth.providers]]\nname = \"sso\"\ntitle = \"Example Inc.\"\nissuer = \"https://sso.example.com\"\n\
         client_id = \"a\"\nclient_secret = { file = \"secret\" }\n",
    );
    folder.write("secret", "hush-hush\n");
    let said = folder.hearth(&["check"]).ok();
    for line in [
        "redirect URL to register at GitHub: https://app.example.com/api/auth/oauth/github/callback",
        "redirect URL to register at Example Inc.: https://app.example.com/api/auth/oauth/sso/callback",
    ] {
        assert!(said.lines().any(|other| other == line), "{said}");
    }
    let shown = folder.hearth(&["settings"]).ok();
    assert!(
        shown.contains("auth.providers[0]") && !shown.contains("hush"),
        "{shown}"
    );
}
