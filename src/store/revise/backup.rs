//! A copy of what is committed, by SQLite itself.

use std::path::Path;

use crate::error::Result;
use crate::store::schema::quick_check;

/// Into a file that does not exist yet, or is empty.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let name = to.to_string_lossy();
    super::beside(from)?.execute("VACUUM INTO ?1", [name.as_ref()])?;
    Ok(())
}

/// A restored log of changes is another log: who followed the one that was must not go on in it. Without its name it gets
/// a new one at the start.
const FORGET_EPOCH: &str = "DELETE FROM hearth_meta WHERE name = 'epoch'";

/// A copy to be restored, and SQLite's own look at it: what can't be restored is no backup.
pub(crate) fn copy_checked(from: &Path, to: &Path) -> Result<()> {
    copy(from, to)?;
    let connection = super::beside(to)?;
    // One file, without a log beside it.
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.execute(FORGET_EPOCH, [])?;
    quick_check(&connection)
}
