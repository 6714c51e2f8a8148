//! The deletion of a user: what goes with them, and what keeps them. Not the deletion of a record.

use std::net::IpAddr;
use std::sync::Arc;

use crate::app::App;
use crate::error::{Error, Result};
use crate::models::OnOwnerDelete;
use crate::services::access::Caller;
use crate::services::accounts::{found, must_not_be_last_admin};
use crate::services::actor::Actor;
use crate::store::accounts::{self as stored, Dangling};
use crate::store::records::{self, Table};
use crate::store::{Tx, Weight, audit, fault};

/// It takes as long as the user's records are many.
const LONG: Weight = Weight {
    long: true,
    size: 0,
};

/// Records of a model that go with a user.
pub(crate) struct Going {
    pub(crate) model: String,
    pub(crate) count: i64,
    /// Those among them that are not the user's: they refer to one that is, and their model says `cascade`.
    pub(crate) of_others: i64,
}

/// Deletes a user with what their models' rules let go; `goes_with` tells what that is.
pub(crate) async fn delete_user(
    app: &App,
    caller: &Caller,
    id: String,
    address: Option<IpAddr>,
) -> Result<()> {
    caller.must_be_admin()?;
    let entry = Actor::new(caller, address).entry("user_deleted", &id);
    let tables = tables(app);
    app.db
        .write(LONG, move |tx| {
            remove(tx, &tables, &id)?;
            audit::insert(tx, &entry)
        })
        .await
}

/// What would go with a user, or why they cannot be deleted; nothing is changed. The deletion is tried and rolled back,
/// since no other way follows all references as SQLite does.
pub(crate) async fn goes_with(app: &App, caller: &Caller, id: String) -> Result<Vec<Going>> {
    caller.must_be_admin()?;
    let tables = tables(app);
    app.db
        .rehearse(LONG, move |tx| {
            let mut before = Vec::new();
            for table in &tables {
                before.push((
                    records::count(tx, table)?,
                    records::count_of(tx, table, &id)?,
                ));
            }
            remove(tx, &tables, &id)?;
            let mut going = Vec::new();
            for (table, (all, own)) in tables.iter().zip(before) {
                let count = all - records::count(tx, table)?;
                if count > 0 {
                    going.push(Going {
                        model: table.model.name.clone(),
                        count,
                        of_others: count - own,
                    });
                }
            }
            Ok(going)
        })
        .await
}

/// In the order of the declaration.
fn tables(app: &App) -> Vec<Arc<Table>> {
    let models = app.config.models.iter();
    let tables = models.filter_map(|model| app.table(&model.name));
    tables.cloned().collect()
}

fn remove(tx: &mut Tx<'_>, tables: &[Arc<Table>], id: &str) -> Result<()> {
    let user = found(tx, id)?;
    must_not_be_last_admin(tx, &user)?;
    for table in tables {
        let model = &table.model;
        let count = match model.on_owner_delete {
            OnOwnerDelete::Cascade => 0,
            OnOwnerDelete::Restrict => records::count_of(tx, table, id)?,
        };
        if count > 0 {
            return Err(Error::conflict(format!(
                "The user has {count} of `{0}`, which must not go with them: model `{0}` has on_owner_delete = \
                 \"restrict\". Delete those first, or disable the user instead",
                model.name
            )));
        }
    }
    let Err(error) = stored::remove(tx, id) else {
        return Ok(());
    };
    let cause = error.cause();
    if cause.is_some_and(|cause| cause.is::<fault::Referenced>()) {
        return Err(held(&stored::find_dangling(tx, id)?));
    }
    Err(error)
}

/// Why the references keep the user.
fn held(dangling: &[Dangling]) -> Error {
    let reasons: Vec<String> = dangling
        .iter()
        .map(|one| {
            format!(
                "{} of `{}` by a `restrict` reference to `{}`",
                one.count, one.table, one.parent
            )
        })
        .collect();
    Error::conflict(format!(
        "Records that would go with the user are held: {}. Delete those first, or disable the user instead",
        reasons.join(", ")
    ))
}
