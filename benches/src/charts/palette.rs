//! Colours: those of Okabe and Ito, which people with any kind of colour blindness tell apart.
//!
//! Every hue has one colour on white paper, which is written into the picture, and one in the dark, which style rules
//! put in its place: the picture itself stays plain.

use std::fmt::Write as _;

use plotters::style::RGBColor;

/// What something is coloured as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hue {
    /// Okabe and Ito's blue.
    Blue,
    /// Their vermillion.
    Vermillion,
    /// Their bluish green.
    Green,
    /// Their reddish purple, a little darker, so that a thin line reads on white.
    Purple,
    /// Their orange.
    Orange,
    /// Their sky blue.
    Sky,
    /// Black on white, white on black.
    Ink,
    /// Beside the point: labels of axes.
    Soft,
    /// Lines that guide the eye.
    Grid,
    /// What everything lies on.
    Ground,
}

impl Hue {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Blue,
        Self::Vermillion,
        Self::Green,
        Self::Purple,
        Self::Orange,
        Self::Sky,
        Self::Ink,
        Self::Soft,
        Self::Grid,
        Self::Ground,
    ];

    /// On white, as the plotting library has it.
    pub(super) const fn rgb(self) -> &'static RGBColor {
        match self {
            Self::Blue => &RGBColor(0x00, 0x72, 0xB2),
            Self::Vermillion => &RGBColor(0xD5, 0x5E, 0x00),
            Self::Green => &RGBColor(0x00, 0x9E, 0x73),
            Self::Purple => &RGBColor(0xB8, 0x5C, 0x93),
            Self::Orange => &RGBColor(0xE6, 0x9F, 0x00),
            Self::Sky => &RGBColor(0x56, 0xB4, 0xE9),
            Self::Ink => &RGBColor(0x1F, 0x23, 0x28),
            Self::Soft => &RGBColor(0x59, 0x63, 0x6E),
            Self::Grid => &RGBColor(0xDF, 0xE3, 0xE8),
            Self::Ground => &RGBColor(0xFF, 0xFF, 0xFF),
        }
    }

    /// In the dark.
    const fn dark(self) -> &'static str {
        match self {
            Self::Blue => "#4EA8E0",
            Self::Vermillion => "#FF8A3D",
            Self::Green => "#2CC79A",
            Self::Purple => "#E39BC6",
            Self::Orange => "#F2B632",
            Self::Sky => "#8CCBF2",
            Self::Ink => "#E6EDF3",
            Self::Soft => "#9AA4AF",
            Self::Grid => "#2C333B",
            Self::Ground => "#12161C",
        }
    }

    /// As the plotting library writes it.
    fn written(self) -> String {
        let RGBColor(red, green, blue) = self.rgb();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// Style rules that turn pictures inside `within` (a selector, such as `.picture `) dark.
#[must_use]
pub fn dark_rules(within: &str) -> String {
    let mut rules = String::new();
    for hue in Hue::ALL {
        let (light, dark) = (hue.written(), hue.dark());
        write!(
            rules,
            "{within}[fill=\"{light}\"]{{fill:{dark}}}{within}[stroke=\"{light}\"]{{stroke:{dark}}}"
        )
        .expect("writing to a string does not fail");
    }
    rules
}
