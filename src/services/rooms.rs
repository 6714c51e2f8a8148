//! Who may be in a room, and say something there: as the operator declared it. A room that is not declared is none.

use crate::app::App;
use crate::config::rooms::{Room, Who};
use crate::error::{Error, Result};
use crate::services::access::Caller;
use crate::services::scopes::Scope;

pub(crate) fn may_join(app: &App, caller: &Caller, name: &str) -> Result<()> {
    let room = declared(app, name)?;
    caller.must_have(&Scope::Read(None))?;
    must_be(caller, &room.join, "You may not be in this room")
}

pub(crate) fn may_publish(app: &App, caller: &Caller, name: &str) -> Result<()> {
    let room = declared(app, name)?;
    caller.must_have(&Scope::Write(None))?;
    must_be(
        caller,
        &room.publish,
        "You may not say anything in this room",
    )
}

/// The room of that name; else the longest prefix that it has.
fn declared<'a>(app: &'a App, name: &str) -> Result<&'a Room> {
    let rooms = app.config.realtime.rooms.iter();
    rooms
        .filter(|room| room.is(name))
        .max_by_key(|room| (!room.prefix, room.name.len()))
        .ok_or_else(|| Error::not_found("Room"))
}

/// Whether the caller is one of those; refused with that sentence.
pub(crate) fn must_be(caller: &Caller, who: &Who, refusal: &'static str) -> Result<()> {
    let Caller::User(principal) = caller else {
        return Err(Error::not_authenticated());
    };
    let may = match who {
        Who::SignedIn => true,
        Who::Admin => caller.is_admin(),
        Who::Role(role) => caller.is_admin() || principal.role == *role,
    };
    if may {
        Ok(())
    } else {
        Err(Error::forbidden(refusal))
    }
}
