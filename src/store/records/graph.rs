//! Which models refer to which, and what SQLite takes with a record that is deleted: other records, or their references.
//!
//! SQLite tells nobody what a foreign key's action touched, so it is looked up before, in the same transaction.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use rusqlite::params;

use super::{Table, logged_delete, owner_of};
use crate::error::Result;
use crate::models::{Models, OnDelete, OnOwnerDelete, Value};
use crate::store::changes::{self, Entry, Op};
use crate::store::{Read, Tx};

/// All models with those that refer to them.
pub(crate) struct Graph {
    tables: Vec<Arc<Table>>,
    /// By the place of the model that is referred to.
    referrers: Vec<Vec<Referrer>>,
    by_name: HashMap<String, usize>,
}

struct Referrer {
    table: usize,
    /// The quoted column.
    column: String,
    on_delete: OnDelete,
}

/// Rows are looked up so many at a time.
const PAGE: i64 = 500;

impl Graph {
    pub(crate) fn new(models: &Models) -> Self {
        let tables: Vec<Arc<Table>> = models
            .iter()
            .map(|model| Arc::new(Table::new(Arc::clone(model))))
            .collect();
        let names = tables.iter().enumerate();
        let by_name: HashMap<String, usize> = names
            .map(|(place, table)| (table.model.name.clone(), place))
            .collect();
        let mut referrers: Vec<Vec<Referrer>> = tables.iter().map(|_| Vec::new()).collect();
        for (place, table) in tables.iter().enumerate() {
            for (field, declared) in table.model.fields.iter().enumerate() {
                let Some(reference) = &declared.references else {
                    continue;
                };
                if let Some(target) = by_name.get(&reference.model) {
                    referrers[*target].push(Referrer {
                        table: place,
                        column: table.field_column(field).to_owned(),
                        on_delete: reference.on_delete,
                    });
                }
            }
        }
        Graph {
            tables,
            referrers,
            by_name,
        }
    }

    /// Whether a deleted record of that model may touch others.
    pub(super) fn is_referred_to(&self, model: &str) -> bool {
        let place = self.by_name.get(model);
        place.is_some_and(|place| !self.referrers[*place].is_empty())
    }
}

/// What goes or loses a reference with something that is about to be deleted.
#[derive(Default)]
pub(crate) struct Taken {
    /// Place of the table and id of each record that goes.
    gone: HashSet<(usize, Key)>,
    waiting: VecDeque<(usize, Value)>,
    /// Records that stay without their reference, as they were.
    bereft: Vec<(usize, Value, Vec<u8>)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    fn of(id: &Value) -> Self {
        match id {
            Value::Integer(number) => Key::Number(*number),
            Value::Text(text) => Key::Text(text.clone()),
            _ => Key::Number(0),
        }
    }
}

impl Taken {
    /// With one record, whose own entry is the caller's.
    pub(super) fn with_record(
        tx: &mut Tx<'_>,
        graph: &Graph,
        model: &str,
        id: &Value,
    ) -> Result<Self> {
        let mut taken = Taken::default();
        if let Some(place) = graph.by_name.get(model) {
            taken.gone.insert((*place, Key::of(id)));
            taken.waiting.push_back((*place, id.clone()));
        }
        taken.follow(tx, graph)?;
        Ok(taken)
    }

    /// With a user: their records, where the model's rule lets them go.
    pub(crate) fn with_user(tx: &mut Tx<'_>, graph: &Graph, user: &str) -> Result<Self> {
        let mut taken = Taken::default();
        let id = Value::Text(user.to_owned());
        for (place, table) in graph.tables.iter().enumerate() {
            if table.model.on_owner_delete == OnOwnerDelete::Cascade {
                taken.all(tx, graph, place, "\"user_id\"", &id, OnDelete::Cascade)?;
            }
        }
        taken.follow(tx, graph)?;
        Ok(taken)
    }

    fn follow(&mut self, tx: &mut Tx<'_>, graph: &Graph) -> Result<()> {
        while let Some((place, id)) = self.waiting.pop_front() {
            for referrer in &graph.referrers[place] {
                let (table, column) = (referrer.table, &referrer.column);
                self.all(tx, graph, table, column, &id, referrer.on_delete)?;
            }
        }
        Ok(())
    }

    /// All records of a table that refer to `id`, page by page.
    fn all(
        &mut self,
        tx: &mut Tx<'_>,
        graph: &Graph,
        place: usize,
        column: &str,
        id: &Value,
        on_delete: OnDelete,
    ) -> Result<()> {
        if on_delete == OnDelete::Restrict {
            return Ok(());
        }
        let table = &graph.tables[place];
        let mut after = None;
        loop {
            let rows = page(tx, table, column, id, after.as_ref())?;
            let Some((last, _)) = rows.last() else {
                return Ok(());
            };
            after = Some(last.clone());
            for (id, item) in rows {
                self.one(tx, graph, place, id, item, on_delete)?;
            }
        }
    }

    fn one(
        &mut self,
        tx: &mut Tx<'_>,
        graph: &Graph,
        place: usize,
        id: Value,
        item: Vec<u8>,
        on_delete: OnDelete,
    ) -> Result<()> {
        let table = &graph.tables[place];
        if on_delete == OnDelete::SetNull {
            if table.model.realtime {
                self.bereft.push((place, id, item));
            }
            return Ok(());
        }
        if !self.gone.insert((place, Key::of(&id))) {
            return Ok(());
        }
        logged_delete(tx, table, &id, item)?;
        if !graph.referrers[place].is_empty() {
            self.waiting.push_back((place, id));
        }
        Ok(())
    }

    /// Once it is deleted: what the records that stay look like now.
    pub(crate) fn note_bereft(self, tx: &mut Tx<'_>, graph: &Graph) -> Result<()> {
        let mut noted = HashSet::new();
        for (place, id, before) in self.bereft {
            let known = (place, Key::of(&id));
            if self.gone.contains(&known) || !noted.insert(known) {
                continue;
            }
            let table = &graph.tables[place];
            let Some(after) = super::find(tx, table, &id, &crate::store::sql::Scope::all())? else {
                continue;
            };
            let entry = Entry {
                op: Op::Update,
                key: &id,
                owner: owner_of(&after),
                before: Some(before),
                after: Some(&after),
            };
            changes::insert(tx, table, entry)?;
        }
        Ok(())
    }
}

fn page(
    db: &Read<'_>,
    table: &Table,
    column: &str,
    id: &Value,
    after: Option<&Value>,
) -> Result<Vec<(Value, Vec<u8>)>> {
    let behind = if after.is_some() {
        "AND \"id\" > ?2"
    } else {
        "AND ?2 IS NULL"
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE {column} = ?1 {behind} ORDER BY \"id\" LIMIT {PAGE}",
        table.returned, table.quoted
    );
    db.all(&sql, params![id, after], |row| {
        Ok((table.id(row)?, table.record(row)?))
    })
}
