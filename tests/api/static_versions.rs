//! Files as browsers and proxies keep them: versions, parts, encodings, and for how long.

use crate::static_files::{SCRIPT, front_end, get, write};
use crate::support::Server;

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

#[tokio::test]
async fn the_console_s_files_are_asked_for_once_and_its_page_each_time() {
    let server = Server::start().await;
    let page = get(&server, "/console/").await.expect(200);
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let text = page.text();
    let paths: Vec<&str> = text
        .split('"')
        .filter(|part| part.starts_with("/console/"))
        .collect();
    assert!(paths.len() > 5, "{text}");
    for path in paths {
        assert!(path.starts_with("/console/@"), "{path}");
        let file = get(&server, path).await.expect(200);
        let forever = Some("public, max-age=31536000, immutable");
        assert_eq!(file.header("cache-control"), forever, "{path}");
        // A tab of before an update, and whoever imports a module without a version, ask again.
        let (_, name) = path["/console/".len()..].split_once('/').unwrap();
        for version in ["", "@00000000000/"] {
            let same = get(&server, &format!("/console/{version}{name}")).await;
            let same = same.expect(200);
            assert_eq!(same.header("cache-control"), Some("no-cache"));
            assert_eq!(same.text(), file.text());
        }
    }
    get(&server, "/console/@00000000000").await.expect(404);
}
