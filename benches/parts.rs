//! How long the parts of a request take: `cargo bench --bench parts`. Whole requests, beside another server:
//! `benches/compare`. Cargo leaves a `target/release/hearth` with the tests' hooks behind: build anew what is shipped.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to say"
)]

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use divan::{Bencher, black_box, counter::ItemsCount};
use hearth::auth::foreign::{Rules, Token, claimed_issuer};
use hearth::auth::keys::{Algorithm, KeySet};
use hearth::auth::token::{Signer, install_provider};
use hearth::bench::{Parts, Run};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Records of the one user.
const RECORDS: usize = 10_000;

fn main() {
    divan::main();
}

/// A database with records, and the runtime on which it is asked.
struct Bench {
    runtime: Runtime,
    parts: Arc<Parts>,
    _folder: TempDir,
}

impl Bench {
    fn new(records: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let parts = Arc::new(runtime.block_on(Parts::open(folder.path())).unwrap());
        let page: Vec<Value> = (0..1_000.min(records)).map(body).collect();
        for _ in 0..records / 1_000 {
            runtime
                .block_on(parts.create(&Value::from(page.clone())))
                .unwrap();
        }
        Bench {
            runtime,
            parts,
            _folder: folder,
        }
    }

    fn list(&self, bencher: Bencher<'_, '_>, parameters: &[(&str, &str)]) {
        let parameters: Vec<(String, String)> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        bencher.bench_local(|| self.runtime.block_on(self.parts.list(&parameters)).unwrap());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.parts.stop();
    }
}

fn body(number: usize) -> Value {
    json!({
        "name": format!("Item number {number}"),
        "optional_field": "a short text",
        "items": ["one", "two", "three"],
        "metadata": {"place": number, "tags": {"colour": "green"}},
    })
}

#[divan::bench]
fn point_read(bencher: Bencher<'_, '_>) {
    let bench = Bench::new(RECORDS);
    let mut ids = (1..=RECORDS).map(|id| id.to_string()).cycle();
    bencher.bench_local(|| {
        let id = ids.next().unwrap();
        bench.runtime.block_on(bench.parts.get(&id)).unwrap()
    });
}

#[divan::bench]
fn list_of_30(bencher: Bencher<'_, '_>) {
    Bench::new(RECORDS).list(bencher, &[("limit", "30")]);
}

#[divan::bench]
fn list_of_30_with_total(bencher: Bencher<'_, '_>) {
    Bench::new(RECORDS).list(bencher, &[("limit", "30"), ("total", "true")]);
}

/// Each caller writes one record and waits for the commit, which they share.
#[divan::bench(args = [1, 16, 64])]
fn insert_by(bencher: Bencher<'_, '_>, callers: usize) {
    let bench = Bench::new(0);
    let body = Arc::new(body(1));
    bencher.counter(ItemsCount::new(callers)).bench_local(|| {
        let tasks: Vec<_> = (0..callers)
            .map(|_| {
                let (parts, body) = (Arc::clone(&bench.parts), Arc::clone(&body));
                bench
                    .runtime
                    .spawn(async move { parts.create(&body).await })
            })
            .collect();
        for task in tasks {
            bench.runtime.block_on(task).unwrap().unwrap();
        }
    });
}

/// As many workers as the figure says, each with a run of its own, report this many lines at a time.
const WORKERS: usize = 64;

#[divan::bench(args = [1, 16])]
fn append_by_64_workers(bencher: Bencher<'_, '_>, lines: usize) {
    const TIMES: usize = 20;
    let bench = Bench::new(0);
    let start = || bench.runtime.block_on(bench.parts.start_run()).unwrap();
    let mut runs: Vec<Run> = (0..WORKERS).map(|_| start()).collect();
    let counter = ItemsCount::new(WORKERS * TIMES * lines);
    bencher.counter(counter).bench_local(|| {
        let tasks: Vec<_> = runs
            .drain(..)
            .map(|mut run| {
                let parts = Arc::clone(&bench.parts);
                bench.runtime.spawn(async move {
                    for _ in 0..TIMES {
                        parts.append(&mut run, lines).await.unwrap();
                    }
                    run
                })
            })
            .collect();
        for task in tasks {
            runs.push(bench.runtime.block_on(task).unwrap());
        }
    });
}

#[divan::bench]
fn token_verification(bencher: Bencher<'_, '_>) {
    install_provider();
    let signer = Signer::new("0123456789abcdef0123456789abcdef", "instance");
    let token = signer.sign("user", "session", None, 900).unwrap();
    bencher.bench(|| signer.verify(black_box(&token)).unwrap());
}

/// A token of a foreign issuer whose keys are known, by RS256: taken apart, signature, claims.
#[divan::bench]
fn foreign_token_verification(bencher: Bencher<'_, '_>) {
    install_provider();
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    // RSAPublicKey in DER: of 2048 bits the modulus stands at 9, behind a zero.
    let modulus = URL_SAFE_NO_PAD.encode(&pair.public_key().as_ref()[9..265]);
    let jwks = json!({"keys": [{"kty": "RSA", "kid": "k", "e": "AQAB", "n": modulus}]});
    let keys = KeySet::from_jwks(jwks.to_string().as_bytes()).unwrap();
    let claims = json!({"iss": "issuer", "sub": "user", "aud": "api", "iat": 1, "exp": 4_000_000_000_u32, "o": {"rol": "admin"}});
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!(
        "{}.{}",
        part(json!({"alg": "RS256", "kid": "k", "typ": "JWT"})),
        part(claims)
    );
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    let rules = Rules {
        issuer: "issuer".to_owned(),
        audience: vec!["api".to_owned()],
        algorithms: vec![Algorithm::RS256],
        ..Rules::default()
    };
    bencher.bench(|| {
        let issuer = claimed_issuer(black_box(&token)).unwrap();
        let token = Token::read(black_box(&token)).unwrap();
        let key = token.key(&keys).unwrap();
        (issuer, token.verify(key, &rules).unwrap())
    });
}

#[divan::bench]
fn validation(bencher: Bencher<'_, '_>) {
    let bench = Bench::new(0);
    let bytes = body(1).to_string();
    bencher.bench_local(|| bench.parts.validate(black_box(bytes.as_bytes())).unwrap());
}
