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

/// The same, and then SQLite's own look at the copy: what can't be restored is no backup.
pub(crate) fn copy_checked(from: &Path, to: &Path) -> Result<()> {
    copy(from, to)?;
    quick_check(&super::beside(to)?)
}
