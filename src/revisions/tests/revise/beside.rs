//! What somebody added by hand to the tables of models: it stays through each change, or the change is refused.

use super::*;

const BY_HAND: &str = "
    CREATE UNIQUE INDEX mine ON notes (lower(name) COLLATE NOCASE DESC) WHERE name > 'A';
    CREATE TABLE log (at TEXT);
    CREATE TRIGGER watch AFTER UPDATE OF name ON notes BEGIN INSERT INTO log VALUES (new.name || '; it''s'); END;
    CREATE VIEW names AS SELECT n.name AS \"the name\" FROM notes AS n;
    CREATE TRIGGER through INSTEAD OF DELETE ON names BEGIN DELETE FROM notes WHERE name = old.\"the name\"; END;
    ALTER TABLE notes ADD COLUMN low TEXT AS (lower(name)) VIRTUAL;
    ALTER TABLE notes ADD COLUMN extra TEXT COLLATE NOCASE CONSTRAINT short CHECK (length(extra) < 9);
    UPDATE notes SET extra = 'Kept';";

/// The rest of the fields are for the tests to change.
fn notes_by_hand() -> (Bench, Model) {
    let notes = model(
        "notes",
        vec![string("name").required(), string("size"), string("old")],
    );
    let mut bench = Bench::revised(std::slice::from_ref(&notes));
    bench.insert("notes", "name, size", "'First', '5'");
    bench.run(BY_HAND);
    (bench, notes)
}

/// All of it works as on the first day.
fn check(bench: &mut Bench) {
    assert_eq!(
        bench.rows("SELECT low, extra FROM notes WHERE extra = 'KEPT'"),
        [["first", "Kept"]]
    );
    assert!(
        bench
            .try_run("UPDATE notes SET extra = 'much too long'")
            .is_err()
    );
    assert!(bench.try_run(&insert("notes", "name", "'FIRST'")).is_err());
    bench.run("DELETE FROM log; UPDATE notes SET name = 'First'");
    assert_eq!(bench.list("SELECT at FROM log"), "First; it's");
    assert_eq!(bench.list("SELECT \"the name\" FROM names"), "First");
}

#[test]
fn everything_made_by_hand_stays_through_a_rebuild() {
    let (mut bench, mut notes) = notes_by_hand();
    notes.fields[1] = integer("size");
    let generated = bench.there_and_back(&[notes]);
    assert!(!is_cheap(&generated));
    check(&mut bench);
    bench.down(&generated);
    check(&mut bench);
    bench.run("DELETE FROM names");
    assert_eq!(bench.list("SELECT count(*) FROM notes"), "0");
}

#[test]
fn everything_made_by_hand_stays_through_cheap_changes_and_the_way_back() {
    let (mut bench, mut notes) = notes_by_hand();
    notes.fields[2] = string("new");
    let generated = bench.there_and_back(&[notes.clone()]);
    assert!(is_cheap(&generated));
    check(&mut bench);
    bench.down(&generated);
    check(&mut bench);
}

#[test]
fn everything_made_by_hand_is_noted_and_makes_no_revision() {
    let (mut bench, notes) = notes_by_hand();
    assert_eq!(bench.differs(std::slice::from_ref(&notes)), [""; 0]);
    assert_eq!(
        bench.notes(&[notes]),
        [
            "Column `notes.low` is not Hearth's; it stays",
            "Column `notes.extra` is not Hearth's; it stays",
            "Table `log` is not Hearth's; it stays",
            "COLLATE NOCASE on `notes.extra` is not Hearth's; it stays",
            "CONSTRAINT short CHECK (length(extra) < 9) on `notes.extra` is not Hearth's; it stays",
            "Index `mine` on `notes` is not Hearth's; it stays",
            "Trigger `watch` on `notes` is not Hearth's; it stays",
            "View `names` is not Hearth's; it stays",
            "Trigger `through` on `names` is not Hearth's; it stays",
        ]
    );
}

