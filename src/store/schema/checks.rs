//! The CHECKs of a table, read out of its own SQL: no pragma tells them.
//!
//! They are compared word by word, so that spaces, comments, case and the way of quoting do not matter.

/// A CHECK's expression as words: names and keywords in lower case without quotes, texts with theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check(Vec<String>);

impl Check {
    pub(crate) fn new(expression: &str) -> Self {
        Check(
            words(expression)
                .into_iter()
                .map(|word| word.text)
                .collect(),
        )
    }

    /// The column, when this is of the forms that `models/ddl.rs` makes: `x IN (…)` and `json_valid(x)`.
    pub(crate) fn column(&self) -> Option<&str> {
        let words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["json_valid", "(", column, ")"] => Some(column),
            [column, "in", "(", inside @ .., ")"] if is_closed(inside) => Some(column),
            _ => None,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.0.first().is_some_and(|word| word == "json_valid")
    }

    /// What `x IN (…)` allows, sorted, since their order means nothing.
    pub(crate) fn options(&self) -> Vec<&str> {
        let inside = self.0.get(3..self.0.len().saturating_sub(1));
        let words = inside.unwrap_or_default().iter().map(String::as_str);
        let mut options: Vec<&str> = words.filter(|word| *word != ",").collect();
        options.sort_unstable();
        options
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        for word in &mut self.0 {
            if word.eq_ignore_ascii_case(from) {
                *word = to.to_ascii_lowercase();
            }
        }
    }
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Whether no parenthesis closes in here that was opened before.
fn is_closed(words: &[&str]) -> bool {
    let mut depth = 0;
    words.iter().all(|word| {
        depth += i32::from(*word == "(") - i32::from(*word == ")");
        depth >= 0
    })
}

/// All CHECKs in a CREATE TABLE, of columns and of the table.
pub(super) fn of_table(sql: &str) -> Vec<Check> {
    let words = words(sql);
    let mut checks = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !word.is("check") || words.get(at + 1).is_none_or(|next| next.text != "(") {
            continue;
        }
        let mut depth = 1;
        let inside = words[at + 2..].iter().take_while(|word| {
            match word.text.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            depth > 0
        });
        checks.push(Check(inside.map(|word| word.text.clone()).collect()));
    }
    checks
}

/// Whether a keyword stands in a statement, as no one's name.
pub(super) fn has_keyword(sql: &str, keyword: &str) -> bool {
    words(sql).iter().any(|word| word.is(keyword))
}

/// A word of a statement, in lower case; a name is without its quotes.
pub(crate) struct Word {
    pub(crate) text: String,
    /// A name in quotes is no keyword.
    quoted: bool,
}

impl Word {
    pub(crate) fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text == keyword
    }
}

/// A statement's words, without comments and spaces.
pub(crate) fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' | '"' | '`' | '[' => {
                let length = quoted(rest, if first == '[' { ']' } else { first });
                words.push(unquote(&rest[..length], first));
                length
            }
            _ if is_of_name(first) => {
                let length = rest.find(|next| !is_of_name(next)).unwrap_or(rest.len());
                words.push(Word {
                    text: rest[..length].to_ascii_lowercase(),
                    quoted: false,
                });
                length
            }
            _ => {
                words.push(Word {
                    text: first.to_string(),
                    quoted: false,
                });
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    words
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

/// The length of a quoted word with both quotes; a doubled quote is one of its letters.
fn quoted(rest: &str, end: char) -> usize {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != end {
            continue;
        }
        if end != ']' && letters.peek().is_some_and(|(_, next)| *next == end) {
            letters.next();
            continue;
        }
        return at + end.len_utf8();
    }
    rest.len()
}

fn unquote(word: &str, quote: char) -> Word {
    if quote == '\'' {
        return Word {
            text: word.to_owned(),
            quoted: true,
        };
    }
    let inside = word.get(1..word.len() - 1).unwrap_or_default();
    let text = match quote {
        '[' => inside.to_owned(),
        _ => inside.replace(&format!("{quote}{quote}"), &quote.to_string()),
    };
    Word {
        text: text.to_ascii_lowercase(),
        quoted: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_found_whatever_their_spelling() {
        let found = of_table(
            "CREATE TABLE \"check\" (a TEXT CHECK(a in('x','it''s)')), -- CHECK (no)\n\
             \"b\" REFERENCES \"check\" (\"id\") /* CHECK (1) */, check ( json_valid([b]) )) STRICT",
        );
        let wanted = [
            Check::new("\"a\" IN ('x', 'it''s)')"),
            Check::new("json_valid(\"b\")"),
        ];
        assert_eq!(found, wanted);
        assert_eq!(found[0].options(), ["'it''s)'", "'x'"]);
        assert_eq!(found[1].column(), Some("b"));
        assert!(found[1].is_json());
    }

    #[test]
    fn a_check_of_another_form_belongs_to_no_column() {
        assert_eq!(Check::new("a > 1").column(), None);
        assert_eq!(Check::new("length(a) IN (1, 2)").column(), None);
        assert_eq!(Check::new("a IN (1) OR b IN (2)").column(), None);
    }

    #[test]
    fn a_keyword_in_quotes_is_a_name() {
        assert!(has_keyword(
            "id INTEGER PRIMARY KEY AutoIncrement",
            "autoincrement"
        ));
        assert!(!has_keyword(
            "\"autoincrement\" TEXT, b TEXT DEFAULT 'autoincrement'",
            "autoincrement"
        ));
    }

    #[test]
    fn an_unfinished_word_ends_with_the_text() {
        assert_eq!(words("'abc").len(), 1);
        assert_eq!(words("\"").len(), 1);
        assert_eq!(words("/* x").len(), 0);
        assert_eq!(words("ünï = 'ß'").len(), 3);
    }
}
