//! A client of sockets, as somebody would write one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use jsonschema::Validator;
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, Response};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use crate::support::{Server, User};

/// Longer than anything that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Socket {
    pub(crate) stream: Stream,
    pub(crate) epoch: String,
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Opened = (Stream, Response<Option<Vec<u8>>>);

/// Tries to open one; an error is the answer's status with its body.
pub(crate) async fn connect(
    server: &Server,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Opened, (u16, Value)> {
    match connect_to(server.address(), path, headers).await {
        Ok(opened) => Ok(opened),
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
            Err((response.status().as_u16(), json))
        }
        Err(error) => panic!("{error}"),
    }
}

pub(crate) async fn connect_to(
    address: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Opened, Error> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    connect_async(request).await
}

/// Each frame must be as `/realtime.schema.json` says.
pub(crate) fn check(side: &'static str, frame: &Value) {
    static KNOWN: Mutex<Vec<(&str, Arc<Validator>)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap();
    let found = known.iter().find(|(name, _)| *name == side);
    let validator = match found {
        Some((_, validator)) => Arc::clone(validator),
        None => {
            let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
            schema["anyOf"] = json!([{"$ref": format!("#/$defs/{side}")}]);
            let validator = Arc::new(jsonschema::validator_for(&schema).unwrap());
            known.push((side, Arc::clone(&validator)));
            validator
        }
    };
    drop(known);
    assert!(validator.is_valid(frame), "no frame of the {side}: {frame}");
}

pub(crate) const SCHEMA: &str = include_str!("../../src/realtime/schema.json");

impl Socket {
    /// With the user's token in a header, and the welcome read.
    pub(crate) async fn open(server: &Server, user: &User) -> Socket {
        Socket::at(server, user, "/ws").await
    }

    pub(crate) async fn at(server: &Server, user: &User, path: &str) -> Socket {
        let bearer = format!("Bearer {}", user.token);
        let (stream, _) = connect(server, path, &[("authorization", &bearer)])
            .await
            .unwrap();
        let mut socket = Socket::of(stream);
        let welcome = socket.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        socket.epoch = welcome["epoch"].as_str().unwrap().to_owned();
        socket
    }

    /// One whose client takes little before it is asked for it, so that the server has to wait soon. The welcome is read.
    pub(crate) async fn slow(server: &Server, token: &str) -> Socket {
        let tcp = TcpSocket::new_v4().unwrap();
        tcp.set_recv_buffer_size(128 * 1024).unwrap();
        let stream = tcp.connect(server.address().parse().unwrap()).await;
        let stream = MaybeTlsStream::Plain(stream.unwrap());
        let url = format!("ws://{}/ws", server.address());
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (stream, _) = client_async(request, stream).await.unwrap();
        let mut socket = Socket::of(stream);
        assert_eq!(socket.next().await["type"], "welcome");
        socket
    }

    pub(crate) fn of(stream: Stream) -> Socket {
        Socket {
            stream,
            epoch: String::new(),
        }
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        let text = frame.to_string();
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// The next frame; pings of the server are answered.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match self.message().await {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    check("server", &frame);
                    if frame["type"] != "ping" {
                        return frame;
                    }
                    self.say(json!({"type": "pong"})).await;
                }
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("no frame: {other:?}"),
            }
        }
    }

    pub(crate) async fn message(&mut self) -> Message {
        let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
        let next = next.unwrap_or_else(|_| panic!("nothing came"));
        next.unwrap_or_else(|| panic!("it ended")).unwrap()
    }

    /// The code with which the server closes it, whatever comes before.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.message().await {
                let code = frame.unwrap().code;
                // Both have said it; the server ends the connection.
                let rest = tokio::time::timeout(PATIENCE, self.stream.next()).await;
                assert!(!matches!(rest, Ok(Some(Ok(_)))), "{rest:?}");
                return code.into();
            }
        }
    }

    /// Watches, from now on; returns the head.
    pub(crate) async fn watch(&mut self, channel: &str) -> i64 {
        self.subscribe(json!({"channel": channel})).await;
        let live = self.next().await;
        assert_eq!(live["type"], "live", "{live}");
        live["seq"].as_i64().unwrap()
    }

    /// Asks, and reads the `ok`.
    pub(crate) async fn subscribe(&mut self, wish: Value) {
        let answer = self.ask(wish).await;
        assert_eq!(answer, json!({"type": "ok", "id": 7}));
    }

    pub(crate) async fn ask(&mut self, mut wish: Value) -> Value {
        wish["type"] = "subscribe".into();
        wish["id"] = 7.into();
        self.say(wish).await;
        self.next().await
    }

    /// Everything up to `live`, without it.
    pub(crate) async fn until_live(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["type"] == "live" {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// So many changes, as `(op, key)`.
    pub(crate) async fn changes(&mut self, count: usize) -> Vec<(String, Value)> {
        let mut list = Vec::new();
        for _ in 0..count {
            let frame = self.next().await;
            assert_eq!(frame["type"], "change", "{frame}");
            list.push((
                frame["op"].as_str().unwrap().to_owned(),
                frame["key"].clone(),
            ));
        }
        list
    }

    /// Nothing was sent before the answer to a ping.
    pub(crate) async fn is_quiet(&mut self) {
        self.say(json!({"type": "ping", "id": "quiet"})).await;
        let answer = self.next().await;
        assert_eq!(answer, json!({"type": "pong", "id": "quiet"}));
    }
}

/// A new record of the model, whose answer is awaited.
pub(crate) async fn create(server: &Server, user: &User, model: &str, body: Value) -> Value {
    let made = server.post(&format!("/api/{model}"), body).by(user);
    made.send().await.expect(201).item()
}

pub(crate) async fn update(server: &Server, user: &User, path: &str, body: Value) -> Value {
    let changed = server.patch(path, body).by(user);
    changed.send().await.expect(200).item()
}

pub(crate) async fn delete(server: &Server, user: &User, path: &str) {
    let gone = server.delete(path).by(user).send().await;
    assert!([200, 204].contains(&gone.status), "{}", gone.text());
}
