//! Reads a CREATE TABLE as SQLite keeps it. What Hearth itself would write becomes parts of the shape; everything else
//! is somebody's own, and stays as the text that it is.

use super::text::{Kind, Word, name_of, normal, words};
use super::{Column, Key, Parent, Shape, Stored, is_same};

/// None for a statement of a form that SQLite would not keep.
pub fn table(sql: &str) -> Option<Shape> {
    let words = words(sql);
    let open = words.iter().position(|word| word.is("("))?;
    let close = open + closing(&words[open..])?;
    let mut shape = Shape {
        name: name_of(sql, words.get(2)?),
        columns: Vec::new(),
        indexes: Vec::new(),
        constraints: Vec::new(),
        strict: words[close..].iter().any(|word| word.is("strict")),
        keyed: words[close..].iter().any(|word| word.is("without")),
        sql: sql.to_owned(),
    };
    for part in split(&words[open + 1..close]) {
        let is_constraint = ["constraint", "primary", "unique", "check", "foreign"]
            .iter()
            .any(|keyword| part[0].is(keyword));
        if is_constraint {
            shape.constraints.push(raw(sql, part).to_owned());
        } else {
            shape.columns.push(column(sql, part));
        }
    }
    Some(shape)
}

/// The same statement with another name for the table.
pub(super) fn renamed(sql: &str, name: &str) -> String {
    match words(sql).get(2) {
        Some(word) => format!(
            "{}{}{}",
            &sql[..word.start],
            super::quote(name),
            &sql[word.end..]
        ),
        None => sql.to_owned(),
    }
}

fn raw<'s>(sql: &'s str, words: &[Word]) -> &'s str {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => &sql[first.start..last.end],
        _ => "",
    }
}

/// Where the parenthesis closes that these words begin with.
fn closing(words: &[Word]) -> Option<usize> {
    let mut depth = 0;
    words.iter().position(|word| {
        depth += i32::from(word.is("(")) - i32::from(word.is(")"));
        depth == 0
    })
}

/// The parts between commas that are in no parenthesis.
fn split(words: &[Word]) -> Vec<&[Word]> {
    let mut depth = 0;
    let parts = words.split(|word| {
        depth += i32::from(word.is("(")) - i32::from(word.is(")"));
        depth == 0 && word.is(",")
    });
    parts.filter(|part| !part.is_empty()).collect()
}

fn column(sql: &str, words: &[Word]) -> Column {
    let end = words[1..].iter().position(begins_clause);
    let end = end.map_or(words.len(), |at| at + 1);
    let storage = raw(sql, &words[1..end]).to_ascii_uppercase();
    let mut column = Column {
        name: name_of(sql, &words[0]),
        stored: match storage.as_str() {
            "TEXT" => Stored::Text,
            "INTEGER" => Stored::Integer,
            "REAL" => Stored::Real,
            _ => Stored::Other(storage),
        },
        key: Key::No,
        required: false,
        default: None,
        options: None,
        references: None,
        computed: false,
        beside: Vec::new(),
        sql: raw(sql, words).to_owned(),
    };
    let mut rest = &words[end..];
    while !rest.is_empty() {
        let (clause, after) = rest.split_at(clause_length(rest));
        if !take(sql, clause, &mut column) {
            column.beside.push(raw(sql, clause).to_owned());
        }
        rest = after;
    }
    column
}

fn begins_clause(word: &Word) -> bool {
    const BEGINNINGS: [&str; 11] = [
        "constraint",
        "primary",
        "not",
        "null",
        "unique",
        "check",
        "default",
        "collate",
        "references",
        "generated",
        "as",
    ];
    BEGINNINGS.iter().any(|keyword| word.is(keyword))
}

/// How many words belong to the clause that begins here; one at least.
fn clause_length(words: &[Word]) -> usize {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let group = |at: usize| match is(at, "(") {
        true => closing(&words[at..]).map_or(words.len(), |end| at + end + 1),
        false => at,
    };
    let conflict = |at: usize| if is(at, "on") { at + 3 } else { at };
    let length = match words[0].text.as_str() {
        "constraint" if words.len() > 2 => 2 + clause_length(&words[2..]),
        "primary" => {
            let order = 2 + usize::from(is(2, "asc") || is(2, "desc"));
            let end = conflict(order);
            end + usize::from(is(end, "autoincrement"))
        }
        "not" => conflict(2),
        "null" | "unique" => conflict(1),
        "check" | "as" => {
            let end = group(1);
            end + usize::from(is(end, "stored") || is(end, "virtual"))
        }
        "default" if is(1, "(") => group(1),
        "default" => 2 + usize::from(is(1, "-") || is(1, "+")),
        "generated" => {
            let end = group(3);
            end + usize::from(is(end, "stored") || is(end, "virtual"))
        }
        "references" => references_length(words, group(2)),
        "collate" => 2,
        _ => 1,
    };
    length.clamp(1, words.len())
}

