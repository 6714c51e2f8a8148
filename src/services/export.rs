//! Export of a model's records, page by page in the order of their ids; hidden fields never leave.

use std::sync::Arc;

use crate::app::App;
use crate::error::Result;
use crate::limits;
use crate::models::Value;
use crate::services::access::{self, Action, Caller};
use crate::store::records::{self as stored, Page, Selection, Sort, Table};

/// One page: the records as a JSON array's inside, and where the next one begins.
pub(crate) struct Portion {
    pub(crate) items: Vec<u8>,
    pub(crate) next: Option<Vec<Value>>,
}

/// How many records there are for the caller; for a progress bar.
pub(crate) async fn count(app: &App, caller: &Caller, table: &Arc<Table>) -> Result<u64> {
    let page = page(app, caller, table, None, true, 1).await?;
    Ok(page.total.unwrap_or(0).max(0) as u64)
}

/// The records behind `after`.
pub(crate) async fn portion(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    after: Option<Vec<Value>>,
) -> Result<Portion> {
    let page = page(app, caller, table, after, false, limits::PAGE_MAX).await?;
    Ok(Portion {
        items: page.items,
        next: page.next,
    })
}

async fn page(
    app: &App,
    caller: &Caller,
    table: &Arc<Table>,
    after: Option<Vec<Value>>,
    total: bool,
    limit: usize,
) -> Result<Page> {
    let scope = access::scope(&table.model, Action::Read, caller)?;
    let sort = table
        .column("id")
        .map(|column| Sort {
            column,
            descending: false,
        })
        .into_iter()
        .collect();
    let wanted = Selection {
        filters: Vec::new(),
        sort,
        after,
        offset: 0,
        limit,
        columns: Vec::new(),
        total,
    };
    let reading = Arc::clone(table);
    app.db
        .read_long(move |db| stored::find_all(db, &reading, &scope, &wanted))
        .await
}
