//! One request and its answer.

use reqwest::header::{HeaderMap, HeaderName};
use serde_json::Value;

use super::{Server, User};

/// A request in the making.
pub(crate) struct Call<'s> {
    server: &'s Server,
    method: reqwest::Method,
    path: String,
    request: reqwest::RequestBuilder,
    checked: bool,
}

impl<'s> Call<'s> {
    pub(super) fn new(server: &'s Server, method: &str, path: &str) -> Self {
        let method: reqwest::Method = method.parse().unwrap();
        let request = server
            .client
            .request(method.clone(), format!("{}{path}", server.url));
        Call {
            server,
            method,
            path: path.to_owned(),
            request,
            checked: true,
        }
    }

    pub(crate) fn by(self, user: &User) -> Self {
        self.token(&user.token)
    }

    pub(crate) fn token(mut self, token: &str) -> Self {
        self.request = self.request.bearer_auth(token);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.request = self.request.json(&body);
        self
    }

    /// A body as it is, with its media type.
    pub(crate) fn body(mut self, kind: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", kind).body(body);
        self
    }

    pub(crate) fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        self.request = self.request.form(pairs);
        self
    }

    /// For what is no part of the API: pages, test hooks.
    pub(crate) fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        let answer = Answer {
            status,
            headers,
            body,
        };
        if self.checked {
            let path = self.path.split('?').next().unwrap();
            let document = self.server.document().await;
            document.check(self.method.as_str(), path, &answer);
        }
        answer
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// It must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The record in it.
    #[track_caller]
    pub(crate) fn item(&self) -> Value {
        self.json()["item"].clone()
    }

    #[track_caller]
    pub(crate) fn items(&self) -> Vec<Value> {
        self.json()["items"].as_array().unwrap().clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let name: HeaderName = name.parse().unwrap();
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The message of an error, or its fields as `way: message`.
    #[track_caller]
    pub(crate) fn detail(&self) -> String {
        match &self.json()["detail"] {
            Value::String(text) => text.clone(),
            Value::Array(list) => list.iter().map(fault).collect::<Vec<_>>().join("\n"),
            other => panic!("no detail: {other}"),
        }
    }

    /// An error without its request's id, which is never the same.
    pub(crate) fn without_id(&self) -> (u16, Value) {
        let mut json = self.json();
        json.as_object_mut().unwrap().remove("request_id");
        (self.status, json)
    }
}

/// `body.name missing: Field required`
fn fault(entry: &Value) -> String {
    let steps: Vec<String> = entry["loc"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            step.as_str()
                .map_or_else(|| step.to_string(), str::to_owned)
        })
        .collect();
    format!(
        "{} {}: {}",
        steps.join("."),
        entry["type"].as_str().unwrap(),
        entry["msg"].as_str().unwrap()
    )
}
