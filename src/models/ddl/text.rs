//! SQL text as words, so that spaces, comments, the case of keywords and the way of quoting do not matter.

/// One word of a statement, with its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Names and keywords in lower case without quotes; everything else as it stands.
    pub text: String,
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A keyword, or a name without quotes.
    Bare,
    /// A name in quotes: never a keyword.
    Name,
    /// A text, a number or bytes.
    Literal,
    Symbol,
}

impl Word {
    pub fn is(&self, keyword: &str) -> bool {
        self.kind != Kind::Name && self.text == keyword
    }

    /// Whether this could be the name of something, and is this one. SQLite compares ASCII letters without their case.
    pub fn names(&self, name: &str) -> bool {
        matches!(self.kind, Kind::Bare | Kind::Name) && self.text == name.to_ascii_lowercase()
    }
}

/// All words of a statement. What is not finished ends with the statement.
pub fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let end = start + length(rest, first);
        if let Some((text, kind)) = word(&sql[start..end], first) {
            words.push(Word {
                text,
                kind,
                start,
                end,
            });
        }
        start = end;
    }
    words
}

/// How many bytes belong to what begins here.
fn length(rest: &str, first: char) -> usize {
    let second = rest[first.len_utf8()..].chars().next();
    match first {
        '-' if second == Some('-') => rest.find('\n').unwrap_or(rest.len()),
        '/' if second == Some('*') => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
        '\'' | '"' | '`' => quoted(rest, first),
        '[' => quoted(rest, ']'),
        'x' | 'X' if second == Some('\'') => 1 + quoted(&rest[1..], '\''),
        _ if first.is_ascii_digit()
            || first == '.' && second.is_some_and(|d| d.is_ascii_digit()) =>
        {
            number(rest)
        }
        _ if is_of_name(first) => rest.find(|next| !is_of_name(next)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

/// None for a space or a comment.
fn word(raw: &str, first: char) -> Option<(String, Kind)> {
    Some(match first {
        _ if first.is_whitespace() || raw.starts_with("--") || raw.starts_with("/*") => {
            return None;
        }
        '"' | '`' | '[' => (unquote(raw, first).to_ascii_lowercase(), Kind::Name),
        '\'' => (raw.to_owned(), Kind::Literal),
        'x' | 'X' if raw.ends_with('\'') => (raw.to_ascii_lowercase(), Kind::Literal),
        _ if first.is_ascii_digit() || first == '.' && raw.len() > 1 => {
            (raw.to_ascii_lowercase(), Kind::Literal)
        }
        _ if is_of_name(first) => (raw.to_ascii_lowercase(), Kind::Bare),
        _ => (raw.to_owned(), Kind::Symbol),
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

fn number(rest: &str) -> usize {
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    let end = rest.find(|next: char| {
        let sign = !is_hex && matches!(next, '+' | '-') && matches!(before, 'e' | 'E');
        before = next;
        !(next.is_ascii_alphanumeric() || next == '.' || next == '_' || sign)
    });
    end.unwrap_or(rest.len())
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

/// What stands between the quotes.
pub fn unquote(raw: &str, quote: char) -> String {
    let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    match quote {
        '[' => inside.to_owned(),
        _ => inside.replace(&format!("{quote}{quote}"), &quote.to_string()),
    }
}

/// A name as it is spelt in a statement, without quotes and with its case.
pub fn name_of(sql: &str, word: &Word) -> String {
    let raw = &sql[word.start..word.end];
    match (word.kind, raw.chars().next()) {
        (Kind::Name, Some(quote)) => unquote(raw, quote),
        // SQLite takes a text where a name must stand.
        (Kind::Literal, Some('\'')) => unquote(raw, '\''),
        _ => raw.to_owned(),
    }
}

/// The one spelling of all statements with the same words.
pub fn normal(sql: &str) -> String {
    let words = words(sql);
    let spelt = words.iter().map(|word| match word.kind {
        Kind::Name if !is_plain(&word.text) => super::quote(&word.text),
        _ => word.text.clone(),
    });
    spelt.collect::<Vec<_>>().join(" ")
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(is_of_name)
        && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a statement names this. `old.` and `new.` are the rows of a trigger.
pub fn mentions(sql: &str, name: &str) -> bool {
    let words = words(sql);
    let is_row = |at: usize| {
        (words[at].is("old") || words[at].is("new"))
            && words.get(at + 1).is_some_and(|next| next.is("."))
    };
    (0..words.len()).any(|at| words[at].names(name) && !is_row(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_comments_case_and_quotes_do_not_matter() {
        let one =
            "CREATE TABLE \"a\" (b TEXT DEFAULT 'It''s', -- c\n [c] REAL /* x */ DEFAULT -1.5e+3)";
        let other = "create table A(\"B\" text default 'It''s',c real default - 1.5E+3)";
        assert_eq!(normal(one), normal(other));
        assert_ne!(normal(one), normal(&one.replace("It", "it")));
        assert_ne!(normal("\"a b\""), normal("a b"));
    }

    #[test]
    fn each_word_knows_its_place() {
        let sql = "x'00' größe||[a]]";
        let raw: Vec<&str> = words(sql).iter().map(|w| &sql[w.start..w.end]).collect();
        assert_eq!(raw, ["x'00'", "größe", "|", "|", "[a]", "]"]);
    }

    #[test]
    fn an_unfinished_word_ends_with_the_text() {
        for sql in ["'abc", "\"", "x'", "[a", "1e"] {
            assert_eq!(words(sql).len(), 1, "{sql}");
        }
        assert_eq!(words("/* x").len(), 0);
        assert_eq!(words("/*/ x").len(), 0);
        assert_eq!(words("-- x").len(), 0);
        assert_eq!(words("ünï = 'ß'").len(), 3);
    }
}
