//! The history of the user's tables. Now a small, safe path: what cannot lose data is done at start, anything else
//! stops the start and says what differs.

use crate::error::Result;
use crate::models::Models;
use crate::store::Opening;

/// Makes and extends the models' tables. With `auto_migrate = false`, or when a difference is beyond the safe path,
/// nothing is changed and the error says what differs and what to do.
pub fn bring_up_to_date(
    _opening: &mut Opening,
    _models: &Models,
    _auto_migrate: bool,
) -> Result<()> {
    todo!()
}
