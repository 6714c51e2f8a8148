//! The models' shape, as admins see and change it: what is declared, what the tables are, and what lies between them. A
//! change goes into `config.toml` and takes effect at the next start: a running server keeps the models it has.

mod change;
mod fit;
mod shown;
mod view;

pub(crate) use change::{preview, update};
pub(crate) use fit::{Fit, check};
pub(crate) use view::get;

use std::sync::OnceLock;

use crate::app::App;
use crate::auth;
use crate::config::edit::File;
use crate::config::{Config, Mistakes};
use crate::error::{Error, Result};
use crate::revisions::{self, Plan};

/// The file as it is now. Reading it again opens secrets that are files, so it is no work for the runtime's threads.
async fn file(app: &App) -> Result<Result<File, Mistakes>> {
    let flags = app.config.flags.clone();
    let read = tokio::task::spawn_blocking(move || File::read(&flags));
    read.await.map_err(Error::internal)
}

/// What a start with that configuration would find to do in this database.
async fn plan(app: &App, config: &Config) -> Result<Plan> {
    let (models, folder) = (config.models.clone(), config.database.revisions.clone());
    let auto_migrate = config.database.auto_migrate;
    app.db
        .read_long(move |db| revisions::plan(db, &models, &folder, auto_migrate))
        .await
}

/// This state of the file. It is salted, so that it gives nobody a way to try what a secret in the file is.
fn etag(file: &File) -> Result<String> {
    static SALT: OnceLock<String> = OnceLock::new();
    let salt = match SALT.get() {
        Some(salt) => salt,
        None => {
            let fresh = auth::random_text()?;
            SALT.get_or_init(|| fresh)
        }
    };
    let digest = auth::digest(format!("{salt}{}{}", file.exists, file.text).as_bytes());
    Ok(format!("\"{}\"", &digest[..22]))
}
