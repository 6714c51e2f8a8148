//! Calls that send links by mail, and those that the links' pages make. A link's page itself changes nothing.

use super::fixed::{Body, Fixed, NONE};

pub(super) static MAILED: [Fixed; 6] = [
    Fixed {
        method: "POST",
        path: "/api/auth/verify-email",
        id: "askToVerifyEmail",
        access: "signed_in",
        summary: "Mail the link to verify the address again",
        note: "The first one is sent at registration. It works once, for 24 hours, and until there is a newer one.",
        status: 202,
        faults: &[401, 403, 409, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/verify-email/confirm",
        id: "verifyEmail",
        summary: "Verify an address by its link",
        body: Body::Json("link"),
        faults: &[403, 413, 415],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/reset-password",
        id: "askToResetPassword",
        summary: "Mail a link to set a new password",
        note: "The answer is the same whether there is such an account or not.",
        body: Body::Json("reset_password"),
        status: 202,
        faults: &[413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/reset-password/confirm",
        id: "resetPassword",
        summary: "Set a new password by its link",
        note: "The link works once, for one hour. All of the user's sessions end, the address counts as verified, and nobody is signed in.",
        body: Body::Json("new_password"),
        faults: &[403, 413, 415],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/change-email",
        id: "askToChangeEmail",
        access: "signed_in",
        summary: "Mail a link to a new address",
        note: "The address changes once the link is opened and confirmed. The answer is the same whether the new address has an account or not.",
        body: Body::Json("change_email"),
        status: 202,
        faults: &[401, 403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/change-email/confirm",
        id: "changeEmail",
        summary: "Take the new address by its link",
        note: "The link works once, for 24 hours.",
        body: Body::Json("link"),
        faults: &[403, 409, 413, 415],
        ..NONE
    },
];
