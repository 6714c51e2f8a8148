//! How long the parts of a request take: `cargo bench --bench parts`. Whole requests, beside another server:
//! `benches/compare`. Cargo leaves a `target/release/hearth` with the tests' hooks behind: build anew what is shipped.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to say"
)]

use std::sync::Arc;

use divan::{Bencher, black_box, counter::ItemsCount};
use hearth::auth::token::{Signer, install_provider};
use hearth::bench::Parts;
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

#[divan::bench]
fn token_verification(bencher: Bencher<'_, '_>) {
    install_provider();
    let signer = Signer::new("0123456789abcdef0123456789abcdef", "instance");
    let token = signer.sign("user", "session", 900).unwrap();
    bencher.bench(|| signer.verify(black_box(&token)).unwrap());
}

#[divan::bench]
fn validation(bencher: Bencher<'_, '_>) {
    let bench = Bench::new(0);
    let bytes = body(1).to_string();
    bencher.bench_local(|| bench.parts.validate(black_box(bytes.as_bytes())).unwrap());
}
