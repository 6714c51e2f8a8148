//! What to say when a port is taken: who holds it, and which one is free.

use std::net::{IpAddr, TcpListener};
use std::path::Path;

/// A sentence with the remedy.
pub(super) fn taken(host: IpAddr, port: u16) -> String {
    let who = holder(port).map_or_else(String::new, |who| format!(" by {who}"));
    let remedy = next_free(host, port).map_or_else(
        || "Take another one with --port".to_owned(),
        |free| format!("Port {free} is free: --port {free}"),
    );
    format!("Port {port} is taken{who}. {remedy}")
}

fn next_free(host: IpAddr, port: u16) -> Option<u16> {
    (port.checked_add(1)?..=u16::MAX)
        .take(50)
        .find(|port| TcpListener::bind((host, *port)).is_ok())
}

/// The process that listens there, as Linux tells it; None where it can't be told.
fn holder(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .flat_map(|table| listening(table, port))
        .collect();
    if inodes.is_empty() {
        return None;
    }
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let name = process.file_name().to_string_lossy().into_owned();
        if name.bytes().all(|byte| byte.is_ascii_digit()) && holds(&process.path(), &inodes) {
            let program = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return Some(format!("process {name} ({})", program.trim()));
        }
    }
    None
}

/// The inodes of sockets that listen on the port, out of the kernel's table.
fn listening(table: &str, port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let text = std::fs::read_to_string(table).unwrap_or_default();
    let end = format!(":{port:04X}");
    text.lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|columns| columns.len() > 9 && columns[1].ends_with(&end) && columns[3] == LISTEN)
        .map(|columns| format!("socket:[{}]", columns[9]))
        .collect()
}

fn holds(process: &Path, inodes: &[String]) -> bool {
    let Ok(files) = std::fs::read_dir(process.join("fd")) else {
        return false;
    };
    files.flatten().any(|file| {
        std::fs::read_link(file.path()).is_ok_and(|target| {
            inodes
                .iter()
                .any(|inode| target.to_string_lossy() == *inode)
        })
    })
}
