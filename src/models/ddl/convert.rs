//! Values of one type as another. Nothing is rounded or cut: what has no exact counterpart is refused.

use super::Stored;

/// How a value that is not null is carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The condition under which there is a counterpart; None: always.
    pub fits: Option<String>,
    /// The counterpart.
    pub value: String,
}

/// A value that no column of a STRICT table takes: the statement that meets it fails, and nothing is changed.
pub(super) const REFUSED: &str = "X'00'";

impl Conversion {
    fn always(value: String) -> Self {
        Conversion { fits: None, value }
    }

    fn when(fits: String, value: String) -> Self {
        Conversion {
            fits: Some(fits),
            value,
        }
    }

    /// As one expression, which no column takes where there is no counterpart.
    pub fn guarded(&self, name: &str) -> String {
        match &self.fits {
            None => self.value.clone(),
            Some(fits) => format!(
                "CASE WHEN {name} IS NULL THEN NULL WHEN {fits} THEN {} ELSE {REFUSED} END",
                self.value
            ),
        }
    }
}

/// `x` is an expression in SQL. None: the values are the same in both types.
pub fn conversion(from: &Stored, to: &Stored, x: &str) -> Option<Conversion> {
    use Stored::{Array, Boolean, Integer, Json, Object, Real, Text};
    if from == to || from.is_json() && *to == Json {
        return None;
    }
    Some(match (from, to) {
        (Boolean, Integer) => Conversion::always(x.to_owned()),
        (Integer, Boolean) => Conversion::when(format!("{x} IN (0, 1)"), x.to_owned()),
        (Boolean, Real) => Conversion::always(format!("CAST({x} AS REAL)")),
        (Real, Boolean) => Conversion::when(format!("{x} IN (0, 1)"), integer(x)),
        (Integer, Real) => {
            let value = format!("CAST({x} AS REAL)");
            // 2^63 as a real comes back as 2^63 - 1, which is no proof.
            let fits = format!("{value} < 9.2e18 AND CAST({value} AS INTEGER) = {x}");
            Conversion::when(fits, value)
        }
        (Real, Integer) => Conversion::when(format!("{} = {x}", integer(x)), integer(x)),
        (Boolean, Text) => Conversion::always(format!(
            "CASE {x} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        )),
        (Text, Boolean) => Conversion::when(
            format!("{x} IN ('true', 'false')"),
            format!("({x} = 'true')"),
        ),
        (Integer, Text) => Conversion::always(text(x)),
        (Text, Integer) => Conversion::when(format!("{} = {x}", text(&integer(x))), integer(x)),
        (Real, Text) => Conversion::when(format!("CAST({} AS REAL) = {x}", digits(x)), digits(x)),
        (Text, Real) => {
            // What JSON takes as a number, and no infinity.
            let number =
                format!("CASE WHEN json_valid({x}) THEN json_type({x}) IN ('integer', 'real') END");
            let value = format!("CAST({x} AS REAL)");
            Conversion::when(format!("{number} AND abs({value}) < 1.8e308"), value)
        }
        (from, Text) if from.is_json() => Conversion::always(x.to_owned()),
        (Text | Json, Array) => Conversion::when(json(x, "'array'"), x.to_owned()),
        (Text | Json, Object) => Conversion::when(json(x, "'object'"), x.to_owned()),
        (Text, Json) => Conversion::when(json(x, "'array', 'object'"), x.to_owned()),
        _ => Conversion::when("0".to_owned(), "NULL".to_owned()),
    })
}

fn json(x: &str, kinds: &str) -> String {
    format!("CASE WHEN json_valid({x}) THEN json_type({x}) IN ({kinds}) END")
}

fn integer(x: &str) -> String {
    format!("CAST({x} AS INTEGER)")
}

fn text(x: &str) -> String {
    format!("CAST({x} AS TEXT)")
}

/// The shorter of two texts that is this number again.
fn digits(x: &str) -> String {
    let short = text(x);
    format!("CASE WHEN CAST({short} AS REAL) = {x} THEN {short} ELSE printf('%!.17g', {x}) END")
}
