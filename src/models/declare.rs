//! Reads `[models.*]` and checks every word of it; each mistake has its line and a remedy.

use super::Models;
use crate::document::{Document, Table};

/// The models declared in a `models` table. Mistakes are noted in `document`; what is returned is of use only when
/// there are none. `roles` are the names of `[auth.roles.*]`.
pub fn read(_document: &Document<'_>, _models: &Table<'_>, _roles: &[String]) -> Models {
    todo!()
}
