//! Byte counts as the `_cat` tables show them.

use std::str::FromStr;

/// How to show byte counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ByteUnit {
    /// The largest unit that leaves at least 1, with one decimal.
    #[default]
    Fitting,
    /// Whole numbers of a unit of this many bytes, without its name.
    Whole(u64),
}

impl FromStr for ByteUnit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "b" => Ok(Self::Whole(1)),
            "k" | "kb" => Ok(Self::Whole(1 << 10)),
            "m" | "mb" => Ok(Self::Whole(1 << 20)),
            "g" | "gb" => Ok(Self::Whole(1 << 30)),
            "t" | "tb" => Ok(Self::Whole(1 << 40)),
            _ => Err("expected [b], [kb], [mb], [gb] or [tb]"),
        }
    }
}

impl ByteUnit {
    /// A byte count as text: `1.2kb`.
    pub(super) fn show(self, bytes: u64) -> String {
        let unit = match self {
            Self::Whole(unit) => return (bytes / unit).to_string(),
            Self::Fitting => [(40, "tb"), (30, "gb"), (20, "mb"), (10, "kb")]
                .into_iter()
                .find(|(shift, _)| bytes >> shift > 0),
        };
        let Some((shift, name)) = unit else {
            return format!("{bytes}b");
        };
        // One decimal, cut and not rounded, as Elasticsearch shows it.
        let tenths = (u128::from(bytes) * 10) >> shift;
        match tenths % 10 {
            0 => format!("{}{name}", tenths / 10),
            tenth => format!("{}.{tenth}{name}", tenths / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_one_decimal_at_most() {
        let show = |bytes| ByteUnit::Fitting.show(bytes);
        assert_eq!(show(0), "0b");
        assert_eq!(show(1_023), "1023b");
        assert_eq!(show(1_024), "1kb");
        assert_eq!(show(1_587), "1.5kb");
        assert_eq!(show(5 << 30), "5gb");
        assert_eq!(show(u64::MAX), "16777215.9tb");
    }

    #[test]
    fn a_unit_asked_for_shows_whole_numbers() {
        assert_eq!("kb".parse::<ByteUnit>().unwrap().show(2_047), "1");
        assert!("x".parse::<ByteUnit>().is_err());
    }
}
