//! Turns what was typed into what is meant, and collects everything that is wrong with it before saying so.

use std::fmt::{self, Display};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// Everything that is wrong with the flags of a command.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl std::error::Error for Problems {}

impl Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => f.write_str(only),
            several => {
                write!(f, "{} problems with the flags:", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl Problems {
    /// Notes a problem with a flag, and what to do about it.
    pub(super) fn add(&mut self, flag: &str, advice: impl Display) {
        self.0.push(format!("{flag}: {advice}"));
    }

    /// The value if nothing is wrong. Every check has to be done before.
    pub(super) fn unless_any<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// A whole number within bounds; the lower bound if there is a problem.
    pub(super) fn number<N>(&mut self, flag: &str, typed: &str, range: &RangeInclusive<N>) -> N
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        match typed.trim().parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let (least, most) = (range.start(), range.end());
                self.add(
                    flag,
                    format_args!("{typed:?} is not a whole number from {least} to {most}"),
                );
                *least
            }
        }
    }

    /// A number within bounds; the lower bound if there is a problem.
    pub(super) fn fraction(&mut self, flag: &str, typed: &str, range: &RangeInclusive<f64>) -> f64 {
        match typed.trim().parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let (least, most) = (range.start(), range.end());
                self.add(
                    flag,
                    format_args!("{typed:?} is not a number from {least} to {most}"),
                );
                *least
            }
        }
    }

    /// A time within bounds; the lower bound if there is a problem.
    pub(super) fn time(&mut self, flag: &str, typed: &str, range: &RangeInclusive<Duration>) -> Duration {
        match root_service::dsl::parse_span(typed.trim()) {
            Some(span) if range.contains(&span) => span,
            _ => {
                let (least, most) = (range.start(), range.end());
                let advice = format!(
                    "{typed:?} is not a time from {least:?} to {most:?}, written as a whole number and a unit, such as \
                     5ms or 2s"
                );
                self.add(flag, advice);
                *least
            }
        }
    }

    /// An address to listen at.
    pub(super) fn listen(&mut self, flag: &str, typed: &str) -> SocketAddr {
        let typed = typed.trim();
        let numeric = match typed.strip_prefix("localhost:") {
            Some(port) => format!("{}:{port}", Ipv4Addr::LOCALHOST),
            None => typed.to_owned(),
        };
        numeric.parse().unwrap_or_else(|_| {
            let advice = format!(
                "{typed:?} is not HOST:PORT. Give an IP address and a port, such as 127.0.0.1:9200, \
                 0.0.0.0:9200 for every network, or port 0 for a free one"
            );
            self.add(flag, advice);
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
        })
    }
}
