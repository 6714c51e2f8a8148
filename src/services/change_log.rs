//! The log of changes as a whole: its name, and how far it goes. Who sees what of it is `watching.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::App;
use crate::auth;
use crate::error::Result;
use crate::store::change_forms::{self, Form};
use crate::store::changes::{self, Extent};
use crate::store::records::Table;
use crate::store::{Opening, meta};

/// The epoch, which is another one after a restore, and the head. A process that serves `tables` notes what their
/// records look like from here on.
pub(crate) fn open(
    opening: &mut Opening,
    tables: Option<&HashMap<String, Arc<Table>>>,
) -> Result<(String, i64)> {
    let fresh = auth::random_text()?[..12].to_owned();
    let known = opening.read(|db| meta::find(db, "epoch"))?;
    let epoch = match known {
        Some(epoch) => epoch,
        None => opening.transaction(|tx| meta::find_or_set(tx, "epoch", &fresh))?,
    };
    if let Some(tables) = tables {
        note_forms(opening, tables)?;
    }
    let head = opening.read(|db| Ok(changes::extent(db)?.last))?;
    Ok((epoch, head))
}

fn note_forms(opening: &mut Opening, tables: &HashMap<String, Arc<Table>>) -> Result<()> {
    let watched = tables.values().filter(|table| table.model.realtime);
    let mut forms: Vec<Form> = watched
        .map(|table| Form {
            model: table.model.name.clone(),
            form: auth::fingerprint(&table.returned),
        })
        .collect();
    forms.push(opening.read(change_forms::revisions)?);
    if opening.read(|db| change_forms::are_known(db, &forms))? {
        return Ok(());
    }
    opening.transaction(|tx| change_forms::set(tx, &forms))
}

/// What of it is there now.
pub(crate) async fn extent(app: &App) -> Result<Extent> {
    app.db.read(changes::extent).await
}
