//! What ARCHITECTURE.md says is nowhere, looked for in the sources: who imports whom, and what only one place may do.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::{Path, PathBuf};

/// From the bottom upwards; what stands in one line may import each other. `app` holds what services share.
const LEVELS: [&[&str]; 12] = [
    &["error", "limits", "clock", "executions"],
    &["document", "lock", "auth", "outgoing"],
    &["models"],
    &["config", "openapi"],
    &["logging", "store", "mail"],
    &["revisions"],
    &["services", "realtime", "app"],
    &["bench"],
    &["routes"],
    &["server"],
    &["cli"],
    &["main", "lib"],
];

/// A text that may stand in these files or folders alone.
const ONLY: [(&[&str], &[&str]); 10] = [
    (&["rusqlite"], &["src/store/"]),
    // A read's snapshot is `store/tx.rs`'s; it commits nothing.
    (
        &["\"BEGIN", "\"COMMIT"],
        &["src/store/writer.rs", "src/store/tx.rs"],
    ),
    (
        &["SAVEPOINT"],
        &["src/store/writer.rs", "src/store/revise/"],
    ),
    (
        &[
            "CREATE TABLE",
            "CREATE INDEX",
            "CREATE UNIQUE",
            "ALTER TABLE",
            "DROP TABLE",
            "DROP INDEX",
        ],
        &["src/models/ddl/"],
    ),
    (
        &["\"SELECT ", "\"INSERT INTO", "\"UPDATE ", "\"DELETE FROM"],
        &["src/store/", "src/models/ddl/"],
    ),
    // NO_COLOR is the terminal's affair and no setting.
    (
        &["env::var", "env::vars"],
        &["src/config/", "src/logging.rs"],
    ),
    (&["print!(", "println!(", "io::stdout()"], &["src/cli/"]),
    // A second signal ends the process at once; a failpoint is there to do so.
    (
        &["process::exit", "process::abort"],
        &["src/cli/serve.rs", "src/store/hooks.rs"],
    ),
    (&["ExitCode"], &["src/main.rs", "src/cli/mod.rs"]),
    (&["jsonwebtoken", "argon2"], &["src/auth/"]),
];

/// Statuses that are no error; others are given by `routes/reply.rs` and looked at by the log.
const NO_ERRORS: [&str; 9] = [
    // To a WebSocket.
    "SWITCHING_PROTOCOLS",
    "OK",
    "CREATED",
    "ACCEPTED",
    "NO_CONTENT",
    "PARTIAL_CONTENT",
    "NOT_MODIFIED",
    "TEMPORARY_REDIRECT",
    // An answer of its own form, with the file's length.
    "RANGE_NOT_SATISFIABLE",
];

/// Ways to open a file by its name. In these places they would be the database's: closing one drops SQLite's locks.
const OPENINGS: [&str; 7] = [
    "File::",
    "OpenOptions",
    "fs::read",
    "fs::copy",
    "fs::write",
    "fs::rename",
    "fs::remove",
];

struct Source {
    path: String,
    text: String,
    lines: usize,
}

fn collect(folder: &Path, list: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, list);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            list.push(path);
        }
    }
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    folders
        .iter()
        .for_each(|folder| collect(&root.join(folder), &mut paths));
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(root).unwrap().display().to_string();
        Source {
            path,
            lines: text.lines().count(),
            text,
        }
    };
    paths.into_iter().map(read).collect()
}

/// The sources of the binary, without comments and without tests.
fn code() -> Vec<Source> {
    let mut sources = sources(&["src"]);
    sources.retain(|source| !source.path.contains("/tests/"));
    for source in &mut sources {
        let text = source
            .text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        source.text = lines.collect::<Vec<_>>().join("\n");
    }
    sources
}

/// The first word of each path below `crate::`, also in a list in braces.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let (mut depth, mut fresh) = (1, true);
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => fresh = true,
                letter if fresh && letter.is_alphabetic() => {
                    found.push(word(&list[at..]));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

fn word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
        .unwrap()
}

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&module))
}

#[test]
fn imports_go_downwards() {
    let mut wrong = Vec::new();
    for source in code() {
        let module = word(source.path.trim_start_matches("src/"));
        let own = level(module)
            .unwrap_or_else(|| panic!("`{module}` has no level in tests/architecture.rs"));
        for import in imports(&source.text) {
            let climbs = level(import).is_some_and(|other| other > own);
            let crosses =
                level(import) == Some(own) && import != module && !LEVELS[own].contains(&"app");
            let reaches = ["routes", "server"].contains(&module) && import == "store";
            if climbs || crosses || reaches {
                wrong.push(format!("{} imports {import}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_one_place_does_no_other_does() {
    let mut wrong = Vec::new();
    for source in code() {
        for (texts, places) in ONLY {
            let allowed = places.iter().any(|place| source.path.starts_with(place));
            let found = texts
                .iter()
                .filter(|text| !allowed && source.text.contains(**text));
            wrong.extend(
                found.map(|text| format!("{} has {text:?}; only {places:?} may", source.path)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_reply_gives_errors_their_status() {
    let places = ["src/routes/reply.rs", "src/server/log.rs"];
    for source in code()
        .iter()
        .filter(|source| !places.contains(&source.path.as_str()))
    {
        for rest in source.text.split("StatusCode::").skip(1) {
            let name = word(rest);
            assert!(
                NO_ERRORS.contains(&name),
                "{} names the status {name}",
                source.path
            );
        }
    }
}

#[test]
fn nothing_but_sqlite_opens_the_database() {
    for source in code() {
        let knows = source.text.contains("database(") || source.text.contains("hearth.db");
        let is_near = source.path.starts_with("src/store/") || source.path == "src/app.rs" || knows;
        // It looks at the header before there is a connection.
        if !is_near || source.path == "src/store/file.rs" {
            continue;
        }
        for opening in OPENINGS {
            assert!(
                !source.text.contains(opening),
                "{} has {opening}",
                source.path
            );
        }
    }
}

#[test]
fn each_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for source in sources(&["src", "tests", "benches"]) {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with //!", source.path));
        }
        // A matrix of requests is longer than what answers them.
        let limit = if source.path.starts_with("src/") {
            300
        } else {
            400
        };
        if source.lines > limit {
            wrong.push(format!("{} has {} lines", source.path, source.lines));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_every_folder_and_file_at_the_top() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    assert!(
        map.lines().count() <= 150,
        "ARCHITECTURE.md is longer than 150 lines"
    );
    for entry in std::fs::read_dir(root.join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let named = if path.is_dir() {
            format!("`src/{name}/`")
        } else {
            format!("`src/{name}`")
        };
        assert!(
            name == "lib.rs" || map.contains(&named),
            "ARCHITECTURE.md does not name {named}"
        );
    }
}
