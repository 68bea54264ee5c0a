//! Drawing a chart on any backend of plotters: its mesh, its series, its mentions.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::series::DashedLineSeries;
use plotters::style::{Color, FontStyle, TRANSPARENT};

use super::axis::Settled;
use super::canvas::{Canvas, Failure, LEFT, bring_fonts, draw_head, head, path};
use super::{Chart, Hue, Kind, Line, Marker, Mention, Place, Series, Stroke};

/// How much of an area's colour covers what is below.
pub(super) const AREA_OPACITY: f64 = 0.2;
/// What is kept free for figures beside the axes.
const Y_LABELS: u32 = 70;
const X_LABELS: u32 = 44;

/// A point that says its figures.
#[derive(Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) text: String,
}

type Context<'a, DB> = ChartContext<'a, DB, Cartesian2d<Settled, Settled>>;

/// Draws a chart, and says where its figures are. See [`Canvas`] for how fine, and how much lower text is written.
pub(super) fn draw<DB: DrawingBackend>(
    chart: &Chart,
    area: &DrawingArea<DB, Shift>,
    (fineness, drop): (u32, f64),
) -> Result<Vec<Spot>, Failure<DB>> {
    bring_fonts();
    let canvas = Canvas { area, fineness, drop };
    area.fill(Hue::Ground.rgb())?;
    draw_head(&canvas, chart)?;
    let label = canvas.font(12.0, Hue::Soft, FontStyle::Normal);
    let top = head(chart) + 30;
    let above = f64::from(head(chart)) + 8.0;
    canvas.write(&chart.y.label, &label, (f64::from(LEFT), above))?;
    let (x, y) = settled(chart);
    let mut context = ChartBuilder::on(area)
        .margin_top(top * fineness)
        .margin_right(30 * fineness)
        .margin_bottom(8 * fineness)
        .x_label_area_size(X_LABELS * fineness)
        .y_label_area_size(Y_LABELS * fineness)
        .build_cartesian_2d(x.clone(), y.clone())?;
    context
        .configure_mesh()
        .bold_line_style(canvas.pen(Hue::Grid, 1.0))
        .light_line_style(TRANSPARENT)
        .axis_style(canvas.pen(Hue::Soft, 1.0))
        .label_style(label.clone())
        .axis_desc_style(label)
        .x_desc(chart.x.label.clone())
        .y_label_offset(canvas.units(drop))
        .set_all_tick_mark_size(4 * fineness)
        .draw()?;
    for series in &chart.series {
        draw_series(&canvas, &context, (&x, &y), series)?;
    }
    for mention in &chart.mentions {
        draw_mention(&canvas, &context, (&x, &y), mention)?;
    }
    Ok(spots(chart, &context, (&x, &y)))
}

/// Both axes, long enough for everything.
fn settled(chart: &Chart) -> (Settled, Settled) {
    let places = || {
        let all = chart.series.iter().flat_map(|series| {
            let is_filled = matches!(series.kind, Kind::Area | Kind::Bars);
            series.places.iter().map(move |place| (place, is_filled))
        });
        all.filter(|(place, _)| chart.shows(place))
    };
    let across = |mention: &Mention| match mention.at {
        Line::Across(y) => Some(y),
        Line::Up(_) => None,
    };
    let xs = places().map(|(place, _)| place.x);
    let ys = places().flat_map(|(place, is_filled)| [Some(place.y), is_filled.then_some(place.from_y)]);
    let ys = ys.flatten().chain(chart.mentions.iter().filter_map(across));
    (Settled::new(&chart.x, xs), Settled::new(&chart.y, ys))
}

fn draw_series<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    context: &Context<'_, DB>,
    (x, y): (&Settled, &Settled),
    series: &Series,
) -> Result<(), Failure<DB>> {
    let shown = series
        .places
        .iter()
        .filter(|place| x.holds(place.x) && y.holds(place.y));
    let pixel = |place: &Place| context.backend_coord(&(place.x, place.y));
    match series.kind {
        Kind::Line(kind) => {
            // What is not there parts a line: joining its neighbours would invent it.
            let is_missing = |place: &Place| !x.holds(place.x) || !y.holds(place.y);
            series.places.split(is_missing).try_for_each(|piece| {
                let pixels: Vec<_> = piece.iter().map(pixel).collect();
                match pixels[..] {
                    [alone] => dot(canvas, series.hue, alone),
                    _ => stroke(canvas, series.hue, kind, &pixels),
                }
            })
        }
        Kind::Points(marker) => shown
            .map(pixel)
            .try_for_each(|pixel| mark(canvas, series.hue, marker, pixel)),
        Kind::Area => {
            let places: Vec<&Place> = series.places.iter().filter(|place| x.holds(place.x)).collect();
            let upper = places.iter().map(|place| (place.x, y.clamped(place.y)));
            let lower = places
                .iter()
                .rev()
                .map(|place| (place.x, y.clamped(place.from_y)));
            let pixels: Vec<_> = upper.chain(lower).map(|at| context.backend_coord(&at)).collect();
            let fill = series.hue.rgb().mix(AREA_OPACITY).filled();
            canvas.area.draw(&Polygon::new(pixels, fill))
        }
        Kind::Bars => {
            let half = canvas.units(14.0);
            shown.into_iter().try_for_each(|place| {
                let (middle, top) = pixel(place);
                let (_, bottom) = context.backend_coord(&(place.x, y.clamped(place.from_y)));
                let corners = [(middle - half, top), (middle + half, bottom)];
                canvas
                    .area
                    .draw(&Rectangle::new(corners, series.hue.rgb().filled()))
            })
        }
    }
}

