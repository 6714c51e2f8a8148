//! `hearth serve`: the server of a folder, from its start to its end.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use clap::Args;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Place, greeting, make_folder, port};
use crate::app::{self, App, Tables};
use crate::config::{self, Config, Flags};
use crate::error::{Code, Error, Result};
use crate::lock::{self, Lock};
use crate::realtime;
use crate::services::executions::{artifacts, timekeeper};
use crate::services::{api_keys, commands, housekeeping, mailing, registration, signing};
use crate::{logging, server};

/// Start the server: accounts, the API of your models, docs and console
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth serve\n  hearth serve --host 0.0.0.0 --port 80\n  \
                        hearth serve --ephemeral --port 0     for tests: a temporary database, one JSON line when ready\n\n\
                        Everything else is a setting: `hearth settings` shows each, `hearth docs settings` explains them"
)]
pub(super) struct Serve {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = config::address)]
    host: Option<IpAddr>,
    /// The port; 0 takes a free one and prints it as JSON [default: 8000]
    #[arg(long)]
    port: Option<u16>,
    /// Keep everything in a temporary folder that is removed at the end
    #[arg(long)]
    ephemeral: bool,
}

impl Serve {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let temporary = if self.ephemeral {
            Some(tempfile::tempdir().map_err(Error::internal)?)
        } else {
            None
        };
        let mut flags = Flags {
            host: self.host,
            port: self.port,
            ephemeral: self.ephemeral,
            ..place.flags()
        };
        if let Some(folder) = &temporary {
            flags.data_dir = Some(folder.path().to_owned());
        }
        let for_program = self.ephemeral || self.port == Some(0);
        let config = super::load(&flags)?;
        super::mail::check_templates(&config)?;
        logging::start(&config.logs);
        for note in &config.notes {
            tracing::warn!("{note}");
        }
        raise_file_limit(&config);
        // Allocations of two threads at least: one that hangs must not stop the other.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.max(2))
            .enable_all()
            .build()
            .map_err(Error::internal)?;
        let done = runtime.block_on(serve(config, for_program));
        runtime.shutdown_timeout(std::time::Duration::from_millis(200));
        drop(temporary);
        done
    }
}

async fn serve(config: Config, for_program: bool) -> Result<()> {
    let (mut lock, listener) = take_place(&config).await?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let url = reachable(&config, address);
    lock.announce(&url)?;
    let app = match open(config, &lock) {
        Ok(app) => app,
        Err(error) => {
            lock.withdraw()?;
            return Err(error);
        }
    };
    app.listens_at(local(address));
    commands::clear(&app).await;
    artifacts::sweep_all(&app).await;
    let setup = registration::setup_token(&app).await?;
    // Before anybody hears that the server is there: whoever stops it at once must be heard, too.
    let stop = commands::closing(Arc::clone(&app), told_to_stop(stop_signals()?));
    let link = setup.map(|token| format!("{url}/console/#/setup/{token}"));
    if for_program {
        greeting::announce(&url, address, link.as_deref());
    } else {
        greeting::greet(&app, &url, link.as_deref());
    }
    let upkeep = tokio::spawn(upkeep(Arc::clone(&app)));
    let cleaning = tokio::spawn(housekeeping::run(Arc::clone(&app)));
    let following = tokio::spawn(signing::follow(Arc::clone(&app)));
    let timing = tokio::spawn(timekeeper::run(Arc::clone(&app)));
    let commands = tokio::spawn(commands::run(Arc::clone(&app)));
    let ticking = tokio::spawn(realtime::run(Arc::clone(&app.realtime.seats)));
    let trimming = tokio::spawn(housekeeping::trim(Arc::clone(&app)));
    let noting = tokio::spawn(api_keys::run(Arc::clone(&app)));
    let mails = tokio::spawn(mailing::run(Arc::clone(&app)));
    tokio::select! {
        () = server::run(Arc::clone(&app), listener, stop) => {}
        () = app.db.lost().happened() => {
            return Err(Error::new(Code::Unavailable, "The database was replaced under the server; see the log"));
        }
    }
    let _ = commands.await;
    upkeep.abort();
    cleaning.abort();
    following.abort();
    timing.abort();
    ticking.abort();
    trimming.abort();
    noting.abort();
    if let Err(error) = api_keys::note_uses(&app).await {
        tracing::warn!(%error, "the use of API keys could not be noted");
    }
    app.mailing.close();
    let _ = mails.await;
    let stopping = Arc::clone(&app);
    tokio::task::spawn_blocking(move || stopping.stop())
        .await
        .map_err(Error::internal)?;
    tracing::info!("stopped");
    lock.give_back()
}

