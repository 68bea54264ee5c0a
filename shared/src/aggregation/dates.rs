//! Where intervals of time begin: of fixed length, or by the calendar.

use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 86_400_000;
/// Far outside of any calendar, and far from the ends of 64 bits.
const MS_MAX: i64 = 1 << 55;

/// How long an interval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateUnit {
    /// So many milliseconds, at least 1, counted from the epoch.
    Fixed(i64),
    /// Weeks, from Monday.
    Week,
    /// So many months, a divisor of 12: months, quarters, years.
    Months(u8),
}

/// How an instant becomes the beginning of its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateRounding {
    /// The intervals.
    pub unit: DateUnit,
    /// Milliseconds by which local time is ahead of UTC.
    pub zone_ms: i64,
    /// Milliseconds by which all beginnings are moved.
    pub offset_ms: i64,
}

impl DateRounding {
    /// The beginning of the interval that holds an instant; both are milliseconds since the epoch.
    pub fn round(&self, ms: i64) -> i64 {
        let moved = self.zone_ms - self.offset_ms;
        self.local(ms.clamp(-MS_MAX, MS_MAX) + moved, 0) - moved
    }

    /// The beginning of the next interval.
    pub fn next(&self, ms: i64) -> i64 {
        let moved = self.zone_ms - self.offset_ms;
        self.local(ms.clamp(-MS_MAX, MS_MAX) + moved, 1) - moved
    }

    fn local(&self, ms: i64, ahead: i64) -> i64 {
        match self.unit {
            DateUnit::Fixed(length) => (ms.div_euclid(length.max(1)) + ahead).saturating_mul(length.max(1)),
            DateUnit::Week => {
                // The epoch was a Thursday.
                let days = ms.div_euclid(DAY_MS) + 3;
                ((days.div_euclid(7) + ahead) * 7 - 3) * DAY_MS
            }
            DateUnit::Months(months) => {
                let months = i64::from(months.max(1));
                let (year, month, _) = civil_from_days(ms.div_euclid(DAY_MS));
                let all = (year * 12 + month - 1).div_euclid(months) + ahead;
                let first = all * months;
                days_from_civil(first.div_euclid(12), first.rem_euclid(12) + 1, 1) * DAY_MS
            }
        }
    }
}

/// Year, month (1 to 12) and day (1 to 31) of a day counted from the epoch, in the Gregorian calendar of all times.
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // Years that begin in March, so that the leap day is the last one; 400 of them have 146,097 days.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * from_march + 2) / 5 + 1)
}

/// The day, counted from the epoch; the inverse of [`civil_from_days`].
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}
