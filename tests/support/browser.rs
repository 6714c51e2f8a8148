//! What a browser does in a sign-in at a provider: it holds cookies, by host and path, and goes where it is sent. The app
//! is reached at its public address, which leads to the server under test.

use std::collections::HashMap;

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Answer, Server, User};

/// `server.url` of the server under test.
pub(crate) const APP: &str = "https://app.example.com";
const ACCEPT: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A cookie as it was set, with its attributes.
#[derive(Clone, Debug)]
pub(crate) struct Cookie {
    pub(crate) value: String,
    pub(crate) attributes: String,
    pub(crate) path: String,
}

pub(crate) struct Browser<'s> {
    server: &'s Server,
    /// By origin and name.
    jar: HashMap<(String, String), Cookie>,
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl<'s> Browser<'s> {
    pub(crate) fn new(server: &'s Server) -> Self {
        Browser {
            server,
            jar: HashMap::new(),
        }
    }

    /// One of the app's cookies.
    pub(crate) fn cookie(&self, name: &str) -> Option<&Cookie> {
        self.jar.get(&(APP.to_owned(), name.to_owned()))
    }

    /// Puts another cookie in its place, or takes it away.
    pub(crate) fn set(&mut self, name: &str, cookie: Option<Cookie>) {
        let key = (APP.to_owned(), name.to_owned());
        match cookie {
            Some(cookie) => self.jar.insert(key, cookie),
            None => self.jar.remove(&key),
        };
    }

    fn sent_to(&self, url: &Url) -> String {
        let fits = |path: &str| {
            let rest = url.path().strip_prefix(path);
            rest.is_some_and(|rest| path.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
        };
        let mine = self
            .jar
            .iter()
            .filter(|((host, _), cookie)| *host == origin(url) && fits(&cookie.path));
        let pairs = mine.map(|((_, name), cookie)| format!("{name}={}", cookie.value));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, url: &Url, headers: &HeaderMap) {
        for value in headers.get_all("set-cookie") {
            let text = value.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').unwrap();
            let find = |wanted: &str| {
                let each = attributes
                    .split(';')
                    .filter_map(|one| one.trim().split_once('='));
                let mut found = each.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.next().map(|(_, value)| value.to_owned())
            };
            let key = (origin(url), name.to_owned());
            if find("max-age").as_deref() == Some("0") || value.is_empty() {
                self.jar.remove(&key);
                continue;
            }
            let cookie = Cookie {
                value: value.to_owned(),
                attributes: attributes.trim().to_owned(),
                path: find("path").unwrap_or_else(|| "/".to_owned()),
            };
            self.jar.insert(key, cookie);
        }
    }

    /// Keeps the cookies of an answer that a page of the app got.
    pub(crate) fn got(&mut self, answer: &Answer) {
        self.keep(&APP.parse().unwrap(), &answer.headers);
    }

    /// Goes to a page of the app, as `/api/…` or with its address; it does not follow further.
    pub(crate) async fn app(&mut self, path: &str) -> Answer {
        let path = path.strip_prefix(APP).unwrap_or(path);
        let url: Url = format!("{APP}{path}").parse().unwrap();
        let mut call = self.server.get(path).header("accept", ACCEPT);
        let cookies = self.sent_to(&url);
        if !cookies.is_empty() {
            call = call.header("cookie", &cookies);
        }
        let answer = call.send().await;
        self.keep(&url, &answer.headers);
        answer
    }

    /// Begins a sign-in: the provider's address to which the browser is sent.
    pub(crate) async fn begin(&mut self, provider: &str, query: &str) -> Url {
        let path = format!("/api/auth/oauth/{provider}{query}");
        let answer = self.app(&path).await.expect(302);
        answer.header("location").unwrap().parse().unwrap()
    }

    /// Walks through the provider's pages as that person until it sends the browser back; to where.
    pub(crate) async fn walk(&mut self, start: &Url, login: &str) -> String {
        let mut url = start.clone();
        let mut form: Option<Vec<(&str, &str)>> = None;
        for _ in 0..12 {
            let client = &self.server.client;
            let request = match form.take() {
                Some(form) => client.post(url.clone()).form(&form),
                None => client.get(url.clone()),
            };
            let request = request
                .header("cookie", self.sent_to(&url))
                .header("accept", ACCEPT);
            let response = request.send().await.unwrap();
            let (status, headers) = (response.status(), response.headers().clone());
            self.keep(&url, &headers);
            if let Some(to) = headers.get("location") {
                let to = to.to_str().unwrap();
                if to.starts_with(APP) {
                    return to.to_owned();
                }
                url = url.join(to).unwrap();
                continue;
            }
            let text = response.text().await.unwrap();
            assert!(status.is_success(), "{url}: {status} {text}");
            let action = text
                .split("action=\"")
                .nth(1)
                .unwrap_or_else(|| panic!("{text}"));
            url = url.join(action.split('"').next().unwrap()).unwrap();
            form = Some(if text.contains("value=\"login\"") {
                vec![("prompt", "login"), ("login", login), ("password", "any")]
            } else {
                vec![("prompt", "consent")]
            });
        }
        panic!("the provider does not send the browser back: {url}");
    }

    /// A whole sign-in at a provider that has pages; the last answer.
    pub(crate) async fn sign_in(&mut self, provider: &str, login: &str) -> Answer {
        let url = self.begin(provider, "").await;
        let back = self.walk(&url, login).await;
        self.app(&back).await
    }

    /// Who the refresh cookie stands for, as the app's page would ask.
    pub(crate) async fn user(&mut self) -> Option<User> {
        let url: Url = format!("{APP}/api/auth/refresh").parse().unwrap();
        let call = self.server.post("/api/auth/refresh", json!({}));
        let call = call
            .header("cookie", &self.sent_to(&url))
            .header("origin", APP);
        let answer = call.send().await;
        self.keep(&url, &answer.headers);
        if answer.status != 200 {
            return None;
        }
        let data = answer.json()["data"].clone();
        let token = data["access_token"].as_str().unwrap().to_owned();
        let me = self.server.get("/api/auth/me").token(&token).send().await;
        let me = me.expect(200).item();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(User {
            id: text(&me["id"]),
            email: text(&me["email"]),
            token,
            refresh_token: text(&data["refresh_token"]),
        })
    }
}
