//! Python with the packages that some tests take as independent counterparts, in an environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 4] = [
    "aiosmtpd==1.4.6",
    "trustme==1.2.1",
    "pyotp==2.9.0",
    "websockets==15.0.1",
];

/// The interpreter with the packages. Tests of several processes make it once.
pub(crate) fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = folder.join("bin/python3");
    let done = folder.join("done");
    // One that was made for other packages is brought up to date.
    let wanted = PACKAGES.join(" ");
    let is_done = || std::fs::read_to_string(&done).is_ok_and(|made| made == wanted);
    if is_done() {
        return python;
    }
    let lock = std::fs::File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    if !is_done() {
        let run = |program: &Path, words: &[&str]| {
            let status = Command::new(program).args(words).status().unwrap();
            assert!(
                status.success(),
                "{} {words:?}: these tests need Python 3 with venv, and PyPI once",
                program.display()
            );
        };
        run(
            Path::new("python3"),
            &["-m", "venv", folder.to_str().unwrap()],
        );
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        run(&python, &[&install[..], &PACKAGES].concat());
        std::fs::write(&done, &wanted).unwrap();
    }
    python
}
