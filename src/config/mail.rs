//! What only `[mail]` needs: the forms of its texts, and how its settings must fit together. Sending is `src/mail/`.

use std::path::PathBuf;

use lettre::message::Mailbox;

use super::load::InForce;
use super::{Config, Findings, Secret, origin};
use crate::error::Mistake;

/// `[mail]` as it is in force.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// None: no mail is sent, and links are logged for the operator.
    pub host: Option<String>,
    pub port: u16,
    /// None: as the port has it.
    pub tls: Option<MailTls>,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// `Name <address>` or an address; without it the user.
    pub from: Option<String>,
    /// The folder that overrides the built-in templates, file by file.
    pub templates: Option<PathBuf>,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte.
    Implicit,
    /// After a greeting in the clear; never without.
    StartTls,
    None,
}

impl Mail {
    /// As set, else as the port has it.
    pub fn encryption(&self) -> MailTls {
        self.tls.unwrap_or(match self.port {
            465 => MailTls::Implicit,
            _ => MailTls::StartTls,
        })
    }

    /// Whom the mails are from.
    pub fn sender(&self) -> Option<&str> {
        self.from.as_deref().or(self.user.as_deref())
    }
}

/// The name or address of a mail server, alone.
pub(super) fn host(text: &str) -> Result<String, String> {
    if text.contains("://") || text.contains('@') {
        return Err(
            "There is no URL form, in which passwords with @ or % break: write host, port, tls, user and password each."
                .to_owned(),
        );
    }
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return Ok(text.to_owned());
    }
    if let Some((name, port)) = text.rsplit_once(':')
        && !name.contains(':')
        && port.parse::<u16>().is_ok()
    {
        return Err(format!(
            "It must be the name alone. Did you mean host = {name:?} and port = {port}?"
        ));
    }
    origin::host(text)
}

pub(super) fn user(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err("It must be a name, without line breaks.".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn from(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) || text.parse::<Mailbox>().is_err() {
        return Err(
            "It must be an address, as \"no-reply@example.com\" or \"Example <no-reply@example.com>\"."
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// What no key of `[mail]` can check alone.
pub(super) fn check(config: &Config, in_force: &[InForce], findings: &mut Findings) {
    let sound = in_force
        .iter()
        .all(|setting| setting.sound || !setting.key.name.starts_with("mail."));
    let mail = &config.mail;
    let Some(host) = mail.host.as_deref().filter(|_| sound) else {
        return;
    };
    let mut refuse = |name: &str, message: String| {
        let found = in_force.iter().find(|setting| setting.key.name == name);
        let line = found.map_or(0, |setting| setting.line);
        findings.mistakes.push(Mistake { line, message });
    };
    if config.server.url.is_none() {
        refuse("mail.host", "`mail.host` is set, so `server.url` must be set, too: links in mails begin with it, and a request's Host may be forged.".to_owned());
    }
    match mail.encryption() {
        MailTls::StartTls if mail.port == 465 => refuse(
            "mail.tls",
            "`mail.tls` is \"starttls\" on port 465, where TLS is from the first byte. Did you mean tls = \"implicit\", or port = 587?"
                .to_owned(),
        ),
        MailTls::None if !may_be_private(host) => refuse(
            "mail.tls",
            format!("`mail.tls` is \"none\", and {host} is neither this machine nor in a private network: others could read every link. Use \"implicit\" or \"starttls\"."),
        ),
        _ => {}
    }
    match (&mail.user, &mail.password) {
        (Some(_), None) => refuse("mail.user", "`mail.user` is set, so `mail.password` must be set, too. For a server without a sign-in set `mail.from` alone.".to_owned()),
        (None, Some(_)) => refuse("mail.password", "`mail.password` is set, so `mail.user` must be set, too.".to_owned()),
        _ => {}
    }
    if mail.sender().is_none_or(|sender| from(sender).is_err()) {
        refuse("mail.host", "`mail.host` is set, so `mail.from` must say whom the mails are from, as \"no-reply@example.com\".".to_owned());
    }
}

/// Whether that may be this machine or one in a private network. A name is looked at once more when it is resolved.
fn may_be_private(host: &str) -> bool {
    let host = match url::Host::parse(host).or_else(|_| url::Host::parse(&format!("[{host}]"))) {
        Ok(host) => host,
        Err(_) => return false,
    };
    !origin::is_public(&match &host {
        url::Host::Domain(name) => url::Host::Domain(name.as_str()),
        url::Host::Ipv4(address) => url::Host::Ipv4(*address),
        url::Host::Ipv6(address) => url::Host::Ipv6(*address),
    })
}
