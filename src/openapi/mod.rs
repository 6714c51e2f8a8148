//! The API's own description: operations and the OpenAPI 3.1 document, built from the models.

use crate::models::Models;

/// One call of the API.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Operation {
    pub method: &'static str,
    /// With names in braces: `/api/items/{id}`.
    pub path: String,
    /// In words: `anyone`, `signed_in`, `owner`, `admin`, `role:editor`, joined by commas.
    pub access: String,
    pub model: Option<String>,
    /// Whether it can be called without a credential.
    pub public: bool,
    pub summary: String,
}

/// Every call that this server answers, in the order of the document.
pub fn operations(_models: &Models) -> Vec<Operation> {
    todo!()
}

/// The OpenAPI 3.1 document. `url` is `server.url`, when it is set.
pub fn document(_models: &Models, _url: Option<&str>) -> serde_json::Value {
    todo!()
}
