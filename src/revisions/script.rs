//! What stands in a revision's file: statements that it must not have, names that it changes, and whether there is a way
//! back. It looks at words and runs nothing.

use crate::error::{Error, Result};
use crate::models::ddl::text::{Word, words};
use crate::store::revise::{Mark, Marks, PRAGMAS};

const IRREVERSIBLE: &str = "-- irreversible:";
const RENAMED: &str = "-- renamed:";

/// Words that begin a statement which leaves the transaction or cannot be part of one.
const TRANSACTION: [&str; 6] = ["begin", "commit", "end", "rollback", "savepoint", "release"];
const OUTSIDE: [&str; 3] = ["vacuum", "attach", "detach"];

/// Refuses what refinery would let through; `place` is how the file is called.
pub(crate) fn check(place: &str, sql: &str) -> Result<()> {
    let words = words(sql);
    let mut in_trigger = false;
    for (at, word) in words.iter().enumerate() {
        let begins = at == 0 || words[at - 1].is(";");
        if !begins {
            continue;
        }
        if in_trigger {
            in_trigger = !word.is("end");
            continue;
        }
        in_trigger = word.is("create") && is_trigger(&words[at..]);
        if let Some(fault) = fault(word, words.get(at + 1), words.get(at + 3)) {
            return Err(Error::conflict(format!("{place}: {fault}")));
        }
    }
    Ok(())
}

fn is_trigger(words: &[Word]) -> bool {
    words
        .iter()
        .skip(1)
        .find(|word| !word.is("temp") && !word.is("temporary"))
        .is_some_and(|word| word.is("trigger"))
}

fn fault(word: &Word, second: Option<&Word>, fourth: Option<&Word>) -> Option<String> {
    let shout = word.text.to_ascii_uppercase();
    if TRANSACTION.iter().any(|keyword| word.is(keyword)) {
        return Some(format!(
            "{shout} has no place in a revision: Hearth runs all of it in one transaction. Take it out"
        ));
    }
    if OUTSIDE.iter().any(|keyword| word.is(keyword)) {
        return Some(format!(
            "{shout} cannot be part of a transaction, and a revision is one. Take it out and run it by hand"
        ));
    }
    // `PRAGMA name` or `PRAGMA main.name`.
    let pragma = [second, fourth].into_iter().flatten().find(|name| {
        PRAGMAS
            .iter()
            .any(|pragma| name.text.eq_ignore_ascii_case(pragma))
    });
    (word.is("pragma")).then_some(pragma?).map(|name| {
        format!(
            "PRAGMA {} has no place in a revision: Hearth sets it itself around the transaction. Take it out",
            name.text
        )
    })
}

/// Why there is no way back, when the file says so.
pub(crate) fn irreversible(sql: &str) -> Option<&str> {
    sql.lines()
        .find_map(|line| line.trim().strip_prefix(IRREVERSIBLE))
        .map(str::trim)
}

pub(crate) fn irreversible_text(reason: &str) -> String {
    format!("{IRREVERSIBLE} {}\n", reason.replace('\n', " "))
}

/// Renames and dropped columns, in the order of the file.
pub(crate) fn marks(sql: &str) -> Marks {
    let mut marks: Marks = sql.lines().filter_map(header).collect();
    let words = words(sql);
    for at in 0..words.len() {
        if words[at].is("alter")
            && words.get(at + 1).is_some_and(|word| word.is("table"))
            && let Some(rest) = words.get(at + 2..)
        {
            marks.extend(alteration(rest));
        }
    }
    marks
}

/// `-- renamed: items.title -> items.name`, or of tables.
fn header(line: &str) -> Option<Mark> {
    let (from, to) = line.trim().strip_prefix(RENAMED)?.split_once("->")?;
    let (from, to) = (from.trim(), to.trim());
    Some(match (from.split_once('.'), to.split_once('.')) {
        (Some((table, from)), Some((_, to))) => Mark::Column {
            table: table.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        },
        _ => Mark::Table {
            from: from.to_owned(),
            to: to.to_owned(),
        },
    })
}

/// What follows ALTER TABLE.
fn alteration(words: &[Word]) -> Option<Mark> {
    let text = |at: usize| words.get(at).map(|word| word.text.clone());
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    // `main.items` is `items`.
    if is(1, ".") {
        return alteration(words.get(2..)?);
    }
    let table = text(0)?;
    let at = if is(2, "column") { 3 } else { 2 };
    if is(1, "drop") && !is(2, "constraint") {
        return Some(Mark::Drop {
            table,
            column: text(at)?,
        });
    }
    if !is(1, "rename") {
        return None;
    }
    if is(2, "to") && !is(3, "to") {
        return Some(Mark::Table {
            from: table,
            to: text(3)?,
        });
    }
    Some(Mark::Column {
        table,
        from: text(at)?,
        to: text(at + 2)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_leaves_the_transaction_is_refused() {
        for sql in [
            "COMMIT",
            "SELECT 1; commit;",
            "/* x */ BEGIN",
            ";END",
            "ROLLBACK TO x",
            "release revision",
            "VACUUM",
            "ATTACH 'x' AS y",
            "PRAGMA foreign_keys = ON",
            "pragma main.journal_mode(delete)",
        ] {
            let error = check("up/V1__x.sql", sql).unwrap_err();
            assert!(error.message().starts_with("up/V1__x.sql: "), "{error}");
        }
    }

    #[test]
    fn words_elsewhere_in_a_statement_are_nobodys_concern() {
        for sql in [
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; UPDATE a SET b = CASE WHEN 1 THEN 2 END; END; SELECT 1",
            "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
            "INSERT INTO a VALUES ('x; COMMIT;')",
            "-- ; COMMIT\nSELECT 1",
            "CREATE TABLE \"begin\" (a)",
            "PRAGMA foreign_key_check",
        ] {
            check("x", sql).unwrap();
        }
        let after = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT";
        assert!(check("x", after).is_err());
    }

    #[test]
    fn names_that_change_are_read_in_their_order() {
        let column = |table: &str, from: &str, to: &str| Mark::Column {
            table: table.into(),
            from: from.into(),
            to: to.into(),
        };
        let sql = "-- renamed: items.title -> items.name\nALTER TABLE \"items\" RENAME COLUMN a TO \"b c\";
            ALTER TABLE main.items RENAME d TO e; ALTER TABLE items RENAME TO things; ALTER TABLE things DROP COLUMN x";
        let wanted = [
            column("items", "title", "name"),
            column("items", "a", "b c"),
            column("items", "d", "e"),
            Mark::Table {
                from: "items".into(),
                to: "things".into(),
            },
            Mark::Drop {
                table: "things".into(),
                column: "x".into(),
            },
        ];
        assert_eq!(marks(sql), wanted);
    }
}
