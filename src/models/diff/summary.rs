//! Changes in a person's words, and the renames that could be meant.

use super::form::sorted;
use super::{Altered, Changed, Column, Diff, Shape};
use crate::models::ddl::text::normal;

impl Diff {
    /// A line for each change: "Add column `items.priority`".
    pub fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for table in &self.dropped {
            lines.push(format!("Drop table `{}`", table.name));
        }
        for altered in &self.altered {
            altered.summary(&mut lines);
        }
        for table in &self.created {
            lines.push(format!("Create table `{}`", table.name));
        }
        lines
    }

    /// What looks like another name for the same, each with the ways to say so.
    pub fn questions(&self) -> Vec<String> {
        let mut questions = Vec::new();
        for old in &self.dropped {
            for new in self.created.iter().filter(|new| is_akin(old, new)) {
                let (old, new) = (&old.name, &new.name);
                questions.push(format!(
                    "Model `{old}` goes and `{new}` comes. If that is another name for the same, say \
                     `renamed_from = \"{old}\"` in `[models.{new}]`, or `--rename {old}={new}`"
                ));
            }
        }
        for altered in &self.altered {
            for old in altered
                .dropped
                .iter()
                .filter(|column| column.name != "_row")
            {
                for new in altered
                    .added
                    .iter()
                    .filter(|new| new.stored.is_like(&old.stored))
                {
                    let (table, old, new) = (&altered.wanted.name, &old.name, &new.name);
                    questions.push(format!(
                        "Field `{old}` of `{table}` goes and `{new}` comes. If that is another name for the same, \
                         say `renamed_from = \"{old}\"` in the field, or `--rename {table}.{old}={new}`"
                    ));
                }
            }
        }
        questions
    }
}

/// Whether at least half of the fields are the same.
fn is_akin(old: &Shape, new: &Shape) -> bool {
    const OWN: [&str; 5] = ["_row", "id", "user_id", "created_at", "updated_at"];
    let fields = |shape: &Shape| {
        let columns = shape.columns.iter();
        columns
            .filter(|column| !OWN.contains(&column.name.as_str()))
            .count()
    };
    let is_shared = |column: &&Column| {
        let twin = new.column(&column.name);
        !OWN.contains(&column.name.as_str())
            && twin.is_some_and(|twin| twin.stored.is_like(&column.stored))
    };
    let shared = old.columns.iter().filter(is_shared).count();
    2 * shared >= fields(old).max(fields(new))
}

impl Altered {
    fn summary(&self, lines: &mut Vec<String>) {
        let name = &self.wanted.name;
        if let Some(new) = self.new_table() {
            lines.push(format!("Rename table `{}` to `{new}`", self.found.name));
        }
        for (old, new) in &self.renamed {
            lines.push(format!("Rename column `{name}.{old}` to `{new}`"));
        }
        for column in self.dropped.iter().filter(|column| column.name != "_row") {
            lines.push(format!("Drop column `{name}.{}`", column.name));
        }
        for column in self.added.iter().filter(|column| column.name != "_row") {
            lines.push(format!("Add column `{name}.{}`", column.name));
        }
        for changed in &self.changed {
            let column = self.new_name(&changed.from.name);
            lines.push(format!(
                "Change column `{name}.{column}`: {}",
                changed.says()
            ));
        }
        // The indexes of a renamed table or column follow it under names of their own.
        if self.new_table().is_some() {
            return;
        }
        for index in &self.drop_indexes {
            lines.push(format!("Drop index `{}`", index.name));
        }
        for index in &self.create_indexes {
            lines.push(format!("Create index `{}`", index.name));
        }
    }
}

impl Changed {
    /// "integer to number, required".
    fn says(&self) -> String {
        let (from, to) = (&self.from, &self.to);
        let mut says = Vec::new();
        if !from.stored.is_like(&to.stored) {
            says.push(format!("{} to {}", from.stored.word(), to.stored.word()));
        }
        if from.required != to.required {
            says.push(
                if to.required {
                    "required"
                } else {
                    "may be null"
                }
                .to_owned(),
            );
        }
        if from.default.as_deref().map(normal) != to.default.as_deref().map(normal) {
            let word = if to.default.is_some() {
                "other default"
            } else {
                "no default"
            };
            says.push(word.to_owned());
        }
        if sorted(&from.options) != sorted(&to.options) {
            let word = if to.options.is_some() {
                "other enum"
            } else {
                "no enum"
            };
            says.push(word.to_owned());
        }
        match (&from.references, &to.references) {
            (Some(_), None) => says.push("refers to nothing".to_owned()),
            (one, Some(other)) if one.as_ref() != Some(other) => says.push(format!(
                "refers to `{}`, {} on deletion",
                other.table,
                other.on_delete.to_ascii_lowercase()
            )),
            _ => {}
        }
        if says.is_empty() {
            says.push("key".to_owned());
        }
        says.join(", ")
    }
}
