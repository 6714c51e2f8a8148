//! `hearth auth …`: the secret that signs access tokens.

use clap::{Args, Subcommand};

use super::{Place, print, wait};
use crate::app::Tables;
use crate::clock;
use crate::error::Result;
use crate::services::signing;

/// Replace the secret that signs access tokens
#[derive(Args)]
#[command(after_help = "Example:\n  hearth auth rotate-secret")]
pub(super) struct Auth {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Sign access tokens with a new secret; the old one is accepted until its tokens are over
    #[command(
        after_help = "A running server takes the new secret up within a second. Nobody is signed out.\n\n\
                      Example:\n  hearth auth rotate-secret"
    )]
    RotateSecret,
}

impl Auth {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let app = place.open(Tables::Leave)?;
        let Action::RotateSecret = self.action;
        let until = wait(signing::rotate(&app));
        app.stop();
        print::line(format_args!(
            "Access tokens are signed with a new secret. The old one is accepted until {}; nobody is signed out",
            clock::of_seconds(until?)
        ));
        Ok(())
    }
}
