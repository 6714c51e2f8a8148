//! The two texts that are made from the table: `config.toml` and docs/settings.md. These tests keep them; with UPDATE=1
//! in the environment they write them anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::key::{Change, Fallback, Key};
use super::keys;

const WIDTH: usize = 110;

const MODEL: &str = r#"[models.items]
access = "owner"                     # the default: every record belongs to who made it, and nobody else sees it

[models.items.fields]
name           = { type = "string", required = true, min_length = 1, max_length = 200 }
optional_field = { type = "string" }
items          = { type = "array", items = "string", default = [] }
metadata       = { type = "object", default = {} }
"#;

const OPENING: &str = r#"#:schema config.schema.json
# What this Hearth serves, and how. `hearth check` says every mistake in it with its line; `hearth settings` shows each
# value in force and where it comes from; `hearth settings --schema > config.schema.json` lets editors complete it.

# Models: each gives a table, /api/NAME and its documentation.
"#;

const TASKS: &str = r#"
# Tasks have limits and a checked input by a section of their own; one without is allowed, and has the defaults.
# Programs with a key of `hearth key create --worker NAME` claim them.
#[tasks.greet]
#timeout = "5m"
#max_attempts = 3
#concurrency = 4
#input = { type = "object", properties = { name = { type = "string", required = true } } }

# One with a command is run by this server, without a shell, here also by a schedule: every night at three.
#[tasks.nightly]
#command = ["./nightly.sh", "--all"]
#timeout = "10m"
#schedule = "0 3 * * *"
"#;

const FORM: &str = r#"
# Settings: each stands here with its default; remove the # to change it. A flag wins over the environment
# (HEARTH_SERVER__PORT), the environment over this file. Relative paths begin at this file's folder.
"#;

/// `config.toml`: the default model, and every setting commented out.
fn commented() -> String {
    let mut text = format!("{OPENING}{MODEL}{FORM}");
    for section in keys::SECTIONS {
        let _ = write!(text, "\n# {}\n[{}]\n", section.meaning, section.name);
        for key in section.keys {
            let without = match key.default {
                Fallback::Value(_) => String::new(),
                Fallback::Instead { words, .. } => format!("; without it {words}"),
            };
            wrap(
                &mut text,
                &format!("{} ({}{without})", key.meaning, key.bounds()),
            );
            let _ = writeln!(text, "#{} = {}", key.short(), key.example());
        }
        if section.name == "auth" {
            text.push_str(
                "\n# Own roles beside user and admin, one section each; models name them as \"role:editor\".\n\
                 #[auth.roles.editor]\n#description = \"Edits what others wrote\"\n",
            );
        }
        if section.name == "executions" {
            text.push_str(TASKS);
        }
        if section.name == "realtime" {
            text.push_str(
                "\n# Rooms in which clients talk to each other; \"chat-*\" stands for all that begin so.\n\
                 #[realtime.rooms.lobby]\n#join = \"signed_in\"\n#publish = \"signed_in\"\n",
            );
        }
        for tables in keys::TABLES
            .iter()
            .filter(|tables| tables.section() == section.name)
        {
            text.push('\n');
            wrap(&mut text, tables.meaning);
            text.push_str(tables.examples);
        }
    }
    text
}

