//! An issuer of tokens on loopback: its keys, its JWKS, its discovery; and how often it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A key pair of one of the kinds that issuers have.
pub(crate) enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    pub(crate) fn rsa() -> Key {
        Key::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn p256() -> Key {
        let kind = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(kind, &SystemRandom::new()).unwrap();
        Key::P256(EcdsaKeyPair::from_pkcs8(kind, made.as_ref()).unwrap())
    }

    pub(crate) fn ed25519() -> Key {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Key::Ed25519(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match self {
            // RSAPublicKey in DER: of 2048 bits the modulus stands at 9, behind a zero.
            Key::Rsa(pair) => {
                json!({"kty": "RSA", "use": "sig", "kid": kid, "e": "AQAB", "n": base64(&pair.public_key().as_ref()[9..265])})
            }
            Key::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid,
                       "x": base64(&point[1..33]), "y": base64(&point[33..])})
            }
            Key::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": base64(pair.public_key().as_ref())})
            }
        }
    }

    /// The public key of RSA as SubjectPublicKeyInfo.
    pub(crate) fn der(&self) -> Vec<u8> {
        let Key::Rsa(pair) = self else {
            panic!("only of RSA")
        };
        let inner = pair.public_key().as_ref();
        let mut der = vec![0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09];
        der.extend([
            0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]);
        der.extend([0x03, 0x82, 0x01, 0x0f, 0x00]);
        der.extend(inner);
        der
    }

    pub(crate) fn pem(&self) -> String {
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(self.der())
        )
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Key::Rsa(_) => "RS256",
            Key::P256(_) => "ES256",
            Key::Ed25519(_) => "EdDSA",
        }
    }

    pub(crate) fn signature(&self, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Key::Rsa(pair) => {
                let mut bytes = vec![0; pair.public_modulus_len()];
                pair.sign(
                    &signature::RSA_PKCS1_SHA256,
                    &random,
                    message.as_bytes(),
                    &mut bytes,
                )
                .unwrap();
                bytes
            }
            Key::P256(pair) => pair
                .sign(&random, message.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Key::Ed25519(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        }
    }

    pub(crate) fn header(&self, kid: &str) -> Value {
        json!({"alg": self.algorithm(), "typ": "JWT", "kid": kid})
    }

    /// Header and claims as they are, signed by this key whatever the header says.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    pub(crate) fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = format!(
            "{}.{}",
            base64(header.as_bytes()),
            base64(claims.as_bytes())
        );
        let signature = base64(&self.signature(&message));
        format!("{message}.{signature}")
    }

    /// The same by RSASSA-PSS, which is RSA's other way to sign.
    pub(crate) fn sign_pss(&self, header: &Value, claims: &Value) -> String {
        let Key::Rsa(pair) = self else {
            panic!("only of RSA")
        };
        let part = |json: &Value| base64(json.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let mut bytes = vec![0; pair.public_modulus_len()];
        let way = &signature::RSA_PSS_SHA256;
        pair.sign(way, &SystemRandom::new(), message.as_bytes(), &mut bytes)
            .unwrap();
        format!("{message}.{}", base64(&bytes))
    }
}

/// What the issuer answers when it is asked for its keys.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    Keys(Value),
    Text(String),
    Error,
    Redirect(String),
    Slow,
}

pub(crate) struct Issuer {
    pub(crate) url: String,
    asked: Arc<AtomicUsize>,
    behaviour: Arc<Mutex<Behaviour>>,
    task: tokio::task::JoinHandle<()>,
}

impl Issuer {
    pub(crate) async fn start(keys: &[Value]) -> Issuer {
        Issuer::start_at("", keys).await
    }

    /// One whose name goes on with that path behind `url`.
    pub(crate) async fn start_at(path: &str, keys: &[Value]) -> Issuer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let behaviour = Arc::new(Mutex::new(Behaviour::Keys(json!({ "keys": keys }))));
        let (count, behaves) = (Arc::clone(&asked), Arc::clone(&behaviour));
        let name = Arc::new((url.clone(), path.to_owned()));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (count, behaves, name) =
                    (Arc::clone(&count), Arc::clone(&behaves), Arc::clone(&name));
                tokio::spawn(async move { answer(stream, &count, &behaves, &name).await });
            }
        });
        Issuer {
            url,
            asked,
            behaviour,
            task,
        }
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.behave(Behaviour::Keys(json!({ "keys": keys })));
    }

    /// Requests for its keys so far.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    asked: &AtomicUsize,
    behaviour: &Mutex<Behaviour>,
    (url, path): &(String, String),
) {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    // A slash at the end of its name is not doubled there.
    let described = format!(
        "GET {}/.well-known/openid-configuration ",
        path.trim_end_matches('/')
    );
    let body = if head.starts_with(described.as_bytes()) {
        json!({"issuer": format!("{url}{path}"), "jwks_uri": format!("{url}/jwks")}).to_string()
    } else {
        asked.fetch_add(1, Ordering::SeqCst);
        let now = behaviour.lock().unwrap().clone();
        match now {
            Behaviour::Keys(keys) => keys.to_string(),
            Behaviour::Text(text) => text,
            Behaviour::Slow => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                return;
            }
            Behaviour::Error => return write(&mut stream, "503 Service Unavailable", "", "").await,
            Behaviour::Redirect(to) => {
                return write(&mut stream, "302 Found", &format!("location: {to}\r\n"), "").await;
            }
        }
    };
    write(
        &mut stream,
        "200 OK",
        "content-type: application/json\r\n",
        &body,
    )
    .await;
}

async fn write(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    // Whoever asked may have gone already.
    let _ = stream.write_all(text.as_bytes()).await;
}
