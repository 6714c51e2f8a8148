//! Rebuilds when embedded files are added: the macros that embed them do not notice.

fn main() {
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=migrations");
}
