//! How tests act as clients of several addresses: the server trusts the one proxy that they are.

use crate::support::{Answer, Server};
use serde_json::json;

/// `[server] trusted_proxies` for the tests' own address; the tests' `auth` settings come behind it.
pub(crate) fn behind_us(auth: &str) -> String {
    format!("[server]\ntrusted_proxies = [\"127.0.0.1\"]\n[auth]\n{auth}\n")
}

/// Signs in as a client at that address.
pub(crate) async fn login_from(
    server: &Server,
    address: &str,
    email: &str,
    password: &str,
) -> Answer {
    server
        .post(
            "/api/auth/login",
            json!({"email": email, "password": password}),
        )
        .header("x-forwarded-for", address)
        .send()
        .await
}
