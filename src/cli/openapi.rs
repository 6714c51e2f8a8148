//! `hearth openapi`: the document that `/openapi.json` serves, for code generators.

use clap::Args;

use super::{Place, print};
use crate::error::Result;
use crate::openapi;
use crate::services::bodies::BODIES;

/// Print the OpenAPI 3.1 document of this project
#[derive(Args)]
#[command(
    after_help = "Example:\n  hearth openapi > openapi.json && npx openapi-typescript openapi.json -o api.d.ts"
)]
pub(super) struct Openapi {}

impl Openapi {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let config = place.load()?;
        print::json(&openapi::document(
            &config.models,
            &BODIES,
            config.server.url.as_deref(),
        ));
        Ok(())
    }
}
