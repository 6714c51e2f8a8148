//! From where on the change log's records have the form that their model has now: what is older is no use to those who
//! resume.

use super::changes;
use super::{Read, Tx};
use crate::error::Result;

/// A model with what its changes look like, in a few letters.
pub(crate) struct Form {
    pub(crate) model: String,
    pub(crate) form: String,
}

/// Whether the database knows all of them already, and no others.
pub(crate) fn are_known(db: &Read<'_>, forms: &[Form]) -> Result<bool> {
    let count = "SELECT count(*) FROM hearth_change_forms";
    let count: Option<i64> = db.row(count, [], |row| row.get(0))?;
    Ok(count == Some(forms.len() as i64) && have(db, forms)?)
}

fn have(db: &Read<'_>, forms: &[Form]) -> Result<bool> {
    for form in forms {
        let sql = "SELECT 1 FROM hearth_change_forms WHERE model = ?1 AND form = ?2";
        let known = db.row(sql, [&form.model, &form.form], |_| Ok(()))?;
        if known.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// From here on they look like that.
pub(crate) fn set(tx: &mut Tx<'_>, forms: &[Form]) -> Result<()> {
    let last = changes::extent(tx)?.last;
    // Of a model that is not watched for a while the log misses something.
    let known = tx.all("SELECT model FROM hearth_change_forms", [], |row| {
        row.get::<_, String>(0)
    })?;
    for gone in known
        .iter()
        .filter(|model| forms.iter().all(|form| form.model != **model))
    {
        tx.execute("DELETE FROM hearth_change_forms WHERE model = ?1", [gone])?;
    }
    for form in forms {
        tx.execute(
            "INSERT INTO hearth_change_forms (model, form, since) VALUES (?1, ?2, ?3) ON CONFLICT (model)
             DO UPDATE SET form = excluded.form, since = excluded.since WHERE form <> excluded.form",
            (&form.model, &form.form, last),
        )?;
    }
    Ok(())
}

/// Whether the changes behind `after` may have another form than today's.
pub(crate) fn have_changed(db: &Read<'_>, model: &str, after: i64) -> Result<bool> {
    let sql = "SELECT since FROM hearth_change_forms WHERE model = ?1";
    let since: Option<i64> = db.row(sql, [model], |row| row.get(0))?;
    if since.is_none_or(|since| after < since) {
        return Ok(true);
    }
    // A revision that was applied since the start.
    let known = have(db, &[revisions(db)?])?;
    let since: Option<i64> = db.row(sql, [REVISIONS], |row| row.get(0))?;
    Ok(!known || since.is_none_or(|since| after < since))
}

/// From where on they have today's form; where that is not known, what is there is of no use.
pub(crate) fn since(db: &Read<'_>, model: &str, last: i64) -> Result<i64> {
    let sql = "SELECT max(since) FROM hearth_change_forms WHERE model IN (?1, ?2)";
    let since: Option<Option<i64>> = db.row(sql, [model, REVISIONS], |row| row.get(0))?;
    let since = since.flatten().unwrap_or(last);
    Ok(if have_changed(db, model, since)? {
        last
    } else {
        since
    })
}

/// In the place of a model's name.
const REVISIONS: &str = "*";

/// The revisions that were applied, in a few letters: each may have changed records by itself.
pub(crate) fn revisions(db: &Read<'_>) -> Result<Form> {
    let sql = "SELECT coalesce(max(version), 0) || '.' || count(*) FROM hearth_revisions";
    Ok(Form {
        model: REVISIONS.to_owned(),
        form: db.row(sql, [], |row| row.get(0))?.unwrap_or_default(),
    })
}
