//! The state ties a sign-in to its browser: whatever is wrong with it is answered the same.

use serde_json::json;

use super::{arrive, back, claims, parameter, server, told};
use crate::support::browser::{Browser, Cookie};
use crate::support::oidc::Fake;

#[tokio::test]
async fn only_the_browser_that_began_ends_and_only_once() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut ada = Browser::new(&server);
    let mut eve = Browser::new(&server);
    let url = ada.begin("fake", "").await;
    let cookie = ada.cookie("hearth_oauth").unwrap().clone();
    for attribute in [
        "Path=/api/auth/oauth;",
        "Max-Age=600",
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
    ] {
        assert!(cookie.attributes.contains(attribute), "{cookie:?}");
    }
    let readable = [parameter(&url, "state"), parameter(&url, "nonce")];
    assert!(readable.iter().all(|text| !cookie.value.contains(text)));
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    // Without a cookie, and with one of another sign-in.
    assert_eq!(told(&eve.app(&back(&url)).await), "sign_in_expired");
    eve.begin("fake", "").await;
    let evil = eve.cookie("hearth_oauth").unwrap().clone();
    assert_eq!(told(&eve.app(&back(&url)).await), "sign_in_expired");
    let mut victim = Browser::new(&server);
    victim.set("hearth_oauth", Some(evil));
    assert_eq!(told(&victim.app(&back(&url)).await), "sign_in_expired");
    // With a changed one, one too many, or none that we made.
    for value in [
        format!("{}A", cookie.value),
        format!("..{}", &cookie.value[2..]),
        format!("{0}; hearth_oauth={0}", cookie.value),
        "x".to_owned(),
    ] {
        let mut odd = Browser::new(&server);
        let changed = Cookie {
            value,
            ..cookie.clone()
        };
        odd.set("hearth_oauth", Some(changed));
        assert_eq!(told(&odd.app(&back(&url)).await), "sign_in_expired");
    }
    // With a wrong state, or two, or none.
    let (good, state) = (back(&url), parameter(&url, "state"));
    for wrong in [
        good.replace(&state, "x"),
        good.replace(&state, ""),
        format!("{good}&state={state}"),
        good.split("&state").next().unwrap().to_owned(),
    ] {
        let mut odd = Browser::new(&server);
        odd.set("hearth_oauth", Some(cookie.clone()));
        assert_eq!(told(&odd.app(&wrong).await), "sign_in_expired", "{wrong}");
    }
    assert_eq!(fake.asked("/token").len(), 0, "no code was looked at");
    // All that did not use it up.
    ada.app(&good).await.expect(302);
    let user = ada.user().await.unwrap();
    assert_eq!(fake.asked("/token").len(), 1);
    // Even with its cookie it works once.
    ada.set("hearth_oauth", Some(cookie));
    assert_eq!(told(&ada.app(&good).await), "sign_in_expired");
    assert_eq!(fake.asked("/token").len(), 1);
    // A sign-in that was refused leaves whoever is signed in alone.
    assert_eq!(ada.user().await.unwrap().id, user.id);
}

#[tokio::test]
async fn two_at_once_with_one_state_end_in_one_session() {
    let fake = Fake::start().await;
    let server = server("", &fake.entry()).await;
    let mut browser = Browser::new(&server);
    let url = browser.begin("fake", "").await;
    fake.say_token(&fake.sign(&claims(&fake, &url, "ada")));
    let cookie = format!(
        "hearth_oauth={}",
        browser.cookie("hearth_oauth").unwrap().value
    );
    let path = back(&url);
    let calls = (0..20).map(|_| server.get(&path).header("cookie", &cookie).send());
    let answers = futures_util::future::join_all(calls).await;
    let good = answers.iter().filter(|answer| answer.status == 302).count();
    assert_eq!(good, 1);
    assert!(
        answers
            .iter()
            .all(|answer| [302, 403].contains(&answer.status))
    );
}

