//! The numbers of a document in an exact field.

use tantivy::columnar::{Column, DynamicColumn};
use tantivy::{DocId, SegmentReader};

use super::terms;

/// The columns of a field in a segment: whole numbers and real ones are kept apart.
pub(super) struct Numbers(Vec<Numeric>);

enum Numeric {
    Signed(Column<i64>),
    Unsigned(Column<u64>),
    Real(Column<f64>),
}

impl Numbers {
    /// The columns of a field by its path.
    pub(super) fn open(reader: &SegmentReader, path: &str) -> tantivy::Result<Self> {
        let mut columns = Vec::new();
        for handle in reader
            .fast_fields()
            .dynamic_column_handles(&terms::column(path))?
        {
            columns.extend(match handle.open()? {
                DynamicColumn::I64(column) => Some(Numeric::Signed(column)),
                DynamicColumn::U64(column) => Some(Numeric::Unsigned(column)),
                DynamicColumn::F64(column) => Some(Numeric::Real(column)),
                _ => None,
            });
        }
        Ok(Self(columns))
    }

    /// All numbers of a document, ascending.
    pub(super) fn of(&self, doc: DocId, into: &mut Vec<f64>) {
        into.clear();
        for column in &self.0 {
            match column {
                Numeric::Signed(column) => {
                    into.extend(column.values_for_doc(doc).map(|number| number as f64));
                }
                Numeric::Unsigned(column) => {
                    into.extend(column.values_for_doc(doc).map(|number| number as f64));
                }
                Numeric::Real(column) => into.extend(column.values_for_doc(doc)),
            }
        }
        into.sort_by(f64::total_cmp);
    }
}
