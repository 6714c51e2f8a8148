//! What a server says once it listens.

use std::net::SocketAddr;
use std::path::Path;

use super::print;
use crate::app::App;

/// One JSON line for the program that started it, once everything else is said.
pub(super) fn announce(url: &str, address: SocketAddr, link: Option<&str>) {
    if let Some(link) = link {
        tracing::info!(%link, "there is no admin yet; this link makes one, once");
    }
    print::line(serde_json::json!({"url": url, "address": address, "pid": std::process::id()}));
}

/// Says where everything is.
pub(super) fn greet(app: &App, url: &str, link: Option<&str>) {
    let file = app.config.file.as_deref().map(Path::display);
    let models: Vec<&str> = app
        .config
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    print::line(format_args!(
        "{} {}",
        print::strong("Hearth"),
        env!("CARGO_PKG_VERSION")
    ));
    match file {
        Some(file) => print::line(format_args!("  Config   {file}")),
        None => print::line("  Config   built in (write your own with: hearth init)"),
    }
    print::line(format_args!(
        "  Data     {}",
        app.config.server.data_dir.display()
    ));
    print::line(format_args!("  Models   {}", models.join(", ")));
    print::line(format_args!("  API      {url}/api/"));
    print::line(format_args!("  Docs     {url}/docs"));
    print::line(format_args!("  Console  {url}/console/"));
    if let Some(link) = link {
        print::line(format_args!(
            "\n  There is no admin yet. This link makes one, once:\n  {link}"
        ));
    }
}
