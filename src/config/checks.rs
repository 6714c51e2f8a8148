//! What no key can check alone: settings that contradict each other, and what deserves a note.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::load::InForce;
use super::{Config, Findings, mail};
use crate::document::did_you_mean;
use crate::error::Mistake;

/// Every check.
pub(super) fn all(config: &Config, in_force: &[InForce], findings: &mut Findings) {
    lifetimes(config, in_force, findings);
    served(config, in_force, findings);
    mail::check(config, in_force, findings);
}

/// A lifetime must not be shorter than the one before it.
fn lifetimes(config: &Config, in_force: &[InForce], findings: &mut Findings) {
    let auth = &config.auth;
    let steps = [
        ("auth.access_lifetime", auth.access_lifetime),
        ("auth.refresh_lifetime", auth.refresh_lifetime),
        ("auth.session_lifetime", auth.session_lifetime),
    ];
    for pair in steps.windows(2) {
        let [(shorter, least), (longer, most)] = pair else {
            continue;
        };
        let sound = |name: &str| {
            in_force
                .iter()
                .any(|setting| setting.key.name == name && setting.sound)
        };
        if least > most && sound(shorter) && sound(longer) {
            findings
                .mistakes
                .push(too_short(in_force, (shorter, *least), (longer, *most)));
        }
    }
}

fn too_short(in_force: &[InForce], shorter: (&str, Duration), longer: (&str, Duration)) -> Mistake {
    let find = |name: &str| in_force.iter().find(|setting| setting.key.name == name);
    let show = |(name, time): (&str, Duration)| {
        find(name).map_or_else(
            || format!("`{name}` ({time:?})"),
            |setting| format!("`{name}` ({}, {})", setting.value, setting.source),
        )
    };
    let line = |(name, _): (&str, Duration)| find(name).map_or(0, |setting| setting.line);
    Mistake {
        line: line(longer).max(line(shorter)),
        message: format!(
            "{} must not be shorter than {}.",
            show(longer),
            show(shorter)
        ),
    }
}

/// Everything in the public folder is served, so what is secret must not lie in it.
fn served(config: &Config, in_force: &[InForce], findings: &mut Findings) {
    let server = &config.server;
    let public = plain(&server.public_dir);
    let line = |name: &str| {
        let found = in_force.iter().find(|setting| setting.key.name == name);
        found.map_or(0, |setting| setting.line)
    };
    let mut refuse = |line: usize, what: &str, path: &Path| {
        findings.mistakes.push(Mistake {
            line,
            message: format!(
                "`server.public_dir` is {}, and {what} {} lies in it: everybody could read it. Put what is to be served \
                 in a folder of its own, as \"public\".",
                server.public_dir.display(),
                path.display()
            ),
        });
    };
    let line_of_either = line("server.public_dir").max(line("server.data_dir"));
    if plain(&server.data_dir).starts_with(&public) {
        refuse(line_of_either, "`server.data_dir`", &server.data_dir);
    } else if let Some(file) = config.file.as_deref()
        && plain(file).starts_with(&public)
    {
        refuse(line("server.public_dir"), "the configuration", file);
    }
}

/// Who must have a second factor: a role that there is not would demand it of nobody.
pub(super) fn second_factor(config: &Config, in_force: &[InForce], findings: &mut Findings) {
    let own = config.auth.roles.iter().map(String::as_str);
    let known: Vec<&str> = ["user", "admin"].into_iter().chain(own).collect();
    let found = in_force
        .iter()
        .find(|setting| setting.key.name == "auth.second_factor");
    for role in &config.auth.second_factor {
        if known.contains(&role.as_str()) {
            continue;
        }
        let hint = did_you_mean(role, known.iter().copied());
        findings.mistakes.push(Mistake {
            line: found.map_or(0, |setting| setting.line),
            message: format!(
                "`auth.second_factor` names the role `{role}`, which there is not.{hint} Declare it as `[auth.roles.{role}]`, \
                 or take it out."
            ),
        });
    }
}

/// Without `.` and `..`, as it is written: the folders need not be there yet.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

/// What is legal, but perhaps not meant.
pub(super) fn notes(config: &Config) -> Vec<String> {
    let mut notes = Vec::new();
    let server = &config.server;
    let encrypted = server
        .url
        .as_ref()
        .is_some_and(|url| url.starts_with("https:"));
    if !server.host.to_canonical().is_loopback() && !encrypted {
        notes.push(format!(
            "`server.host` is {}: others can reach this server, and passwords would cross the network in the clear. \
             Put a proxy with TLS in front of it and set `server.url` to its https address.",
            server.host
        ));
    }
    notes.extend(config.models.notes.iter().cloned());
    notes
}
