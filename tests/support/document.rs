//! The server's own OpenAPI document, against which each answer is checked: is this status declared for this operation,
//! and does the body fit its schema?

use std::collections::HashMap;
use std::sync::Mutex;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Answer;

pub(crate) struct Document {
    json: Value,
    /// By the place of the schema in the document.
    validators: Mutex<HashMap<String, std::sync::Arc<Validator>>>,
}

impl Document {
    pub(crate) fn new(json: Value) -> Self {
        Document {
            json,
            validators: Mutex::default(),
        }
    }

    /// Panics when the answer is not as the document says. Paths that are no operation must be errors of the usual form.
    pub(crate) fn check(&self, method: &str, path: &str, answer: &Answer) {
        let lower = match method {
            "HEAD" | "OPTIONS" => return,
            other => other.to_lowercase(),
        };
        let Some((template, operation)) = self.operation(path, &lower) else {
            return Self::check_error(method, path, answer);
        };
        let status = answer.status.to_string();
        let responses = &operation["responses"];
        let named = if responses.get(&status).is_some() {
            status.as_str()
        } else {
            "default"
        };
        let mut place = format!(
            "/paths/{}/{lower}/responses/{named}",
            template.replace('/', "~1")
        );
        let Some(mut response) = self.json.pointer(&place) else {
            panic!(
                "{method} {path}: the document has no answer {status}: {}",
                answer.text()
            );
        };
        if let Some(reference) = response["$ref"].as_str() {
            place = reference.trim_start_matches('#').to_owned();
            response = self.json.pointer(&place).unwrap();
        }
        let Some(content) = response.get("content") else {
            assert!(
                answer.body.is_empty(),
                "{method} {path}: a {status} has no body: {}",
                answer.text()
            );
            return;
        };
        let kind = answer
            .header("content-type")
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        assert!(
            content.get(&kind).is_some(),
            "{method} {path}: the document has no {kind} for {status}"
        );
        if kind == "application/json" {
            self.check_schema(
                &format!("{place}/content/application~1json/schema"),
                method,
                path,
                answer,
            );
        }
    }

    fn check_schema(&self, place: &str, method: &str, path: &str, answer: &Answer) {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            std::sync::Arc::clone(
                validators
                    .entry(place.to_owned())
                    .or_insert_with(|| self.compile(place).into()),
            )
        };
        let body = answer.json();
        let faults: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{method} {path} {}: {}\n{}",
            answer.status,
            faults.join("\n"),
            answer.text()
        );
    }

    fn compile(&self, place: &str) -> Validator {
        let mut root = json!({"$schema": "https://json-schema.org/draft/2020-12/schema"});
        root["components"] = self.json["components"].clone();
        root["allOf"] = json!([self.json.pointer(place).unwrap()]);
        jsonschema::options()
            .should_validate_formats(true)
            .build(&root)
            .unwrap()
    }

    /// The operation of a path: literal segments win over parameters.
    fn operation(&self, path: &str, method: &str) -> Option<(String, &Value)> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.trim_matches('/').split('/').collect();
            parts.len() == segments.len()
                && parts
                    .iter()
                    .zip(&segments)
                    .all(|(part, segment)| part.starts_with('{') || part == segment)
        };
        let paths = self.json["paths"].as_object().unwrap();
        let mut found: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
        found.sort_by_key(|template| template.matches('{').count());
        let template = found.first()?;
        paths[*template]
            .get(method)
            .map(|operation| ((*template).clone(), operation))
    }

    fn check_error(method: &str, path: &str, answer: &Answer) {
        assert!(
            answer.status >= 400,
            "{method} {path} is not in the document and answers {}",
            answer.status
        );
        let body = answer.json();
        assert_eq!(body["success"], false, "{method} {path}: {body}");
        assert!(
            body["code"].is_string() && body["request_id"].is_string(),
            "{method} {path}: {body}"
        );
    }
}
