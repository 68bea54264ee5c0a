//! Pictures as SVG: for pages, slides and papers.

use std::fmt::Write as _;

use plotters::drawing::IntoDrawingArea;
use plotters::prelude::SVGBackend;

use super::canvas::size;
use super::draw::{Spot, draw};
use super::palette::dark_rules;
use super::{Chart, ChartError};

/// The plotting library counts in whole units: ten of them make one of the page's.
const FINENESS: u32 = 10;

/// Where an SVG will be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// On white: slides, papers, and pages that bring [`dark_rules`] along.
    Light,
    /// Wherever the reader is, in light and in dark.
    Adaptive,
}

/// Draws a picture as SVG. Points say their figures under the pointer.
pub fn svg(chart: &Chart, theme: Theme) -> Result<String, ChartError> {
    let (width, height) = size(chart);
    let mut drawn = String::new();
    let spots = {
        let fine = (width * FINENESS, height * FINENESS);
        let area = SVGBackend::with_string(&mut drawn, fine).into_drawing_area();
        let spots = draw(chart, &area, (FINENESS, 0.0)).map_err(|reason| failed(chart, &reason))?;
        area.present().map_err(|reason| failed(chart, &reason))?;
        spots
    };
    // The library's first line is its own <svg …>, its last one closes it.
    let inside = drawn
        .split_once('>')
        .and_then(|(_, rest)| rest.rsplit_once("</svg>"))
        .map_or("", |(inside, _)| inside.trim());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<desc>{description}</desc>\n",
        width * FINENESS,
        height * FINENESS,
        title = escape(&chart.title),
        description = escape(&chart.description()),
    );
    if theme == Theme::Adaptive {
        let rules = dark_rules("");
        put(
            &mut svg,
            format_args!("<style>@media(prefers-color-scheme:dark){{{rules}}}</style>\n"),
        );
    }
    svg.push_str(&inside.replace("\"sans-serif\"", "\"system-ui, 'DejaVu Sans', sans-serif\""));
    svg.push('\n');
    for Spot { x, y, text } in spots {
        put(
            &mut svg,
            format_args!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill-opacity=\"0\"><title>{text}</title></circle>\n",
                radius = 9 * FINENESS,
                text = escape(&text)
            ),
        );
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

pub(super) fn failed(chart: &Chart, reason: &impl std::fmt::Display) -> ChartError {
    ChartError {
        title: chart.title.clone(),
        reason: reason.to_string(),
    }
}

fn put(svg: &mut String, part: std::fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("writing to a string does not fail");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
