//! The only exit.

use std::process::ExitCode;

/// Gives memory back to the system soon after it was needed, which glibc's does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hearth::cli::run()
}
