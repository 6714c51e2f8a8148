//! A TOML text in which every key and value knows its line, and the mistakes that are found in it.
//!
//! Readers go through the whole text and report every mistake at once; nothing stops at the first.

use std::cell::RefCell;
use std::ops::Range;

pub use toml::Spanned;
pub use toml::de::{DeTable as Table, DeValue as Value};

use crate::error::Mistake;

/// A TOML text with the mistakes found so far.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'t> Document<'t> {
    pub fn new(text: &'t str) -> Self {
        Document {
            text,
            mistakes: RefCell::default(),
        }
    }

    /// The tables of the text, as far as it is TOML; what is not is noted as a mistake.
    pub fn table(&self) -> Table<'t> {
        let (table, errors) = Table::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.mistake(&span, format!("This is not TOML: {}", error.message()));
        }
        table.into_inner()
    }

    /// The line of a place in the text, counted from 1.
    pub fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// Notes a mistake at a place: a sentence with the remedy.
    pub fn mistake(&self, span: &Range<usize>, message: impl Into<String>) {
        let line = self.line(span);
        self.mistakes.borrow_mut().push(Mistake {
            line,
            message: message.into(),
        });
    }

    /// What was noted so far, in the order of the text.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut list = self.mistakes.borrow().clone();
        list.sort_by_key(|mistake| mistake.line);
        list
    }
}

/// What was probably meant by a word that is none of `known`.
pub fn closest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// " Did you mean `title`?", or nothing.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    closest(word, known).map_or_else(String::new, |candidate| {
        format!(" Did you mean `{candidate}`?")
    })
}
