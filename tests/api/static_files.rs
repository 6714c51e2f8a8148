//! `/`: the user's front end out of `public/`, else the console. A missing file is a 404, never a page.

use std::path::Path;

use crate::raw::ask;
use crate::support::{Answer, Server, Start};

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
pub(crate) const SCRIPT: &str =
    "console.log('hello, hello, hello, hello, hello, hello, hello, hello');";

pub(crate) fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A server with a front end.
pub(crate) async fn front_end() -> Server {
    let start = Start::new("");
    let public = start.folder().join("public");
    write(&public, "index.html", "<!doctype html><title>front</title>");
    write(&public, "app.js", SCRIPT);
    write(&public, "app-3f9a8b2c.js", SCRIPT);
    write(&public, "blog/index.html", "<title>blog</title>");
    write(&public, "logo.png", [0x89, b'P', b'N', b'G']);
    write(&public, ".env", "SECRET=1");
    write(&public, ".git/config", "SECRET=1");
    write(
        &public,
        ".well-known/security.txt",
        "Contact: mailto:a@example.com",
    );
    write(&public, "a b ü.txt", "a name");
    write(start.folder(), "outside.txt", "SECRET=1");
    std::os::unix::fs::symlink("../outside.txt", public.join("link.txt")).unwrap();
    std::os::unix::fs::symlink("..", public.join("up")).unwrap();
    std::os::unix::fs::symlink("app.js", public.join("inside.js")).unwrap();
    start.run().await
}

pub(crate) async fn get(server: &Server, path: &str) -> Answer {
    server.get(path).unchecked().send().await
}

async fn navigate(server: &Server, path: &str) -> Answer {
    server
        .get(path)
        .header("accept", HTML)
        .unchecked()
        .send()
        .await
}

#[tokio::test]
async fn without_a_front_end_the_root_leads_to_the_console() {
    let server = Server::start().await;
    let root = get(&server, "/").await.expect(307);
    assert_eq!(root.header("location"), Some("/console/"));
    let slashless = get(&server, "/console").await.expect(307);
    assert_eq!(slashless.header("location"), Some("/console/"));
    let console = get(&server, "/console/").await.expect(200);
    assert_eq!(
        console.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    navigate(&server, "/anything").await.expect(404);
    for path in [
        "/console/nothing.js",
        "/console/nothing",
        "/console/../Cargo.toml",
        "/console/%2e%2e/Cargo.toml",
        "/console/..%2fCargo.toml",
        "/console/.",
        "/console/%00",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {HTML}\r\n\r\n");
        let (reply, _) = ask(&server, request).await.unwrap();
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[tokio::test]
async fn who_navigates_gets_the_page_and_who_wants_a_file_gets_it_or_404() {
    let server = front_end().await;
    for path in [
        "/",
        "/index.html",
        "/settings",
        "/settings/deep/er?tab=1",
        "/settings/",
    ] {
        let page = navigate(&server, path).await.expect(200);
        assert!(page.text().contains("front"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert_eq!(
            page.header("content-security-policy"),
            Some("frame-ancestors 'none'")
        );
        assert!(page.header("referrer-policy").is_some());
    }
    assert!(
        navigate(&server, "/blog")
            .await
            .expect(200)
            .text()
            .contains("blog")
    );
    let script = get(&server, "/app.js").await.expect(200);
    assert_eq!(script.text(), SCRIPT);
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        get(&server, "/a%20b%20%C3%BC.txt").await.expect(200).text(),
        "a name"
    );
    assert_eq!(get(&server, "/inside.js").await.expect(200).text(), SCRIPT);
    for path in ["/missing.js", "/assets/missing.css", "/favicon.ico"] {
        let missing = navigate(&server, path).await.expect(404);
        assert_eq!(missing.json()["code"], "not_found");
    }
    // A program that asks for a route gets no page.
    get(&server, "/settings").await.expect(404);
    server
        .call("POST", "/settings")
        .unchecked()
        .send()
        .await
        .expect(405);
}

#[tokio::test]
async fn nothing_leads_out_of_the_folder() {
    let server = front_end().await;
    for path in [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/%2e%2e%2foutside.txt",
        "/..%2foutside.txt",
        "/..%5coutside.txt",
        "/blog/../../outside.txt",
        "/blog/%2e%2e/%2e%2e/outside.txt",
        "/%252e%252e/outside.txt",
        "//outside.txt",
        "/app.js%00.txt",
        "/%00",
        "/app.js/",
        "/app.js/x",
        "/link.txt",
        "/up/outside.txt",
        "/up/config.toml",
        "/.env",
        "/.git/config",
        "/.git",
        "/.well-known/../.env",
        "/blog/.well-known/security.txt",
        "/%2eenv",
        "/c:/outside.txt",
        "/%ff%fe",
        "/%",
        "/%zz",
    ] {
        for accept in ["*/*", HTML] {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n");
            let (reply, _) = ask(&server, request).await.expect(path);
            assert!(!reply.body.contains("SECRET"), "{path}");
            // A route's name may be anything that is no way out; then the page answers, to who navigates.
            let page = accept == HTML && reply.body.contains("front");
            let harmless = ["/%ff%fe", "/%", "/%zz", "/app.js/x"].contains(&path);
            assert!(
                reply.status == 404 || (page && harmless) || path == "/app.js/",
                "{path}: {reply:?}"
            );
        }
    }
    let known = get(&server, "/.well-known/security.txt").await.expect(200);
    assert!(known.text().starts_with("Contact"));
}
