//! Sign-in at providers (`[[auth.providers]]`): OpenID Connect and OAuth2, code with PKCE.
//!
//! `attempt` is what the browser holds of a sign-in on its way, `endpoints` where the provider is asked, `exchange` how a
//! code becomes a `person`, `arrival` who that is here, `sign_in` the way there and back. It ends in `entrance`, as every
//! sign-in does.

use std::sync::Arc;

use serde::Serialize;

use crate::app::App;
use crate::config::{Config, Protocol, Provider};
use crate::error::{Code, Error, Result};
use crate::services::issuer_keys::Keys;
use attempt::Attempts;
use endpoints::Description;

mod arrival;
pub(crate) mod attempt;
mod endpoints;
mod exchange;
mod person;
pub(crate) mod sign_in;

/// All of them at work, in the order of the configuration.
pub(crate) struct Providers {
    list: Vec<Known>,
    attempts: Attempts,
}

/// One of `[[auth.providers]]` at work.
struct Known {
    settings: Provider,
    description: Description,
    /// Of OpenID Connect alone.
    keys: Option<Arc<Keys>>,
}

/// What a sign-in page shows.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'p> {
    name: &'p str,
    title: &'p str,
}

impl Providers {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        Ok(Providers {
            list: config.auth.providers.iter().map(Known::new).collect(),
            attempts: Attempts::new()?,
        })
    }

    pub(crate) fn list(&self) -> Vec<Shown<'_>> {
        let shown = self.list.iter().map(|known| Shown {
            name: &known.settings.name,
            title: &known.settings.title,
        });
        shown.collect()
    }

    fn find(&self, name: &str) -> Result<&Known> {
        let found = self.list.iter().find(|known| known.settings.name == name);
        found.ok_or_else(|| Error::not_found("Provider"))
    }
}

impl Known {
    fn new(settings: &Provider) -> Self {
        let keys = match &settings.protocol {
            Protocol::OpenId { discovery } => {
                let source = crate::config::KeySource::Discovery(discovery.clone());
                Some(Keys::new(&settings.issuer, source))
            }
            _ => None,
        };
        Known {
            description: Description::new(&settings.issuer, &settings.protocol),
            settings: settings.clone(),
            keys,
        }
    }

    /// Exactly as it is registered there.
    fn redirect(&self, app: &App) -> String {
        format!("{}{}", app.origin(), self.settings.callback())
    }
}

/// Why a sign-in came to nothing: a word for the page that tells it to a person, and the error for a program.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) word: &'static str,
    pub(crate) error: Error,
}

impl Refused {
    fn new(word: &'static str, error: Error) -> Self {
        Refused { word, error }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let word = match error.code() {
            Code::TooManyRequests => "too_many_tries",
            Code::Unavailable | Code::SchemaChanged => "unavailable",
            _ => "internal",
        };
        Refused { word, error }
    }
}
