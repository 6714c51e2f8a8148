//! Where a browser comes in the end: a page of this server, and never anything else.

use serde_json::json;

use super::{back, claims, server, told};
use crate::support::browser::Browser;
use crate::support::oidc::Fake;

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn return_to_is_a_page_of_this_server() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    for (wanted, page) in [
        ("/", "/"),
        ("/inbox?a=b&c=d#e", "/inbox?a=b&c=d#e"),
        ("/a/../b", "/b"),
        ("/ä", "/%C3%A4"),
    ] {
        let url = browser
            .begin("fake", &format!("?return_to={}", encoded(wanted)))
            .await;
        fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
        let answer = browser.app(&back(&url)).await.expect(302);
        assert_eq!(answer.header("location"), Some(page), "{wanted}");
    }
    for evil in [
        "",
        "inbox",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\nx: y",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "https://evil.example",
        "https:evil.example",
        "HTTPS://app.example.com.evil.example",
        "https://app.example.com/inbox",
        "javascript:alert(1)",
        "data:text/html,x",
        "/api/auth/oauth/fake",
    ] {
        let path = format!("/api/auth/oauth/fake?return_to={}", encoded(evil));
        let answer = server.get(&path).send().await.expect(422);
        assert!(answer.detail().contains("a page of this server"), "{evil}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    // Encoded once too often it is a page whose name looks odd.
    let query = format!("?return_to={}", encoded("/%2F%2Fevil.example"));
    let url = browser.begin("fake", &query).await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    let answer = browser.app(&back(&url)).await;
    assert_eq!(answer.header("location"), Some("/%2F%2Fevil.example"));
    // The way back can't choose it.
    let url = browser.begin("fake", "").await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    let answer = browser
        .app(&format!("{}&return_to=//evil.example", back(&url)))
        .await;
    assert_eq!(answer.header("location"), Some("/console/"));
}

#[tokio::test]
async fn a_person_is_told_on_a_page_and_a_program_in_json() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    for (error, word, status) in [
        ("access_denied", "access_denied", 403),
        ("server_error", "provider_unavailable", 503),
        ("temporarily_unavailable", "provider_unavailable", 503),
        ("invalid_scope", "provider_error", 403),
        ("<script>", "provider_error", 403),
    ] {
        let url = browser.begin("fake", "").await;
        let cookie = browser.cookie("hearth_oauth").unwrap().value.clone();
        let no = back(&url).replace("code=secret-code", &format!("error={}", encoded(error)));
        let answer = browser.app(&no).await;
        assert_eq!(told(&answer), word, "{error}");
        let page = format!("/console/#/sign-in?error={word}&provider=fake");
        assert_eq!(answer.header("location"), Some(page.as_str()));
        assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
        // The state is used up; a program begins anew and is told in its own words.
        let cookie = format!("hearth_oauth={cookie}");
        server
            .get(&no)
            .header("cookie", &cookie)
            .send()
            .await
            .expect(403);
        let begun = server.get("/api/auth/oauth/fake").send().await.expect(302);
        let url = begun.header("location").unwrap().parse().unwrap();
        let no = back(&url).replace("code=secret-code", &format!("error={}", encoded(error)));
        let set = begun
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap();
        let told = server
            .get(&no)
            .header("cookie", set)
            .send()
            .await
            .expect(status);
        assert!(!told.detail().contains('<'));
    }
    assert!(!server.log().contains("<script>"));
}

#[tokio::test]
async fn what_is_no_provider_is_not_found_and_without_any_there_is_none() {
    let server = crate::support::Server::start().await;
    let list = server.get("/api/auth/providers").send().await.expect(200);
    assert_eq!(list.json()["items"], json!([]));
    for path in [
        "oauth/github",
        "oauth/github/callback",
        "oauth/%00",
        "oauth/..%2Fme",
    ] {
        let answer = server.get(&format!("/api/auth/{path}")).send().await;
        assert_eq!(answer.expect(404).detail(), "Provider not found", "{path}");
    }
    server
        .call("POST", "/api/auth/oauth/github")
        .send()
        .await
        .expect(405);
    server
        .get("/api/auth/oauth/github?x=1")
        .send()
        .await
        .expect(422);
}
