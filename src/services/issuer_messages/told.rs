//! What an issuer's message tells of a user: Clerk's form, or OpenID Connect's members.

use serde_json::Value as Json;

use crate::auth::foreign::is_subject;
use crate::error::{Error, FieldError, Result, Step};

/// What a message tells of a user.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub(super) subject: String,
    pub(super) gone: bool,
    /// Only one that the issuer has seen to be the user's.
    pub(super) email: Option<String>,
    /// None when nothing is said of it.
    pub(super) name: Option<Option<String>>,
}

impl Told {
    /// None for messages about something else.
    pub(super) fn read(message: &Json) -> Result<Option<Told>> {
        let gone = match message["type"].as_str() {
            Some("user.created" | "user.updated") => false,
            Some("user.deleted") => true,
            _ => return Ok(None),
        };
        let data = &message["data"];
        let subject = data["id"].as_str().or_else(|| data["sub"].as_str());
        let subject = subject.filter(|subject| is_subject(subject));
        let Some(subject) = subject else {
            let at = ["body", "data", "id"].map(Step::from);
            return Err(Error::invalid(vec![FieldError::new(
                "missing",
                &at,
                "Field required",
            )]));
        };
        Ok(Some(Told {
            subject: subject.to_owned(),
            gone,
            email: email(data),
            name: name(data),
        }))
    }
}

/// Clerk has a list of addresses, of which one is the primary; others have OpenID Connect's two members.
fn email(data: &Json) -> Option<String> {
    let (email, verified) = match data["email_addresses"].as_array() {
        Some(list) => {
            let primary = data["primary_email_address_id"].as_str()?;
            let found = list.iter().find(|one| one["id"] == primary)?;
            let verified = found["verification"]["status"] == "verified";
            (&found["email_address"], verified)
        }
        None => (&data["email"], data["email_verified"] == true),
    };
    let email = email.as_str().filter(|_| verified)?;
    email_address::EmailAddress::is_valid(email).then(|| email.to_owned())
}

fn name(data: &Json) -> Option<Option<String>> {
    let names = ["name", "first_name", "last_name"];
    if names.iter().all(|name| data.get(name).is_none()) {
        return None;
    }
    let parts = match data["name"].as_str() {
        Some(whole) => vec![whole],
        None => ["first_name", "last_name"]
            .iter()
            .filter_map(|part| data[part].as_str())
            .filter(|part| !part.is_empty())
            .collect(),
    };
    let joined: String = parts.join(" ").chars().take(200).collect();
    Some(Some(joined).filter(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(message: Json) -> Option<Told> {
        Told::read(&message).unwrap()
    }

    #[test]
    fn clerks_primary_address_is_taken_if_it_is_verified() {
        let message = |status: &str, primary: &str| {
            let address = |id: &str, text: &str, status: &str| json!({"id": id, "email_address": text, "verification": {"status": status}});
            told(json!({"type": "user.updated", "data": {
                "id": "user_1", "first_name": "Ada", "last_name": "Lovelace", "primary_email_address_id": primary,
                "email_addresses": [address("a", "old@example.com", "verified"), address("b", "ada@example.com", status)],
            }}))
            .unwrap()
        };
        let read = message("verified", "b");
        assert_eq!(read.email.as_deref(), Some("ada@example.com"));
        assert_eq!(read.name, Some(Some("Ada Lovelace".to_owned())));
        assert_eq!(message("unverified", "b").email, None);
        assert_eq!(message("verified", "c").email, None);
    }

    #[test]
    fn the_members_of_openid_connect_are_known_too() {
        let read = told(json!({"type": "user.created", "data": {
            "sub": "u1", "email": "ada@example.com", "email_verified": true, "name": "Ada"}}));
        let read = read.unwrap();
        assert_eq!((read.subject.as_str(), read.gone), ("u1", false));
        assert_eq!(read.email.as_deref(), Some("ada@example.com"));
        for (email, verified) in [
            (json!("ada@example.com"), json!(false)),
            (json!("ada@example.com"), json!("true")),
            (json!("nonsense"), json!(true)),
            (json!(5), json!(true)),
        ] {
            let read = told(json!({"type": "user.created", "data": {
                "id": "u1", "email": email, "email_verified": verified, "first_name": null}}));
            let read = read.unwrap();
            assert_eq!((read.email, read.name), (None, Some(None)));
        }
    }

    #[test]
    fn other_messages_are_nothing_and_a_user_needs_an_id() {
        for message in [
            json!({"type": "session.created", "data": {"id": "x"}}),
            json!({"type": "user.createdAtLast"}),
            json!([1]),
            json!("user.created"),
        ] {
            assert_eq!(told(message), None);
        }
        for data in [json!({}), json!({"id": ""}), json!({"id": 5}), json!([])] {
            let message = json!({"type": "user.deleted", "data": data});
            assert!(Told::read(&message).is_err());
        }
    }
}
