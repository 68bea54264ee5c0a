//! Values that the exact field keeps as text in their own order: addresses and unsigned numbers.

use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What such a text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// An address.
    Ip,
    /// A number without a sign.
    Unsigned,
}

impl Code {
    /// What a text stands for, as clients read it.
    pub fn decoded(self, kept: &str) -> Value {
        let decoded = match self {
            Self::Ip => ip_of(kept).map(|address| address.to_string().into()),
            Self::Unsigned => unsigned_of(kept).map(Value::from),
        };
        decoded.unwrap_or_else(|| kept.into())
    }

    /// The name of the type that is kept so.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Unsigned => "unsigned_long",
        }
    }
}

/// An address as the exact field keeps it: 32 hexadecimal digits, those of version 4 mapped into version 6.
pub fn ip(address: IpAddr) -> String {
    format!("{:032x}", bits(address))
}

/// The address that a text of [`ip`] stands for.
pub fn ip_of(code: &str) -> Option<IpAddr> {
    let bits = (code.len() == 32).then(|| u128::from_str_radix(code, 16).ok())??;
    Some(Ipv6Addr::from_bits(bits).to_canonical())
}

/// The first and last address of a network such as `10.0.0.0/8`, as codes; `None` if it is none.
pub fn network(text: &str) -> Option<(String, String)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let length: u32 = length.parse().ok()?;
    let free = match address {
        IpAddr::V4(_) => 32_u32.checked_sub(length)?,
        IpAddr::V6(_) => 128_u32.checked_sub(length)?,
    };
    let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
    let bits = bits(address);
    Some((format!("{:032x}", bits & !mask), format!("{:032x}", bits | mask)))
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// An unsigned number as the exact field keeps it: 20 decimal digits.
pub fn unsigned(number: u64) -> String {
    format!("{number:020}")
}

/// The number that a text of [`unsigned`] stands for.
pub fn unsigned_of(code: &str) -> Option<u64> {
    (code.len() == 20).then(|| code.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_the_order_of_addresses_and_stand_for_them() {
        let texts = [
            "::1",
            "0.0.0.1",
            "9.255.0.1",
            "10.0.0.1",
            "255.255.255.255",
            "2001:db8::1",
        ];
        let codes: Vec<String> = texts.iter().map(|text| ip(text.parse().unwrap())).collect();
        assert!(codes.is_sorted(), "{codes:?}");
        for (text, code) in texts.iter().zip(&codes) {
            assert_eq!(ip_of(code).unwrap().to_string(), *text);
        }
        assert_eq!(ip_of("10.0.0.1"), None);
    }

    #[test]
    fn networks_have_a_first_and_a_last_address() {
        let ends = |text: &str| {
            let (first, last) = network(text)?;
            Some(format!("{} {}", ip_of(&first)?, ip_of(&last)?))
        };
        assert_eq!(ends("10.1.2.3/8").as_deref(), Some("10.0.0.0 10.255.255.255"));
        assert_eq!(ends("10.1.2.3/32").as_deref(), Some("10.1.2.3 10.1.2.3"));
        assert_eq!(ends("0.0.0.0/0").as_deref(), Some("0.0.0.0 255.255.255.255"));
        assert_eq!(ends("2001:db8::/127").as_deref(), Some("2001:db8:: 2001:db8::1"));
        assert!(ends("::/0").is_some());
        for bad in ["10.0.0.0/33", "::/129", "10.0.0.0", "x/8", "10.0.0.0/-1"] {
            assert_eq!(ends(bad), None, "{bad}");
        }
    }

    #[test]
    fn unsigned_numbers_keep_their_order() {
        let codes = [0, 9, 10, u64::MAX].map(unsigned);
        assert!(codes.is_sorted());
        assert_eq!(unsigned_of(&codes[3]), Some(u64::MAX));
        assert_eq!(unsigned_of("9"), None);
    }
}
