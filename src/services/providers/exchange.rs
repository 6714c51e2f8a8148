//! A code becomes a person: it is exchanged for tokens, and whoever they are about is looked at. Tokens are forgotten
//! right after; none of them, nor the code, is ever in a reason for the log.

use serde_json::{Map, Value as Json};

use super::Known;
use super::attempt::Attempt;
use super::endpoints::Known as Endpoints;
use super::person::Person;
use crate::auth::foreign::Claims;
use crate::config::Protocol;
use crate::outgoing;

/// Why there is none, in words for the log.
#[derive(Debug)]
pub(super) enum Failed {
    /// It may work later.
    Unreachable(String),
    /// The provider did not want to, or what it said does not hold.
    Refused(String),
}

type Result<T> = std::result::Result<T, Failed>;

fn refused<T>(reason: &str) -> Result<T> {
    Err(Failed::Refused(reason.to_owned()))
}

/// Whose code it is. `redirect` is the address at which it came.
pub(super) async fn person(
    known: &Known,
    endpoints: &Endpoints,
    attempt: &Attempt,
    code: &str,
    redirect: &str,
) -> Result<Person> {
    let answer = tokens(known, endpoints, attempt, code, redirect).await?;
    let text = |name: &str| answer.get(name).and_then(Json::as_str).unwrap_or_default();
    let access = text("access_token");
    if access.is_empty() || !text("token_type").eq_ignore_ascii_case("bearer") {
        return refused("its answer has no bearer token");
    }
    let userinfo = endpoints.userinfo.as_deref().unwrap_or_default();
    let person = match &known.settings.protocol {
        Protocol::OpenId { .. } => {
            let claims = id_token(known, attempt, text("id_token")).await?;
            let is_google = known.settings.is_google();
            if claims.email().is_none() && !userinfo.is_empty() && !is_google {
                let said = object(ask(userinfo, access).await?)?;
                if said.get("sub").and_then(Json::as_str) != Some(claims.subject()) {
                    return refused("its userinfo is about somebody else");
                }
                Person::of_userinfo(&said)
            } else {
                Person::of_claims(&claims, is_google)
            }
        }
        Protocol::OAuth(_) => Person::of_userinfo(&object(ask(userinfo, access).await?)?),
        Protocol::GitHub(_) => {
            let said = object(ask(userinfo, access).await?)?;
            let emails = match ask(&format!("{userinfo}/emails"), access).await {
                // Without the scope `user:email` there are none to be seen.
                Err(Failed::Refused(_)) => Json::Null,
                other => other?,
            };
            Person::of_github(&said, &emails)
        }
    };
    let nobody = || Failed::Refused("it does not say who it is".to_owned());
    person.sound().ok_or_else(nobody)
}

async fn id_token(known: &Known, attempt: &Attempt, token: &str) -> Result<Claims> {
    let (client, nonce) = (&known.settings.client_id, &attempt.nonce);
    match &known.keys {
        Some(keys) => keys
            .id_token(token, client, nonce)
            .await
            .map_err(|_| Failed::Refused("its ID token does not hold".to_owned())),
        None => refused("it has no keys"),
    }
}

/// RFC 6749, section 4.1.3, with PKCE's verifier.
async fn tokens(
    known: &Known,
    endpoints: &Endpoints,
    attempt: &Attempt,
    code: &str,
    redirect: &str,
) -> Result<Map<String, Json>> {
    let settings = &known.settings;
    let secret = settings.client_secret.reveal();
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", &attempt.verifier),
    ];
    if !endpoints.basic {
        form.extend([
            ("client_id", settings.client_id.as_str()),
            ("client_secret", secret),
        ]);
    }
    let client = outgoing::client().map_err(|error| Failed::Unreachable(error.to_string()))?;
    let mut request = client
        .post(&endpoints.token)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&form));
    if endpoints.basic {
        // Section 2.3.1 has both encoded before they are joined.
        let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let (name, word): (String, String) = (part(&settings.client_id), part(secret));
        request = request.basic_auth(name, Some(word));
    }
    let answer = request.send().await.map_err(outgoing::reason);
    granted(answer.map_err(Failed::Unreachable)?).await
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// The tokens of an answer, unless it is an error.
async fn granted(answer: reqwest::Response) -> Result<Map<String, Json>> {
    let status = answer.status();
    let bytes = outgoing::any_body(answer)
        .await
        .map_err(Failed::Unreachable)?;
    let said = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
    if status.is_server_error() {
        return Err(Failed::Unreachable(format!("it answered {status}")));
    }
    // GitHub answers 200 with an error in it.
    if let Some(error) = said.get("error") {
        return refused(&format!("it refuses the code: {}", word(error)));
    }
    if !status.is_success() {
        return refused(&format!("it answered {status}"));
    }
    object(said)
}

/// An `error` of OAuth2, as far as it is one: what else may stand there is not for the log.
pub(super) fn word(error: &Json) -> &str {
    let plain = |text: &&str| {
        text.len() <= 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    error.as_str().filter(plain).unwrap_or("no error of OAuth2")
}

fn object(said: Json) -> Result<Map<String, Json>> {
    match said {
        Json::Object(members) => Ok(members),
        _ => refused("its answer is no JSON object"),
    }
}

/// What an address says to whoever has that token.
async fn ask(url: &str, token: &str) -> Result<Json> {
    let client = outgoing::client().map_err(|error| Failed::Unreachable(error.to_string()))?;
    let request = client
        .get(url)
        .header("accept", "application/json")
        .bearer_auth(token);
    let answer = request.send().await.map_err(outgoing::reason);
    let answer = answer.map_err(Failed::Unreachable)?;
    let status = answer.status();
    let bytes = outgoing::body(answer).await.map_err(|reason| {
        let later = status.as_u16() == 429;
        if status.is_client_error() && !later {
            Failed::Refused(reason)
        } else {
            Failed::Unreachable(reason)
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|_| Failed::Refused("its answer is no JSON".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_plain_word_of_an_error_is_for_the_log() {
        assert_eq!(word(&json!("invalid_grant")), "invalid_grant");
        for odd in [
            json!("code ABC is wrong"),
            json!({"a": 1}),
            json!("x".repeat(65)),
        ] {
            assert_eq!(word(&odd), "no error of OAuth2");
        }
    }
}
