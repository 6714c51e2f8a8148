//! Who somebody is, in the words of each kind of provider: claims of an ID token, userinfo, GitHub's answers.

use serde_json::{Map, Value as Json};

use crate::auth::foreign::Claims;
use crate::limits;

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

impl Person {
    pub(super) fn of_claims(claims: &Claims, is_google: bool) -> Self {
        let (email, verified) = claims.email().unwrap_or_default();
        Person {
            subject: claims.subject().to_owned(),
            email: Some(email.to_owned()),
            verified: verified && (!is_google || google_speaks_for(email, claims.text("hd"))),
            name: claims.text("name").map(str::to_owned),
        }
    }

    /// Names as OpenID Connect has them, or as others do.
    pub(super) fn of_userinfo(said: &Map<String, Json>) -> Self {
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

    /// Of `/user` and `/user/emails`. The address in the profile is what its owner wants to show; those that were verified
    /// stand in the list.
    pub(super) fn of_github(said: &Map<String, Json>, emails: &Json) -> Self {
        let primary = |entry: &&Json| entry["primary"] == true && entry["verified"] == true;
        let emails = emails.as_array().map(Vec::as_slice).unwrap_or_default();
        let email = emails.iter().find(primary).map(|entry| &entry["email"]);
        let number = said.get("id").and_then(Json::as_u64);
        let text = |name: &str| said.get(name).and_then(Json::as_str);
        Person {
            subject: number.map(|number| number.to_string()).unwrap_or_default(),
            email: email.and_then(Json::as_str).map(str::to_owned),
            verified: true,
            name: text("name").or_else(|| text("login")).map(str::to_owned),
        }
    }

    /// With texts within their bounds; an address that is none counts as none, and who has no name is nobody.
    pub(super) fn sound(self) -> Option<Self> {
        let subject = &self.subject;
        if subject.is_empty()
            || subject.len() > limits::SUBJECT_SIZE
            || subject.chars().any(char::is_control)
        {
            return None;
        }
        let is_address = |email: &String| {
            email.len() <= limits::EMAIL_SIZE && email_address::EmailAddress::is_valid(email)
        };
        let email = self.email.filter(is_address);
        let plain = |name: String| -> String {
            let letters = name.chars().filter(|letter| !letter.is_control());
            letters.take(200).collect()
        };
        Some(Person {
            verified: self.verified && email.is_some(),
            email,
            name: self.name.map(plain).filter(|name| !name.is_empty()),
            subject: self.subject,
        })
    }
}

/// Google says `email_verified` of every address that it has seen once, and that it speaks for its own ones and those of
/// Workspace alone ("Verify the Google ID token", on `hd`).
fn google_speaks_for(email: &str, domain: Option<&str>) -> bool {
    email.to_ascii_lowercase().ends_with("@gmail.com")
        || domain.is_some_and(|domain| !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(said: Json) -> Option<Person> {
        Person::of_userinfo(said.as_object()?).sound()
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
    fn google_speaks_for_its_own_addresses() {
        assert!(google_speaks_for("Ada@Gmail.com", None));
        assert!(google_speaks_for("ada@example.com", Some("example.com")));
        for other in [
            "ada@example.com",
            "ada@gmail.com.example",
            "ada@notgmail.com",
        ] {
            assert!(!google_speaks_for(other, None), "{other}");
        }
        assert!(!google_speaks_for("ada@example.com", Some("")));
    }
}
