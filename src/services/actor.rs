//! Who changes somebody's account, and from where: the same in each entry of the audit. Whether they may is not said here.

use std::net::IpAddr;

use serde_json::json;

use crate::services::access::Caller;
use crate::store::audit::Entry;

/// An admin with their address, or the operator at the command line.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    user: Option<String>,
    /// By what, if not by a session: the operator's hand, or an API key.
    means: serde_json::Map<String, serde_json::Value>,
    address: Option<IpAddr>,
}

impl Actor {
    /// `address` is none at the command line.
    pub(crate) fn new(caller: &Caller, address: Option<IpAddr>) -> Self {
        let means = match (caller, caller.key()) {
            (Caller::Operator { .. }, _) => vec![("by".to_owned(), json!("operator"))],
            (_, Some(key)) => vec![("key".to_owned(), json!(key.id))],
            _ => Vec::new(),
        };
        Actor {
            user: caller.user().map(str::to_owned),
            means: means.into_iter().collect(),
            address,
        }
    }

    /// An entry of what they do to that user, or to what has that id.
    pub(crate) fn entry(&self, action: &str, target: &str) -> Entry {
        let mut entry = Entry::new(action).by(self.user.clone()).on(target);
        entry.address = self.address.map(|address| address.to_string());
        entry.detail(serde_json::Value::Object(self.means.clone()))
    }
}
