//! What other tools lose when they rebuild tables: a whole hand-written schema beside the models comes through each kind
//! of change as it was, with its rows, and still does its work.

use super::*;

const SCHEMA: &str = "
    CREATE TABLE stock (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- counted
        code TEXT NOT NULL COLLATE NOCASE,
        price REAL CHECK (price >= 0),
        total REAL GENERATED ALWAYS AS (price * 2) STORED,
        kind ANY,
        CHECK (code <> ''), CONSTRAINT named UNIQUE (code, price)
    ) STRICT;
    CREATE TABLE parts (stock INTEGER NOT NULL REFERENCES stock (id) ON DELETE CASCADE, size VARCHAR(5) DEFAULT (1 + 1));
    CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE marks (task INTEGER REFERENCES tasks (id) ON DELETE CASCADE, list INTEGER REFERENCES lists ON UPDATE CASCADE);
    CREATE INDEX by_length ON stock (length(code), price DESC);
    CREATE UNIQUE INDEX cheap ON stock (price) WHERE price < 1;
    CREATE VIEW dear AS SELECT code, total FROM stock WHERE price > 1;
    CREATE VIEW both AS SELECT t.title, s.code FROM tasks AS t LEFT JOIN stock AS s ON s.code = t.title;
    CREATE TRIGGER count_up AFTER INSERT ON tasks BEGIN UPDATE stock SET price = price + 1 WHERE code = 'A'; END;
    CREATE TRIGGER clean BEFORE DELETE ON stock BEGIN DELETE FROM pairs WHERE a = old.code; END;
    INSERT INTO stock (code, price, kind) VALUES ('A', 0.5, x'00'), ('b', 2.0, 1), ('gone', 9.0, NULL);
    INSERT INTO parts VALUES (1, 'x'), (2, NULL);
    INSERT INTO pairs VALUES ('A', 'ß');
    INSERT INTO tasks (title, created_at, updated_at) VALUES ('1', '', '');
    INSERT INTO lists (created_at, updated_at) VALUES ('', '');
    INSERT INTO marks VALUES (1, 1);
    DELETE FROM stock WHERE code = 'gone';
    UPDATE stock SET price = 0.5 WHERE code = 'A';";

const ROWS: [&str; 7] = [
    "SELECT * FROM stock ORDER BY id",
    "SELECT * FROM parts ORDER BY stock",
    "SELECT * FROM pairs",
    "SELECT * FROM marks",
    "SELECT * FROM dear",
    "SELECT * FROM both",
    "SELECT name, seq FROM sqlite_sequence WHERE name IN ('stock', 'tasks', 'lists') ORDER BY name",
];

fn models(title: Field) -> Vec<Model> {
    let list = reference("list", "lists", OnDelete::Cascade);
    vec![model("tasks", vec![title, list]), model("lists", vec![])]
}

fn bench() -> Bench {
    let mut bench = Bench::revised(&models(string("title")));
    bench.run(SCHEMA);
    bench
}

/// The lines of the schema that are of no model.
fn by_hand(bench: &mut Bench) -> Vec<String> {
    let print = bench.fingerprint();
    let of_models = [
        "table tasks",
        "table lists",
        "table items",
        "index tasks.",
        "index lists.",
        "index items.",
    ];
    let lines = print
        .lines()
        .filter(|line| !of_models.iter().any(|start| line.starts_with(start)));
    lines.map(str::to_owned).collect()
}

/// Through the change and back; all rows and words that are not of the models stay.
fn comes_through(after: &[Model]) {
    let mut bench = bench();
    let all = |bench: &mut Bench| ROWS.map(|sql| bench.rows(sql));
    let (rows, words) = (all(&mut bench), by_hand(&mut bench));
    assert_eq!(words.len(), 10);
    let generated = bench.up(after);
    assert_eq!(all(&mut bench), rows, "{}", generated.up);
    assert_eq!(by_hand(&mut bench), words);
    still_works(&mut bench);
    let mut bench = self::bench();
    bench.there_and_back(after);
    assert_eq!(all(&mut bench), rows);
    bench.down(&generated);
    assert_eq!(all(&mut bench), rows);
    still_works(&mut bench);
}

