//! What the table of settings says of each key. The table itself is `keys.rs`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Config, Network, Rate, Secret};

/// Whether a running server can be told to read its file again. Until it can, every change waits for a restart.
const RELOADS: bool = false;

/// One setting.
#[derive(Debug)]
pub(super) struct Key {
    /// Section and name: `server.port`.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) default: Fallback,
    pub(super) change: Change,
    /// One sentence for the person who sets it.
    pub(super) meaning: &'static str,
}

/// What holds when nothing is set.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fallback {
    /// As one would write it in the file.
    Value(&'static str),
    /// No fixed value: what holds in words, and how one would set it.
    Instead {
        words: &'static str,
        example: &'static str,
    },
}

/// When a changed value comes into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It can be taken up while the server runs.
    Live,
    /// It is fixed when the server starts.
    Restart,
}

/// Puts one choice into the `Config`.
pub(super) type Put = fn(&mut Config);

/// The type of a value with its bounds, and its place in `Config`. Bounds are written as in the file.
#[derive(Debug)]
pub(super) enum Kind {
    Address(fn(&mut Config, IpAddr)),
    Port(fn(&mut Config, u16)),
    Integer {
        least: u32,
        most: u32,
        put: fn(&mut Config, usize),
    },
    Boolean(fn(&mut Config, bool)),
    Duration {
        least: &'static str,
        most: &'static str,
        put: fn(&mut Config, Duration),
    },
    Size {
        least: &'static str,
        most: &'static str,
        put: fn(&mut Config, u64),
    },
    Rate {
        least: &'static str,
        most: &'static str,
        put: fn(&mut Config, Rate),
    },
    Word {
        words: &'static [(&'static str, Put)],
        /// Words that people try, with the reason why not.
        refused: &'static [(&'static str, &'static str)],
    },
    Levels(fn(&mut Config, String)),
    Origin(fn(&mut Config, String)),
    Origins(fn(&mut Config, Vec<String>)),
    Hosts(fn(&mut Config, Vec<String>)),
    Networks(fn(&mut Config, Vec<Network>)),
    /// Whether there are such roles is looked at once all of them are known.
    Roles(fn(&mut Config, Vec<String>)),
    Path(fn(&mut Config, PathBuf)),
    /// A key of ours, which must be long and random.
    Secret(fn(&mut Config, Secret)),
    /// A secret that somebody else made, however short.
    Password(fn(&mut Config, Secret)),
    /// A text of a form of its own.
    Text {
        /// What it must be, in words.
        what: &'static str,
        /// The text as it is kept, or a sentence with the remedy.
        check: fn(&str) -> Result<String, String>,
        put: fn(&mut Config, String),
    },
}

/// A key of an earlier release. Such a file keeps working, with a note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renamed {
    pub(super) old: &'static str,
    /// None: it does nothing any more.
    pub(super) new: Option<&'static str>,
}

impl Key {
    pub(super) fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// The name within its section.
    pub(super) fn short(&self) -> &'static str {
        self.name
            .split_once('.')
            .map_or(self.name, |(_, short)| short)
    }

    /// `HEARTH_SERVER__PORT`
    pub(super) fn variable(&self) -> String {
        format!("HEARTH_{}", self.name.replace('.', "__").to_uppercase())
    }

    pub(super) fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret(_) | Kind::Password(_))
    }

    /// How one would write it: the default where there is one.
    pub(super) fn example(&self) -> &'static str {
        match self.default {
            Fallback::Value(value) => value,
            Fallback::Instead { example, .. } => example,
        }
    }

    pub(super) fn waits_for_restart(&self) -> bool {
        !RELOADS || self.change == Change::Restart
    }

    /// The bounds in words: "1 to 65535".
    pub(super) fn bounds(&self) -> String {
        let fixed = match &self.kind {
            Kind::Integer { least, most, .. } => return format!("{least} to {most}"),
            Kind::Duration { least, most, .. }
            | Kind::Size { least, most, .. }
            | Kind::Rate { least, most, .. } => return format!("{least} to {most}"),
            Kind::Word { words, .. } => {
                let words: Vec<String> =
                    words.iter().map(|(word, _)| format!("{word:?}")).collect();
                return either(&words);
            }
            Kind::Address(_) => "an IP address",
            Kind::Port(_) => "1 to 65535",
            Kind::Boolean(_) => "true or false",
            Kind::Levels(_) => "off, error, warn, info, debug or trace; also by part",
            Kind::Origin(_) => "an origin",
            Kind::Origins(_) => "exact origins",
            Kind::Hosts(_) => "names of hosts",
            Kind::Networks(_) => "address ranges",
            Kind::Roles(_) => "roles",
            Kind::Path(_) => "a path",
            Kind::Secret(_) => "at least 32 bytes",
            Kind::Password(_) => "a secret",
            Kind::Text { what, .. } => what,
        };
        fixed.to_owned()
    }

    /// What a value must be, in words: "a whole number".
    pub(super) fn wanted(&self) -> &'static str {
        match &self.kind {
            Kind::Address(_) => "an IP address in quotes",
            Kind::Port(_) | Kind::Integer { .. } => "a whole number",
            Kind::Boolean(_) => "true or false",
            Kind::Duration { .. } => "a duration in quotes with one unit of ms, s, m, h, d",
            Kind::Size { .. } => "a size in quotes with one unit of B, KiB, MiB, GiB",
            Kind::Rate { .. } => "a rate in quotes, so many /s, /m or /h",
            Kind::Word { .. } | Kind::Levels(_) => "a word in quotes",
            Kind::Origin(_) => "an origin in quotes",
            Kind::Origins(_) => "a list of origins",
            Kind::Hosts(_) => "a list of names",
            Kind::Networks(_) => "a list of address ranges",
            Kind::Roles(_) => "a list of roles",
            Kind::Path(_) => "a path in quotes",
            Kind::Text { .. } => "a text in quotes",
            Kind::Secret(_) | Kind::Password(_) => {
                "a text, `{ file = \"…\" }` or `{ env = \"…\" }`"
            }
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
