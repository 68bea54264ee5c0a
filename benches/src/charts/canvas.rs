//! The paper below a picture: its size, its fonts, its pens, and where titles and the legend are.

use std::sync::Once;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{PathElement, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle, register_font};

use super::{Chart, Hue, Kind, Line, Mention, Series};

/// Why the plotting library failed.
pub(super) type Failure<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

const WIDTH: u32 = 760;
/// The picture without its head.
const BODY: u32 = 384;
/// A line of the legend.
const ROW: u32 = 20;
/// Where lines of text begin.
pub(super) const LEFT: i32 = 14;
const FONT: &str = "sans-serif";
/// The library takes the height of a line for a font's size: this is how much higher it is.
const LINE: f64 = 1.24;

/// Something to draw on, and how many of its units make one of ours.
pub(super) struct Canvas<'a, DB: DrawingBackend> {
    pub(super) area: &'a DrawingArea<DB, Shift>,
    pub(super) fineness: u32,
    /// How much lower text has to be written than where it is to be: backends differ in what a text's middle is.
    pub(super) drop: f64,
}

impl<DB: DrawingBackend> Canvas<'_, DB> {
    /// Units in the backend's own.
    pub(super) fn units(&self, units: f64) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "pictures have some hundred units")]
        let scaled = (units * f64::from(self.fineness)).round() as i32;
        scaled
    }

    /// A pen.
    pub(super) fn pen(&self, hue: Hue, width: f64) -> ShapeStyle {
        let width = u32::try_from(self.units(width)).unwrap_or(1).max(1);
        hue.rgb().stroke_width(width)
    }

    /// A font.
    pub(super) fn font(&self, size: f64, hue: Hue, style: FontStyle) -> TextStyle<'static> {
        let size = f64::from(self.units(size * LINE));
        TextStyle::from(FontDesc::new(FontFamily::from(FONT), size, style)).color(hue.rgb())
    }

    /// Writes a text that begins at `x` and has its middle at `y`.
    pub(super) fn write(
        &self,
        text: &str,
        style: &TextStyle<'_>,
        (x, y): (f64, f64),
    ) -> Result<(), Failure<DB>> {
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        let place = (self.units(x), self.units(y + self.drop));
        self.area.draw_text(text, &style, place)
    }
}

/// Width and height of a chart's picture, in units.
pub(super) fn size(chart: &Chart) -> (u32, u32) {
    (WIDTH, head(chart) + BODY)
}

/// How high titles and the legend are.
pub(super) fn head(chart: &Chart) -> u32 {
    let titles = if chart.subtitle.is_empty() { 40 } else { 60 };
    titles + ROW * u32::try_from(legend_rows(chart).len()).unwrap_or(1)
}

const SAMPLE: f64 = 40.0;
const GAP: f64 = 22.0;
const LEGEND_SIZE: f64 = 12.5;

/// What the legend names.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Series(&'a Series),
    Mention(&'a Mention),
}

impl Entry<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Series(series) => &series.name,
            Self::Mention(mention) => &mention.name,
        }
    }

    /// Its width in units.
    fn width(&self) -> f64 {
        SAMPLE + text_width(self.name(), LEGEND_SIZE, FontStyle::Normal) + GAP
    }
}

/// The width of a text in units, measured ten times as large, because the library counts in whole units.
fn text_width(text: &str, size: f64, style: FontStyle) -> f64 {
    bring_fonts();
    let font = FontDesc::new(FontFamily::from(FONT), size * LINE * 10.0, style);
    font.box_size(text)
        .map_or(0.0, |(width, _)| f64::from(width) / 10.0)
}

/// The size at which a line of text has room, this one at most.
fn fitting(text: &str, size: f64, style: FontStyle) -> f64 {
    let room = f64::from(WIDTH) - 2.0 * f64::from(LEFT);
    size * (room / text_width(text, size, style).max(1.0)).min(1.0)
}

/// The legend, row by row.
fn legend_rows(chart: &Chart) -> Vec<Vec<Entry<'_>>> {
    let mut rows: Vec<Vec<Entry<'_>>> = Vec::new();
    let mut used = f64::INFINITY;
    let series = chart
        .series
        .iter()
        .filter(|series| series.in_legend)
        .map(Entry::Series);
    for entry in series.chain(chart.mentions.iter().map(Entry::Mention)) {
        let width = entry.width();
        if used + width > f64::from(WIDTH) - f64::from(LEFT) {
            rows.push(Vec::new());
            used = 0.0;
        }
        used += width;
        if let Some(row) = rows.last_mut() {
            row.push(entry);
        }
    }
    rows
}

