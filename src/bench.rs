//! What `benches/parts.rs` measures: single acts of the services on a database of their own. No API for anybody else.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::app::{App, Tables};
use crate::auth::token;
use crate::config::{self, Flags};
use crate::error::{Error, Result};
use crate::models::{Value, validate};
use crate::services::access::{Caller, Principal};
use crate::services::workers::{self, Wanted, Worker};
use crate::services::{bodies, executions, records, registration};
use crate::store::records::Table;

const MODEL: &str = "items";

/// An open database with one user, in whose name everything is done.
pub struct Parts {
    app: Arc<App>,
    caller: Caller,
    table: Arc<Table>,
}

/// An execution that a worker holds.
pub struct Run {
    id: String,
    fence: i64,
    batch: i64,
}

impl Parts {
    /// A fresh database with the built-in model, in `folder`.
    pub async fn open(folder: &Path) -> Result<Self> {
        token::install_provider();
        let flags = Flags {
            data_dir: Some(folder.to_owned()),
            ..Flags::default()
        };
        let config =
            config::load(&flags).map_err(|mistakes| Error::internal(mistakes.to_string()))?;
        let app = App::open(config, Tables::BringUpToDate, None)?;
        let new = json!({"email": "bench@example.com", "password": "correct horse battery"});
        let (new, operator) = (
            bodies::take("new_user", &new)?,
            Caller::Operator { acts_for: None },
        );
        let user = registration::create(&app, &operator, new, None).await?;
        // The operator counts as an admin, whose statements bear no owner: only a user's are worth measuring.
        let caller = Caller::User(Arc::new(Principal {
            user: user.id,
            role: user.role,
            via: crate::services::access::Via::Session(String::new()),
            until: i64::MAX,
        }));
        let table = Arc::clone(app.named_table(MODEL)?);
        Ok(Parts { app, caller, table })
    }

    /// The length of the record's JSON.
    pub async fn get(&self, id: &str) -> Result<usize> {
        let record = records::get(&self.app, &self.caller, &self.table, id).await?;
        Ok(record.len())
    }

    /// The length of the page's JSON.
    pub async fn list(&self, parameters: &[(String, String)]) -> Result<usize> {
        let listed = records::list(&self.app, &self.caller, &self.table, parameters).await?;
        Ok(listed.items.len())
    }

    /// The length of the answer's JSON.
    pub async fn create(&self, body: &Json) -> Result<usize> {
        // The size is for the queue's limit alone.
        let created = records::create(&self.app, &self.caller, &self.table, body, None, 0).await?;
        Ok(created.answer.len())
    }

    /// A body's bytes as the table's values.
    pub fn validate(&self, body: &[u8]) -> Result<Vec<Value>> {
        let json = validate::parse(body)?;
        validate::create(&self.table.model, &json, &["body".into()], false).map_err(Error::invalid)
    }

    /// A new execution, claimed by a worker.
    pub async fn start_run(&self) -> Result<Run> {
        let body = json!({"task": "bench"});
        executions::create(&self.app, &self.caller, &body, None, 0).await?;
        let wanted = Wanted {
            tasks: vec!["bench".to_owned()],
            worker: "bench".to_owned(),
            max: 1,
            wait_seconds: 0,
            lease_seconds: None,
            claim_id: None,
        };
        let given = workers::claim(&self.app, &Worker::server(), None, wanted).await?;
        let one = given.into_iter().next();
        let one = one.ok_or_else(|| Error::internal("there was nothing to claim"))?;
        Ok(Run {
            id: one.id,
            fence: one.fence,
            batch: 0,
        })
    }

    /// Adds that many lines to the log of a run.
    pub async fn append(&self, run: &mut Run, count: usize) -> Result<()> {
        run.batch += 1;
        let line = json!({"kind": "log", "data": {"message": "a line of a log, as long as many"}});
        let body = json!({"fence": run.fence, "batch": run.batch, "events": vec![line; count]});
        let worker = Worker::server();
        let said = workers::report(&self.app, &worker, &run.id, &body).await;
        said.map(drop)
    }

    /// Ends the writer.
    pub fn stop(&self) {
        self.app.stop();
    }
}
