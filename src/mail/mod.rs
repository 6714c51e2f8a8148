//! Mails: what they say (`templates`), how they wait (`outbox`), and how one is handed to the SMTP server (`smtp`).
//! Knows no database and no HTTP; why a mail is sent is `services/links`' and `services/notices`' affair.

pub(crate) mod dialogue;
pub(crate) mod outbox;
pub(crate) mod smtp;
pub(crate) mod templates;

pub(crate) use outbox::Outbox;
pub(crate) use templates::Template;

/// A mail before it is written: its words are put together only when it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) template: Template,
    /// The address that it goes to.
    pub(crate) to: String,
    /// The address of the account that it is about.
    pub(crate) email: String,
    /// What to call the person.
    pub(crate) name: Option<String>,
    /// With its token; never in the log of a server that sends mails.
    pub(crate) link: String,
    /// How people know this server: `app.example.com`.
    pub(crate) host: String,
}

/// An address as the log has it: `a…@example.com`.
pub(crate) fn hidden(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn of_an_address_only_the_first_letter_and_the_domain_are_told() {
        assert_eq!(super::hidden("ada@example.com"), "a…@example.com");
        assert_eq!(super::hidden("\"a@b\"@example.com"), "\"…@example.com");
        assert_eq!(super::hidden("nonsense"), "…");
    }
}