fn references_length(words: &[Word], mut at: usize) -> usize {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    loop {
        at += match () {
            () if is(at, "on") => 3 + usize::from(is(at + 2, "set") || is(at + 2, "no")),
            () if is(at, "match") => 2,
            () if is(at, "deferrable") => 1,
            () if is(at, "not") && is(at + 1, "deferrable") => 2,
            () if is(at, "initially") => 2,
            () => return at,
        };
    }
}

/// Puts into the column what Hearth itself could have written; false for what is somebody's own.
fn take(sql: &str, clause: &[Word], column: &mut Column) -> bool {
    match clause[0].text.as_str() {
        "primary" if column.key == Key::No => {
            let counted = clause.iter().any(|word| word.is("autoincrement"));
            column.key = if counted { Key::Counted } else { Key::Row };
        }
        "not" => column.required = true,
        "unique" if is_same(&column.name, "id") && column.key == Key::No => {
            column.key = Key::Unique;
        }
        "default" if column.default.is_none() => {
            column.default = Some(raw(sql, &clause[1..]).to_owned());
        }
        "check" => return check(sql, clause, column),
        "references" if column.references.is_none() => match parent(sql, clause) {
            Some(parent) => column.references = Some(parent),
            None => return false,
        },
        "as" | "generated" => {
            column.computed = true;
            return false;
        }
        _ => return false,
    }
    true
}

/// `x IN (…)`, `json_valid(x)` and `json_valid(x) AND json_type(x) = 'array'`, which say a type or an `enum`.
fn check(sql: &str, clause: &[Word], column: &mut Column) -> bool {
    let Some(inside) = clause.get(2..clause.len() - 1) else {
        return false;
    };
    if let Some(stored) = json(inside, &column.name) {
        let free = column.stored == Stored::Text && column.options.is_none();
        if free {
            column.stored = stored;
        }
        return free;
    }
    match inside {
        [name, keyword, open, list @ .., close]
            if name.names(&column.name)
                && keyword.is("in")
                && open.is("(")
                && close.is(")")
                && closing(&inside[2..]) == Some(inside.len() - 3) =>
        {
            let list = split(list);
            list.iter().all(|option| is_literal(option)) && options(sql, &list, column)
        }
        _ => false,
    }
}

/// The kind of JSON that a CHECK asks for.
fn json(words: &[Word], column: &str) -> Option<Stored> {
    let is_of = |part: &[Word], function: &str| match part {
        [name, open, of, close] => {
            name.is(function) && open.is("(") && of.names(column) && close.is(")")
        }
        _ => false,
    };
    let (valid, rest) = words.split_at_checked(4)?;
    if !is_of(valid, "json_valid") {
        return None;
    }
    match rest {
        [] => Some(Stored::Json),
        [and, kind @ .., equals, value]
            if and.is("and") && is_of(kind, "json_type") && equals.is("=") =>
        {
            let mut kinds = [Stored::Array, Stored::Object].into_iter();
            kinds.find(|kind| value.is(&format!("'{}'", kind.word())))
        }
        _ => None,
    }
}

fn options(sql: &str, list: &[&[Word]], column: &mut Column) -> bool {
    let list: Vec<String> = list
        .iter()
        .map(|option| raw(sql, option).to_owned())
        .collect();
    match column.stored {
        Stored::Integer if list == ["0", "1"] => column.stored = Stored::Boolean,
        Stored::Text if column.options.is_none() => column.options = Some(list),
        _ => return false,
    }
    true
}

/// A text, a number, or the bytes of a text: `CAST(X'00' AS TEXT)`.
fn is_literal(words: &[Word]) -> bool {
    match words {
        [one] => one.kind == Kind::Literal,
        [cast, .., bytes, _, _, _] => cast.is("cast") && bytes.kind == Kind::Literal,
        _ => false,
    }
}

/// None when it refers to something else than the `id`.
fn parent(sql: &str, clause: &[Word]) -> Option<Parent> {
    let is = |at: usize, keyword: &str| clause.get(at).is_some_and(|word| word.is(keyword));
    let to_id = clause.get(3).is_some_and(|word| word.names("id")) && is(4, ")");
    if is(2, "(") && !to_id {
        return None;
    }
    let action = clause
        .windows(2)
        .position(|pair| pair[0].is("on") && pair[1].is("delete"));
    let action = action.map_or(&[][..], |at| &clause[at + 2..]);
    let words = match action.first() {
        Some(first) if first.is("set") || first.is("no") => 2,
        Some(_) => 1,
        None => 0,
    };
    let on_delete = normal(raw(sql, &action[..words.min(action.len())])).to_ascii_uppercase();
    Some(Parent {
        table: name_of(sql, clause.get(1)?),
        on_delete: if on_delete.is_empty() {
            "NO ACTION".to_owned()
        } else {
            on_delete
        },
    })
}

#[cfg(test)]
mod tests;