#[test]
fn a_change_that_cannot_keep_what_was_made_by_hand_is_refused() {
    for (sql, holder) in [
        ("CREATE INDEX mine ON notes (lower(old))", "index `mine`"),
        (
            "CREATE INDEX mine ON notes (name) WHERE \"Old\" > 1",
            "index `mine`",
        ),
        (
            "CREATE TRIGGER watch BEFORE INSERT ON notes BEGIN SELECT new.old; END",
            "trigger `watch`",
        ),
        (
            "CREATE VIEW names AS SELECT [old] FROM notes",
            "view `names`",
        ),
        (
            "ALTER TABLE notes ADD COLUMN low TEXT AS (lower(old))",
            "AS (lower(old))",
        ),
        (
            "CREATE TABLE mine (a TEXT REFERENCES notes (old))",
            "REFERENCES notes (old) of `mine`",
        ),
    ] {
        let notes = model("notes", vec![string("name"), string("old")]);
        let mut bench = Bench::revised(std::slice::from_ref(&notes));
        bench.run(sql);
        let words = format!(
            "Column `notes.old` cannot be dropped, because {holder} names it. Drop or change that first"
        );
        bench.forbids(&[model("notes", vec![string("name")])], &[&words]);
    }
}

#[test]
fn a_table_that_something_made_by_hand_needs_is_not_dropped() {
    for (sql, holder) in [
        ("CREATE INDEX mine ON notes (lower(name))", "index `mine`"),
        (
            "CREATE TRIGGER watch AFTER INSERT ON items BEGIN DELETE FROM notes; END",
            "trigger `watch`",
        ),
        ("CREATE VIEW names AS SELECT * FROM notes", "view `names`"),
        (
            "CREATE TABLE mine (a INTEGER REFERENCES notes)",
            "table `mine`",
        ),
        (
            "CREATE TABLE mine (a INTEGER, FOREIGN KEY (a) REFERENCES notes (id))",
            "table `mine`",
        ),
    ] {
        let mut bench = Bench::revised(&[items(), model("notes", vec![string("name")])]);
        bench.run(sql);
        bench.forbids(
            &[items()],
            &[&format!(
                "Table `notes` cannot be dropped, because {holder} needs it."
            )],
        );
    }
}

#[test]
fn clauses_that_somebody_wrote_into_a_models_table_stay_when_its_columns_change() {
    let mut bench = Bench::empty();
    bench.run(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id TEXT REFERENCES hearth_users (id) ON DELETE CASCADE,
            -- what it is called
            name TEXT COLLATE NOCASE CHECK (length(name) > 1) UNIQUE,
            size TEXT, big TEXT AS (upper(name)) STORED,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
            CHECK (size <> name), CONSTRAINT pair UNIQUE (name, created_at)) STRICT;
         CREATE INDEX \"notes.user_id\" ON notes (user_id)",
    );
    bench.insert("notes", "name, size", "'Name', '7'");
    assert!(
        bench
            .differs(&[model("notes", vec![string("name"), string("size")])])
            .is_empty()
    );
    let changed = [model(
        "notes",
        vec![string("name").required(), integer("size")],
    )];
    bench.there_and_back(&changed);
    assert_eq!(
        bench.list("SELECT big FROM notes WHERE name = 'NAME' AND size = 7"),
        "NAME"
    );
    for wrong in ["'x', 1", "'name', 1", "NULL, 1"] {
        assert!(
            bench
                .try_run(&insert("notes", "name, size", wrong))
                .is_err(),
            "{wrong}"
        );
    }
    bench.forbids(
        &[model("notes", vec![string("name")])],
        &["`notes.size` cannot be dropped, because CHECK (size <> name) names it"],
    );
}

#[test]
fn an_index_of_hearth_that_was_changed_by_hand_is_put_right() {
    let (mut bench, notes) = notes();
    bench.run("DROP INDEX \"notes.user_id\"; CREATE INDEX \"notes.user_id\" ON notes (user_id DESC) WHERE id > 5");
    let generated = bench.there_and_back(&[notes]);
    assert_eq!(
        generated.summary,
        ["Drop index `notes.user_id`", "Create index `notes.user_id`"]
    );
}

#[test]
fn the_words_of_a_schema_count_and_not_their_spelling() {
    let (mut bench, _) = notes();
    bench.run("CREATE TABLE a (b TEXT DEFAULT 'X')");
    let one = bench.fingerprint();
    bench.run("DROP TABLE a; CREATE TABLE  [a] ( -- a comment\n  \"b\" text default 'X' )");
    assert_eq!(bench.fingerprint(), one);
    bench.run("DROP TABLE a; CREATE TABLE a (b TEXT DEFAULT 'x')");
    assert_ne!(bench.fingerprint(), one);
}
