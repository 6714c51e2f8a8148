//! One connection: requests one after the other, until the client leaves, is too slow, or the server stops.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use warp::http::StatusCode;

use super::Shared;
use super::activity::{Activity, Noted, Phase};
use crate::limits;

pub(super) async fn serve(shared: &Arc<Shared>, stream: TcpStream, address: IpAddr) {
    let activity = Arc::new(Activity::new());
    let noted = TokioIo::new(Noted::new(stream, Arc::clone(&activity)));
    let (app, phases) = (Arc::clone(shared), Arc::clone(&activity));
    let service = service_fn(move |request| {
        let (shared, activity) = (Arc::clone(&app), Arc::clone(&phases));
        async move {
            activity.set(Phase::Busy);
            let framing = activity.framing();
            let response = shared.respond.answer(request, address, framing).await;
            // What follows an upgrade is a socket's, which looks after itself.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                activity.set(Phase::Idle);
            }
            Ok::<_, Infallible>(response)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        .max_headers(limits::HEADERS)
        .max_header_size(limits::HEAD_SIZE)
        .max_buf_size(limits::HEAD_SIZE)
        .serve_connection(noted, service)
        .with_upgrades();
    tokio::pin!(connection);
    let mut draining = shared.draining.clone();
    let (mut stopping, idle) = (false, shared.app.config.server.idle_timeout);
    loop {
        let left = activity.left(idle);
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(cause) = ended {
                    tracing::debug!(%cause, "a connection broke off");
                }
                return;
            }
            _ = draining.wait_for(|draining| *draining), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = shared.pressure.notified() => {
                if activity.phase() == Phase::Idle {
                    connection.as_mut().graceful_shutdown();
                }
            }
            () = tokio::time::sleep(left) => {
                if activity.left(idle).is_zero() {
                    return;
                }
            }
        }
    }
}
