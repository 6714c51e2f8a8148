//! What an API key may do: its owner's rights, narrowed by these. The words of `scopes`.

use std::collections::BTreeSet;

use crate::document::did_you_mean;
use crate::models::Models;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Of all models and executions, or of one model.
    Read(Option<String>),
    Write(Option<String>),
    /// On all tasks, or on one.
    Worker(Option<String>),
    Metrics,
}

/// Why a word is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) String);

impl Scope {
    /// A word as it is written; the model that it names must be there.
    pub(crate) fn parse(text: &str, models: &Models) -> Result<Self, Wrong> {
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        let model = || match rest {
            Some(name) if models.find(name).is_none() => {
                let hint = did_you_mean(name, models.iter().map(|model| model.name.as_str()));
                Err(Wrong(format!("there is no model `{name}`.{hint}")))
            }
            _ => Ok(rest.map(str::to_owned)),
        };
        match (word, rest) {
            ("read", _) => Ok(Scope::Read(model()?)),
            ("write", _) => Ok(Scope::Write(model()?)),
            ("worker", None) => Ok(Scope::Worker(None)),
            ("worker", Some(task)) if crate::config::tasks::is_name(task) => {
                Ok(Scope::Worker(Some(task.to_owned())))
            }
            ("worker", Some(_)) => Err(Wrong("a task's name has letters, digits and _ . : -".to_owned())),
            ("metrics", None) => Ok(Scope::Metrics),
            _ => Err(Wrong(
                "a scope is `read`, `write`, `read:MODEL`, `write:MODEL`, `worker`, `worker:TASK` or `metrics`"
                    .to_owned(),
            )),
        }
    }

    /// Whether admins alone may give it.
    pub(crate) fn is_for_admins(&self) -> bool {
        matches!(self, Scope::Worker(_) | Scope::Metrics)
    }

    pub(crate) fn text(&self) -> String {
        let (word, rest) = match self {
            Scope::Read(model) => ("read", model),
            Scope::Write(model) => ("write", model),
            Scope::Worker(task) => ("worker", task),
            Scope::Metrics => ("metrics", &None),
        };
        match rest {
            Some(rest) => format!("{word}:{rest}"),
            None => word.to_owned(),
        }
    }
}

/// The scopes of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scopes(BTreeSet<Scope>);

impl Scopes {
    pub(crate) fn new(list: impl IntoIterator<Item = Scope>) -> Self {
        Scopes(list.into_iter().collect())
    }

    /// As stored. A model that is gone since stays a scope that fits nothing.
    pub(crate) fn stored(text: &str) -> Self {
        let words: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        let scopes = words.iter().filter_map(|text| {
            let (word, rest) = match text.split_once(':') {
                Some((word, rest)) => (word, Some(rest.to_owned())),
                None => (text.as_str(), None),
            };
            Some(match word {
                "read" => Scope::Read(rest),
                "write" => Scope::Write(rest),
                "worker" => Scope::Worker(rest),
                "metrics" => Scope::Metrics,
                _ => return None,
            })
        });
        Scopes::new(scopes)
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.iter().map(Scope::text).collect()
    }

    pub(crate) fn has(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    pub(crate) fn reads(&self, model: &str) -> bool {
        self.has(&Scope::Read(None)) || self.has(&Scope::Read(Some(model.to_owned())))
    }

    pub(crate) fn writes(&self, model: &str) -> bool {
        self.has(&Scope::Write(None)) || self.has(&Scope::Write(Some(model.to_owned())))
    }

    pub(crate) fn works(&self) -> bool {
        self.0.iter().any(|scope| matches!(scope, Scope::Worker(_)))
    }

    pub(crate) fn works_on(&self, task: &str) -> bool {
        self.has(&Scope::Worker(None)) || self.has(&Scope::Worker(Some(task.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Scope, Wrong> {
        let items = crate::services::bodies::BODIES.clone();
        Scope::parse(text, &items)
    }

    #[test]
    fn words_are_read_and_written_alike() {
        for text in [
            "read",
            "write",
            "read:login",
            "write:login",
            "worker",
            "worker:a.b",
            "metrics",
        ] {
            assert_eq!(parse(text).unwrap().text(), text);
            let stored = serde_json::to_string(&[text]).unwrap();
            assert_eq!(Scopes::stored(&stored).texts(), [text]);
        }
    }

    #[test]
    fn what_is_no_scope_is_told_with_what_was_meant() {
        for text in ["", "admin", "read:", "worker:a b", "metrics:x", "READ"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(
            parse("read:logn")
                .unwrap_err()
                .0
                .contains("Did you mean `login`?")
        );
    }
}