#[tokio::test]
async fn a_restart_ends_what_was_on_its_way() {
    let fake = Fake::start().await;
    let mut first = server("", &fake.entry()).await;
    let (url, cookie) = {
        let mut browser = Browser::new(&first);
        let url = browser.begin("fake", "").await;
        (url, browser.cookie("hearth_oauth").unwrap().clone())
    };
    first.stop();
    let second = crate::support::Start::again(&first).run().await;
    let mut browser = Browser::new(&second);
    browser.set("hearth_oauth", Some(cookie));
    assert_eq!(told(&browser.app(&back(&url)).await), "sign_in_expired");
}

/// The library that makes up the time of a process, where it is installed.
fn library() -> Option<std::path::PathBuf> {
    let found = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let mut found = found.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = found.find(|path| path.exists());
    if found.is_none() {
        crate::support::oidc::skip("libfaketime is not here");
    }
    found
}

#[tokio::test]
async fn a_sign_in_has_ten_minutes() {
    let Some(library) = library() else { return };
    let fake = Fake::start().await;
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    std::fs::write(&clock, "+0").unwrap();
    let config = format!(
        "[server]\nurl = \"{}\"\n{}",
        crate::support::browser::APP,
        fake.entry()
    );
    let server = crate::support::Start::new(&config)
        .environment("LD_PRELOAD", library.to_str().unwrap())
        .environment("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap())
        .environment("FAKETIME_NO_CACHE", "1")
        .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .environment("DONT_FAKE_MONOTONIC", "1")
        .run()
        .await;
    for (minutes, good) in [(9, true), (11, false)] {
        std::fs::write(&clock, "+0").unwrap();
        let mut browser = Browser::new(&server);
        let url = browser.begin("fake", "").await;
        std::fs::write(&clock, format!("+{minutes}m")).unwrap();
        let mut claims = claims(&fake, &url, "ada");
        claims["exp"] = json!(crate::issuers::now() + 3600);
        fake.say_token(&fake.sign(&claims));
        let answer = browser.app(&back(&url)).await;
        if good {
            assert_eq!(answer.header("location"), Some("/console/"));
        } else {
            assert_eq!(told(&answer), "sign_in_expired");
        }
    }
}

#[tokio::test]
async fn refused_ways_back_are_counted_by_address_and_stand_in_the_audit() {
    let fake = Fake::start().await;
    let entries = format!("attempts_per_address = \"3/m\"\n{}", fake.entry());
    let server = crate::support::Server::with(&format!(
        "[server]\nurl = \"{}\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n[auth]\n{entries}",
        crate::support::browser::APP
    ))
    .await;
    for _ in 0..3 {
        let call = server.get("/api/auth/oauth/fake/callback?state=secret-state&code=secret-code");
        let answer = call.header("x-forwarded-for", "203.0.113.7").send().await;
        assert!(answer.expect(403).detail().contains("begin again"));
    }
    let call = server.get("/api/auth/oauth/fake/callback?state=secret-state&code=secret-code");
    let answer = call.header("x-forwarded-for", "203.0.113.7").send().await;
    assert!(answer.expect(429).header("retry-after").is_some());
    // Others come in as before, and whoever comes in is not counted.
    let mut browser = Browser::new(&server);
    for _ in 0..5 {
        arrive(&fake, &mut browser, "ada", None).await.expect(302);
    }
    let audit: Vec<serde_json::Value> =
        serde_json::from_str(&server.hearth(&["audit", "--json"])).unwrap();
    let refused: Vec<_> = audit
        .iter()
        .filter(|entry| entry["action"] == "sign_in_refused")
        .collect();
    assert_eq!(refused.len(), 3);
    assert_eq!(refused[0]["address"], "203.0.113.7");
    assert_eq!(
        refused[0]["detail"],
        json!({"by": "fake", "reason": "sign_in_expired"})
    );
}
