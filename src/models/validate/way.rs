//! Where a fault is, and the list of faults. A way grows on the stack and allocates only when there is a fault to tell.

use super::Faults;
use crate::error::{FieldError, Result, Step};
use crate::limits;

/// The way to a value: where it starts, then names and indexes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    Start(&'a [Step]),
    Name(&'a Way<'a>, &'a str),
    Index(&'a Way<'a>, usize),
}

impl Way<'_> {
    pub(super) fn fault(&self, kind: &'static str, message: impl Into<String>) -> FieldError {
        let mut fault = FieldError::new(kind, &[], message);
        fault.loc = self.steps();
        fault
    }

    /// What a client is told whose value is fine by its type, but not by our rules.
    pub(super) fn value_error(&self, reason: &str) -> FieldError {
        self.fault("value_error", format!("Value error, {reason}"))
            .with("error", reason)
    }

    fn steps(&self) -> Vec<Step> {
        match *self {
            Way::Start(steps) => steps.to_vec(),
            Way::Name(before, name) => {
                let mut steps = before.steps();
                steps.push(name.into());
                steps
            }
            Way::Index(before, index) => {
                let mut steps = before.steps();
                steps.push(index.into());
                steps
            }
        }
    }
}

/// The faults found so far, at most `limits::FAULTS`.
#[derive(Debug, Default)]
pub(super) struct Findings {
    faults: Faults,
}

impl Findings {
    pub(super) fn add(&mut self, fault: FieldError) {
        if !self.is_full() {
            self.faults.push(fault);
        }
    }

    /// Notes the fault, if that is what there is.
    pub(super) fn keep<T>(&mut self, checked: Result<T, FieldError>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(fault) => {
                self.add(fault);
                None
            }
        }
    }

    pub(super) fn count(&self) -> usize {
        self.faults.len()
    }

    /// Looking further would be in vain.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= limits::FAULTS
    }

    /// The value, unless there are faults.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }
}
