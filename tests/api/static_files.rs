//! `/`: the user's front end out of `public/`, else the console. A missing file is a 404, never a page.

use std::path::Path;

use crate::raw::ask;
use crate::support::{Answer, Server, Start};

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const SCRIPT: &str = "console.log('hello, hello, hello, hello, hello, hello, hello, hello');";

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A server with a front end.
async fn front_end() -> Server {
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

async fn get(server: &Server, path: &str) -> Answer {
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

#[tokio::test]
async fn a_version_is_sent_once() {
    let server = front_end().await;
    let ask = |name: &'static str, value: &str| {
        server.get("/app.js").header(name, value).unchecked().send()
    };
    let whole = get(&server, "/app.js").await.expect(200);
    let etag = whole.header("etag").unwrap().to_owned();
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let same = ask("if-none-match", &etag).await.expect(304);
    assert_eq!(same.header("etag"), Some(etag.as_str()));
    assert!(same.body.is_empty());
    ask("if-none-match", "\"other\"").await.expect(200);
    ask("if-none-match", &format!("\"other\", W/{etag}"))
        .await
        .expect(304);
    ask("if-none-match", "*").await.expect(304);
    let head = server
        .call("HEAD", "/app.js")
        .unchecked()
        .send()
        .await
        .expect(200);
    assert_eq!(
        head.header("content-length"),
        Some(SCRIPT.len().to_string().as_str())
    );
    assert_eq!(head.header("etag"), Some(etag.as_str()));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn a_part_is_sent_as_a_part() {
    let server = front_end().await;
    let ask = |name: &'static str, value: &str| {
        server.get("/app.js").header(name, value).unchecked().send()
    };
    let length = SCRIPT.len();
    for (range, part, says) in [
        ("bytes=0-6", &SCRIPT[..7], format!("bytes 0-6/{length}")),
        (
            "bytes=8-",
            &SCRIPT[8..],
            format!("bytes 8-{}/{length}", length - 1),
        ),
        (
            "bytes=-3",
            &SCRIPT[length - 3..],
            format!("bytes {}-{}/{length}", length - 3, length - 1),
        ),
        (
            "bytes=0-99999",
            SCRIPT,
            format!("bytes 0-{}/{length}", length - 1),
        ),
    ] {
        let answer = ask("range", range).await.expect(206);
        assert_eq!(answer.text(), part, "{range}");
        assert_eq!(answer.header("content-range"), Some(says.as_str()));
        assert_eq!(answer.header("content-encoding"), None);
    }
    let beyond = ask("range", "bytes=99999-").await.expect(416);
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{length}").as_str())
    );
    for range in ["bytes=0-1,3-4", "lines=0-1", "bytes=x-y"] {
        assert_eq!(ask("range", range).await.expect(200).text(), SCRIPT);
    }
    let other = server
        .get("/app.js")
        .header("range", "bytes=0-6")
        .header("if-range", "\"other\"");
    assert_eq!(other.unchecked().send().await.expect(200).text(), SCRIPT);
}

#[tokio::test]
async fn a_changed_file_is_a_new_version() {
    let server = front_end().await;
    let before = get(&server, "/app.js").await.expect(200);
    write(&server.folder().join("public"), "app.js", "changed");
    let after = get(&server, "/app.js").await.expect(200);
    assert_eq!(after.text(), "changed");
    assert_ne!(after.header("etag"), before.header("etag"));
    std::fs::remove_file(server.folder().join("public/app.js")).unwrap();
    get(&server, "/app.js").await.expect(404);
}

#[tokio::test]
async fn text_is_sent_compressed_to_who_takes_it() {
    let server = front_end().await;
    let ask = |path: &'static str, codings: &'static str| {
        server
            .get(path)
            .header("accept-encoding", codings)
            .unchecked()
            .send()
    };
    let long = "a long text, again and again. ".repeat(200);
    write(&server.folder().join("public"), "long.txt", &long);
    for path in [
        "/long.txt",
        "/openapi.json",
        "/docs/swagger-ui-bundle.js",
        "/console/",
    ] {
        let plain = ask(path, "identity").await.expect(200);
        let mut tags = vec![plain.header("etag").unwrap().to_owned()];
        for (codings, used) in [
            ("br, gzip", "br"),
            ("gzip", "gzip"),
            ("gzip, br;q=0", "gzip"),
        ] {
            let answer = ask(path, codings).await.expect(200);
            assert_eq!(answer.header("content-encoding"), Some(used), "{path}");
            assert!(answer.body.len() < plain.body.len());
            let varies = answer.headers.get_all("vary").iter();
            assert!(varies.into_iter().any(|value| value == "Accept-Encoding"));
            tags.push(answer.header("etag").unwrap().to_owned());
        }
        assert!(
            tags[0] != tags[1] && tags[1] != tags[2] && tags[2] == tags[3],
            "{tags:?}"
        );
        let again = server
            .get(path)
            .header("accept-encoding", "br")
            .header("if-none-match", &tags[1]);
        again.unchecked().send().await.expect(304);
    }
    let mut plain = Vec::new();
    let answer = ask("/long.txt", "gzip").await;
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(&answer.body[..]),
        &mut plain,
    )
    .unwrap();
    assert_eq!(plain, long.as_bytes());
    assert_eq!(
        ask("/logo.png", "br, gzip")
            .await
            .header("content-encoding"),
        None
    );
}

#[tokio::test]
async fn a_name_with_a_hash_is_kept_for_good() {
    let server = front_end().await;
    let hashed = get(&server, "/app-3f9a8b2c.js").await.expect(200);
    assert_eq!(
        hashed.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    for path in ["/app.js", "/index.html", "/logo.png"] {
        assert_eq!(
            get(&server, path).await.expect(200).header("cache-control"),
            Some("no-cache")
        );
    }
}

#[tokio::test]
async fn a_large_file_comes_by_pieces_and_parts() {
    let server = front_end().await;
    let film: Vec<u8> = (0..5_000_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    write(&server.folder().join("public"), "film.mp4", &film);
    let whole = get(&server, "/film.mp4").await.expect(200);
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    assert_eq!(whole.header("content-length"), Some("5000000"));
    assert!(whole.body == film);
    let etag = whole.header("etag").unwrap().to_owned();
    let ask = |name: &'static str, value: &str| {
        server
            .get("/film.mp4")
            .header(name, value)
            .unchecked()
            .send()
    };
    ask("if-none-match", &etag).await.expect(304);
    let part = ask("range", "bytes=4999990-").await.expect(206);
    assert!(part.body == film[4_999_990..]);
    assert_eq!(
        part.header("content-range"),
        Some("bytes 4999990-4999999/5000000")
    );
    ask("range", "bytes=5000000-").await.expect(416);
    let head = server
        .call("HEAD", "/film.mp4")
        .unchecked()
        .send()
        .await
        .expect(200);
    assert_eq!(head.header("content-length"), Some("5000000"));
    assert!(head.body.is_empty());
}
