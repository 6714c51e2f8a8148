//! Exactly one Host, and one of ours: a page may point its own name at a laptop (DNS rebinding).

use crate::raw::ask;
use crate::support::Server;

async fn status(server: &Server, hosts: &[&str]) -> (u16, bool) {
    let lines: String = hosts
        .iter()
        .map(|host| format!("Host: {host}\r\n"))
        .collect();
    let request = format!("GET /healthz HTTP/1.1\r\n{lines}\r\n");
    let (reply, closed) = ask(server, request).await.unwrap();
    (reply.status, closed)
}

#[tokio::test]
async fn names_of_this_machine_are_answered_and_others_are_not() {
    let server = Server::start().await;
    for host in [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1",
        "192.168.1.7:8000",
        "[::1]:8000",
        "hearth",
        "my-nas.local",
        "app.localhost:3000",
        "localhost.",
    ] {
        assert_eq!(status(&server, &[host]).await, (200, false), "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example:80:80",
        "localhost:80@evil.example",
        "evil.example#localhost",
        "[::1]evil.example",
        "[evil.example]",
        "localhost evil",
        "localhost/evil",
        "",
        ":8000",
        ".",
    ] {
        assert_eq!(status(&server, &[host]).await, (400, true), "{host}");
    }
}

#[tokio::test]
async fn there_is_exactly_one() {
    let server = Server::start().await;
    assert_eq!(status(&server, &[]).await, (400, true));
    assert_eq!(
        status(&server, &["localhost", "localhost"]).await,
        (400, true)
    );
    assert_eq!(
        status(&server, &["localhost", "evil.example"]).await,
        (400, true)
    );
}

#[tokio::test]
async fn declared_names_are_ours_and_the_refusal_says_how_to_declare_one() {
    let server = Server::with(
        "[server]\nurl = \"https://app.example.com\"\nhosts = [\"other.example.com\"]\n",
    )
    .await;
    for host in [
        "app.example.com",
        "APP.example.com:443",
        "other.example.com",
        "app.example.com.",
    ] {
        assert_eq!(status(&server, &[host]).await.0, 200, "{host}");
    }
    for host in [
        "example.com",
        "www.app.example.com",
        "app.example.com.evil.example",
    ] {
        assert_eq!(status(&server, &[host]).await.0, 400, "{host}");
    }
    let refused = server
        .get("/healthz")
        .header("host", "new.example.com")
        .send()
        .await
        .expect(400);
    assert!(
        refused
            .detail()
            .ends_with("[server] hosts = [\"new.example.com\"]")
    );
    assert_eq!(refused.json()["code"], "bad_request");
}
