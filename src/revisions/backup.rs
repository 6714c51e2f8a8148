//! The copy that is made before anything is lost: whole, on the disk, and readable by this user alone.

use std::fs::OpenOptions;
use std::path::Path;

use crate::error::{Code, Error, Result};

/// `copy` fills an empty file; it has a temporary name until it is whole.
pub(crate) fn write(to: &Path, copy: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let cannot = |cause: &dyn std::fmt::Display| {
        let place = to.display();
        Error::new(
            Code::Unavailable,
            format!(
                "Cannot write the backup {place}: {cause}. Is there room on the disk? Nothing was changed"
            ),
        )
    };
    let unfinished = to.with_extension("db.new");
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|cause| cannot(&cause))?;
    }
    let _ = std::fs::remove_file(&unfinished);
    // Made first, so that nobody else can read it, not even while it grows.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&unfinished).map_err(|cause| cannot(&cause))?;
    let done = copy(&unfinished)
        .map_err(|error| cannot(&error))
        .and_then(|()| file.sync_all().map_err(|cause| cannot(&cause)))
        .and_then(|()| std::fs::rename(&unfinished, to).map_err(|cause| cannot(&cause)));
    if done.is_err() {
        // Half of it only takes room.
        let _ = std::fs::remove_file(&unfinished);
        return done;
    }
    #[cfg(unix)]
    if let Some(folder) = to.parent() {
        let folder = std::fs::File::open(folder).map_err(|cause| cannot(&cause))?;
        folder.sync_all().map_err(|cause| cannot(&cause))?;
    }
    Ok(())
}
