//! A program of a task as a process: with nothing of the server's environment, in a group of its own.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::app::App;
use crate::config::tasks::Task;

/// Where programs are looked for if the server itself has no `PATH`.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// Open files, as programs with `select()` expect; the server's own limit is raised.
#[cfg(target_os = "linux")]
const FILES: u64 = 1_024;

/// What a program is told beside its input.
pub(super) struct Told<'t> {
    pub(super) execution: &'t str,
    pub(super) key: &'t str,
    pub(super) output: &'t Path,
}

/// The folder of the files in which programs leave their output.
pub(super) fn outputs(app: &App) -> PathBuf {
    app.config.server.data_dir.join("commands")
}

pub(super) fn start(app: &App, task: &Task, told: &Told<'_>) -> std::io::Result<Child> {
    let words = task.command.as_deref().unwrap_or_default();
    let (program, arguments) = words
        .split_first()
        .ok_or(std::io::ErrorKind::InvalidInput)?;
    let folder = app.config.file.as_deref().and_then(Path::parent);
    let folder = folder.unwrap_or(Path::new("."));
    // A path is beside config.toml; a plain name is looked for in PATH.
    let program = if program.contains('/') {
        folder.join(program)
    } else {
        PathBuf::from(program)
    };
    std::fs::create_dir_all(outputs(app))?;
    let child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env(
            "PATH",
            app.config.executions.path.as_deref().unwrap_or(PATH),
        )
        .env("HEARTH_EXECUTION_ID", told.execution)
        .env("HEARTH_URL", app.listening())
        .env("HEARTH_TOKEN", told.key)
        .env("HEARTH_OUTPUT", told.output)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    #[cfg(target_os = "linux")]
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok())
        && let Ok((_, hard)) = rlimit::Resource::NOFILE.get()
    {
        let limits = Some((FILES.min(hard), hard));
        let _ = rlimit::prlimit(pid, rlimit::Resource::NOFILE, limits, None);
    }
    Ok(child)
}

/// Sends it to all of the program's group.
pub(super) fn signal(group: u32, signal: Signal) {
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// How it ended: `exit_3`, `signal_9`, and in words.
pub(super) fn ending(status: ExitStatus) -> (String, String) {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => (
            format!("exit_{code}"),
            format!("The program ended with the code {code}"),
        ),
        (None, signal) => {
            let signal = signal.unwrap_or_default();
            (
                format!("signal_{signal}"),
                format!("The program was ended by the signal {signal}"),
            )
        }
    }
}
