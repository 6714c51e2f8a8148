//! `[realtime.rooms.NAME]`: rooms in which clients talk to each other. Without an entry there is no room.

use std::ops::Range;
use std::time::Duration;

use serde_json::json;

use super::form::{Form, Raw};
use super::{Rate, Setting};
use crate::document::{Document, Spanned, Table, Value, did_you_mean};

/// `[realtime]`, with its rooms.
#[derive(Clone, Debug)]
pub struct Realtime {
    /// Sockets at once: in all, and of one user.
    pub sockets: usize,
    pub sockets_per_user: usize,
    /// Of one socket.
    pub subscriptions: usize,
    /// Bytes of a frame that comes in.
    pub frame_size: usize,
    pub frame_rate: Rate,
    /// How long changes are kept, and how many.
    pub change_retention: Duration,
    pub changes: usize,
    /// What `[realtime.rooms.NAME]` says.
    pub rooms: Vec<Room>,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Room {
    /// Without the `*` of a prefix.
    pub name: String,
    /// Whether it stands for all rooms whose names begin so.
    pub prefix: bool,
    pub join: Who,
    pub publish: Who,
    pub line: usize,
}

/// Who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    SignedIn,
    Admin,
    Role(String),
}

/// More is no name.
const NAME_LENGTH: usize = 64;
pub(super) const NAME: &str = "^[A-Za-z0-9_.-]{0,64}\\*?$";

impl Room {
    pub(super) fn shown(&self, file: &str) -> Setting {
        let star = if self.prefix { "*" } else { "" };
        Setting {
            name: format!("realtime.rooms.{}{star}", self.name),
            value: json!({ "join": self.join.word(), "publish": self.publish.word() }),
            source: format!("{file}:{}", self.line),
            bounds: "join, publish".to_owned(),
            restart: true,
        }
    }

    /// Whether a room of that name is declared by this entry.
    pub(crate) fn is(&self, name: &str) -> bool {
        let fits = !name.is_empty()
            && name.len() <= NAME_LENGTH
            && name.bytes().all(|byte| is_letter(byte) || byte == b':');
        fits && (name == self.name || (self.prefix && name.starts_with(&self.name)))
    }
}

impl Who {
    fn word(&self) -> String {
        match self {
            Who::SignedIn => "signed_in".to_owned(),
            Who::Admin => "admin".to_owned(),
            Who::Role(role) => format!("role:{role}"),
        }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}

/// The rooms of `[realtime.rooms]`; mistakes are noted in the document.
pub(super) fn read(
    document: &Document<'_>,
    span: &Range<usize>,
    rooms: &Spanned<Value<'_>>,
) -> Vec<Room> {
    let Some(table) = rooms.get_ref().as_table() else {
        document.mistake(
            span,
            "`realtime.rooms` is declared room by room: write `[realtime.rooms.lobby]`.",
        );
        return Vec::new();
    };
    let mut list = Vec::new();
    for (name, value) in table {
        let span = name.span();
        let full = name.get_ref();
        let bare = full.strip_suffix('*').unwrap_or(full);
        if bare.len() > NAME_LENGTH || !bare.bytes().all(is_letter) || full.is_empty() {
            document.mistake(
                &span,
                format!(
                    "`{full}` can't be the name of a room: it has letters, digits and _ . -, at most {NAME_LENGTH}; \
                     `\"chat-*\"` stands for all that begin so."
                ),
            );
        }
        let Some(entries) = value.get_ref().as_table() else {
            document.mistake(
                &span,
                format!("`realtime.rooms.{full}` is a table: write `[realtime.rooms.{full}]`."),
            );
            continue;
        };
        let mut room = Room {
            name: bare.to_owned(),
            prefix: bare.len() < full.len(),
            join: Who::SignedIn,
            publish: Who::SignedIn,
            line: document.line(&span),
        };
        fill(document, full, entries, &mut room);
        list.push(room);
    }
    list
}

fn fill(document: &Document<'_>, name: &str, entries: &Table<'_>, room: &mut Room) {
    for (key, value) in entries {
        let place = match key.get_ref().as_ref() {
            "join" => &mut room.join,
            "publish" => &mut room.publish,
            other => {
                let hint = did_you_mean(other, ["join", "publish"]);
                document.mistake(
                    &key.span(),
                    format!("`[realtime.rooms.{name}]` has no key `{other}`.{hint}"),
                );
                continue;
            }
        };
        let path = format!("realtime.rooms.{name}.{}", key.get_ref());
        if let Some(who) = who(document, &path, value) {
            *place = who;
        }
    }
}

/// Who may; a mistake is noted for the key at `path`.
pub(super) fn who(document: &Document<'_>, path: &str, value: &Spanned<Value<'_>>) -> Option<Who> {
    match Raw::read(document, value).form {
        Form::Text(text) if text == "signed_in" => Some(Who::SignedIn),
        Form::Text(text) if text == "admin" => Some(Who::Admin),
        Form::Text(text)
            if text
                .strip_prefix("role:")
                .is_some_and(|role| !role.is_empty()) =>
        {
            Some(Who::Role(text["role:".len()..].to_owned()))
        }
        _ => {
            let message = format!("`{path}` is `\"signed_in\"`, `\"admin\"` or `\"role:NAME\"`.");
            document.mistake(&value.span(), message);
            None
        }
    }
}
