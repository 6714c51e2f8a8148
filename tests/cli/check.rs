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
        "There is no file none.toml. `hearth init none.toml` writes it."
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

#[test]
fn what_would_make_a_tasks_runs_fail_is_noted() {
    let folder = Folder::new();
    folder.write(
        "config.toml",
        "[tasks.a]\ncommand = [\"./missing.sh\"]\nschedule = \"0 3 * * *\"\n\
         input = { type = \"object\", properties = { name = { type = \"string\", required = true } } }\n",
    );
    let said = folder.hearth(&["check"]).err;
    assert!(
        said.contains("note: `tasks.a.command`: there is no file"),
        "{said}"
    );
    assert!(said.contains("note: `tasks.a.schedule`"), "{said}");
    folder.write(
        "config.toml",
        "[tasks.a]\ncommand = \"./a.sh\"\nschedule = \"daily\"\n[tasks.b]\nowner = \"ada@example.com\"\n",
    );
    let said = folder.hearth(&["check"]).err;
    for wanted in [
        "`tasks.a.command` is a list",
        "`tasks.a.schedule` must be five fields",
        "`tasks.b.owner` is for",
    ] {
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn a_wrong_type_hides_nothing_else_of_its_field() {
    let folder = Folder::with(
        "[models.notes.fields.title]\ntype = \"strng\"\nmax_length = \"200\"\nminimum = \"1\"\n\
         [models.notes.fields.list]\ntype = \"aray\"\nmin_items = -1\nitems = \"txt\"\n",
    );
    let said = folder.hearth(&["check"]).refused();
    for mistake in [
        "`type` of field `notes.title` can't be `strng`. Did you mean `string`?",
        "`max_length` of field `notes.title` must be an integer, not a string.",
        "`minimum` of field `notes.title` must be a number, not a string.",
        "`type` of field `notes.list` can't be `aray`. Did you mean `array`?",
        "`min_items` of field `notes.list` must be 0 or more.",
        "`items` of field `notes.list` can't be `txt`.",
    ] {
        assert!(said.contains(mistake), "{mistake}\n{said}");
    }
}

#[test]
fn slips_at_the_command_line_are_told_with_what_was_meant() {
    let folder = Folder::with(
        "[tasks.tick]\nschedule = \"0 3 * * *\"\n[models.notes.fields]\nname = { type = \"string\" }\n",
    );
    folder.user("ada@example.com");
    for (words, wanted) in [
        (
            &["schedule", "pause", "tock"][..],
            "There is no schedule of a task `tock`. Did you mean `tick`? `hearth schedule list` shows all",
        ),
        (
            &["audit", "--action", "signin"],
            "There is no action `signin`. Did you mean `sign_in`?",
        ),
        (
            &["check", "--data-dir", "/dev/null"],
            "/dev/null is not a folder",
        ),
        (
            &["user", "list", "--data-dir", "/dev/null"],
            "/dev/null is not a folder",
        ),
        (
            &["serve", "--port", "0", "--data-dir", "/dev/null"],
            "/dev/null is not a folder",
        ),
    ] {
        let said = folder.hearth(words).refused();
        assert!(said.contains(wanted), "{words:?} {said}");
    }
    assert_eq!(folder.hearth(&["audit", "--action", "sign_out"]).code, 0);
    let done = folder.hearth(&["serve", "--host", "localhost"]);
    assert!(done.err.contains("Did you mean \"127.0.0.1\"?"), "{done:?}");
}

#[test]
fn slips_in_tasks_are_told_with_what_was_meant() {
    let folder = Folder::with("[tasks.tick]\nschedule = \"0 3 * *\"\nretries = 4\n");
    let said = folder.hearth(&["check"]).refused();
    for wanted in [
        "five fields of cron, as \"0 3 * * *\" for every night at three, or six with seconds in front.",
        "has no key `retries`. Did you mean `max_attempts`?",
    ] {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
}
