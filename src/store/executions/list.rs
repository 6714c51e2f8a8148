//! Pages of executions, the newest first.

use rusqlite::types::Value;

use super::{COLUMNS, Execution, execution};
use crate::error::Result;
use crate::executions::states::State;
use crate::store::Read;

/// What is wanted; all of it must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// None: everybody's, for admins.
    pub(crate) user: Option<String>,
    pub(crate) states: Vec<State>,
    pub(crate) task: Option<String>,
    pub(crate) label: Option<(String, String)>,
    /// The last id of the page before.
    pub(crate) before: Option<String>,
    pub(crate) limit: usize,
}

pub(crate) fn find_all(db: &Read<'_>, wanted: &Selection) -> Result<Vec<Execution>> {
    let mut values: Vec<Value> = Vec::new();
    let mut conditions = vec!["1".to_owned()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("?{}", values.len())
    };
    if let Some(user) = &wanted.user {
        conditions.push(format!("user_id = {}", bind(user.clone().into())));
    }
    if let Some(before) = &wanted.before {
        conditions.push(format!("id < {}", bind(before.clone().into())));
    }
    if let Some(task) = &wanted.task {
        conditions.push(format!("task = {}", bind(task.clone().into())));
    }
    if !wanted.states.is_empty() {
        let words = wanted
            .states
            .iter()
            .map(|state| format!("'{}'", state.word()));
        conditions.push(format!(
            "state IN ({})",
            words.collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some((name, value)) = &wanted.label {
        let (name, value) = (bind(name.clone().into()), bind(value.clone().into()));
        conditions.push(format!(
            "id IN (SELECT execution FROM hearth_execution_labels WHERE name = {name} AND value = {value})"
        ));
    }
    let limit = bind((wanted.limit as i64).into());
    let sql = format!(
        "SELECT {COLUMNS} FROM hearth_executions WHERE {} ORDER BY id DESC LIMIT {limit}",
        conditions.join(" AND ")
    );
    db.all(&sql, rusqlite::params_from_iter(values), execution)
}
