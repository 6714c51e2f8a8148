//! The part of a text that declares one model: what may be shown of it. A comment may hold what was a secret once, so
//! those are left out that may belong to another part of the file.

use toml_edit::{DocumentMut, Item, Table};

pub(super) fn of(document: &DocumentMut, model: &str) -> String {
    let mut only = document.clone();
    only.set_trailing("");
    let root = only.as_table_mut();
    root.retain(|name, _| name == "models");
    root.decor_mut().clear();
    let Some(models) = root.get_mut("models") else {
        return String::new();
    };
    if let Some(table) = models.as_table_like_mut() {
        let others: Vec<String> = table
            .iter()
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != model)
            .collect();
        for other in others {
            table.remove(&other);
        }
    }
    if let Item::Table(table) = models {
        table.decor_mut().clear();
        // A section of its own is not empty because of it.
        table.set_implicit(true);
        let mut places = Vec::new();
        positions(table, &mut places);
        quieten(table, &places);
    }
    let text = only.to_string();
    let mut lines = text.lines().skip_while(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#')
    });
    let mut shown = String::new();
    for line in lines.by_ref() {
        shown.push_str(line);
        shown.push('\n');
    }
    shown
}

fn positions(table: &Table, places: &mut Vec<isize>) {
    places.extend(table.position());
    for (_, item) in table.iter() {
        if let Item::Table(table) = item {
            positions(table, places);
        }
    }
}

/// Takes the comments above a header away where what stands before it is not of this model.
fn quieten(table: &mut Table, places: &[isize]) {
    for (_, item) in table.iter_mut() {
        let Item::Table(table) = item else { continue };
        let follows = table
            .position()
            .is_none_or(|place| places.contains(&(place - 1)));
        if !follows {
            table.decor_mut().set_prefix("\n");
        }
        quieten(table, places);
    }
}
