//! A code becomes a person: it is exchanged for tokens, and whoever they are about is looked at. Tokens are forgotten
//! right after; none of them, nor the code, is ever in a reason for the log.

use serde_json::{Map, Value as Json};

use super::Known;
use super::attempt::Attempt;
use super::endpoints::Known as Endpoints;
use crate::auth::foreign::Claims;
use crate::config::Protocol;
use crate::{limits, outgoing};

/// Somebody, as the provider knows them.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Their name there, which never changes.
    pub(super) subject: String,
    pub(super) email: Option<String>,
    /// Whether the provider has seen that the address is theirs.
    pub(super) verified: bool,
    pub(super) name: Option<String>,
}

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
    let access = answer["access_token"].as_str().unwrap_or_default();
    let bearer = answer["token_type"].as_str().unwrap_or_default();
    if access.is_empty() || !bearer.eq_ignore_ascii_case("bearer") {
        return refused("its answer has no bearer token");
    }
    let userinfo = endpoints.userinfo.as_deref().unwrap_or_default();
    let person = match &known.settings.protocol {
        Protocol::OpenId { .. } => {
            let token = answer["id_token"].as_str().unwrap_or_default();
            let claims = id_token(known, attempt, token).await?;
            if claims.email().is_none() && !userinfo.is_empty() {
                let said = object(ask(userinfo, access).await?)?;
                if said.get("sub").and_then(Json::as_str) != Some(claims.subject()) {
                    return refused("its userinfo is about somebody else");
                }
                of_userinfo(&said)
            } else {
                of_claims(known, &claims)
            }
        }
        Protocol::OAuth(_) => of_userinfo(&object(ask(userinfo, access).await?)?),
        Protocol::GitHub(_) => of_github(userinfo, access).await?,
    };
    sound(person)
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
        if status.is_client_error() {
            Failed::Refused(reason)
        } else {
            Failed::Unreachable(reason)
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|_| Failed::Refused("its answer is no JSON".to_owned()))
}

fn of_claims(known: &Known, claims: &Claims) -> Person {
    let (email, mut verified) = claims.email().unwrap_or_default();
    // Google has seen the address once; it speaks for its own ones and those of Workspace alone.
    if known.settings.is_google() {
        let own = email.to_ascii_lowercase().ends_with("@gmail.com");
        verified &= own || claims.text("hd").is_some_and(|domain| !domain.is_empty());
    }
    Person {
        subject: claims.subject().to_owned(),
        email: Some(email.to_owned()),
        verified,
        name: claims.text("name").map(str::to_owned),
    }
}

/// Names as OpenID Connect has them, or as others do.
fn of_userinfo(said: &Map<String, Json>) -> Person {
    let text = |name: &str| said.get(name).and_then(Json::as_str);
    let subject = match said.get("sub").or_else(|| said.get("id")) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Number(number)) if number.is_u64() => number.to_string(),
        _ => String::new(),
    };
    let verified = said.get("email_verified");
    let name = ["name", "preferred_username", "username", "login"];
    Person {
        subject,
        email: text("email").map(str::to_owned),
        verified: verified.is_some_and(|truth| *truth == true || *truth == "true"),
        name: name.iter().find_map(|name| text(name)).map(str::to_owned),
    }
}

/// The address in a GitHub profile is what its owner wants to show: those that were verified stand in a list of their own.
async fn of_github(url: &str, token: &str) -> Result<Person> {
    let said = object(ask(url, token).await?)?;
    let emails = match ask(&format!("{url}/emails"), token).await {
        // Without the scope `user:email` there are none to be seen.
        Err(Failed::Refused(_)) => Json::Null,
        other => other?,
    };
    let primary = |entry: &&Json| entry["primary"] == true && entry["verified"] == true;
    let emails = emails.as_array().map(Vec::as_slice).unwrap_or_default();
    let email = emails.iter().find(primary).map(|entry| &entry["email"]);
    let number = said.get("id").and_then(Json::as_u64);
    let text = |name: &str| said.get(name).and_then(Json::as_str);
    Ok(Person {
        subject: number.map(|number| number.to_string()).unwrap_or_default(),
        email: email.and_then(Json::as_str).map(str::to_owned),
        verified: true,
        name: text("name").or_else(|| text("login")).map(str::to_owned),
    })
}

/// Texts within their bounds; an address that is none counts as none.
fn sound(person: Person) -> Result<Person> {
    let Person { subject, .. } = &person;
    if subject.is_empty()
        || subject.len() > limits::SUBJECT_SIZE
        || subject.chars().any(char::is_control)
    {
        return refused("it does not say who it is");
    }
    let is_address = |email: &String| {
        email.len() <= limits::EMAIL_SIZE && email_address::EmailAddress::is_valid(email)
    };
    let email = person.email.filter(is_address);
    let name = person.name.map(|name| {
        name.chars()
            .filter(|letter| !letter.is_control())
            .take(200)
            .collect()
    });
    Ok(Person {
        verified: person.verified && email.is_some(),
        email,
        name: name.filter(|name: &String| !name.is_empty()),
        subject: person.subject,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(said: Json) -> Option<Person> {
        sound(of_userinfo(&object(said).ok()?)).ok()
    }

    #[test]
    fn userinfo_is_read_in_the_words_of_each() {
        let openid =
            json!({"sub": "a", "email": "ada@example.com", "email_verified": true, "name": "Ada"});
        let found = person(openid).unwrap();
        assert_eq!((found.subject.as_str(), found.verified), ("a", true));
        let number = person(json!({"id": 7, "login": "ada", "email": "ada@example.com"})).unwrap();
        assert_eq!((number.subject.as_str(), number.verified), ("7", false));
        assert_eq!(number.name.as_deref(), Some("ada"));
        let odd =
            person(json!({"sub": "a", "email": "no address", "email_verified": true})).unwrap();
        assert_eq!((odd.email, odd.verified), (None, false));
        for said in [
            json!({}),
            json!([]),
            json!({"sub": ""}),
            json!({"sub": null, "id": 1}),
            json!({"id": -1}),
            json!({"id": 1.5}),
            json!({"sub": "a\nb"}),
            json!({"sub": "a".repeat(256)}),
        ] {
            assert!(person(said.clone()).is_none(), "{said}");
        }
    }

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