/// A line from place to place, in the backend's units.
pub(super) fn stroke<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    hue: Hue,
    stroke: Stroke,
    places: &[(i32, i32)],
) -> Result<(), Failure<DB>> {
    if places.len() < 2 {
        return Ok(());
    }
    let (width, dash, gap) = match stroke {
        Stroke::Solid => return path(canvas, places, canvas.pen(hue, 2.0)),
        Stroke::Thin => return path(canvas, places, canvas.pen(hue, 1.0)),
        Stroke::Bold => return path(canvas, places, canvas.pen(hue, 3.0)),
        Stroke::Long => (2.0, 20.0, 4.0),
        Stroke::Dashed => (2.0, 8.0, 5.0),
        Stroke::Dotted => (2.0, 2.5, 3.5),
    };
    let [dash, gap] = [dash, gap].map(|units| canvas.units(units));
    let pen = canvas.pen(hue, width);
    for piece in DashedLineSeries::new(places.iter().copied(), dash, gap, pen) {
        canvas.area.draw(&piece)?;
    }
    Ok(())
}

/// A line that has no second place.
fn dot<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, hue: Hue, place: (i32, i32)) -> Result<(), Failure<DB>> {
    let fill = hue.rgb().filled();
    canvas.area.draw(&Circle::new(place, canvas.units(2.0), fill))
}

/// A marker, with a rim that sets it off from lines.
pub(super) fn mark<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    hue: Hue,
    marker: Marker,
    (x, y): (i32, i32),
) -> Result<(), Failure<DB>> {
    let area = canvas.area;
    let fill = hue.rgb().filled();
    let ground = Hue::Ground.rgb().filled();
    let [three, four, five, seven] = [3.4, 4.6, 5.8, 7.2].map(|units| canvas.units(units));
    match marker {
        Marker::Disc => {
            area.draw(&Circle::new((x, y), five, ground))?;
            area.draw(&Circle::new((x, y), four, fill))
        }
        Marker::Ring => {
            area.draw(&Circle::new((x, y), four, fill))?;
            area.draw(&Circle::new((x, y), canvas.units(2.6), ground))
        }
        Marker::Square => {
            let square = |half: i32| [(x - half, y - half), (x + half, y + half)];
            area.draw(&Rectangle::new(square(five), ground))?;
            area.draw(&Rectangle::new(square(four), fill))
        }
        Marker::Triangle => {
            let triangle =
                |high: i32, wide: i32| vec![(x, y - high), (x + wide, y + wide), (x - wide, y + wide)];
            area.draw(&Polygon::new(triangle(canvas.units(8.2), seven), ground))?;
            area.draw(&Polygon::new(triangle(five, five), fill))
        }
        Marker::Cross => {
            let pen = canvas.pen(hue, 2.0);
            path(canvas, &[(x - three, y - three), (x + three, y + three)], pen)?;
            path(canvas, &[(x - three, y + three), (x + three, y - three)], pen)
        }
    }
}

fn draw_mention<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    context: &Context<'_, DB>,
    (x, y): (&Settled, &Settled),
    mention: &Mention,
) -> Result<(), Failure<DB>> {
    let ((left, right), (bottom, top)) = (x.ends(), y.ends());
    let (from, to) = match mention.at {
        Line::Across(value) if y.holds(value) => ((left, value), (right, value)),
        Line::Up(value) if x.holds(value) => ((value, bottom), (value, top)),
        Line::Across(_) | Line::Up(_) => return Ok(()),
    };
    let [from, to] = [from, to].map(|at| context.backend_coord(&at));
    stroke(canvas, Hue::Ink, mention.at.stroke(), &[from, to])
}

fn spots<DB: DrawingBackend>(
    chart: &Chart,
    context: &Context<'_, DB>,
    (x, y): (&Settled, &Settled),
) -> Vec<Spot> {
    let mut spots = Vec::new();
    for series in chart.series.iter().filter(|series| series.kind != Kind::Area) {
        for place in series
            .places
            .iter()
            .filter(|place| x.holds(place.x) && y.holds(place.y))
        {
            let (right, down) = context.backend_coord(&(place.x, place.y));
            let from_y = if series.kind == Kind::Bars {
                place.from_y
            } else {
                0.0
            };
            spots.push(Spot {
                x: right,
                y: down,
                text: format!(
                    "{}: {} at {}",
                    series.name,
                    chart.y.unit.exact(place.y - from_y),
                    chart.x.unit.exact(place.x)
                ),
            });
        }
    }
    spots
}
