//! Pictures of figures: declared as data, drawn by plotters, and read in light, in dark, in grey and by screen readers.
//!
//! A [`Chart`] says what is shown; [`svg()`] and [`png()`] draw it, both by the same code. Fonts come along, so a
//! container without any draws the same picture.

mod axis;
mod bitmap;
mod canvas;
mod chart;
mod draw;
mod numbers;
mod palette;
mod vector;

pub use axis::{Axis, Scale, Unit};
pub use bitmap::png;
pub use chart::{Chart, ChartError, Kind, Line, Marker, Mention, Place, Series, Stroke};
pub use palette::{Hue, dark_rules};
pub use vector::{Theme, svg};

#[cfg(test)]
mod tests;
