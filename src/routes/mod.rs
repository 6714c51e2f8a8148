//! The tree of paths. Filters match paths and extract; handlers decide; a rejection only means "this path is not mine".

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use warp::http::header::{self, HeaderValue};
use warp::http::{Method, StatusCode};

use crate::error::{Code, Error, Result};
use extract::Request;
use reply::Response;

pub(crate) mod extract;
pub(crate) mod reply;

type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;
type Handler<P> = Box<dyn Fn(Request, P) -> Answer + Send + Sync>;

/// The methods of one path. HEAD, OPTIONS and 405 follow from them.
pub(crate) struct Methods<P> {
    handlers: Vec<(Method, Handler<P>)>,
}

impl<P: 'static> Methods<P> {
    pub(crate) fn new() -> Self {
        Methods { handlers: Vec::new() }
    }

    /// `handler` is called for `method`; HEAD goes to GET's.
    #[must_use]
    pub(crate) fn on<F, A>(mut self, method: Method, handler: F) -> Self
    where
        F: Fn(Request, P) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response>> + Send + 'static,
    {
        self.handlers.push((method, Box::new(move |request, path| Box::pin(handler(request, path)))));
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
        let wanted = if head.method == Method::HEAD { &Method::GET } else { &head.method };
        let handler = self.handlers.iter().find(|(method, _)| method == wanted);
        if let Some((_, handler)) = handler {
            return match handler(request, path).await {
                Ok(response) => response,
                Err(error) => reply::error(&error, &head.id),
            };
        }
        let mut response = if head.method == Method::OPTIONS {
            reply::empty(StatusCode::NO_CONTENT)
        } else {
            let error = Error::new(Code::MethodNotAllowed, format!("This path takes {}", self.allow()));
            reply::error(&error, &head.id)
        };
        if let Ok(value) = HeaderValue::from_str(&self.allow()) {
            response.headers_mut().insert(header::ALLOW, value);
        }
        response
    }
}