/// Titles and the legend.
pub(super) fn draw_head<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    chart: &Chart,
) -> Result<(), Failure<DB>> {
    let left = f64::from(LEFT);
    let title = canvas.font(
        fitting(&chart.title, 16.0, FontStyle::Bold),
        Hue::Ink,
        FontStyle::Bold,
    );
    canvas.write(&chart.title, &title, (left, 22.0))?;
    let mut y = 32.0;
    if !chart.subtitle.is_empty() {
        let size = fitting(&chart.subtitle, 12.5, FontStyle::Normal);
        let subtitle = canvas.font(size, Hue::Soft, FontStyle::Normal);
        canvas.write(&chart.subtitle, &subtitle, (left, 44.0))?;
        y += 20.0;
    }
    let style = canvas.font(LEGEND_SIZE, Hue::Ink, FontStyle::Normal);
    for row in legend_rows(chart) {
        y += f64::from(ROW);
        let mut x = left;
        for entry in row {
            let place = (x, y - 4.0);
            match entry {
                Entry::Series(series) => sample(canvas, chart, series, place)?,
                Entry::Mention(mention) => sample_mention(canvas, mention.at, place)?,
            }
            canvas.write(entry.name(), &style, (x + SAMPLE - 6.0, y - 4.0))?;
            x += entry.width();
        }
    }
    Ok(())
}

/// How a line over the whole picture looks, in small.
fn sample_mention<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    at: Line,
    (x, y): (f64, f64),
) -> Result<(), Failure<DB>> {
    let places = match at {
        Line::Across(_) => [(x, y), (x + 26.0, y)],
        Line::Up(_) => [(x + 13.0, y - 8.0), (x + 13.0, y + 8.0)],
    };
    let places = places.map(|(x, y)| (canvas.units(x), canvas.units(y)));
    super::draw::stroke(canvas, Hue::Ink, at.stroke(), &places)
}

/// How a series looks, in small. A line that has points of its colour, without an entry of their own, has their marker.
fn sample<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    chart: &Chart,
    series: &Series,
    (x, y): (f64, f64),
) -> Result<(), Failure<DB>> {
    let (from, to) = (x, x + 26.0);
    let middle = (canvas.units(x + 13.0), canvas.units(y));
    match series.kind {
        Kind::Line(stroke) => {
            let places = [(from, y), (to, y)].map(|(x, y)| (canvas.units(x), canvas.units(y)));
            super::draw::stroke(canvas, series.hue, stroke, &places)?;
            let mut others = chart
                .series
                .iter()
                .filter(|other| other.hue == series.hue && !other.in_legend);
            let marker = others.find_map(|other| match other.kind {
                Kind::Points(marker) => Some(marker),
                _ => None,
            });
            marker.map_or(Ok(()), |marker| {
                super::draw::mark(canvas, series.hue, marker, middle)
            })
        }
        Kind::Points(marker) => super::draw::mark(canvas, series.hue, marker, middle),
        Kind::Area | Kind::Bars => {
            let opacity = if series.kind == Kind::Area {
                super::draw::AREA_OPACITY
            } else {
                1.0
            };
            let corners = [
                (canvas.units(from + 4.0), canvas.units(y - 5.0)),
                (canvas.units(to), canvas.units(y + 6.0)),
            ];
            let fill = series.hue.rgb().mix(opacity).filled();
            canvas.area.draw(&Rectangle::new(corners, fill))
        }
    }
}

/// A line from place to place, in the backend's units.
pub(super) fn path<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    places: &[(i32, i32)],
    pen: ShapeStyle,
) -> Result<(), Failure<DB>> {
    canvas.area.draw(&PathElement::new(places.to_vec(), pen))
}

/// Tells the plotting library the fonts that come along; once is enough.
pub(super) fn bring_fonts() {
    static BROUGHT: Once = Once::new();
    BROUGHT.call_once(|| {
        for (style, bytes) in [
            (FontStyle::Normal, dejavu::sans::regular()),
            (FontStyle::Bold, dejavu::sans::bold()),
        ] {
            let known = register_font(FONT, style, bytes);
            assert!(known.is_ok(), "the font that comes along can be read");
        }
    });
}
