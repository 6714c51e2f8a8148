//! A copy of what is committed, by SQLite itself.

use std::path::Path;

use crate::error::Result;

/// Into a file that does not exist yet, or is empty.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let name = to.to_string_lossy();
    super::beside(from)?.execute("VACUUM INTO ?1", [name.as_ref()])?;
    Ok(())
}
