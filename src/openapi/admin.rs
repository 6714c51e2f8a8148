//! Calls of admins on users.

use super::fixed::{Answer, Body, Fixed, NONE};

pub(super) static CALLS: [Fixed; 4] = [
    Fixed {
        path: "/api/admin/users",
        id: "listUsers",
        access: "admin",
        tag: "Admin",
        summary: "List users",
        parameters: &["Limit", "Cursor"],
        answer: Answer::Schema("UserListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        path: "/api/admin/users/{id}",
        id: "getUser",
        access: "admin",
        tag: "Admin",
        summary: "Get a user",
        parameters: &["UserId"],
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 404],
        ..NONE
    },
    Fixed {
        method: "PUT",
        path: "/api/admin/users/{id}",
        id: "updateUser",
        access: "admin",
        tag: "Admin",
        summary: "Update a user",
        note: "A member that is not sent stays as it is.",
        parameters: &["UserId"],
        body: Body::Json("admin_user"),
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 404, 409, 413, 415],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/users/{id}",
        id: "deleteUser",
        access: "admin",
        tag: "Admin",
        summary: "Delete a user",
        note: "With the records of models that say so (`on_owner_delete`).",
        parameters: &["UserId"],
        faults: &[401, 403, 404, 409],
        ..NONE
    },
];
