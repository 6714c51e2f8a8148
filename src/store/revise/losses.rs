//! What a revision took away: tables and columns before and after it, and how many rows and values they had.
//!
//! It looks at the outcome and not at the statements, so that a file written by hand is held to the same.

use crate::error::Result;
use crate::models::ddl::is_same;
use crate::store::Read;
use crate::store::sql::quote;

/// What goes with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// `items.title`, or `items` for rows of a table: what `--allow-data-loss` names.
    pub object: String,
    /// Values that are not null, or rows.
    pub rows: i64,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match (self.object.contains('.'), self.rows) {
            (true, 1) => "value",
            (true, _) => "values",
            (false, 1) => "record",
            (false, _) => "records",
        };
        write!(f, "{}: {} {what}", self.object, self.rows)
    }
}

/// What a file says about names, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Table {
        from: String,
        to: String,
    },
    Column {
        table: String,
        from: String,
        to: String,
    },
    /// DROP COLUMN: gone, though another of its name may come.
    Drop {
        table: String,
        column: String,
    },
}

pub(crate) type Marks = Vec<Mark>;

#[derive(Debug)]
struct Table {
    name: String,
    /// Not those that are computed.
    columns: Vec<String>,
    rows: i64,
}

/// The user's tables at one moment.
#[derive(Debug)]
pub(super) struct Tables(Vec<Table>);

/// A table, or one column of it, that is no longer there.
pub(super) struct Gone {
    table: usize,
    column: Option<String>,
}

impl Tables {
    pub(super) fn read(db: &Read<'_>) -> Result<Self> {
        let sql =
            "SELECT l.name, x.name FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name) AS x
            WHERE l.schema = 'main' AND l.type = 'table' AND x.hidden = 0
              AND l.name NOT GLOB 'hearth_*' AND l.name NOT GLOB 'sqlite_*' ORDER BY l.name, x.cid";
        let mut tables: Vec<Table> = Vec::new();
        db.each(sql, [], |row| {
            let (name, column): (String, String) = (row.get(0)?, row.get(1)?);
            match tables.last_mut().filter(|table| table.name == name) {
                Some(table) => table.columns.push(column),
                None => tables.push(Table {
                    name,
                    columns: vec![column],
                    rows: 0,
                }),
            }
            Ok(())
        })?;
        for table in &mut tables {
            let sql = format!("SELECT count(*) FROM {}", quote(&table.name));
            table.rows = db.row(&sql, [], |row| row.get(0))?.unwrap_or(0);
        }
        Ok(Tables(tables))
    }

    fn find(&self, name: &str) -> Option<&Table> {
        self.0.iter().find(|table| is_same(&table.name, name))
    }

    /// Tables with rows, and their columns, that `after` has no more, by whatever name.
    pub(super) fn gone(&self, after: &Tables, marks: &Marks) -> Vec<Gone> {
        let mut gone = Vec::new();
        for (at, table) in self
            .0
            .iter()
            .enumerate()
            .filter(|(_, table)| table.rows > 0)
        {
            let Some(now) = successor(table, after, marks) else {
                gone.push(Gone {
                    table: at,
                    column: None,
                });
                continue;
            };
            let lost = table
                .columns
                .iter()
                .filter(|column| !survives(table, column, now, marks));
            gone.extend(lost.map(|column| Gone {
                table: at,
                column: Some(column.clone()),
            }));
        }
        gone
    }

    /// Tables that are still there with fewer rows.
    pub(super) fn fewer(&self, after: &Tables, marks: &Marks) -> Vec<Loss> {
        let pairs = self
            .0
            .iter()
            .filter_map(|table| Some((table, successor(table, after, marks)?)));
        pairs
            .filter(|(table, now)| now.rows < table.rows)
            .map(|(table, now)| Loss {
                object: table.name.clone(),
                rows: table.rows - now.rows,
            })
            .collect()
    }
}

/// The table as it is called afterwards. Where a rename leads nowhere it made room for a rebuilt one of the old name.
fn successor<'t>(table: &Table, after: &'t Tables, marks: &Marks) -> Option<&'t Table> {
    let mut name = table.name.as_str();
    for mark in marks {
        if let Mark::Table { from, to } = mark
            && is_same(from, name)
        {
            name = to;
        }
    }
    after.find(name).or_else(|| after.find(&table.name))
}

fn survives(table: &Table, column: &str, now: &Table, marks: &Marks) -> bool {
    let (mut owner, mut name) = (table.name.as_str(), column);
    for mark in marks {
        match mark {
            Mark::Table { from, to } if is_same(from, owner) => owner = to,
            Mark::Column { table, from, to } if is_same(table, owner) && is_same(from, name) => {
                name = to;
            }
            Mark::Drop { table, column } if is_same(table, owner) && is_same(column, name) => {
                return false;
            }
            _ => {}
        }
    }
    let has = |name: &str| now.columns.iter().any(|column| is_same(column, name));
    has(name) || has(column)
}

/// How much each had; what was empty is no loss.
pub(super) fn count(db: &Read<'_>, before: &Tables, gone: &[Gone]) -> Result<Vec<Loss>> {
    let mut losses = Vec::new();
    for gone in gone {
        let table = &before.0[gone.table];
        let (object, rows) = match &gone.column {
            None => (table.name.clone(), table.rows),
            Some(column) => {
                let sql = format!(
                    "SELECT count({}) FROM {}",
                    quote(column),
                    quote(&table.name)
                );
                let rows = db.row(&sql, [], |row| row.get(0))?.unwrap_or(0);
                (format!("{}.{column}", table.name), rows)
            }
        };
        if rows > 0 {
            losses.push(Loss { object, rows });
        }
    }
    Ok(losses)
}
