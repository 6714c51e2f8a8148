//! What the reader of an entry of `[[section.name]]` asks it.

use super::{Entry, Held};
use crate::config::Secret;
use crate::error::Mistake;

#[allow(dead_code, reason = "one for each kind of field; not each is used yet")]
impl Entry {
    fn held(&self, name: &str) -> Option<&Held> {
        let found = self.values.iter().find(|(field, _, _)| *field == name);
        found.map(|(_, _, held)| held)
    }

    pub(in crate::config) fn text(&self, name: &str) -> Option<String> {
        self.texts(name).into_iter().next()
    }

    /// The text or texts; none when nothing is said.
    pub(in crate::config) fn texts(&self, name: &str) -> Vec<String> {
        match self.held(name) {
            Some(Held::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    pub(in crate::config) fn boolean(&self, name: &str) -> Option<bool> {
        match self.held(name) {
            Some(Held::Boolean(truth)) => Some(*truth),
            _ => None,
        }
    }

    pub(in crate::config) fn map(&self, name: &str) -> Vec<(String, String)> {
        match self.held(name) {
            Some(Held::Map(pairs)) => pairs.clone(),
            _ => Vec::new(),
        }
    }

    pub(in crate::config) fn secret(&self, name: &str) -> Option<Secret> {
        match self.held(name) {
            Some(Held::Secret(secret)) => Some(secret.clone()),
            _ => None,
        }
    }

    pub(in crate::config) fn has(&self, name: &str) -> bool {
        self.held(name).is_some()
    }

    /// A mistake of one value, or of the whole entry where that value is not said: the sentence goes behind its name.
    pub(in crate::config) fn mistake(&self, name: &str, sentence: &str) -> Mistake {
        let found = self.values.iter().find(|(field, _, _)| *field == name);
        Mistake {
            line: found.map_or(self.line, |(_, line, _)| *line),
            message: format!("`{}.{name}` {sentence}", self.table),
        }
    }
}
