//! What somebody made by hand, before and after a revision. A file is made on one database and run on others: a rebuild
//! that was written without knowing of an index there would take it away.

use super::{Found, Object, ObjectKind, is_same};
use crate::models::ddl::text::{mentions, normal};

#[derive(Debug)]
pub struct ByHand {
    objects: Vec<Object>,
    clauses: Vec<Clause>,
    tables: Vec<String>,
}

/// What stands in a table.
#[derive(Debug)]
struct Clause {
    table: String,
    sql: String,
    /// The same in the one spelling.
    words: String,
}

impl Found {
    pub fn by_hand(&self) -> ByHand {
        let clauses = self.tables.iter().flat_map(|table| {
            let columns = table.columns.iter().flat_map(|column| &column.beside);
            let clauses = table.constraints.iter().chain(columns);
            clauses.map(|sql| Clause {
                table: table.name.clone(),
                sql: sql.clone(),
                words: normal(sql),
            })
        });
        ByHand {
            objects: self.objects.clone(),
            clauses: clauses.collect(),
            tables: self.tables.iter().map(|table| table.name.clone()).collect(),
        }
    }
}

impl ByHand {
    /// What went from tables that are still there, though it does not stand in the statements or in a comment of them.
    pub fn gone(&self, after: &ByHand, sql: &str) -> Vec<String> {
        let objects = self.objects.iter().filter(|object| {
            after.has_owner(object) && !after.has(object) && !mentions_anywhere(sql, &object.name)
        });
        let mut gone: Vec<String> = objects
            .map(|object| format!("{} `{}`", object.kind.word(), object.name))
            .collect();
        for table in self.tables.iter().filter(|table| after.has_table(table)) {
            let (before, now) = (self.clauses_of(table), after.clauses_of(table));
            // A new name of a column is another word in its clauses, so they are counted first.
            if now.len() < before.len() {
                let lost = before.iter().filter(|clause| {
                    !now.iter().any(|other| other.words == clause.words)
                        && !sql.contains(&clause.sql)
                });
                gone.extend(lost.map(|clause| format!("`{}` of `{table}`", clause.sql)));
            }
        }
        gone
    }

    fn has(&self, object: &Object) -> bool {
        let mut objects = self.objects.iter();
        objects.any(|other| other.kind == object.kind && is_same(&other.name, &object.name))
    }

    /// Whether what it belongs to is there. A view belongs to nothing.
    fn has_owner(&self, object: &Object) -> bool {
        let is_view =
            |other: &Object| other.kind == ObjectKind::View && is_same(&other.name, &object.table);
        matches!(object.kind, ObjectKind::View | ObjectKind::Virtual)
            || self.has_table(&object.table)
            || self.objects.iter().any(is_view)
    }

    fn has_table(&self, name: &str) -> bool {
        self.tables.iter().any(|table| is_same(table, name))
    }

    fn clauses_of(&self, table: &str) -> Vec<&Clause> {
        let clauses = self.clauses.iter();
        clauses
            .filter(|clause| is_same(&clause.table, table))
            .collect()
    }
}

/// In a statement, or as a word of a comment.
fn mentions_anywhere(sql: &str, name: &str) -> bool {
    let mut comments = sql.lines().filter_map(|line| line.split_once("--"));
    mentions(sql, name) || comments.any(|(_, comment)| mentions(comment, name))
}
