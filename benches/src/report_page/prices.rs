//! What machines cost, in money.

use serde::{Deserialize, Serialize};

use crate::plan::Predicted;
use crate::words::figure;

/// A twelfth of a year.
const HOURS_PER_MONTH: f64 = 8_760.0 / 12.0;
const GIBIBYTE: f64 = (1_u64 << 30) as f64;

/// What is paid for machines. Disks, traffic and discounts are not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// For a core, an hour.
    pub core_hour: f64,
    /// For 2^30 bytes of memory, an hour.
    pub gibibyte_hour: f64,
    /// In what: `$`, `EUR`.
    pub currency: String,
}

impl Prices {
    /// What all replicas and roots of a shape cost in a month.
    #[must_use]
    pub fn month(&self, shape: &Predicted) -> f64 {
        let cores = f64::from(shape.cores) * self.core_hour;
        let memory = shape.memory_bytes / GIBIBYTE * self.gibibyte_hour;
        (cores + memory) * HOURS_PER_MONTH
    }

    /// A sum as people write it: signs before it, names behind it.
    #[must_use]
    pub fn words(&self, sum: f64) -> String {
        let currency = &self.currency;
        // A tenth of a percent is closer than prices are known.
        let sum = figure(if sum >= 100.0 { sum.round() } else { sum });
        if currency.chars().any(char::is_alphabetic) {
            format!("{sum} {currency}")
        } else {
            format!("{currency}{sum}")
        }
    }

    /// The prices themselves, in a sentence.
    pub(super) fn sentence(&self) -> String {
        format!(
            "{} for a core and {} for a GiB of memory, an hour; a month has {HOURS_PER_MONTH} hours. Disks and traffic are not in it",
            self.words(self.core_hour),
            self.words(self.gibibyte_hour)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report_page::example::plan;

    #[test]
    fn a_month_is_cores_and_memory() {
        let prices = Prices {
            core_hour: 0.04,
            gibibyte_hour: 0.005,
            currency: "$".to_owned(),
        };
        let shape = Predicted {
            cores: 10,
            memory_bytes: 8.0 * GIBIBYTE,
            ..plan().recommendation.predicted
        };
        let month = prices.month(&shape);
        assert!((month - 730.0 * (0.4 + 0.04)).abs() < 1e-9, "{month}");
        assert_eq!(prices.words(month), "$321");
        let euros = Prices {
            currency: "EUR".to_owned(),
            ..prices
        };
        assert_eq!(euros.words(1_234.5), "1,235 EUR");
        assert_eq!(euros.words(0.04), "0.04 EUR");
    }
}
