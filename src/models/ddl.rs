//! Says a model in SQL: the only place with DDL for declared models.

/// A name as SQL spells it; the one place that quotes.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
