//! One mail, handed to the SMTP server of `[mail]`. Certificates are always checked, as the system trusts them; there is
//! no switch. The whole of it has a time limit, since a server may stop in the middle of a sentence.

use std::error::Error as _;
use std::net::IpAddr;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::templates::{self, Words};
use super::{Letter, hidden};
use crate::config::{Mail, MailTls};
use crate::limits;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Why a mail was not taken.
#[derive(Debug)]
pub(crate) struct Failed {
    /// For the log and the operator, in the server's words where it had any.
    pub(crate) reason: String,
    /// Whether another try may do.
    pub(crate) is_temporary: bool,
}

impl Failed {
    fn for_good(reason: impl std::fmt::Display) -> Self {
        Failed {
            reason: reason.to_string(),
            is_temporary: false,
        }
    }

    fn for_now(reason: impl std::fmt::Display) -> Self {
        Failed {
            reason: reason.to_string(),
            is_temporary: true,
        }
    }
}

/// Sends it, or says why not.
pub(crate) async fn send(settings: &Mail, letter: &Letter) -> Result<(), Failed> {
    let sending = async {
        // Templates, and the certificates that the system trusts, are read from files.
        let (owned, letter) = (settings.clone(), letter.clone());
        let prepared = tokio::task::spawn_blocking(move || {
            Ok::<_, Failed>((message(&owned, &letter)?, tls(&owned)?, letter.host))
        });
        let (message, tls, own_name) = prepared.await.map_err(Failed::for_good)??;
        let transport = transport(settings, tls, &own_name).await?;
        transport.send(message).await.map(drop).map_err(refused)
    };
    tokio::time::timeout(limits::MAIL_TIMEOUT, sending)
        .await
        .unwrap_or_else(|_| {
            let limit = limits::MAIL_TIMEOUT.as_secs();
            Err(Failed::for_now(format!(
                "the mail server did not finish within {limit} s"
            )))
        })
}

fn refused(error: lettre::transport::smtp::Error) -> Failed {
    let mut reason = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !reason.contains(&text) {
            reason.push_str(": ");
            reason.push_str(&text);
        }
        next = cause.source();
    }
    Failed {
        reason,
        is_temporary: !(error.is_permanent() || error.is_client()),
    }
}

fn tls(settings: &Mail) -> Result<Tls, Failed> {
    let host = settings.host.clone().unwrap_or_default();
    let parameters = || {
        let built = TlsParameters::builder(host).build_rustls();
        built.map_err(refused)
    };
    Ok(match settings.encryption() {
        MailTls::Implicit => Tls::Wrapper(parameters()?),
        MailTls::StartTls => Tls::Required(parameters()?),
        MailTls::None => Tls::None,
    })
}

async fn transport(settings: &Mail, tls: Tls, own_name: &str) -> Result<Transport, Failed> {
    let host = settings.host.as_deref().unwrap_or_default();
    let server = match tls {
        Tls::None => private_address(host, settings.port).await?.to_string(),
        _ => host.to_owned(),
    };
    let mut builder = Transport::builder_dangerous(server)
        .port(settings.port)
        .tls(tls)
        .timeout(Some(limits::MAIL_TIMEOUT))
        .hello_name(greeting(own_name));
    if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
        let password = password.reveal().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

/// How this server calls itself: the host of its url, without the port.
fn greeting(own_name: &str) -> ClientId {
    match url::Host::parse(own_name.rsplit_once(':').map_or(own_name, |(host, _)| host)) {
        Ok(url::Host::Domain(name)) => ClientId::Domain(name),
        Ok(url::Host::Ipv4(address)) => ClientId::Ipv4(address),
        _ => ClientId::default(),
    }
}

/// Where a name leads to. Without TLS it must be this machine or a private network, whatever the name promised.
async fn private_address(host: &str, port: u16) -> Result<IpAddr, Failed> {
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(Failed::for_now)?;
    let found: Vec<IpAddr> = found.map(|address| address.ip().to_canonical()).collect();
    if let Some(public) = found.iter().find(|address| !is_private(**address)) {
        return Err(Failed::for_good(format!(
            "`mail.tls` is \"none\", and {host} is {public}, which is not in a private network"
        )));
    }
    found
        .first()
        .copied()
        .ok_or_else(|| Failed::for_now(format!("{host} has no address")))
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let shared = first == 100 && (64..128).contains(&second);
            address.is_loopback() || address.is_private() || address.is_link_local() || shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// So that no out-of-office answers come back (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail in its final form, as text and as HTML.
fn message(settings: &Mail, letter: &Letter) -> Result<Message, Failed> {
    let sender = settings.sender().unwrap_or_default();
    let from: Mailbox = sender
        .parse()
        .map_err(|_| Failed::for_good("`mail.from` is no address"))?;
    let to: Address = letter.to.parse().map_err(|_| {
        let to = hidden(&letter.to);
        Failed::for_good(format!("{to} is no address that mail can go to"))
    })?;
    let words = Words::of(letter);
    let written = templates::write(settings.templates.as_deref(), letter.template, &words);
    let id = format!("<{}@{}>", uuid::Uuid::new_v4(), from.email.domain());
    let part = |kind, text: String| SinglePart::builder().header(kind).body(text);
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(written.subject)
        .message_id(Some(id))
        .header(AutoSubmitted)
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, written.text))
                .singlepart(part(ContentType::TEXT_HTML, written.html)),
        )
        .map_err(Failed::for_good)
}
