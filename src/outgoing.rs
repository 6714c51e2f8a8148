//! The one client for requests to other servers. It asks addresses of the configuration alone, or those that a configured
//! issuer names: https, or http of this machine. It follows no redirect and takes neither long nor large answers.
//!
//! A certificate is checked against the system's roots, where companies put theirs, and Mozilla's, which are in the
//! binary: an image without a CA bundle works, too. The client is made at first use, so that it costs no start.

use std::sync::OnceLock;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::limits;

static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();

/// The client, for requests that are more than a GET. Read answers with `body`.
pub(crate) fn client() -> Result<&'static reqwest::Client> {
    if let Some(client) = CLIENT.get() {
        return Ok(client);
    }
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|der| reqwest::Certificate::from_der(der).ok());
    let client = reqwest::Client::builder()
        .tls_certs_merge(roots)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(limits::OUTGOING_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(10))
        .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Error::internal)?;
    Ok(CLIENT.get_or_init(|| client))
}

/// The bytes of an address. The error says why, for the log.
pub(crate) async fn get(url: &str) -> std::result::Result<Vec<u8>, String> {
    let client = client().map_err(|error| error.to_string())?;
    let asked = client.get(url).header("accept", "application/json").send();
    body(asked.await.map_err(reason)?).await
}

/// The bytes of a good answer.
pub(crate) async fn body(answer: reqwest::Response) -> std::result::Result<Vec<u8>, String> {
    if !answer.status().is_success() {
        return Err(format!("it answered {}", answer.status().as_u16()));
    }
    any_body(answer).await
}

/// The bytes of whatever was answered: OAuth2 says in the body what was wrong.
pub(crate) async fn any_body(
    mut answer: reqwest::Response,
) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(reason)? {
        if bytes.len() + chunk.len() > limits::OUTGOING_SIZE {
            return Err(format!(
                "its answer has more than {} bytes",
                limits::OUTGOING_SIZE
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The innermost cause, which is the telling one; the address is named by who asks.
pub(crate) fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return format!(
            "it took longer than {} s",
            limits::OUTGOING_TIMEOUT.as_secs()
        );
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
