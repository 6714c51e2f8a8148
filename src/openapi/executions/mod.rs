//! The calls on executions, for their owners and for workers, and the schemas that they speak.

pub(super) mod beside;
mod events;
mod parameters;
mod schemas;

pub(super) use parameters::parameters;
pub(super) use schemas::{body_example, components, example};

use super::fixed::{Answer, Body, Fixed, NONE};

/// Names that no model's schema may take.
pub(super) const SCHEMA_NAMES: [&str; 19] = [
    "Execution",
    "ExecutionAnswer",
    "ExecutionListAnswer",
    "ExecutionEvent",
    "ExecutionEventListAnswer",
    "ExecutionBody",
    "CancelBody",
    "AnswerBody",
    "ClaimBody",
    "ClaimedAnswer",
    "Claimed",
    "FenceBody",
    "EventsBody",
    "EventsStoredAnswer",
    "HeartbeatAnswer",
    "FinishBody",
    "FinishedAnswer",
    "EventsStored",
    "Heartbeat",
];

const RUN: Fixed = Fixed {
    access: "signed_in",
    tag: "Executions",
    parameters: &["ExecutionId"],
    answer: Answer::Schema("ExecutionAnswer"),
    faults: &[401, 403, 404],
    ..NONE
};

const WORK: Fixed = Fixed {
    method: "POST",
    access: "worker",
    tag: "Workers",
    parameters: &["ExecutionId"],
    faults: &[401, 403, 404, 409, 413, 415],
    ..NONE
};

/// In the order of the document.
pub(super) const CALLS: [Fixed; 13] = [
    Fixed {
        path: "/api/executions",
        id: "listExecutions",
        summary: "List executions",
        note: "The newest first, without their inputs and outputs. `state` may be given more than once; `label` is `name:value`.",
        parameters: &["Limit", "Cursor", "State", "Task", "Label"],
        answer: Answer::Schema("ExecutionListAnswer"),
        faults: &[401, 403],
        ..RUN
    },
    Fixed {
        method: "POST",
        path: "/api/executions",
        id: "createExecution",
        summary: "Run a task",
        note: "It is queued for a worker, or scheduled when `run_at` lies ahead.",
        parameters: &["IdempotencyKey"],
        body: Body::Json("execution"),
        status: 201,
        headers: &["Location", "ETag", "Idempotency-Replayed"],
        faults: &[401, 403, 413, 415],
        ..RUN
    },
    Fixed {
        path: "/api/executions/{id}",
        id: "getExecution",
        summary: "Get an execution",
        note: "With `wait` once its log is longer than `after`, or it is over, or the time is.",
        parameters: &["ExecutionId", "Wait", "After"],
        headers: &["ETag"],
        ..RUN
    },
    Fixed {
        method: "POST",
        path: "/api/executions/{id}/cancel",
        id: "cancelExecution",
        summary: "Cancel an execution",
        note: "One that runs is told to stop, and has `executions.cancel_grace` for it.",
        body: Body::OptionalJson("cancel"),
        faults: &[401, 403, 404, 409, 413, 415],
        ..RUN
    },
    Fixed {
        method: "POST",
        path: "/api/executions/{id}/retry",
        id: "retryExecution",
        summary: "Run it again",
        note: "A new execution with the same input; asked for twice, it is the same one.",
        status: 201,
        headers: &["Location"],
        faults: &[401, 403, 404, 409],
        ..RUN
    },
    Fixed {
        method: "POST",
        path: "/api/executions/{id}/run-now",
        id: "runExecutionNow",
        summary: "Do not wait for `run_at`",
        faults: &[401, 403, 404, 409],
        ..RUN
    },
    Fixed {
        method: "POST",
        path: "/api/executions/{id}/input/{request}",
        id: "answerExecution",
        summary: "Answer what it asks",
        note: "Checked by the request's schema. The same answer again is fine, another one is 409 `already_answered`.",
        parameters: &["ExecutionId", "RequestName"],
        body: Body::Json("answer"),
        faults: &[401, 403, 404, 409, 413, 415],
        ..RUN
    },
    Fixed {
        path: "/api/executions/{id}/events",
        id: "listExecutionEvents",
        summary: "Read its log",
        note: "With `wait` a long poll; with `Accept: text/event-stream` a stream that ends with `event: end`, for which a ticket will do.",
        parameters: &["ExecutionId", "After", "EventLimit", "Wait", "Ticket"],
        answer: Answer::Schema("ExecutionEventListAnswer"),
        nothing: Some("A stream that has ended."),
        ..RUN
    },
    Fixed {
        path: "/api/workers/claim",
        id: "claimExecutions",
        summary: "Claim executions",
        note: "204 when there is no work within `wait_seconds`.",
        parameters: &[],
        body: Body::Json("claim"),
        answer: Answer::Schema("ClaimedAnswer"),
        nothing: Some("There is no work."),
        faults: &[401, 403, 413, 415],
        ..WORK
    },
    Fixed {
        path: "/api/executions/{id}/events",
        id: "reportEvents",
        summary: "Add to its log",
        note: "A batch that is stored already is answered with `duplicate`; one that skips another is 409 `sequence_gap`.",
        body: Body::Json("events"),
        answer: Answer::Schema("EventsStoredAnswer"),
        ..WORK
    },
    Fixed {
        path: "/api/executions/{id}/heartbeat",
        id: "beat",
        summary: "Keep the lease",
        note: "At least three times within a lease.",
        body: Body::Json("fence"),
        answer: Answer::Schema("HeartbeatAnswer"),
        ..WORK
    },
    Fixed {
        path: "/api/executions/{id}/finish",
        id: "finishExecution",
        summary: "Say how it ended",
        note: "The same again under the same fence is fine.",
        body: Body::Json("finish"),
        answer: Answer::Schema("FinishedAnswer"),
        ..WORK
    },
    Fixed {
        path: "/api/executions/{id}/release",
        id: "releaseExecution",
        summary: "Give it back",
        note: "Another worker goes on; the attempt does not count.",
        body: Body::Json("fence"),
        answer: Answer::Schema("FinishedAnswer"),
        ..WORK
    },
];
