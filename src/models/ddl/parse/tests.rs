//! What is read out of a CREATE TABLE, Hearth's own and others'.

use super::*;

#[test]
fn what_hearth_writes_is_read_back() {
    let sql = "CREATE TABLE \"a \"\"b\" (\n    \"id\" INTEGER PRIMARY KEY AUTOINCREMENT,\n    \
        \"größe\" TEXT NOT NULL DEFAULT 'it''s, (' CHECK (\"größe\" IN ('x', CAST(X'6100' AS TEXT))),\n    \
        \"done\" INTEGER DEFAULT -1 CHECK (\"done\" IN (0, 1)),\n    \
        \"data\" TEXT CHECK (json_valid(\"data\")),\n    \
        \"tags\" TEXT CHECK (json_valid(\"tags\") AND json_type(\"tags\") = 'array'),\n    \
        \"list\" INTEGER REFERENCES \"lists\" (\"id\") ON DELETE SET NULL\n) STRICT";
    let shape = table(sql).unwrap();
    assert_eq!(
        (shape.name.as_str(), shape.strict, shape.keyed),
        ("a \"b", true, false)
    );
    let [id, size, done, data, tags, list] = shape.columns.as_slice() else {
        panic!("{shape:?}");
    };
    assert_eq!(id.key, Key::Counted);
    assert_eq!(size.default.as_deref(), Some("'it''s, ('"));
    assert_eq!(size.options.as_ref().unwrap()[1], "CAST(X'6100' AS TEXT)");
    assert_eq!(
        (&done.stored, done.default.as_deref()),
        (&Stored::Boolean, Some("-1"))
    );
    assert_eq!(data.stored, Stored::Json);
    assert_eq!(tags.stored, Stored::Array);
    let parent = list.references.as_ref().unwrap();
    assert_eq!(
        (parent.table.as_str(), parent.on_delete.as_str()),
        ("lists", "SET NULL")
    );
    assert!(shape.columns.iter().all(|column| column.beside.is_empty()));
    for column in &shape.columns {
        let bare = Column {
            sql: String::new(),
            ..column.clone()
        };
        assert_eq!(normal(&bare.definition()), normal(&column.sql));
    }
}

#[test]
fn what_somebody_wrote_is_kept_as_it_is() {
    let sql = "CREATE TABLE t(a TEXT COLLATE NOCASE CONSTRAINT c CHECK (a IN ('x')) NOT NULL ON CONFLICT FAIL,
        b INT CHECK(b > 1) CHECK (b IN (1, 2)) UNIQUE, c TEXT GENERATED ALWAYS AS (lower(a)) STORED,
        d VARCHAR(10) DEFAULT (1 + 2) REFERENCES x(y) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED NULL,
        e AS (a || b) CHECK (length(e) < 9),
        CHECK (a <> b), CONSTRAINT k UNIQUE (a, b)) WITHOUT ROWID";
    let shape = table(sql).unwrap();
    assert_eq!(
        shape.constraints,
        ["CHECK (a <> b)", "CONSTRAINT k UNIQUE (a, b)"]
    );
    let beside: Vec<Vec<String>> = shape.columns.iter().map(|c| c.beside.clone()).collect();
    assert_eq!(
        beside[0],
        ["COLLATE NOCASE", "CONSTRAINT c CHECK (a IN ('x'))"]
    );
    assert_eq!(beside[1], ["CHECK(b > 1)", "CHECK (b IN (1, 2))", "UNIQUE"]);
    assert_eq!(beside[2], ["GENERATED ALWAYS AS (lower(a)) STORED"]);
    let reference = "REFERENCES x(y) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED";
    assert_eq!(beside[3], [reference, "NULL"]);
    assert_eq!(beside[4], ["AS (a || b)", "CHECK (length(e) < 9)"]);
    assert!(shape.columns[0].required && shape.columns[2].computed && shape.columns[4].computed);
    assert_eq!(
        shape.columns[3].stored,
        Stored::Other("VARCHAR(10)".to_owned())
    );
    assert!(shape.keyed && !shape.strict);
}
