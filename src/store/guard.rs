//! Keeps writes out of tables that no longer have the form which the models were checked against: a revision may be
//! applied beside a running server. It looks only when another process has committed.

use super::{Read, revise, schema};
use crate::error::Result;
use crate::models::{Models, diff};

pub(super) struct Guard {
    models: Models,
    /// `PRAGMA schema_version` of the last look.
    version: Option<i64>,
    /// The same, whether or not the look went well.
    looked: Option<i64>,
    unfit: Vec<String>,
}

impl Guard {
    /// It has not looked yet: between a start's check and the first write another process may have been there.
    pub(super) fn new(models: Models) -> Self {
        Guard {
            models,
            version: None,
            looked: None,
            unfit: Vec::new(),
        }
    }

    /// After a foreign commit; the schema is read only when it is another one. Says whether it is.
    pub(super) fn look(&mut self, db: &Read<'_>) -> Result<bool> {
        let version = revise::schema_version(db)?;
        if self.version == Some(version) {
            return Ok(false);
        }
        let before = self.looked.replace(version);
        self.version = None;
        self.unfit = diff::unfit(&schema::found(db)?, &self.models);
        self.version = Some(version);
        if !self.unfit.is_empty() {
            tracing::warn!(
                "the tables no longer fit the models; nothing is written to: {}",
                self.unfit.join(", ")
            );
        }
        Ok(before.is_some_and(|before| before != version))
    }

    /// The models whose tables must not be written.
    pub(super) fn unfit(&self) -> &[String] {
        &self.unfit
    }
}