fn wrap(text: &mut String, sentence: &str) {
    let mut line = String::from("#");
    for word in sentence.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

const MANUAL: &str = r#"# Settings

This page is made from the table of settings in `src/config/keys.rs`.

All settings are optional; `hearth serve` in an empty folder uses every default below. They stand in `config.toml`,
which `hearth init` writes. `hearth check` says every mistake in it at once, with its line and what was probably meant.
`hearth settings` shows each value in force and where it comes from.

- A flag wins over the environment, the environment over the file, the file over the default.
- `HEARTH_SECTION__KEY`, with two underscores, sets any key below: `HEARTH_SERVER__PORT=9000`. A list is `a,b` or as in
  the file. A variable `HEARTH_…` with two underscores that is no setting stops the start; one without is never a
  setting.
- Durations are `"500ms"`, `"75s"`, `"15m"`, `"24h"`, `"30d"`; sizes `"512B"`, `"64KiB"`, `"1MiB"`, `"1GiB"`; rates
  `"5/s"`, `"10/m"`, `"100/h"`: always one whole number and one unit.
- A secret is a text, `{ file = "/run/secrets/x" }` or `{ env = "NAME" }`; in the environment also
  `HEARTH_AUTH__SECRET__FILE=/run/secrets/x`. One newline at the end is cut. Nothing else is expanded inside a value.
- A relative path begins at the folder of `config.toml`, a relative path on the command line in the working directory.
- A key that an earlier release knew keeps working, with a note.

Settings are read when the server starts: each change waits for a restart. Those marked *live* are the ones that a
later release takes up while it runs.
"#;

/// docs/settings.md
fn manual() -> String {
    let mut text = MANUAL.to_owned();
    for section in keys::SECTIONS {
        let _ = write!(
            text,
            "\n## [{}]\n{}\n\n| key | default | bounds | change | meaning |\n|---|---|---|---|---|\n",
            section.name, section.meaning
        );
        for key in section.keys {
            text.push_str(&row(key));
        }
        if section.name == "auth" {
            text.push_str(
                "| `[auth.roles.NAME]` | – | `description` | live | Own roles beside `user` and `admin`; models name \
                 them as `role:NAME`. |\n",
            );
        }
        if section.name == "realtime" {
            text.push_str(
                "| `[realtime.rooms.NAME]` | – | `join`, `publish`: `\"signed_in\"`, `\"admin\"`, `\"role:NAME\"` | live | Who \
                 may be in a room, and say something there; both `\"signed_in\"` when nothing is said. `\"chat-*\"` stands for all that begin so. |\n",
            );
        }
        for tables in keys::TABLES
            .iter()
            .filter(|tables| tables.section() == section.name)
        {
            let _ = write!(
                text,
                "\n### [[{}]]\n{} In config.toml alone; each change waits for a restart.\n\n\
                 | key | value | meaning |\n|---|---|---|\n",
                tables.name, tables.meaning
            );
            for field in tables.fields {
                let must = if field.required { "; required" } else { "" };
                let _ = writeln!(
                    text,
                    "| `{}` | {}{must} | {} |",
                    field.name,
                    field.wanted(),
                    field.meaning
                );
            }
        }
    }
    let later: Vec<String> = keys::LATER_SECTIONS
        .iter()
        .map(|section| format!("`[{section}]`"))
        .chain(keys::LATER_KEYS.iter().map(|key| format!("`{key}`")))
        .collect();
    let _ = write!(
        text,
        "\n## Later\nRefused as \"not available yet\", since a later release needs the names: {}.\n",
        later.join(", ")
    );
    text
}

fn row(key: &Key) -> String {
    let default = match key.default {
        Fallback::Value(value) => format!("`{value}`"),
        Fallback::Instead { words, .. } => words.to_owned(),
    };
    let change = match key.change {
        Change::Live => "live",
        Change::Restart => "restart",
    };
    format!(
        "| `{}` | {default} | {} | {change} | {} |\n",
        key.short(),
        key.bounds(),
        key.meaning
    )
}

fn repository(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn compare(file: &str, expected: &str) {
    let path = repository(file);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{file} differs from the table of settings. Run the tests once with UPDATE=1 to renew it."
    );
}

#[test]
fn config_toml_is_what_the_table_says() {
    compare("config.toml", &commented());
}

#[test]
fn the_manual_is_what_the_table_says() {
    compare("docs/settings.md", &manual());
}

#[test]
fn every_line_of_the_commented_file_fits_on_a_screen() {
    for line in commented().lines() {
        assert!(line.chars().count() <= 120, "{line}");
    }
}