fn still_works(bench: &mut Bench) {
    for wrong in [
        "INSERT INTO stock (code, price) VALUES ('c', -1.0)",
        "INSERT INTO stock (code, price) VALUES ('', 1.0)",
        "INSERT INTO stock (code, price) VALUES ('B', 2.0)",
        "INSERT INTO stock (code, price) VALUES ('c', 'dear')",
        "INSERT INTO stock (code, price) VALUES ('c', 0.5)",
        "INSERT INTO pairs VALUES ('A', 'ß')",
        "INSERT INTO marks VALUES (77, NULL)",
    ] {
        assert!(bench.try_run(wrong).is_err(), "{wrong}");
    }
    bench.insert("tasks", "title", "'2'");
    assert_eq!(
        bench.rows("SELECT price, total FROM stock WHERE code = 'a'"),
        [["1.5", "3.0"]]
    );
    bench.run("INSERT INTO stock (code) VALUES ('new')");
    assert_eq!(bench.list("SELECT max(id) FROM stock"), "4");
    bench.run("DELETE FROM stock WHERE code = 'A'");
    assert_eq!(bench.list("SELECT count(*) FROM parts"), "1");
    assert_eq!(bench.list("SELECT count(*) FROM pairs"), "0");
    bench.run("DELETE FROM tasks WHERE id = 1");
    assert_eq!(bench.list("SELECT count(*) FROM marks"), "0");
}

#[test]
fn a_hand_written_schema_comes_through_a_rebuild_of_the_table_that_it_refers_to() {
    comes_through(&models(integer("title").required()));
}

#[test]
fn a_hand_written_schema_comes_through_cheap_changes() {
    let mut after = models(string("title"));
    after[0]
        .fields
        .push(boolean("done").required().default(json!(false)));
    after[1].fields.push(string("name"));
    after.push(items());
    comes_through(&after);
}

#[test]
fn a_hand_written_schema_comes_through_rebuilds_of_parent_and_child_at_once() {
    let mut after = models(choice("title", &["1", "2"]));
    after[0].fields[1] = reference("list", "lists", OnDelete::Restrict);
    after[1].on_owner_delete = OnOwnerDelete::Restrict;
    after[1]
        .fields
        .push(reference("first", "tasks", OnDelete::SetNull));
    comes_through(&after);
}

#[test]
fn a_hand_written_schema_follows_a_new_name_and_comes_back() {
    let mut bench = bench();
    let mut after = models(integer("name").was_called("title"));
    after[0].name = "jobs".to_owned();
    after[0].renamed_from = Some("tasks".to_owned());
    bench.there_and_back(&after);
    assert_eq!(bench.rows("SELECT * FROM both"), [["1", "null"]]);
    assert!(
        bench
            .try_run("INSERT INTO marks VALUES (77, NULL)")
            .is_err()
    );
    bench.insert("jobs", "name", "2");
    assert_eq!(
        bench.list("SELECT price FROM stock WHERE code = 'A'"),
        "1.5"
    );
    bench.run("DELETE FROM jobs WHERE id = 1");
    assert_eq!(bench.list("SELECT count(*) FROM marks"), "0");
}

#[test]
fn virtual_tables_and_a_broken_view_are_left_alone() {
    let mut bench = bench();
    bench.run(
        "CREATE VIRTUAL TABLE found USING fts5(body); INSERT INTO found VALUES ('some words');
         CREATE VIEW broken AS SELECT gone FROM nowhere",
    );
    bench.there_and_back(&models(integer("title")));
    assert_eq!(
        bench.list("SELECT count(*) FROM found WHERE found MATCH 'words'"),
        "1"
    );
}
