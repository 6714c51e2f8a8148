//! A copy of what is committed, by SQLite itself.

use std::path::Path;

use crate::error::{Code, Error, Result};

/// Under a temporary name until it is whole; readable by this user alone.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let cannot = |cause: &dyn std::fmt::Display| {
        let place = to.display();
        Error::new(
            Code::Unavailable,
            format!("Cannot write the copy {place}: {cause}. Is there room on the disk?"),
        )
    };
    let unfinished = to.with_extension("db.new");
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|cause| cannot(&cause))?;
    }
    let _ = std::fs::remove_file(&unfinished);
    // Made first, so that nobody else can read it, not even while it grows. SQLite takes an empty file.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&unfinished).map_err(|cause| cannot(&cause))?;
    let name = unfinished.to_string_lossy();
    super::beside(from)?
        .execute("VACUUM INTO ?1", [name.as_ref()])
        .map_err(|cause| cannot(&cause))?;
    file.sync_all().map_err(|cause| cannot(&cause))?;
    std::fs::rename(&unfinished, to).map_err(|cause| cannot(&cause))
}
