//! The calls that every Hearth answers, whatever the models: a row each.

pub(super) const TOKEN_PATH: &str = "/api/auth/token";

/// Tags of what is no model; capitals keep them apart from the models' own.
pub(super) const TAGS: [(&str, &str); 6] = [
    ("Accounts", "Signing up, signing in, sessions."),
    ("Admin", "Users and the audit, for admins."),
    ("Changes", "What happened to records."),
    ("Executions", "Durable runs of tasks, with a log for each."),
    ("Workers", "Programs that run tasks."),
    ("Server", "Health, metrics, this document."),
];

/// A call that every Hearth answers, whatever the models.
pub(super) struct Fixed {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    /// `anyone`, `signed_in`, `worker` or `admin`.
    pub(super) access: &'static str,
    /// One of `TAGS`.
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) note: &'static str,
    /// Names of shared parameters.
    pub(super) parameters: &'static [&'static str],
    pub(super) body: Body,
    pub(super) status: u16,
    pub(super) answer: Answer,
    /// When it answers 204.
    pub(super) nothing: Option<&'static str>,
    /// Names of shared headers, beside the request's id.
    pub(super) headers: &'static [&'static str],
    /// Statuses beside those that every call can have.
    pub(super) faults: &'static [u16],
}

impl Fixed {
    /// Those of errors.
    pub(super) fn statuses(&self) -> Vec<u16> {
        let mut statuses = self.faults.to_vec();
        if self.method != "GET" {
            // Who sees as another user writes nothing, whatever the call.
            statuses.push(403);
        }
        statuses
    }
}

pub(super) enum Body {
    None,
    /// A shape of `services/bodies.toml`.
    Json(&'static str),
    /// The same, which may be left out.
    OptionalJson(&'static str),
    TokenForm,
    /// JSON of somebody else's making.
    Foreign,
    /// Bytes of any type.
    File,
}

pub(super) enum Answer {
    /// JSON of that schema.
    Schema(&'static str),
    /// Text of that media type.
    Text(&'static str),
    /// None: the browser goes somewhere else.
    Redirect,
    /// This document.
    Document,
}

/// What most rows have.
pub(super) const NONE: Fixed = Fixed {
    method: "GET",
    path: "",
    id: "",
    access: "anyone",
    tag: "Accounts",
    summary: "",
    note: "",
    parameters: &[],
    body: Body::None,
    status: 200,
    answer: Answer::Schema("Done"),
    nothing: None,
    headers: &[],
    faults: &[],
};

/// All of them, in the order of the document.
pub(super) fn all() -> impl Iterator<Item = &'static Fixed> {
    FIXED
        .iter()
        .chain(&super::second_factor::CALLS)
        .chain(&super::admin::CALLS)
        .chain(&super::schema::CALLS)
        .chain(&super::oversight::CALLS)
        .chain(&super::mailed::MAILED)
        .chain(&super::webhooks::CALLS)
        .chain(&super::providers::CALLS)
        .chain(&super::api_keys::CALLS)
        .chain(&super::changes::CALLS)
        .chain(&super::executions::CALLS)
        .chain(&super::executions::beside::CALLS)
        .chain(&super::server::CALLS)
}

static FIXED: [Fixed; 11] = [
    Fixed {
        method: "POST",
        path: "/api/auth/register",
        id: "register",
        summary: "Sign up",
        note: "Makes a user and signs them in, where `auth.registration` is open. Browsers get the cookie of a sign-in.",
        body: Body::Json("register"),
        status: 201,
        answer: Answer::Schema("SignedInAnswer"),
        headers: &["Set-Cookie"],
        faults: &[401, 403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/setup",
        id: "setUp",
        summary: "Make the first admin",
        note: "Works once, with the token of the link that the server prints while there is no admin.",
        body: Body::Json("setup"),
        status: 201,
        answer: Answer::Schema("SignedInAnswer"),
        headers: &["Set-Cookie"],
        faults: &[403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: TOKEN_PATH,
        id: "createToken",
        summary: "Get tokens, as OAuth2 has it",
        note: "The password and the refresh token grants, for OAuth2 clients. Who has a second factor sends `otp`, too.",
        body: Body::TokenForm,
        answer: Answer::Schema("Tokens"),
        faults: &[401, 403, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/login",
        id: "login",
        summary: "Sign in",
        note: "The refresh token is also set as an HttpOnly cookie, for browsers. Who has a second factor sends a `code`, or hears \
               401 `second_factor_required` with a `challenge` for `POST /api/auth/second-factor`.",
        body: Body::Json("login"),
        answer: Answer::Schema("SignedInAnswer"),
        headers: &["Set-Cookie"],
        faults: &[401, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/refresh",
        id: "refresh",
        summary: "Exchange a refresh token for new tokens",
        note: "Takes the cookie or the body. A token that was exchanged before ends its whole session; only to the same browser \
               the cookie is answered once more within ten seconds, with the same new token, since tabs share it.",
        body: Body::OptionalJson("refresh"),
        answer: Answer::Schema("TokensAnswer"),
        headers: &["Set-Cookie"],
        faults: &[401, 403, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/logout",
        id: "logout",
        access: "signed_in",
        summary: "Sign out",
        note: "Ends this session, or all of the user's.",
        body: Body::OptionalJson("logout"),
        headers: &["Set-Cookie"],
        faults: &[401, 403, 413, 415],
        ..NONE
    },
    Fixed {
        path: "/api/auth/me",
        id: "getMe",
        access: "signed_in",
        summary: "Get the signed-in user",
        answer: Answer::Schema("UserAnswer"),
        faults: &[401],
        ..NONE
    },
    Fixed {
        method: "PUT",
        path: "/api/auth/me",
        id: "updateMe",
        access: "signed_in",
        summary: "Update the signed-in user",
        note: "A member that is not sent stays as it is.",
        body: Body::Json("me"),
        answer: Answer::Schema("UserAnswer"),
        faults: &[401, 403, 413, 415],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/password",
        id: "changePassword",
        access: "signed_in",
        summary: "Change the password",
        note: "Ends the user's other sessions.",
        body: Body::Json("password"),
        faults: &[401, 403, 413, 415, 429],
        ..NONE
    },
    Fixed {
        path: "/api/auth/sessions",
        id: "listSessions",
        access: "signed_in",
        summary: "List the user's sessions",
        answer: Answer::Schema("SessionListAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/auth/sessions/{id}",
        id: "deleteSession",
        access: "signed_in",
        summary: "End a session",
        note: "Acts at once.",
        parameters: &["SessionId"],
        faults: &[401, 403, 404],
        ..NONE
    },
];
