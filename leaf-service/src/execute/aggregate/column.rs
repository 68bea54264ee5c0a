//! The values of an exact field in a segment.

use shared::aggregation::{Column as Field, ColumnKind, Key, Real};
use tantivy::columnar::{Column, ColumnType, DynamicColumn, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::execute::error::ExecuteError;
use crate::execute::terms;

/// A column, by how its values are read. Whole numbers of a real field are kept as such where a segment has no others.
pub(super) enum Values {
    /// No document has a value.
    Nothing,
    /// Keywords, as ordinals.
    Str(StrColumn),
    /// Whole numbers.
    Whole(Column<i64>),
    /// Real numbers.
    Real(Column<f64>),
    /// Real numbers, all of them whole here.
    RealAsWhole(Column<i64>),
    /// Real numbers, all of them whole and some past the signed ones.
    RealAsUnsigned(Column<u64>),
    /// Truth values.
    Truth(Column<bool>),
}

impl Values {
    /// Opens the column of a field.
    pub(super) fn open(field: &Field, reader: &SegmentReader) -> Result<Self, ExecuteError> {
        let wanted = |kind: ColumnType| match field.kind {
            ColumnKind::Nothing => false,
            ColumnKind::Str => kind == ColumnType::Str,
            ColumnKind::Long => kind == ColumnType::I64,
            ColumnKind::Double => matches!(kind, ColumnType::I64 | ColumnType::U64 | ColumnType::F64),
            ColumnKind::Boolean => kind == ColumnType::Bool,
        };
        let handles = reader
            .fast_fields()
            .dynamic_column_handles(&terms::column(&field.path))?;
        let Some(handle) = handles.into_iter().find(|handle| wanted(handle.column_type())) else {
            return Ok(Self::Nothing);
        };
        Ok(match (handle.open()?, field.kind) {
            (DynamicColumn::Str(column), _) => Self::Str(column),
            (DynamicColumn::I64(column), ColumnKind::Long) => Self::Whole(column),
            (DynamicColumn::I64(column), _) => Self::RealAsWhole(column),
            (DynamicColumn::U64(column), _) => Self::RealAsUnsigned(column),
            (DynamicColumn::F64(column), _) => Self::Real(column),
            (DynamicColumn::Bool(column), _) => Self::Truth(column),
            _ => Self::Nothing,
        })
    }

    /// Whether a document has a value.
    pub(super) fn has(&self, doc: DocId) -> bool {
        match self {
            Self::Nothing => false,
            Self::Str(column) => column.ords().index.has_value(doc),
            Self::Whole(column) | Self::RealAsWhole(column) => column.index.has_value(doc),
            Self::Real(column) => column.index.has_value(doc),
            Self::RealAsUnsigned(column) => column.index.has_value(doc),
            Self::Truth(column) => column.index.has_value(doc),
        }
    }

    /// Appends a document's values as numbers; keywords are none.
    pub(super) fn numbers(&self, doc: DocId, into: &mut Vec<f64>) {
        match self {
            Self::Nothing | Self::Str(_) => {}
            Self::Whole(column) | Self::RealAsWhole(column) => {
                into.extend(column.values_for_doc(doc).map(|number| number as f64));
            }
            Self::Real(column) => into.extend(column.values_for_doc(doc).map(|number| number + 0.0)),
            Self::RealAsUnsigned(column) => {
                into.extend(column.values_for_doc(doc).map(|number| number as f64));
            }
            Self::Truth(column) => {
                into.extend(column.values_for_doc(doc).map(|truth| f64::from(u8::from(truth))));
            }
        }
    }

    /// Appends a document's values as bits; see [`Values::key`].
    pub(super) fn raws(&self, doc: DocId, into: &mut Vec<u64>) {
        match self {
            Self::Nothing => {}
            Self::Str(column) => into.extend(column.term_ords(doc)),
            Self::Whole(column) => into.extend(column.values_for_doc(doc).map(i64::cast_unsigned)),
            Self::Real(_) | Self::RealAsWhole(_) | Self::RealAsUnsigned(_) => {
                let mut numbers = Vec::new();
                self.numbers(doc, &mut numbers);
                into.extend(numbers.into_iter().map(f64::to_bits));
            }
            Self::Truth(column) => into.extend(column.values_for_doc(doc).map(u64::from)),
        }
    }

    /// What bits stand for; keywords are looked up apart, see [`Values::texts`].
    pub(super) fn key(&self, raw: u64) -> Key {
        match self {
            Self::Nothing | Self::Str(_) => Key::Null,
            Self::Whole(_) => Key::Long(raw.cast_signed()),
            Self::Real(_) | Self::RealAsWhole(_) | Self::RealAsUnsigned(_) => {
                Key::Double(Real::new(f64::from_bits(raw)))
            }
            Self::Truth(_) => Key::Boolean(raw != 0),
        }
    }

    /// The bits of a value; `None` if the segment does not have it.
    pub(super) fn raw(&self, key: &Key) -> Result<Option<u64>, ExecuteError> {
        Ok(match (self, key) {
            (Self::Str(column), Key::Str(text)) => column.dictionary().term_ord(text.as_bytes())?,
            (Self::Whole(_), Key::Long(number)) => Some(number.cast_unsigned()),
            (Self::Real(_) | Self::RealAsWhole(_) | Self::RealAsUnsigned(_), Key::Double(number)) => {
                Some(number.get().to_bits())
            }
            (Self::Truth(_), Key::Boolean(truth)) => Some(u64::from(*truth)),
            _ => None,
        })
    }

    /// Reads the keywords of ascending ordinals, in their order; none of what is no keyword.
    pub(super) fn texts(&self, ords: &[u64], read: impl FnMut(&[u8])) -> Result<(), ExecuteError> {
        let Self::Str(column) = self else {
            return Ok(());
        };
        if column.dictionary().sorted_ords_to_term_cb(ords, read)? {
            Ok(())
        } else {
            Err(ExecuteError::Misfit(
                "a column has an ordinal without a term".to_owned(),
            ))
        }
    }
}
