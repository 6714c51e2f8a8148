//! Requests that are not as HTTP has it: refused with a 4xx, and the connection is closed.

use crate::raw::{Raw, ask};
use crate::support::Server;

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
const POST: &str =
    "POST /api/auth/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/// What it is, the headers and the body.
const AMBIGUOUS: [(&str, &str, &str); 20] = [
    (
        "both, length first",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        CHUNKS,
    ),
    (
        "both, encoding first",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        CHUNKS,
    ),
    (
        "both, apart",
        "Transfer-encoding: Chunked\r\nX-A: b\r\ncontent-length: 12",
        CHUNKS,
    ),
    (
        "two lengths",
        "Content-Length: 2\r\nContent-Length: 3",
        "{} ",
    ),
    ("a list of lengths", "Content-Length: 2, 3", "{} "),
    ("a signed length", "Content-Length: +2", "{}"),
    ("a negative length", "Content-Length: -2", "{}"),
    ("a hexadecimal length", "Content-Length: 0x2", "{}"),
    (
        "a huge length",
        "Content-Length: 99999999999999999999999",
        "{}",
    ),
    ("an empty length", "Content-Length: ", "{}"),
    ("an unknown encoding", "Transfer-Encoding: identity", "{}"),
    (
        "a disguised encoding",
        "Transfer-Encoding: xchunked",
        CHUNKS,
    ),
    (
        "an encoding behind chunked",
        "Transfer-Encoding: chunked, gzip",
        CHUNKS,
    ),
    (
        "an encoding before chunked",
        "Transfer-Encoding: gzip, chunked",
        CHUNKS,
    ),
    (
        "chunked twice",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        CHUNKS,
    ),
    (
        "a space before the colon",
        "Transfer-Encoding : chunked",
        CHUNKS,
    ),
    ("a folded line", "X-A: b\r\n c\r\nContent-Length: 2", "{}"),
    ("a bare carriage return", "X-A: b\rContent-Length: 2", "{}"),
    ("a nul", "X-A: b\0c", ""),
    ("no name", ": b", ""),
];

const CHUNKS: &str = "2\r\n{}\r\n0\r\n\r\n";

/// It must be refused and the connection closed.
async fn refused(server: &Server, what: &str, request: impl AsRef<[u8]>) {
    let (reply, closed) = ask(server, request)
        .await
        .unwrap_or_else(|| panic!("{what}: no answer"));
    assert!((400..500).contains(&reply.status), "{what}: {reply:?}");
    assert!(closed, "{what}: the connection is still open");
    assert!(!reply.body.contains("healthz"), "{what}");
}

#[tokio::test]
async fn an_ambiguous_length_is_refused() {
    let server = Server::start().await;
    for (what, headers, body) in AMBIGUOUS {
        refused(&server, what, format!("{POST}{headers}\r\n\r\n{body}")).await;
    }
}

#[tokio::test]
async fn bad_chunks_are_refused() {
    let server = Server::start().await;
    for (what, body) in [
        ("no number", "x\r\n{}\r\n0\r\n\r\n"),
        ("a signed size", "-2\r\n{}\r\n0\r\n\r\n"),
        ("a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("too large a size", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("a short chunk", "1\r\n{}\r\n0\r\n\r\n"),
        ("a bare line feed", "2\n{}\n0\n\n"),
    ] {
        refused(
            &server,
            what,
            format!("{POST}Transfer-Encoding: chunked\r\n\r\n{body}"),
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_for_a_proxy_is_refused() {
    let server = Server::start().await;
    for (what, line) in [
        ("CONNECT", "CONNECT localhost:443 HTTP/1.1"),
        ("CONNECT to a path", "CONNECT /healthz HTTP/1.1"),
        ("an asterisk", "OPTIONS * HTTP/1.1"),
        ("an asterisk for GET", "GET * HTTP/1.1"),
        (
            "another host's address",
            "GET http://evil.example/healthz HTTP/1.1",
        ),
        ("another scheme", "GET ftp://evil.example/healthz HTTP/1.1"),
        ("no path", "GET localhost HTTP/1.1"),
        ("HTTP/2", "PRI * HTTP/2.0"),
        ("another version", "GET /healthz HTTP/3.7"),
        ("a space in the path", "GET /health z HTTP/1.1"),
        ("a tab", "GET\t/healthz\tHTTP/1.1"),
        ("no method", " /healthz HTTP/1.1"),
        ("nonsense", "\u{16}\u{3}\u{1}\u{2}"),
    ] {
        refused(&server, what, format!("{line}\r\nHost: localhost\r\n\r\n")).await;
    }
    // In absolute form and ours: RFC 9112 wants it answered.
    let request = "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let (reply, _) = ask(&server, request).await.unwrap();
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_method_in_small_letters_is_another_one() {
    let server = Server::start().await;
    for line in ["get /healthz", "Post /api/auth/login", "BREW /healthz"] {
        let request = format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let (reply, _) = ask(&server, request).await.unwrap();
        assert_eq!(reply.status, 405, "{line}");
        assert!(reply.head.contains("\r\nallow: "));
    }
}

#[tokio::test]
async fn a_huge_head_is_refused() {
    let server = Server::start().await;
    let many: String = (0..101)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    let hundred: String = (0..99).map(|number| format!("X-{number}: y\r\n")).collect();
    let long = "a".repeat(70_000);
    refused(&server, "101 headers", format!("{GET}{many}\r\n")).await;
    refused(
        &server,
        "a long header",
        format!("{GET}X-A: {long}\r\n\r\n"),
    )
    .await;
    refused(&server, "a long name", format!("{GET}{long}: a\r\n\r\n")).await;
    refused(
        &server,
        "a long path",
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    )
    .await;
    let (reply, closed) = ask(&server, format!("{GET}{hundred}\r\n")).await.unwrap();
    assert_eq!((reply.status, closed), (200, false), "100 headers are fine");
    server.get("/healthz").send().await.expect(200);
}

#[tokio::test]
async fn requests_in_one_breath_are_answered_in_their_order() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    let post = format!("{POST}Content-Length: 2\r\n\r\n{{}}");
    raw.say(format!("{GET}\r\n{post}{GET}X-Request-Id: third\r\n\r\n"))
        .await;
    let replies = [raw.reply().await, raw.reply().await, raw.reply().await].map(Option::unwrap);
    assert_eq!(
        replies.each_ref().map(|reply| reply.status),
        [200, 401, 200]
    );
    assert!(replies[2].head.contains("x-request-id: third"));
    // Chunked as well, and the connection goes on.
    raw.say(format!(
        "{POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{GET}\r\n"
    ))
    .await;
    assert_eq!(raw.reply().await.unwrap().status, 401);
    assert_eq!(raw.reply().await.unwrap().status, 200);
}

#[tokio::test]
async fn an_old_client_gets_one_answer() {
    let server = Server::start().await;
    let (reply, closed) = ask(&server, "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert_eq!((reply.status, closed), (200, true));
}

#[tokio::test]
async fn a_body_waits_for_the_word_to_go_on() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    raw.say(format!(
        "{POST}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    ))
    .await;
    assert_eq!(raw.reply().await.unwrap().status, 100);
    raw.say("{}").await;
    assert_eq!(raw.reply().await.unwrap().status, 401);
    // What is too large is refused before it is sent.
    let mut raw = Raw::open(&server).await;
    raw.say(format!(
        "{POST}Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"
    ))
    .await;
    assert_eq!(raw.reply().await.unwrap().status, 413);
}