/// The folder and the port. A server that runs in the folder is named before its port is; but no folder is made for a
/// server that finds its port taken.
async fn take_place(config: &Config) -> Result<(Lock, TcpListener)> {
    let folder = &config.server.data_dir;
    if folder.is_dir() {
        return Ok((lock::take(folder)?, bind(config).await?));
    }
    let listener = bind(config).await?;
    make_folder(folder)?;
    Ok((lock::take(folder)?, listener))
}

fn open(config: Config, lock: &Lock) -> Result<Arc<App>> {
    check_after_crash(&config, lock)?;
    App::open(config, Tables::BringUpToDate, Some(recorder()?))
}

/// SIGTERM and Ctrl+C, which from here on no longer end the process by themselves.
fn stop_signals() -> Result<[Signal; 2]> {
    let listen = |kind| signal(kind).map_err(Error::internal);
    Ok([
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    ])
}

/// Either of them; a second one ends the process at once.
async fn told_to_stop([mut terminate, mut interrupt]: [Signal; 2]) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: no new connections, running requests finish");
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // What is committed is on disk; nothing else is lost by leaving now.
        std::process::abort();
    });
}

async fn bind(config: &Config) -> Result<TcpListener> {
    let (host, wanted) = (config.server.host, config.server.port);
    TcpListener::bind((host, wanted)).await.map_err(|cause| {
        let message = match cause.kind() {
            std::io::ErrorKind::AddrInUse => port::taken(host, wanted),
            std::io::ErrorKind::PermissionDenied => {
                format!("Port {wanted} needs more rights than this user has. Take one above 1023: --port 8000")
            }
            std::io::ErrorKind::AddrNotAvailable => format!("{host} is no address of this machine"),
            _ => format!("Cannot listen on {host} port {wanted}: {cause}"),
        };
        Error::new(Code::Conflict, message)
    })
}

/// Where people reach the server: as set, else by what it listens on.
fn reachable(config: &Config, address: SocketAddr) -> String {
    match &config.server.url {
        Some(url) => url.clone(),
        None => local(address),
    }
}

/// The same on this machine.
fn local(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        address.ip().to_string()
    };
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host,
    };
    format!("http://{host}:{}", address.port())
}

/// Larger files are checked on demand only: the look takes a second for each 100 MiB or so.
const CHECKED_SIZE: u64 = 64 * 1024 * 1024;

/// After a crash SQLite recovers by itself; a look at a small file is cheap and tells of a bad disk.
fn check_after_crash(config: &Config, lock: &Lock) -> Result<()> {
    let path = app::database(&config.server.data_dir);
    let small = path.metadata().is_ok_and(|data| data.len() <= CHECKED_SIZE);
    if lock.unclean && small {
        tracing::info!("the last server did not end properly; checking the database");
        app::quick_check(config)?;
    }
    Ok(())
}

fn recorder() -> Result<PrometheusHandle> {
    let seconds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    ];
    let jobs = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
    let suffix = |text: &str| metrics_exporter_prometheus::Matcher::Suffix(text.to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(suffix("_seconds"), &seconds)
        .and_then(|builder| builder.set_buckets_for_metric(suffix("_jobs"), &jobs))
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(Error::internal)
}

async fn upkeep(app: Arc<App>) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        app.metrics_upkeep();
    }
}

/// As many files as the machine allows: each connection is one.
fn raise_file_limit(config: &Config) {
    let wanted = (config.server.connections + config.realtime.sockets) as u64 + 256;
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) if limit < wanted => tracing::warn!(
            limit,
            wanted,
            "few files may be open at once; raise it (LimitNOFILE= in systemd, --ulimit nofile= in Docker)"
        ),
        Ok(_) => {}
        Err(cause) => tracing::warn!(%cause, "the limit of open files could not be raised"),
    }
}
