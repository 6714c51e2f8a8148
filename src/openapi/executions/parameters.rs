//! The parameters of the calls on executions.

use serde_json::{Value as Json, json};

use super::schemas;
use crate::limits;
use crate::openapi::parameters::{named, path, query};

/// An object: by their names among the components.
pub(in crate::openapi) fn parameters() -> Json {
    let text = || json!({ "type": "string" });
    let number = |least: i64| json!({ "type": "integer", "format": "int64", "minimum": least });
    json!({
        "ExecutionId": path("The execution's id.", text()),
        "TaskId": path("The task's name.", text()),
        "ArtifactName": named("name", "The file's name: 1 to 200 bytes, without / and \\.", text()),
        "Fence": query("fence", "As the claim said. A program that the server runs may leave it out.", number(1)),
        "RequestName": named("request", "The worker's name for what it asks.", text()),
        "State": query("state", "Keeps those in this state, or in one of these.", json!({ "type": "array", "items": schemas::state() })),
        "Task": query("task", "Keeps those of this task.", text()),
        "Label": query("label", "Keeps those with this label: `name:value`.", json!({ "type": "string", "pattern": "^[^:]*:" })),
        "After": query("after", "The number of the last entry that is known.", number(0)),
        "EventLimit": query("limit", "How many at most.", json!({ "type": "integer", "minimum": 1, "maximum": limits::EVENTS_PAGE, "default": limits::EVENTS_PAGE })),
        "Wait": query("wait", "Seconds to wait for something new.", json!({ "type": "integer", "minimum": 0, "maximum": limits::WAIT, "default": 0 })),
        "Ticket": query("ticket", "Of `POST /api/auth/ws-ticket`: who a stream is for, where no header can say it.", text()),
    })
}
