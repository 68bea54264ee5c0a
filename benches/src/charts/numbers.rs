//! Numbers as people write them beside an axis or a point.

/// A number with so many significant digits, with thousands as `k` and millions as `M`.
pub(super) fn short(number: f64, digits: usize) -> String {
    let size = number.abs();
    if size >= 1e6 {
        return format!("{}M", significant(number / 1e6, digits));
    }
    if size >= 1e3 {
        return format!("{}k", significant(number / 1e3, digits));
    }
    significant(number, digits)
}

/// A number with so many significant digits, without zeros at its end.
pub(super) fn significant(number: f64, digits: usize) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    let decimals = (0..=9).find(|decimals| {
        let power = i32::try_from(digits).unwrap_or(3) - 1 - decimals;
        number.abs() >= 10_f64.powi(power) * (1.0 - 1e-9)
    });
    let text = format!("{number:.*}", usize::try_from(decimals.unwrap_or(9)).unwrap_or(9));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
