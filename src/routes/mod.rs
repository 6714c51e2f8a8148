//! The tree of paths. Filters match paths and extract; handlers decide; a rejection only means "this path is not mine".

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use warp::http::header::{self, HeaderValue};
use warp::http::{Method, StatusCode};

use warp::Filter;
use warp::filters::BoxedFilter;

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::services::audit;
use extract::{Head, Request};
use reply::Response;

mod accept;
mod admin;
mod api_keys;
mod artifacts;
mod assets;
mod auth;
mod backups;
mod caller;
mod changes;
mod docs;
mod executions;
pub(crate) mod extract;
mod files;
mod health;
#[cfg(feature = "test-hooks")]
mod hooks;
mod mailed;
mod names;
mod oversight;
mod providers;
mod public;
mod realtime;
mod records;
pub(crate) mod reply;
mod schedules;
mod schema;
mod second_factor;
mod sse;
mod stream;
mod webhooks;
mod workers;

/// A group of paths, which answers what is its own.
type Group = BoxedFilter<(Response,)>;
/// Takes the whole request; last in a route, once its path is matched.
type Taken = BoxedFilter<(Request,)>;

/// Every path. Common prefixes hang under it once, so that a request tries few filters however many routes there are.
pub(crate) fn tree(app: &Arc<App>) -> Group {
    let shared = Arc::clone(app);
    let taken: Taken = warp::any()
        .map(move || Arc::clone(&shared))
        .and(warp::ext::get::<Arc<Head>>())
        .and(warp::body::stream())
        .map(Request::new)
        .boxed();
    let api = warp::path("api").and(
        records::routes(app, &taken)
            .or(auth::routes(&taken))
            .unify()
            .or(admin::routes(&taken))
            .unify()
            .or(executions::routes(&taken))
            .unify()
            .or(artifacts::routes(&taken))
            .unify()
            .or(workers::routes(&taken))
            .unify()
            .or(changes::routes(&taken))
            .unify()
            .or(unknown(&taken))
            .unify(),
    );
    let tree = api
        .boxed()
        .or(health::routes(&taken))
        .unify()
        .or(docs::routes(&taken))
        .unify()
        .or(realtime::routes(&taken))
        .unify()
        .boxed();
    #[cfg(feature = "test-hooks")]
    let tree = tree.or(hooks::routes(&taken)).unify().boxed();
    tree.or(assets::routes(&taken))
        .unify()
        .or(public::routes(&taken))
        .unify()
        .boxed()
}

/// The first of these groups whose path it is.
fn first_of<const N: usize>(groups: [Group; N]) -> Group {
    let nothing = warp::any()
        .and_then(|| std::future::ready(Err::<Response, _>(warp::reject::not_found())))
        .boxed();
    groups
        .into_iter()
        .rev()
        .fold(nothing, |rest, group| group.or(rest).unify().boxed())
}

/// Whatever is under `/api` and is no route: always JSON, whatever the client prefers.
fn unknown(taken: &Taken) -> Group {
    let answer = |request: Request| async move { not_found(&request) };
    warp::any().and(taken.clone()).then(answer).boxed()
}

fn not_found(request: &Request) -> Response {
    let error = Error::new(Code::NotFound, "Not found");
    reply::error(&error, &request.head.id)
}

/// The answer to a request that failed; the audit knows who was refused an admin's call.
async fn refused(app: &App, head: &Head, error: &Error) -> Response {
    if error.code() == Code::Forbidden && head.path.starts_with("/api/admin/") {
        let user = head.viewer.get().or(head.user.get());
        let user = user.map(String::as_str);
        let call = (head.method.as_str(), head.path.as_str());
        audit::note_refusal(app, user, head.client, call).await;
    }
    reply::error(error, &head.id)
}

/// One path with its methods; `path` extracts nothing.
fn fixed(path: BoxedFilter<()>, taken: &Taken, methods: Methods<()>) -> Group {
    let methods = Arc::new(methods);
    path.and(warp::path::end())
        .and(taken.clone())
        .then(move |request| Arc::clone(&methods).answer(request, ()))
        .boxed()
}

/// One path that ends with a parameter.
fn with_id(path: BoxedFilter<()>, taken: &Taken, methods: Methods<String>) -> Group {
    let methods = Arc::new(methods);
    path.and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .then(move |id: String, request| Arc::clone(&methods).answer(request, decoded(&id)))
        .boxed()
}

/// A path's segment as it was meant; segments come raw.
fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment)
        .decode_utf8_lossy()
        .into_owned()
}

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;
type Handler<P> = Box<dyn Fn(Request, P) -> Answer + Send + Sync>;

/// The methods of one path. HEAD, OPTIONS and 405 follow from them.
pub(crate) struct Methods<P> {
    handlers: Vec<(Method, Handler<P>)>,
}

impl<P: 'static> Methods<P> {
    pub(crate) fn new() -> Self {
        Methods {
            handlers: Vec::new(),
        }
    }

    /// `handler` is called for `method`; HEAD goes to GET's.
    #[must_use]
    pub(crate) fn on<F, A>(mut self, method: Method, handler: F) -> Self
    where
        F: Fn(Request, P) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response>> + Send + 'static,
    {
        self.handlers.push((
            method,
            Box::new(move |request, path| Box::pin(handler(request, path))),
        ));
        self
    }

    fn allow(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for (method, _) in &self.handlers {
            names.push(method.as_str());
            if method == Method::GET {
                names.push("HEAD");
            }
        }
        names.push("OPTIONS");
        names.join(", ")
    }

    /// Answers one request of this path.
    pub(crate) async fn answer(self: Arc<Self>, request: Request, path: P) -> Response {
        let head = Arc::clone(&request.head);
        let wanted = if head.method == Method::HEAD {
            &Method::GET
        } else {
            &head.method
        };
        let handler = self.handlers.iter().find(|(method, _)| method == wanted);
        if let Some((_, handler)) = handler {
            let app = Arc::clone(&request.app);
            let allowed = match accept::check(&head) {
                Ok(()) => request.may_change().await,
                refused => refused,
            };
            let answered = match allowed {
                Ok(()) => handler(request, path).await,
                Err(error) => Err(error),
            };
            return match answered {
                Ok(response) => response,
                Err(error) => refused(&app, &head, &error).await,
            };
        }
        let mut response = if head.method == Method::OPTIONS {
            reply::empty(StatusCode::NO_CONTENT)
        } else {
            let error = Error::new(
                Code::MethodNotAllowed,
                format!("This path takes {}", self.allow()),
            );
            reply::error(&error, &head.id)
        };
        if let Ok(value) = HeaderValue::from_str(&self.allow()) {
            response.headers_mut().insert(header::ALLOW, value);
        }
        response
    }
}
