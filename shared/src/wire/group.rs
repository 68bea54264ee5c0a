//! Groups of hits that have the same value in a field: what tells them apart.

use super::sort::SortValue;

/// The value of a group, as leaves and roots look it up. Documents without a value are a group too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// No value.
    Missing,
    /// A whole number, or a date.
    Whole(i64),
    /// The bits of a real number; both zeros are one.
    Real(u64),
    /// A string.
    Text(String),
    /// A truth value.
    Boolean(bool),
    /// Something that no field has: a score, or a document key.
    Other(u64),
}

impl GroupKey {
    /// A real number's key.
    pub fn real(number: f64) -> Self {
        Self::Real(if number == 0.0 { 0 } else { number.to_bits() })
    }
}

impl From<&SortValue> for GroupKey {
    fn from(value: &SortValue) -> Self {
        match value {
            SortValue::Missing => Self::Missing,
            SortValue::Long(number) => Self::Whole(*number),
            SortValue::Double(number) => Self::real(*number),
            SortValue::Text(text) => Self::Text(text.clone()),
            SortValue::Boolean(truth) => Self::Boolean(*truth),
            SortValue::Score(score) => Self::Other(u64::from(score.to_bits())),
            SortValue::Key(key) => Self::Other(*key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_one_group_and_none_is_one_too() {
        let key = |value: SortValue| GroupKey::from(&value);
        assert_eq!(key(SortValue::Double(-0.0)), key(SortValue::Double(0.0)));
        assert_eq!(key(SortValue::Missing), key(SortValue::Missing));
        assert_ne!(key(SortValue::Long(1)), key(SortValue::Double(1.0)));
        assert_ne!(key(SortValue::Text("1".to_owned())), key(SortValue::Long(1)));
    }
}
