//! One request: head, CORS, warp, and what every answer carries. A panic on the way is a 500 and a line in the log.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use hyper::body::Incoming;
use tower_service::Service as _;
use warp::http::header::{self, HeaderName, HeaderValue};
use warp::http::{Method, Request, StatusCode};

use super::framing::Framing;
use super::head::{self, REQUEST_ID};
use super::log::{self, Counts};
use super::rest;
use crate::app::App;
use crate::error::{Error, panic_text};
use crate::routes;
use crate::routes::extract::Head;
use crate::routes::reply::{self, Response};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
/// What a page of an allowed origin may read beside the usual headers.
const EXPOSED: &str = "ETag, Location, Retry-After, X-Request-Id, Idempotency-Replayed, Allow";

pub(super) struct Respond {
    app: Arc<App>,
    tree: warp::filters::BoxedFilter<(Response,)>,
    counts: Counts,
}

impl Respond {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Respond {
            app: Arc::clone(app),
            tree: routes::tree(app),
            counts: Counts::new(),
        }
    }

    pub(super) async fn answer(
        &self,
        mut request: Request<Incoming>,
        peer: IpAddr,
        framing: Framing,
    ) -> Response {
        let began = Instant::now();
        let settings = &self.app.config;
        let head = Arc::new(head::read(&mut request, peer, &settings.server));
        let mut response = match head::check(&head, request.uri(), framing, &settings.server) {
            Err(error) => {
                let refused = reply::error(&error, &head.id);
                reply::with(refused, header::CONNECTION, "close")
            }
            Ok(()) if is_preflight(&head) => self.preflight(&head),
            Ok(()) => {
                request.extensions_mut().insert(Arc::clone(&head));
                self.route(request, &head).await
            }
        };
        self.finish(&mut response, &head);
        let took = began.elapsed();
        self.counts.add(response.status(), took);
        log::line(&head, response.status(), took, settings.logs.requests);
        response
    }

    async fn route(&self, request: Request<Incoming>, head: &Head) -> Response {
        let (parts, body) = request.into_parts();
        let (lent, rest) = rest::lend(body);
        let request = Request::from_parts(parts, lent);
        let routed = warp::service(self.tree.clone()).call(request);
        let response = match AssertUnwindSafe(routed).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(panic) => {
                let cause = format!("a handler panicked: {}", panic_text(&*panic));
                reply::error(&Error::internal(cause), &head.id)
            }
        };
        if rest.ends(head.headers.contains_key(header::EXPECT)).await {
            response
        } else {
            reply::with(response, header::CONNECTION, "close")
        }
    }

    /// The browser's question whether a page of another origin may ask at all.
    fn preflight(&self, head: &Head) -> Response {
        let response = reply::empty(StatusCode::NO_CONTENT);
        if self.allowed_origin(head).is_none() {
            return response;
        }
        [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ]
        .into_iter()
        .fold(response, |response, (name, value)| reply::with(response, name, value))
    }

    /// The Origin of the request, when `server.cors_origins` names exactly it.
    fn allowed_origin<'h>(&self, head: &'h Head) -> Option<&'h HeaderValue> {
        let origin = head.headers.get(header::ORIGIN)?;
        let allowed = &self.app.config.server.cors_origins;
        allowed
            .iter()
            .any(|known| known.as_bytes() == origin.as_bytes())
            .then_some(origin)
    }

    /// What every answer carries, errors too.
    fn finish(&self, response: &mut Response, head: &Head) {
        let origin = self.allowed_origin(head);
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&head.id) {
            headers.insert(REQUEST_ID, id);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if self.app.config.server.cors_origins.is_empty() {
            return;
        }
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(EXPOSED),
            );
        }
    }
}

fn is_preflight(head: &Head) -> bool {
    const WANTED: HeaderName = header::ACCESS_CONTROL_REQUEST_METHOD;
    head.method == Method::OPTIONS
        && head.headers.contains_key(header::ORIGIN)
        && head.headers.contains_key(WANTED)
}
