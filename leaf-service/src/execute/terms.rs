//! Terms and column names of a shard, from fields and values of the wire.

use shared::wire::clause::{Field, Value};
use tantivy::Term;
use tantivy::columnar::NumericalValue;

use super::error::ExecuteError;
use crate::schema::ShardSchema;

/// The tantivy field of a field.
pub(super) fn field(schema: &ShardSchema, field: &Field) -> Result<tantivy::schema::Field, ExecuteError> {
    match field {
        Field::Id => Ok(schema.id),
        Field::Names => Ok(schema.names),
        Field::Exact(_) => Ok(schema.exact),
        Field::Text(slot) => schema.text.get(usize::from(*slot)).copied().ok_or_else(|| {
            ExecuteError::Misfit(format!("text slot {slot} of a shard with {}", schema.text.len()))
        }),
    }
}

/// The term of a value in a field.
pub(super) fn term(schema: &ShardSchema, place: &Field, value: &Value) -> Result<Term, ExecuteError> {
    let field = field(schema, place)?;
    let Field::Exact(path) = place else {
        return match value {
            Value::Str(text) => Ok(Term::from_field_text(field, text)),
            Value::Long(_) | Value::Double(_) | Value::Boolean(_) => Err(ExecuteError::Misfit(
                "a term of text, of an id or of a name is not a string".to_owned(),
            )),
        };
    };
    let mut term = Term::from_field_json_path(field, &escaped(path), true);
    match value {
        Value::Str(text) => term.append_type_and_str(text),
        Value::Long(number) => term.append_type_and_fast_value(*number),
        Value::Boolean(truth) => term.append_type_and_fast_value(*truth),
        // The indexer writes whole numbers as integers, whatever type they came in.
        Value::Double(number) => match NumericalValue::F64(*number).normalize() {
            NumericalValue::I64(whole) => term.append_type_and_fast_value(whole),
            NumericalValue::U64(whole) => term.append_type_and_fast_value(whole),
            NumericalValue::F64(real) => term.append_type_and_fast_value(real),
        },
    }
    Ok(term)
}

/// The name of the column of an exact field.
pub(super) fn column(path: &str) -> String {
    format!("{}.{}", ShardSchema::EXACT, escaped(path))
}

/// Paths are split at dots on both sides; a backslash would escape on the query's side only.
fn escaped(path: &str) -> String {
    path.replace('\\', r"\\")
}
