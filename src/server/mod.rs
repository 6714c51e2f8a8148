//! The accept loop around warp: limits, time-outs, the look at each request's head before warp, drain. No route is here.
//!
//! warp's own server has no time-out for half a head, no limit of connections, and waits for ever on a half-sent body.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::app::App;
use crate::limits;

mod activity;
mod client;
mod connection;
mod framing;
mod head;
mod log;
mod respond;
mod rest;

/// What connections share.
struct Shared {
    app: Arc<App>,
    respond: respond::Respond,
    /// Told as long as there are too many connections: those that only wait close then.
    pressure: Notify,
    draining: watch::Receiver<bool>,
    per_address: Mutex<HashMap<IpAddr, usize>>,
    live: metrics::Gauge,
}

/// Serves until `shutdown` is done, then lets running requests finish for at most `server.drain_timeout`.
pub async fn run(app: Arc<App>, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let permits = Arc::new(Semaphore::new(app.config.server.connections));
    let (drain, draining) = watch::channel(false);
    let shared = Arc::new(Shared {
        respond: respond::Respond::new(&app),
        app,
        pressure: Notify::new(),
        draining,
        per_address: Mutex::default(),
        live: metrics::gauge!("hearth_connections"),
    });
    tokio::pin!(shutdown);
    let mut pause = Duration::from_millis(10);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &permits, &shared) => accepted,
        };
        match accepted {
            Ok((stream, peer, permit)) => {
                pause = Duration::from_millis(10);
                open(&shared, stream, peer, permit);
            }
            Err(cause) => {
                // Out of file descriptors, most likely: neither spin nor die.
                tracing::warn!(%cause, "a connection could not be accepted");
                shared.pressure.notify_waiters();
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
        }
    }
    drop(listener);
    let _ = drain.send(true);
    let all = shared.app.config.server.connections as u32;
    shared.app.drain.begin();
    shared.app.realtime.seats.drain();
    let finished = async {
        shared.app.realtime.seats.emptied().await;
        permits.acquire_many(all).await
    };
    if tokio::time::timeout(shared.app.config.server.drain_timeout, finished)
        .await
        .is_err()
    {
        tracing::warn!("some requests or sockets were cut off at the end of server.drain_timeout");
    }
}

/// How often those that wait are asked again: one that was busy a moment ago may wait now.
const PRESSURE: Duration = Duration::from_millis(50);

/// The next connection with its permit. Until there is one, idle connections are asked to close, and accepting waits.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    shared: &Shared,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let (stream, peer) = listener.accept().await?;
    if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        return Ok((stream, peer, permit));
    }
    let freed = Arc::clone(permits).acquire_owned();
    tokio::pin!(freed);
    loop {
        shared.pressure.notify_waiters();
        if let Ok(permit) = tokio::time::timeout(PRESSURE, freed.as_mut()).await {
            return Ok((stream, peer, permit.map_err(std::io::Error::other)?));
        }
    }
}

fn open(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
    let address = peer.ip().to_canonical();
    let Some(place) = Place::take(shared, address) else {
        return tracing::debug!(%address, "refused: too many connections of one address");
    };
    let _ = stream.set_nodelay(true);
    tokio::spawn(async move {
        connection::serve(&place.shared, stream, address).await;
        drop(permit);
        drop(place);
    });
}

/// A connection's share of its address's number.
struct Place {
    shared: Arc<Shared>,
    address: IpAddr,
}

impl Place {
    /// None when a public address has too many already. Proxies and test suites are private or loopback.
    fn take(shared: &Arc<Shared>, address: IpAddr) -> Option<Self> {
        let mut counts = shared
            .per_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= limits::CONNECTIONS_PER_ADDRESS && client::is_public(address) {
            return None;
        }
        *count += 1;
        shared.live.increment(1.0);
        Some(Place {
            shared: Arc::clone(shared),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self
            .shared
            .per_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
        self.shared.live.decrement(1.0);
    }
}
