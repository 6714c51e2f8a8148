//! Spells values in SQL, which DDL needs: it takes no parameters. Values of records are always bound, never spelt.

use serde_json::Value as Json;

use super::{Default, Field, Format, Kind};

/// None where SQLite takes no constant: a reference must begin as null, `now()` and `uuid()` are of each record.
pub(super) fn default(field: &Field) -> Option<String> {
    let Some(Default::Literal(value)) = &field.default else {
        return None;
    };
    if field.references.is_some() {
        return None;
    }
    let text = match (&field.kind, value) {
        (Kind::String(kind), Json::String(text)) => match kind.format {
            Some(Format::DateTime) => text.parse().map_or(text.clone(), crate::clock::text),
            _ => text.clone(),
        },
        (Kind::Integer(_), Json::Number(number)) => {
            let whole = number.as_f64().filter(|real| real.fract() == 0.0);
            let number = number.as_i64().or(whole.map(|real| real as i64))?;
            return Some(number.to_string());
        }
        (Kind::Number(_), Json::Number(number)) => return Some(format!("{:?}", number.as_f64()?)),
        (Kind::Boolean, Json::Bool(flag)) => return Some(i64::from(*flag).to_string()),
        (Kind::Array(_), Json::Array(_)) | (Kind::Object(_), Json::Object(_)) => value.to_string(),
        _ => return None,
    };
    (!text.contains('\0')).then(|| self::text(&text))
}

/// A text as SQL spells it. SQL ends at a zero, so a text that has one is spelt by its bytes.
pub(super) fn text(text: &str) -> String {
    if text.contains('\0') {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        return format!("CAST(X'{bytes}' AS TEXT)");
    }
    format!("'{}'", text.replace('\'', "''"))
}
