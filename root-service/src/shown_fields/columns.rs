//! Values in the order in which a column holds them: sorted, and of strings and addresses each once.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv6Addr};

use shared::document::FieldValue;

/// The values of one field as its column holds them.
pub(super) fn sorted<'v, 'a>(values: &'v [FieldValue<'a>]) -> Vec<&'v FieldValue<'a>> {
    let mut sorted: Vec<&FieldValue<'a>> = values.iter().collect();
    sorted.sort_by(|a, b| compare(a, b));
    sorted.dedup_by(|a, b| is_set(a) && compare(a, b) == Ordering::Equal);
    sorted
}

/// Whether a document has each value once, however often it names it.
fn is_set(value: &FieldValue<'_>) -> bool {
    matches!(value, FieldValue::Keyword(_) | FieldValue::Ip(_))
}

/// The order of values; those of one field are of one type.
fn compare(a: &FieldValue<'_>, b: &FieldValue<'_>) -> Ordering {
    match (a, b) {
        (FieldValue::Keyword(a), FieldValue::Keyword(b)) => a.cmp(b),
        (FieldValue::Long(a), FieldValue::Long(b)) | (FieldValue::Date(a), FieldValue::Date(b)) => a.cmp(b),
        (FieldValue::Unsigned(a), FieldValue::Unsigned(b)) => a.cmp(b),
        (FieldValue::Double(a), FieldValue::Double(b)) => a.total_cmp(b),
        (FieldValue::Boolean(a), FieldValue::Boolean(b)) => a.cmp(b),
        (FieldValue::Ip(a), FieldValue::Ip(b)) => sixteen(*a).cmp(&sixteen(*b)),
        _ => Ordering::Equal,
    }
}

/// Addresses of both versions in one order.
fn sixteen(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}
