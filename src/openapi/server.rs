//! The calls about the server itself.

use super::fixed::{Answer, Fixed, NONE};

pub(super) const CALLS: [Fixed; 5] = [
    Fixed {
        path: "/healthz",
        id: "getHealth",
        tag: "Server",
        summary: "Whether the server is alive",
        ..NONE
    },
    Fixed {
        path: "/readyz",
        id: "getReadiness",
        tag: "Server",
        summary: "Whether the server can do its work",
        note: "The database is writable and the tables are up to date.",
        ..NONE
    },
    Fixed {
        path: "/metrics",
        id: "getMetrics",
        access: "admin",
        tag: "Server",
        summary: "Get metrics for Prometheus",
        note: "`server.metrics` may open it to others.",
        answer: Answer::Text("text/plain"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        path: "/openapi.json",
        id: "getOpenApi",
        tag: "Server",
        summary: "Get this document",
        answer: Answer::Document,
        ..NONE
    },
    Fixed {
        path: "/docs",
        id: "getDocs",
        tag: "Server",
        summary: "Read and try this API",
        answer: Answer::Text("text/html"),
        ..NONE
    },
];
