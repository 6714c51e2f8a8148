//! What Hearth mails to users: to whom, how often, with which link. Without a mail server the links are logged for the
//! operator. Nothing here waits for a mail to be sent.

use std::sync::Arc;

use crate::app::App;
use crate::config::Rate;
use crate::error::Result;
use crate::limits;
use crate::mail::{Letter, Outbox, Template};
use crate::services::reset::Wishes;
use crate::services::throttle::Throttle;
use crate::store::accounts::{User, email_key};

/// What mails share.
pub(crate) struct Mailing {
    outbox: Outbox,
    pub(super) wishes: Wishes,
    /// By kind of mail and receiver, so that nobody is buried in mails, and one kind does not keep another away.
    sent: Throttle,
}

impl Mailing {
    pub(crate) fn new() -> Self {
        Mailing {
            outbox: Outbox::new(),
            wishes: Wishes::new(),
            sent: Throttle::new(Rate {
                count: limits::MAILS_PER_ACCOUNT,
                per: limits::MAILS_PERIOD,
            }),
        }
    }

    /// Counts a mail of this kind; 429 when there were enough of late.
    pub(super) fn take(&self, template: Template, receiver: &str) -> Result<()> {
        let key = format!("{}|{}", template.name(), email_key(receiver));
        self.sent.take(&key)
    }

    /// The server ends: what waits is sent now, or never.
    pub(crate) fn close(&self) {
        self.outbox.close();
    }
}

/// Sends what is to be sent until the server ends.
pub(crate) async fn run(app: Arc<App>) {
    let outbox = &app.mailing.outbox;
    tokio::select! {
        () = outbox.run(|| app.config.mail.clone()) => {}
        () = super::reset::run(&app) => {}
    }
}

/// Mails a link of ours that carries this token; without a mail server the operator finds it in the log.
pub(super) fn send_link(app: &App, template: Template, user: &User, to: &str, token: &str) {
    let page = match template {
        Template::ResetPassword => "reset-password",
        Template::ChangeEmail => "change-email",
        _ => "verify-email",
    };
    // Behind the #, so that it is in no server's log; opening the page changes nothing, since others look into mails.
    let link = format!("{}/console/#/{page}/{token}", app.origin());
    if app.config.mail.host.is_none() {
        tracing::info!(
            email = to,
            mail = template.name(),
            link,
            "no mail server is set (mail.host): for the operator, to be handed on to this user alone"
        );
        return;
    }
    post(app, template, user, to, link);
}

/// Tells somebody that something happened to their account, or was tried.
pub(crate) fn notify(app: &App, template: Template, user: &User) {
    let Some(email) = user.email.as_deref() else {
        return;
    };
    if app.config.mail.host.is_none() {
        return;
    }
    let page = match template {
        Template::EmailChanged => "",
        _ => "forgot-password",
    };
    let link = format!("{}/console/#/{page}", app.origin());
    post(app, template, user, email, link);
}

fn post(app: &App, template: Template, user: &User, to: &str, link: String) {
    let origin = app.origin();
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    app.mailing.outbox.put(Letter {
        template,
        to: to.to_owned(),
        email: user.email.clone().unwrap_or_default(),
        name: user.name.clone(),
        host: host.to_owned(),
        link,
    });
}
