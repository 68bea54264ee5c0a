//! What a picture shows, as data.

use super::{Axis, Hue};

/// A picture of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is about: a few words.
    pub title: String,
    /// What else has to be known to read it: one line.
    pub subtitle: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// What is drawn, the first below the others.
    pub series: Vec<Series>,
    /// Lines over the whole picture: what is to be met, what is recommended.
    pub mentions: Vec<Mention>,
}

/// Figures that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are: a few words.
    pub name: String,
    /// How they are drawn.
    pub kind: Kind,
    /// In which colour.
    pub hue: Hue,
    /// What is drawn, by rising x; places that an axis cannot show (such as 0 on a logarithmic one, or no number) are left out,
    /// and part lines.
    pub places: Vec<Place>,
    /// Whether the legend names it.
    pub in_legend: bool,
}

/// Where something is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Where a bar or an area begins.
    pub from_y: f64,
}

/// How figures are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line through all places.
    Line(Stroke),
    /// A marker at each place.
    Points(Marker),
    /// The area between both ends of the places.
    Area,
    /// A bar at each place.
    Bars,
}

/// What tells lines apart without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Without gaps.
    Solid,
    /// Without gaps, and wider: what matters most.
    Bold,
    /// Long pieces, with small gaps.
    Long,
    /// Without gaps, and as thin as can be: how far something reaches.
    Thin,
    /// Pieces.
    Dashed,
    /// Short pieces.
    Dotted,
}

/// What tells points apart without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Disc,
    /// A ring.
    Ring,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A cross.
    Cross,
}

/// A line over the whole picture, which the legend names: beside the line, its name would hide what is drawn there.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Where, and across which axis.
    pub at: Line,
    /// What it is.
    pub name: String,
}

/// Where a line over the whole picture runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// From left to right at this height.
    Across(f64),
    /// From bottom to top at this x.
    Up(f64),
}

/// A picture that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {title:?}: {reason}")]
pub struct ChartError {
    /// The picture's title.
    pub title: String,
    /// What the plotting library said.
    pub reason: String,
}

impl Line {
    /// How it is drawn.
    pub(super) fn stroke(self) -> Stroke {
        match self {
            Self::Across(_) => Stroke::Dashed,
            Self::Up(_) => Stroke::Dotted,
        }
    }
}

impl Place {
    /// A point.
    #[must_use]
    pub fn at(x: f64, y: f64) -> Self {
        Self { x, y, from_y: 0.0 }
    }
}

impl Series {
    /// A line that the legend names.
    #[must_use]
    pub fn line(name: impl Into<String>, hue: Hue, stroke: Stroke, places: Vec<Place>) -> Self {
        Self::new(name, Kind::Line(stroke), hue, places)
    }

    /// Points that the legend names.
    #[must_use]
    pub fn points(name: impl Into<String>, hue: Hue, marker: Marker, places: Vec<Place>) -> Self {
        Self::new(name, Kind::Points(marker), hue, places)
    }

    /// Any kind that the legend names.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind, hue: Hue, places: Vec<Place>) -> Self {
        Self {
            name: name.into(),
            kind,
            hue,
            places,
            in_legend: true,
        }
    }

    /// The same without an entry in the legend.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        self.in_legend = false;
        self
    }
}

impl Chart {
    /// Whether there is anything to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut places = self.series.iter().flat_map(|series| &series.places);
        !places.any(|place| self.shows(place))
    }

    /// Whether a place can be drawn: a logarithm of 0 cannot.
    pub(super) fn shows(&self, place: &Place) -> bool {
        self.x.scale.shows(place.x) && self.y.scale.shows(place.y)
    }

    /// The whole in one sentence, for those who do not see it.
    pub(super) fn description(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let mut text = format!(
            "{} Horizontally: {}. Vertically: {}. Shown: {}.",
            self.subtitle,
            self.x.label,
            self.y.label,
            names.join(", ")
        );
        for mention in &self.mentions {
            text.push(' ');
            text.push_str(&mention.name);
            text.push('.');
        }
        text
    }
}
