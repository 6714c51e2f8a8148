//! One line for a request, and what `/metrics` counts of it.

use std::time::Duration;

use metrics::{Counter, Histogram};
use warp::http::{Method, StatusCode};

use crate::config::RequestLog;
use crate::routes::extract::Head;

/// Slower requests are always worth a line.
const SLOW: Duration = Duration::from_secs(1);

pub(super) struct Counts {
    /// By the hundreds of the status: 1xx to 5xx.
    requests: [Counter; 5],
    seconds: Histogram,
}

impl Counts {
    pub(super) fn new() -> Self {
        let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        Counts {
            requests: classes
                .map(|class| metrics::counter!("hearth_requests_total", "status" => class)),
            seconds: metrics::histogram!("hearth_request_seconds"),
        }
    }

    pub(super) fn add(&self, status: StatusCode, took: Duration) {
        if let Some(counter) = self
            .requests
            .get(usize::from(status.as_u16() / 100).wrapping_sub(1))
        {
            counter.increment(1);
        }
        self.seconds.record(took.as_secs_f64());
    }
}

/// Writes the request's line where `logs.requests` wants one. Never a query, a header or a body: they carry secrets.
pub(super) fn line(head: &Head, status: StatusCode, took: Duration, wanted: RequestLog) {
    let writes = !matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let refused = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    );
    let shown = match wanted {
        RequestLog::All => true,
        RequestLog::Writes => writes || refused || status.is_server_error() || took > SLOW,
        RequestLog::Errors => status.is_server_error(),
    };
    if !shown {
        return;
    }
    tracing::info!(
        method = %head.method,
        path = %head.path,
        status = status.as_u16(),
        ms = (took.as_secs_f64() * 10_000.0).round() / 10.0,
        user = head.user.get().map(String::as_str),
        viewer = head.viewer.get().map(String::as_str),
        address = %head.client,
        request_id = %head.id,
        "request"
    );
}
