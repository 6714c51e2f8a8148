//! What a server that was killed left running. A program of it still works on a run that somebody else will get, so it is
//! ended before anything is handed out, and its run is lost at once rather than when its lease is over.

use std::time::Duration;

use super::process;
use crate::app::App;
use crate::services::executions::timekeeper;
use crate::services::workers::SERVER;
use crate::store::executions::claims;

/// Programs may beget others while they are looked for.
const ROUNDS: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Before the first claim, and before leases are reckoned anew.
pub(crate) async fn clear(app: &App) {
    let folder = process::outputs(app);
    for _ in 0..ROUNDS {
        let folder = folder.clone();
        let ended = tokio::task::spawn_blocking(move || end_all(&folder)).await;
        match ended {
            Ok(count) if count > 0 => {
                tracing::warn!(count, "programs of the last server were ended")
            }
            _ => break,
        }
        tokio::time::sleep(PAUSE).await;
    }
    let _ = tokio::fs::remove_dir_all(&folder).await;
    let held = match app.db.read(claims::find_held).await {
        Ok(held) => held,
        Err(error) => return tracing::error!(%error, "runs of commands could not be read"),
    };
    for one in held
        .into_iter()
        .filter(|one| one.holder.as_deref() == Some(SERVER))
    {
        if let Err(error) = timekeeper::lose(app, one.id, one.fence).await {
            tracing::error!(%error, "a run of a command could not be taken back");
        }
    }
}

/// Ends each process that was told to leave its output in this folder, which is this server's alone. How many there were.
#[cfg(target_os = "linux")]
fn end_all(folder: &std::path::Path) -> usize {
    use std::os::unix::ffi::OsStrExt as _;
    let mark = [b"HEARTH_OUTPUT=", folder.as_os_str().as_bytes(), b"/"].concat();
    let own = std::process::id();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut count = 0;
    for entry in entries {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok());
        let Some(pid) = pid.filter(|pid| pid.unsigned_abs() != own) else {
            continue;
        };
        // Another user's can't be read, and is not ours.
        let Ok(variables) = std::fs::read(entry.path().join("environ")) else {
            continue;
        };
        let told = variables
            .split(|byte| *byte == 0)
            .any(|variable| variable.starts_with(&mark));
        if told && let Some(pid) = rustix::process::Pid::from_raw(pid) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            count += 1;
        }
    }
    count
}

/// Other systems do not tell what a process was told; there such a program runs to its end.
#[cfg(not(target_os = "linux"))]
fn end_all(_folder: &std::path::Path) -> usize {
    0
}
