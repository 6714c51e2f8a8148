//! `hearth routes`: every call of this project's API, who may make it.

use clap::Args;

use super::{Place, print};
use crate::error::Result;
use crate::openapi;

/// List every call of the API: method, path, access, model
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hearth routes\n  hearth routes --public\n  hearth routes --json"
)]
pub(super) struct Routes {
    /// Only those that need no sign-in
    #[arg(long)]
    public: bool,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Routes {
    pub(super) fn run(self, place: &Place) -> Result<()> {
        let config = place.load()?;
        let mut operations = openapi::operations(&config.models);
        operations.extend(openapi::beside());
        if self.public {
            operations.retain(|operation| operation.public);
        }
        if self.json {
            print::json(&operations);
            return Ok(());
        }
        let mut rows = vec![
            ["METHOD", "PATH", "ACCESS", "MODEL"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for operation in operations {
            let model = operation.model.unwrap_or_default();
            rows.push(vec![
                operation.method.to_owned(),
                operation.path,
                operation.access,
                model,
            ]);
        }
        print::table(&rows);
        Ok(())
    }
}
