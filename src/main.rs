//! The only exit.

use std::process::ExitCode;

/// Gives memory back to the system soon after it was needed, which glibc's does not.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    hearth::cli::run()
}
