//! Declarations and what is said about them.
//!
//! The `.toml` files hold one case after another. A case begins with `#--- what it shows`; each `#^ message` is a
//! mistake of the nearest line above that is no such comment, and a case without any is a declaration that is right.

use hearth::document::{Document, Value};
use hearth::models::{Models, declare};

mod accepted;

/// What is read from a whole text with `[models.*]`, and its mistakes with their lines.
fn read(text: &str) -> (Models, Vec<(usize, String)>) {
    let document = Document::new(text);
    let root = document.table();
    let models = match root.get("models").map(|models| models.get_ref()) {
        Some(Value::Table(models)) => declare::read(
            &document,
            models,
            &["editor".to_owned(), "guest".to_owned()],
        ),
        _ => panic!("no table `models` in: {text}"),
    };
    let mistakes = document.mistakes().into_iter();
    let mistakes = mistakes.map(|mistake| (mistake.line, mistake.message));
    (models, mistakes.collect())
}

fn expected(case: &str) -> Vec<(usize, String)> {
    let mut at = 0;
    let mut expected = Vec::new();
    for (index, line) in case.lines().enumerate() {
        match line.strip_prefix("#^ ") {
            Some(message) => expected.push((at, message.to_owned())),
            None => at = index + 1,
        }
    }
    expected
}

/// Every case of a file at once, so that one run shows all that differs.
fn check(file: &str) {
    let mut failures = String::new();
    // What the separator leaves of a case's first line is its title, again as a comment.
    let cases = file.split("#--- ").skip(1);
    let cases: Vec<String> = cases.map(|case| format!("# {case}")).collect();
    assert!(!cases.is_empty(), "a file without cases");
    for case in cases {
        let title = case.lines().next().unwrap_or_default();
        let (expected, found) = (expected(&case), read(&case).1);
        if found != expected {
            failures += &format!("\n{title}\n");
            for (sign, list) in [("expected", &expected), ("found", &found)] {
                for (line, message) in list {
                    failures += &format!("  {sign} at {line}: {message}\n");
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn mistakes_of_names_are_told() {
    check(include_str!("names.toml"));
}

#[test]
fn mistakes_of_models_are_told() {
    check(include_str!("models.toml"));
}

#[test]
fn mistakes_of_access_are_told() {
    check(include_str!("access.toml"));
}

#[test]
fn mistakes_of_fields_are_told() {
    check(include_str!("fields.toml"));
}

#[test]
fn mistakes_of_limits_are_told() {
    check(include_str!("limits.toml"));
}

#[test]
fn mistakes_of_nested_fields_are_told() {
    check(include_str!("nested.toml"));
}

#[test]
fn mistakes_of_defaults_are_told() {
    check(include_str!("defaults.toml"));
}

#[test]
fn mistakes_of_references_are_told() {
    check(include_str!("references.toml"));
}

#[test]
fn mistakes_of_unique_lists_and_indexes_are_told() {
    check(include_str!("unique.toml"));
}

/// What a person has typed so far, or an editor has half saved.
#[test]
fn no_beginning_of_a_declaration_stops_the_reader() {
    for file in [
        include_str!("fields.toml"),
        include_str!("nested.toml"),
        include_str!("unique.toml"),
    ] {
        for case in file.split("#--- ").skip(1) {
            let (_, text) = case.split_once('\n').unwrap();
            let ends = text.char_indices().map(|(end, _)| end);
            for end in ends.filter(|end| text[..*end].starts_with("[models.notes")) {
                let document = Document::new(&text[..end]);
                if let Some(Value::Table(models)) = document
                    .table()
                    .get("models")
                    .map(|models| models.get_ref())
                {
                    declare::read(&document, models, &[]);
                }
            }
        }
    }
}
