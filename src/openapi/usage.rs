//! How a field takes part in the messages that there are of a record.

use crate::models::Field;

/// For which message a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Answer,
    Create,
    /// PUT: like Create, but nothing has to be sent.
    Update,
    /// PATCH: the same, and objects are merged.
    Patch,
    /// An object within a PATCH: null removes a member.
    Merge,
}

impl Use {
    /// Whether the field takes part in such a message.
    pub(super) fn has(self, field: &Field) -> bool {
        match self {
            Use::Answer => !field.write_only,
            _ => !field.read_only,
        }
    }

    /// Whether the field can't be absent in a declared object of such a message.
    pub(super) fn requires(self, field: &Field) -> bool {
        match self {
            Use::Answer => field.required,
            Use::Create => field.required && field.default.is_none(),
            Use::Update | Use::Patch | Use::Merge => false,
        }
    }

    /// Whether the field may be null in such a message.
    pub(super) fn allows_null(self, field: &Field) -> bool {
        !field.required || (self == Use::Merge && field.default.is_some())
    }

    /// What holds for the members of an object field: they are sent whole, unless they are merged.
    pub(super) fn within(self) -> Use {
        match self {
            Use::Answer => Use::Answer,
            Use::Create | Use::Update => Use::Create,
            Use::Patch | Use::Merge => Use::Merge,
        }
    }
}
