//! Which records somebody watches: those of a model that their access lets them see, narrowed by equalities. It is decided
//! from a change alone, without a look at the database.

use serde_json::Value as Json;

use crate::store::changes::{Change, Op};

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scalar {
    Null,
    Boolean(bool),
    Integer(i64),
    /// The bits of a number that is never -0.
    Real(u64),
    Text(String),
}

impl Scalar {
    /// A member of a record; `real` where its field is a number with a point.
    pub(crate) fn of(json: &Json, real: bool) -> Option<Self> {
        Some(match json {
            Json::Null => Scalar::Null,
            Json::Bool(flag) => Scalar::Boolean(*flag),
            Json::Number(number) if real => Scalar::Real((number.as_f64()? + 0.0).to_bits()),
            Json::Number(number) => Scalar::Integer(number.as_i64()?),
            Json::String(text) => Scalar::Text(text.clone()),
            Json::Array(_) | Json::Object(_) => return None,
        })
    }
}

/// One equality.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Whether it is a number with a point.
    pub(crate) real: bool,
}

impl Field {
    fn value(&self, item: &Json) -> Option<Scalar> {
        Scalar::of(item.get(&self.name)?, self.real)
    }
}

/// What is watched of a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    pub(crate) model: String,
    /// Whose records alone; None: everybody's.
    pub(crate) owner: Option<String>,
    /// Sorted by name.
    pub(crate) conditions: Vec<(Field, Scalar)>,
}

/// Filters that look at the same things; among them the right ones are found by hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) owned: bool,
    pub(crate) fields: Vec<Field>,
}

/// What a record has in the places that a shape looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Marks {
    owner: Option<String>,
    values: Vec<Scalar>,
}

impl Filter {
    pub(crate) fn shape(&self) -> Shape {
        Shape {
            owned: self.owner.is_some(),
            fields: self
                .conditions
                .iter()
                .map(|(field, _)| field.clone())
                .collect(),
        }
    }

    pub(crate) fn marks(&self) -> Marks {
        Marks {
            owner: self.owner.clone(),
            values: self
                .conditions
                .iter()
                .map(|(_, value)| value.clone())
                .collect(),
        }
    }

    /// Whether a record as JSON with its owner is among them.
    pub(crate) fn fits(&self, owner: Option<&str>, item: &[u8]) -> bool {
        if self.owner.is_some() && self.owner.as_deref() != owner {
            return false;
        }
        if self.conditions.is_empty() {
            return true;
        }
        let Ok(item) = serde_json::from_slice::<Json>(item) else {
            return false;
        };
        self.conditions
            .iter()
            .all(|(field, value)| field.value(&item).as_ref() == Some(value))
    }

    /// What a change is for those who watch this; None: nothing.
    pub(crate) fn op(&self, change: &Change) -> Option<Op> {
        let fits = |item: &Option<bytes::Bytes>| {
            let owner = change.owner.as_deref();
            item.as_ref().is_some_and(|item| self.fits(owner, item))
        };
        seen(fits(&change.before), fits(&change.after), change.op)
    }
}

/// What a change is for a set in which the record was and is.
pub(crate) fn seen(was: bool, is: bool, op: Op) -> Option<Op> {
    match (was, is) {
        (false, false) => None,
        (false, true) => Some(Op::Insert),
        (true, true) => Some(Op::Update),
        (true, false) if op == Op::Delete => Some(Op::Delete),
        (true, false) => Some(Op::Leave),
    }
}

/// The records of a change, parsed at most once however many shapes look at them.
pub(crate) struct Parsed<'c> {
    change: &'c Change,
    before: Option<Option<Json>>,
    after: Option<Option<Json>>,
}

impl<'c> Parsed<'c> {
    pub(crate) fn new(change: &'c Change) -> Self {
        Parsed {
            change,
            before: None,
            after: None,
        }
    }

    /// What the record had in the places of that shape, and what it has.
    pub(crate) fn marks(&mut self, shape: &Shape) -> (Option<Marks>, Option<Marks>) {
        let owner = match (&self.change.owner, shape.owned) {
            (owner, true) if owner.is_some() => owner.clone(),
            (_, true) => return (None, None),
            (_, false) => None,
        };
        let (before, after) = (&self.change.before, &self.change.after);
        if shape.fields.is_empty() {
            let marks = Marks {
                owner,
                values: Vec::new(),
            };
            let was = before.is_some().then(|| marks.clone());
            return (was, after.is_some().then_some(marks));
        }
        let of = |item: &Option<Json>| {
            let item = item.as_ref()?;
            let values = shape.fields.iter().map(|field| field.value(item));
            Some(Marks {
                owner: owner.clone(),
                values: values.collect::<Option<_>>()?,
            })
        };
        let parse = |item: &Option<bytes::Bytes>| serde_json::from_slice(item.as_ref()?).ok();
        (
            of(self.before.get_or_insert_with(|| parse(before))),
            of(self.after.get_or_insert_with(|| parse(after))),
        )
    }
}
